"""What a translator said: kept under each passage, and read back from a page that was written by hand."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from wagtail.models import Page
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    String,
    StringSegment,
    StringTranslation,
    Translation,
)
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.strings import StringValue, validate_translation_links

from courses.models import StalePassage
from courses.services.translating.blocks import chooses_pages
from courses.services.translating.passages import Translatable

BLOCK_KEY = re.compile(r'\s*data-block-key="[^"]*"')
Pair = tuple[int, int]
"""(context id, string id): one passage of a source."""


@dataclass
class Wording:
    """What a page says under one path: running text as a template with its strings, anything else as one string."""

    template: TemplateSegmentValue | None = None
    strings: list[StringSegmentValue] = field(default_factory=list)

    @property
    def shape(self) -> str:
        """The structure around the strings, without the keys that the editor gives to paragraphs."""
        return BLOCK_KEY.sub("", self.template.template).strip() if self.template else ""


def wordings(instance: Translatable) -> dict[str, Wording]:
    """Return what the page says under each path."""
    return _by_path(extract_segments(instance))


def _by_path(values: Iterable[Any]) -> dict[str, Wording]:
    found: dict[str, Wording] = defaultdict(Wording)
    for value in values:
        if isinstance(value, TemplateSegmentValue):
            found[value.path].template = value
        elif isinstance(value, StringSegmentValue):
            found[value.path].strings.append(value)
    return dict(found)


def said(translation: Translation) -> dict[Pair, StringTranslation]:
    """Return every word that was ever said in this language about this page, under its passage."""
    rows = StringTranslation.objects.filter(
        context__object_id=translation.source.object_id, locale_id=translation.target_locale_id
    ).select_related("context")
    return {(row.context_id, row.translation_of_id): row for row in rows}


def read_back(
    translation: Translation, target: Translatable, *, is_vouched: bool, at: datetime, user: Any = None
) -> None:
    """Keep what ``target`` says as the translation of each passage of the source.

    Words that stand in the source's language only because nobody translated them yet are no translation, unless
    ``is_vouched``: then somebody says that both pages are as they should be. Where the running text of a block has
    another structure than the source (other paragraphs), it has no counterpart for each passage: it stays a wording
    of its own, which ``targets`` keeps as it is. ``at`` is the moment at which the words were said.
    """
    source_values = extract_segments(translation.source.as_instance())
    target_values = extract_segments(target)
    ours, theirs = _by_path(source_values), _by_path(target_values)
    segments = list(
        StringSegment.objects.filter(source=translation.source).select_related("context", "string").order_by("order")
    )
    by_path: dict[str, list[StringSegment]] = defaultdict(list)
    for segment in segments:
        by_path[segment.context.path].append(segment)
    reader = _Reader(translation, user, is_vouched, at)
    for path, passages in by_path.items():
        reader.read(passages, ours.get(path, Wording()), theirs.get(path, Wording()))
    reader.save()
    others = {value.path: value.data for value in target_values if isinstance(value, OverridableSegmentValue)}
    _keep_overrides(translation, others | _other_links(ours, theirs), user)


class _Reader:
    """Compares passages with a page and gathers what to write."""

    def __init__(self, translation: Translation, user: Any, is_vouched: bool, at: datetime) -> None:
        self.translation = translation
        self.user = user
        self.is_vouched = is_vouched
        self.at = at
        self.known = said(translation)
        self.new: list[StringTranslation] = []
        self.changed: list[StringTranslation] = []
        self.gone: list[int] = []
        self.settled: set[tuple[str, int]] = set()

    def read(self, passages: list[StringSegment], ours: Wording, theirs: Wording) -> None:
        """Take the words of one path."""
        if not theirs.strings:
            return
        if not corresponds(passages, ours, theirs):
            own = [self.known[pair] for pair in map(_pair, passages) if pair in self.known]
            self.gone += [row.pk for row in own]
            return
        for passage, value in zip(passages, theirs.strings, strict=True):
            self._take(passage, value.string.data)

    def _take(self, passage: StringSegment, words: str) -> None:
        row = self.known.get(_pair(passage))
        if row is not None and row.data == words and not row.has_error:
            return
        if not self.is_vouched and words == passage.string.data:
            return
        if row is None:
            row = StringTranslation(
                translation_of=passage.string, context=passage.context, locale_id=self.translation.target_locale_id
            )
            self.known[_pair(passage)] = row
            self.new.append(row)
        elif row.pk:
            self.changed.append(row)
        row.data, row.has_error, row.field_error = words, False, ""
        row.translation_type, row.tool_name = StringTranslation.TRANSLATION_TYPE_MANUAL, ""
        row.last_translated_by = self.user
        self.settled.add((passage.context.path, passage.string_id))

    def save(self) -> None:
        """Write it all, and take the marks off what was said anew."""
        StringTranslation.objects.filter(pk__in=self.gone).delete()
        StringTranslation.objects.bulk_create(self.new)
        StringTranslation.objects.bulk_update(
            self.changed, ["data", "has_error", "field_error", "translation_type", "tool_name", "last_translated_by"]
        )
        written = [row.pk for row in (*self.new, *self.changed)]
        StringTranslation.objects.filter(pk__in=written).update(updated_at=self.at)
        marks = StalePassage.objects.filter(translation=self.translation)
        settled = set(self.settled)
        marks.filter(
            pk__in=[
                pk for pk, path, string in marks.values_list("pk", "path", "string_id") if (path, string) in settled
            ]
        ).delete()


def corresponds(passages: list[StringSegment], ours: Wording, theirs: Wording) -> bool:
    """Whether each string of one page is the counterpart of a passage of the other, links and all."""
    if len(passages) != len(theirs.strings) or ours.shape != theirs.shape:
        return False
    return all(
        is_sound(passage.string.data, value.string.data)
        for passage, value in zip(passages, theirs.strings, strict=True)
    )


def is_sound(source: str, words: str) -> bool:
    """Whether ``words`` can stand for ``source``: inline tags only, and no link that the source does not have."""
    try:
        StringValue.from_translated_html(words)
        validate_translation_links(source, words)
    except ValueError:
        return False
    return True


def known_in_source(translation: Translation, texts: Iterable[str]) -> set[str]:
    """Return those of ``texts`` that the source says or once said: on a translated page they are not translated."""
    hashes = {String._get_data_hash(text): text for text in texts}
    rows = String.objects.filter(locale_id=translation.source.locale_id, data_hash__in=list(hashes))
    return {hashes[row.data_hash] for row in rows}


def _keep_overrides(translation: Translation, theirs: dict[str, Any], user: Any) -> None:
    """Keep addresses and choices in which the target differs from its source on purpose."""
    rows = OverridableSegment.objects.filter(source=translation.source).select_related("context")
    wanted: dict[int, Any] = {}
    for row in rows:
        value = theirs.get(row.context.path, row.data)
        if value != row.data and not _are_twins(row, value):
            wanted[row.context_id] = value
    existing = SegmentOverride.objects.filter(
        context__object_id=translation.source.object_id, locale_id=translation.target_locale_id
    )
    current = {row.context_id for row in rows}
    existing.filter(Q(context_id__in=current) | Q(context_id__in=wanted)).delete()
    SegmentOverride.objects.bulk_create(
        SegmentOverride(
            locale_id=translation.target_locale_id,
            context_id=context_id,
            data_json=json.dumps(value),
            last_translated_by=user,
        )
        for context_id, value in wanted.items()
    )


def _other_links(ours: dict[str, Wording], theirs: dict[str, Wording]) -> dict[str, str]:
    """Return the target's address for each of the source's, where links stand in the same place of a passage."""
    found: dict[str, str] = {}
    for path, wording in ours.items():
        for mine, other in zip(wording.strings, theirs.get(path, Wording()).strings, strict=False):
            for name, attrs in (mine.attrs or {}).items():
                href, instead = attrs.get("href"), (other.attrs or {}).get(name, {}).get("href")
                if href and instead:
                    found[f"{path}.{quoted(href)}"] = instead
    return found


def quoted(href: str) -> str:
    """Return an address as a component of a content path."""
    escaped = href.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _are_twins(row: OverridableSegment, value: Any) -> bool:
    """Whether source and target choose the same page, each in its language: nothing to keep, it is found by its key."""
    if not chooses_pages(row):
        return False
    return Page.objects.filter(pk__in=[row.data, value]).values("translation_key").distinct().count() == 1


def _pair(passage: StringSegment) -> Pair:
    return (passage.context_id, passage.string_id)
