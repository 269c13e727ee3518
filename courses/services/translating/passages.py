"""Taking a source apart into passages, in a fixed number of queries.

wagtail-localize writes each segment by itself, some eight queries a sentence. A course has thousands of sentences.
"""

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from modelcluster.models import ClusterableModel, get_serializable_data_for_fields
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    String,
    StringSegment,
    Template,
    TemplateSegment,
    TranslatableObject,
    TranslationContext,
    TranslationSource,
    get_schema_version,
)
from wagtail_localize.segments import (
    OverridableSegmentValue,
    RelatedObjectSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import extract_segments

Translatable = Any
"""A page or a question bank. Wagtail's classes carry no types."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Taken:
    """A source as it was before and is now: its content, and the strings under each path, in order."""

    source: TranslationSource
    content_before: dict[str, Any]
    content: dict[str, Any]
    before: dict[str, list[String]]
    now: dict[str, list[String]]


def take_apart(instance: Translatable, *, at: datetime) -> Taken:
    """Write ``instance`` as the source of its translations, with its passages, and return what it was and is."""
    found = TranslationSource.objects.filter(object_id=instance.translation_key, locale_id=instance.locale_id).first()
    content_before = json.loads(found.content_json) if found else {}
    source = found or TranslationSource(
        object=TranslatableObject.objects.get_or_create_from_instance(instance)[0],
        locale=instance.locale,
        specific_content_type=ContentType.objects.get_for_model(type(instance)),
    )
    source.content_json = json.dumps(content_of(instance))
    source.object_repr = str(instance)[:200]
    source.schema_version = get_schema_version(instance._meta.app_label)
    source.last_updated_at = at
    source.save()
    before = strings_by_path(source) if found else {}
    _write_segments(source, instance)
    return Taken(source, content_before, json.loads(source.content_json), before, strings_by_path(source))


def content_of(instance: Translatable) -> dict[str, Any]:
    """Return the instance as plain data, in the form in which Wagtail keeps revisions."""
    is_page = isinstance(instance, ClusterableModel)
    as_json = (
        instance.to_json() if is_page else json.dumps(get_serializable_data_for_fields(instance), cls=DjangoJSONEncoder)
    )
    content: dict[str, Any] = json.loads(as_json)
    return content


def strings_by_path(source: TranslationSource) -> dict[str, list[String]]:
    """Return the source's strings under each content path, in order."""
    found: dict[str, list[String]] = defaultdict(list)
    for segment in source.stringsegment_set.select_related("context", "string").order_by("order"):
        found[segment.context.path].append(segment.string)
    return dict(found)


def _write_segments(source: TranslationSource, instance: Translatable) -> None:
    values = extract_segments(instance)
    contexts = contexts_of(source, instance, {value.path for value in values})
    strings = _strings(source.locale_id, [value.string.data for value in values if _is(value, StringSegmentValue)])
    templates = _templates([value for value in values if _is(value, TemplateSegmentValue)])
    rows: dict[type[Model], list[Model]] = {kind: [] for kind in IDENTITY}
    for value in values:
        place = {"source": source, "context": contexts[value.path], "order": value.order}
        if _is(value, StringSegmentValue):
            attrs = json.dumps(value.attrs, cls=DjangoJSONEncoder)
            rows[StringSegment].append(StringSegment(**place, string=strings[value.string.data], attrs=attrs))
        elif _is(value, TemplateSegmentValue):
            rows[TemplateSegment].append(TemplateSegment(**place, template=templates[_template_id(value)]))
        elif _is(value, RelatedObjectSegmentValue):
            rows[RelatedObjectSegment].append(RelatedObjectSegment(**place, object=_object(value)))
        elif _is(value, OverridableSegmentValue):
            data = json.dumps(value.data, cls=DjangoJSONEncoder)
            rows[OverridableSegment].append(OverridableSegment(**place, data_json=data))
    for kind, wanted in rows.items():
        _reconcile(kind, source, wanted)


IDENTITY: dict[type[Model], tuple[str, ...]] = {
    StringSegment: ("context_id", "string_id"),
    TemplateSegment: ("context_id", "template_id"),
    RelatedObjectSegment: ("context_id", "object_id"),
    OverridableSegment: ("context_id", "data_json"),
}
"""What makes a segment the same as before: it keeps its row, which an open editor's addresses name."""


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind)


