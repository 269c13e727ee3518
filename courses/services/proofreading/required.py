"""What the editor's form would refuse: whatever is required and missing, or does not hold, with its place.

Autosave and Word import keep drafts without it. Whoever reads "nothing to mend" must not be refused a moment later.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.blocks import Block, StreamBlock, StreamValue
from wagtail.fields import StreamField

from courses.services.proofreading.findings import Draft, Finding, Severity

CODE = "required"
EMPTY = frozenset({"required", "blank", "null"})
SAID_ELSEWHERE = frozenset({"alt_text", "transcript", "summary", "licence", "credit", "risks"})
"""Fields that a reading of their own asks for, in better words (pictures.py, structure.py)."""


def required(page: Draft) -> Iterator[Finding]:
    """Yield a finding for each place that the form would mark in red."""
    streams = [field for field in page._meta.get_fields() if isinstance(field, StreamField)]
    for field in streams:
        value = getattr(page, field.name)
        try:
            field.stream_block.clean(value)
        except ValidationError as error:
            yield from _in_stream(value, error, str(field.verbose_name))
    yield from _in_fields(page, {field.name for field in streams})


def _in_fields(page: Draft, streams: set[str]) -> Iterator[Finding]:
    """Yield what is wrong with the plain fields that this kind of page brings, and its title."""
    own = {field.name: field for field in page._meta.local_fields} | {"title": page._meta.get_field("title")}
    others = {field.name for field in page._meta.get_fields() if isinstance(field, Field)} - set(own)
    try:
        page.clean_fields(exclude=others | streams | SAID_ELSEWHERE)
    except ValidationError as error:
        for name, faults in error.error_dict.items():
            yield _finding(str(own[name].verbose_name), faults[0])


def _in_stream(value: StreamValue, error: ValidationError, name: str) -> Iterator[Finding]:
    for fault in _of_itself(error):
        yield _finding(name, fault)
    for place, fault in getattr(error, "block_errors", {}).items():
        child = value[place]
        for path, leaf in _leaves(child.block, fault):
            yield _finding(" › ".join([str(child.block.label), *path]), leaf, str(child.id or ""))


def _leaves(block: Block, error: ValidationError) -> Iterator[tuple[list[str], ValidationError]]:
    """Yield each fault inside a block with the labels that lead to it; the items of a list are counted from 1."""
    yield from (([], fault) for fault in _of_itself(error))
    for key, fault in getattr(error, "block_errors", {}).items():
        if key in SAID_ELSEWHERE or str(key).startswith("feedback"):
            continue
        inner, label = _child(block, key)
        for path, leaf in _leaves(inner, fault):
            yield [label, *path], leaf


def _child(block: Any, key: str | int) -> tuple[Block, str]:
    """Return the block inside ``block`` that an error is kept under, and what to call it."""
    if isinstance(key, int) and not isinstance(block, StreamBlock):
        return block.child_block, str(key + 1)
    inner = block.child_blocks[key]
    return inner, str(inner.label)


def _of_itself(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the faults that are of the block as a whole, not of one inside it."""
    if not hasattr(error, "block_errors"):
        yield error
    else:
        yield from error.non_block_errors.as_data()  # type: ignore[attr-defined]


def _finding(place: str, fault: ValidationError, block: str = "") -> Finding:
    if getattr(fault, "code", None) in EMPTY:
        sentence = _("“%(place)s” is still empty.") % {"place": capfirst(place)}
    else:
        sentence = _("“%(place)s”: %(fault)s") % {"place": capfirst(place), "fault": " ".join(fault.messages)}
    return Finding(CODE, sentence, Severity.MUST, block)
