"""Writing a translated page: what the translator said, and nothing of the source's words where there is a choice."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import copy_synchronised_fields, get_translatable_fields
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    StringSegment,
    TemplateSegment,
    Translation,
    TranslationContext,
)
from wagtail_localize.segments import (
    OverridableSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.ingest import ingest_segments
from wagtail_localize.strings import StringValue

from courses.services.translating.blocks import chooses_pages
from courses.services.translating.passages import Translatable
from courses.services.translating.words import Wording, known_in_source, said, wordings


@dataclass(frozen=True)
class Written:
    """A translated page that is written but not saved, and the paths of what nobody translated yet."""

    target: Translatable
    missing: tuple[str, ...]


def write_target(translation: Translation, target: Translatable) -> Written:
    """Put the translator's words into ``target``. Nothing is saved.

    A passage without words keeps what the page says there; only where the page says nothing of its own does it show
    the source's words, and then it is among ``missing``.
    """
    source = translation.source
    original = source.as_instance()
    own = _own_blocks(translation, original, target)
    writer = _Writer(translation, wordings(target))
    values = [*writer.strings(), *_related(translation), *_overridden(translation)]
    copy_synchronised_fields(original, target)
    _copy_emptied(original, target)
    ingest_segments(original, target, source.locale, translation.target_locale, values)
    _put_back(target, own)
    return Written(target, tuple(writer.missing))


OwnBlocks = dict[str, list[tuple[str, dict[str, Any]]]]
"""By field: blocks that a page has beyond its source, each with the id of the block before it."""


def _own_blocks(translation: Translation, original: Translatable, target: Translatable) -> OwnBlocks:
    """Return the blocks that somebody added to the translated page: the source never had them."""
    paths = TranslationContext.objects.filter(object_id=translation.source.object_id).values_list("path", flat=True)
    known = {path.split(".")[1] for path in paths if "." in path}
    found: OwnBlocks = {}
    for field in _streams(original):
        known |= {block["id"] for block in getattr(original, field.name).get_prep_value()}
        before, own = "", []
        for block in getattr(target, field.name).get_prep_value():
            if block["id"] not in known:
                own.append((before, block))
            before = block["id"]
        if own:
            found[field.name] = own
    return found


def _put_back(target: Translatable, own: OwnBlocks) -> None:
    for name, blocks in own.items():
        value = getattr(target, name)
        raw = list(value.get_prep_value())
        for before, block in blocks:
            ids = [one["id"] for one in raw]
            raw.insert(ids.index(before) + 1 if before in ids else len(raw) if before else 0, block)
        setattr(target, name, value.stream_block.to_python(raw))


def _streams(instance: Translatable) -> list[StreamField]:
    fields = [field.get_field(type(instance)) for field in get_translatable_fields(type(instance))]
    return [field for field in fields if isinstance(field, StreamField)]


def _copy_emptied(original: Translatable, target: Translatable) -> None:
    """Empty what the source emptied: wagtail-localize copies only choices that were made."""
    for translatable in get_translatable_fields(type(original)):
        field = translatable.get_field(type(original))
        if isinstance(field, ParentalManyToManyField):
            setattr(target, field.name, list(getattr(original, field.name).all()))
        elif isinstance(field, ForeignKey) and getattr(original, field.attname) is None:
            setattr(target, field.name, None)


def missing_passages(translation: Translation, target: Translatable) -> tuple[str, ...]:
    """Return the paths of the source that nobody translated yet."""
    writer = _Writer(translation, wordings(target))
    writer.strings()
    return tuple(writer.missing)


class _Writer:
    """Chooses, path by path, whose words stand in the translated page."""

    def __init__(self, translation: Translation, theirs: dict[str, Wording]) -> None:
        self.translation = translation
        self.theirs = theirs
        self.known = said(translation)
        texts = [value.string.data for wording in theirs.values() for value in wording.strings]
        self.untranslated = known_in_source(translation, texts)
        self.missing: list[str] = []

    def strings(self) -> list[Any]:
        """Return the strings of every path with the templates that they stand in."""
        source = self.translation.source
        rows = TemplateSegment.objects.filter(source=source).select_related("template", "context")
        templates = {row.context_id: row for row in rows}
        passages: dict[int, list[StringSegment]] = defaultdict(list)
        for row in StringSegment.objects.filter(source=source).select_related("context", "string").order_by("order"):
            passages[row.context_id].append(row)
        values: list[Any] = []
        for context_id, strings in passages.items():
            values += self._path(strings, templates.pop(context_id, None))
        return values + [_template(row) for row in templates.values()]

    def _path(self, rows: list[StringSegment], template: TemplateSegment | None) -> list[Any]:
        path = rows[0].context.path
        words = [self._words(row) for row in rows]
        if not any(words) and (own := self._own(path)):
            return own
        if not all(words):
            self.missing.append(path)
        values: list[Any] = [_template(template)] if template else []
        for row, text in zip(rows, words, strict=True):
            string = StringValue(text or row.string.data)
            values.append(StringSegmentValue(path, string, attrs=json.loads(row.attrs), order=row.order))
        return values

    def _words(self, row: StringSegment) -> str:
        found = self.known.get((row.context_id, row.string_id))
        return "" if found is None or found.has_error else str(found.data)

    def _own(self, path: str) -> list[Any]:
        """Return what the page itself says under ``path``, in its own structure; nothing where that is the source's."""
        wording = self.theirs.get(path)
        if wording is None or not wording.strings:
            return []
        if any(value.string.data in self.untranslated for value in wording.strings):
            return []
        return [*([wording.template.with_order(0)] if wording.template else []), *wording.strings]


def _template(row: TemplateSegment) -> TemplateSegmentValue:
    kept = row.template
    return TemplateSegmentValue(
        row.context.path, kept.template_format, kept.template, kept.string_count, order=row.order
    )


def _related(translation: Translation) -> list[OverridableSegmentValue]:
    """Return what the source points to, where the other language has it; else the page keeps what it points to."""
    rows = RelatedObjectSegment.objects.filter(source=translation.source).select_related("object", "context")
    twins = [(row, row.object.get_instance_or_none(translation.target_locale)) for row in rows]
    return [OverridableSegmentValue(row.context.path, twin.pk, order=row.order) for row, twin in twins if twin]


def _overridden(translation: Translation) -> list[OverridableSegmentValue]:
    """Return addresses and choices that differ on purpose, and for each chosen page the one in this language."""
    rows = (
        OverridableSegment.objects.filter(source=translation.source)
        .annotate_override_json(translation.target_locale)
        .select_related("context", "source__specific_content_type")
    )
    values = [(row, json.loads(row.override_json) if row.override_json else _twin(row, translation)) for row in rows]
    return [
        OverridableSegmentValue(row.context.path, value, order=row.order) for row, value in values if value is not None
    ]


def _twin(row: OverridableSegment, translation: Translation) -> int | None:
    if not chooses_pages(row):
        return None
    chosen = Page.objects.filter(pk=row.data).first()
    twin = chosen.get_translation_or_none(translation.target_locale) if chosen else None
    return twin.pk if twin else None