def _reconcile(kind: type[Model], source: TranslationSource, wanted: list[Any]) -> None:
    """Make the source's segments of one kind those that are wanted."""
    kept: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in kind._default_manager.filter(source=source).order_by("-order"):
        kept[_identity(row)].append(row)
    new, moved = [], []
    for row in wanted:
        if same := kept[_identity(row)]:
            old = same.pop()
            if (old.order, getattr(old, "attrs", None)) != (row.order, getattr(row, "attrs", None)):
                row.pk = old.pk
                moved.append(row)
        else:
            new.append(row)
    gone = [row.pk for rows in kept.values() for row in rows]
    kind._default_manager.filter(pk__in=gone).delete()
    kind._default_manager.bulk_create(new)
    kind._default_manager.bulk_update(moved, ["order", *(["attrs"] if kind is StringSegment else [])])


def _identity(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in IDENTITY[type(row)])


def contexts_of(source: TranslationSource, instance: Translatable, paths: set[str]) -> dict[str, TranslationContext]:
    """Return the contexts of those content paths, making those that are missing."""
    rows = TranslationContext.objects.filter(object_id=source.object_id)
    known = {row.path: row for row in rows}
    TranslationContext.objects.bulk_create(
        [
            TranslationContext(
                object_id=source.object_id,
                path=path,
                path_id=TranslationContext._get_path_id(path),
                field_path=_field_path(instance, path),
            )
            for path in sorted(paths - known.keys())
        ],
        ignore_conflicts=True,
    )
    if paths - known.keys():
        known = {row.path: row for row in rows.all()}
    return known


def _field_path(instance: Translatable, path: str) -> str:
    """Return the path with names of fields in place of ids, as wagtail-localize derives it, without saving it yet."""
    context = SimpleNamespace(path=path, field_path="", save=lambda **_fields: None)
    return str(TranslationContext.get_field_path(context, instance))


def _strings(locale_id: int, texts: list[str]) -> dict[str, String]:
    """Return the rows of those texts, making those that are missing."""
    hashes = {String._get_data_hash(text): text for text in texts}
    return {
        row.data: row
        for row in _known_or_new(
            String,
            "data_hash",
            {pk: String(locale_id=locale_id, data_hash=pk, data=text) for pk, text in hashes.items()},
            locale_id=locale_id,
        )
    }


def _templates(values: list[TemplateSegmentValue]) -> dict[uuid.UUID, Template]:
    rows = {
        _template_id(value): Template(
            uuid=_template_id(value),
            template=value.template,
            template_format=value.format,
            string_count=value.string_count,
        )
        for value in values
    }
    return {row.uuid: row for row in _known_or_new(Template, "uuid", rows)}


def _template_id(value: TemplateSegmentValue) -> uuid.UUID:
    return uuid.uuid5(uuid.uuid5(Template.BASE_UUID_NAMESPACE, value.format), value.template)


def _known_or_new(model: type[M], name: str, rows: dict[uuid.UUID, M], **among: Any) -> list[M]:
    """Return the rows of those ids in batches: what the database has, and what it lacked."""
    found: list[M] = []
    for ids in _batches(list(rows)):
        known = model._default_manager.filter(**{f"{name}__in": ids}, **among)
        have = {getattr(row, name) for row in known}
        model._default_manager.bulk_create([rows[pk] for pk in ids if pk not in have], ignore_conflicts=True)
        found += known.all()
    return found


def _batches(ids: list[uuid.UUID], size: int = 400) -> list[list[uuid.UUID]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _object(value: RelatedObjectSegmentValue) -> TranslatableObject:
    return TranslatableObject.objects.get_or_create(
        translation_key=value.translation_key, defaults={"content_type": value.content_type}
    )[0]
