"""Choosers that take what was loaded for the whole body, instead of asking the database once for each kind of block.

Wagtail loads a stream one type of block after the other: pictures, then stills of films, then files of films, then
files to download. A selector that knows the whole body loads each model once and lays it on the shelf
(``laid_out``); while it is there, choosers take from it. Nowhere else does anything change.
"""

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

from django.db.models import Model
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.rich_text import RichText, expand_db_html
from wagtail.snippets.blocks import SnippetChooserBlock

Shelf: TypeAlias = Mapping[type[Model], Mapping[int, Any]]
"""What was loaded: model → primary key → row. A model that is on it was loaded whole: what is missing is gone."""

_shelf: ContextVar[Shelf | None] = ContextVar("shelf", default=None)
_PAGE_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
_ID = re.compile(r'\bid="(\d+)"')


@contextmanager
def laid_out(shelf: Shelf) -> Iterator[None]:
    """Let choosers take from ``shelf``, in this thread and until the end of the block."""
    token = _shelf.set(shelf)
    try:
        yield
    finally:
        _shelf.reset(token)


class _FromShelf:
    """Mixin for choosers. Each use gets a copy: the words for a picture differ from place to place."""

    model_class: type[Model]

    def bulk_to_python(self, values: Any) -> list[Any]:
        """Return the rows of these primary keys, ``None`` for those that are gone."""
        known = (_shelf.get() or {}).get(self.model_class)
        if known is None:
            found: list[Any] = super().bulk_to_python(values)  # type: ignore[misc]
            return found
        return [copy.copy(known[pk]) if pk in known else None for pk in values]


class PictureChooser(_FromShelf, ImageChooserBlock):
    """Chooses a picture."""


class HandoutChooser(_FromShelf, DocumentChooserBlock):
    """Chooses a handout or a film."""


class SnippetChooser(_FromShelf, SnippetChooserBlock):
    """Chooses a recording or a question bank."""


class PageChooser(_FromShelf, blocks.PageChooserBlock):
    """Chooses a page."""


class PictureWithWords(ImageBlock):
    """Wagtail's picture with its alternative text, or marked as decorative."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        chooser = PictureChooser(required=required, label=_("Picture"))
        chooser.set_name("image")
        self.child_blocks["image"] = chooser


class LinkedText(RichText):
    """Rich text whose links to pages were looked up beforehand. ``source`` stays as it is kept."""

    def __init__(self, source: str, addresses: Mapping[int, str]) -> None:
        super().__init__(source)
        self.addresses = addresses

    def __html__(self) -> str:
        return expand_db_html(_PAGE_LINK.sub(self._link, self.source))

    def _link(self, tag: re.Match[str]) -> str:
        found = _ID.search(tag.group())
        address = self.addresses.get(int(found.group(1)), "") if found else ""
        return f'<a href="{escape(address)}">' if address else "<a>"


# --- looking through a body ------------------------------------------------------------------------------------------


def chosen_in(block: blocks.Block, raw: Any) -> dict[type[Model], set[int]]:
    """Return what those choosers inside ``block`` that know the shelf name in its raw value: model → primary keys."""
    found: dict[type[Model], set[int]] = defaultdict(set)
    for chooser, pk in _choices(block, raw):
        found[chooser.model_class].add(pk)
    return found


def _choices(block: blocks.Block, raw: Any) -> Iterator[tuple[_FromShelf, int]]:
    if isinstance(block, _FromShelf):
        if isinstance(raw, int):
            yield block, raw
        return
    for child, value in _inside(block, raw):
        yield from _choices(child, value)


def _inside(block: blocks.Block, raw: Any) -> Iterator[tuple[blocks.Block, Any]]:
    """Yield the blocks inside a struct, a list or a stream, each with its raw value."""
    if isinstance(block, blocks.StructBlock) and isinstance(raw, Mapping):
        yield from ((child, raw.get(name)) for name, child in block.child_blocks.items())
    elif isinstance(block, ImageBlock):  # as pictures were kept before they had words
        yield block.child_blocks["image"], raw
    elif isinstance(block, blocks.ListBlock):
        yield from ((block.child_block, item.get("value")) for item in raw or () if isinstance(item, Mapping))
    elif isinstance(block, blocks.StreamBlock):
        yield from ((block.child_blocks.get(item["type"]), item["value"]) for item in raw or ())


def pages_linked_in(raw: Any) -> set[int]:
    """Return the primary keys of the pages that rich text anywhere inside a raw value links to."""
    if isinstance(raw, str):
        tags = _PAGE_LINK.findall(raw) if "linktype" in raw else ()
        return {int(found.group(1)) for tag in tags if (found := _ID.search(tag))}
    inside = raw.values() if isinstance(raw, Mapping) else raw if isinstance(raw, list) else ()
    return {pk for value in inside for pk in pages_linked_in(value)}


def with_links(value: Any, addresses: Mapping[int, str]) -> Any:
    """Return a block's value with its rich text linked; structs and lists are changed in place."""
    if isinstance(value, RichText):
        return LinkedText(value.source, addresses) if "linktype" in value.source else value
    if isinstance(value, blocks.StructValue):
        for name, inner in value.items():
            value[name] = with_links(inner, addresses)
    elif isinstance(value, blocks.list_block.ListValue):
        for item in value.bound_blocks:
            item.value = with_links(item.value, addresses)
    return value
