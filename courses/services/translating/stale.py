"""Marking what of a translation is stale, after its source has changed. Nothing that a translator said is lost here.

wagtail-localize keeps a translation under the exact words of its source: change one character and the passage is
untranslated, and the next publication shows the source's words instead. Here the words go along to the changed
passage, with a mark.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from wagtail.fields import StreamField
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import String, StringTranslation, Translation, TranslationContext

from courses.models import StalePassage
from courses.services.translating.blocks import without_words
from courses.services.translating.passages import Taken
from courses.services.translating.words import said

Change = tuple[String | None, String]
"""(before, now): a passage that says something else; no ``before`` where it is new."""


def follow(taken: Taken, translation: Translation, *, is_live: bool, at: datetime) -> None:
    """Carry the words of ``translation`` over to the changed passages and mark them.

    ``is_live`` says whether the translation is published: what is new in a source that was never translated whole is
    not stale, it is simply still to do.
    """
    carrier = _Carrier(taken, translation, is_live, at)
    for path, now in taken.now.items():
        for before, string in _changes(taken.before.get(path, []), now):
            carrier.carry(path, before, string)
    carrier.save(_changed_places(taken) if is_live else [])


def _changes(before: list[String], now: list[String]) -> Iterator[Change]:
    """Yield what changed within one path. Passages that only moved did not change."""
    known = {string.pk for string in before}
    matcher = SequenceMatcher(None, [s.pk for s in before], [s.pk for s in now], autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind in ("equal", "delete"):
            continue
        old = [string for string in before[start:end] if string not in now]
        for string in now[new_start:new_end]:
            if string.pk not in known:
                yield (old.pop(0) if old else None), string


class _Carrier:
    """Gathers what to write for one translation."""

    def __init__(self, taken: Taken, translation: Translation, is_live: bool, at: datetime) -> None:
        self.taken = taken
        self.translation = translation
        self.is_live = is_live
        self.at = at
        self.known = said(translation)
        self.by_string = {string: row for (_context, string), row in self.known.items()}
        self.contexts = {
            row.path: row.pk for row in TranslationContext.objects.filter(object_id=translation.source.object_id)
        }
        self.words: dict[tuple[int, int], StringTranslation] = {}
        self.said_at: dict[tuple[int, int], datetime] = {}
        self.marks: dict[tuple[str, int], StalePassage] = {}

    def carry(self, path: str, before: String | None, now: String) -> None:
        """Take the words for ``before`` as a first translation of ``now``."""
        context = self.contexts[path]
        if (context, now.pk) in self.known:
            return
        old = self.known.get((context, before.pk)) if before else None
        if moved := self.by_string.get(now.pk):  # the same words elsewhere on the page: a row moved, for instance
            self._say(context, now, moved)
            return
        if old is not None:
            self._say(context, now, old)
        if old is not None or self.is_live:
            self.marks[path, now.pk] = StalePassage(
                translation=self.translation,
                path=path,
                string=now,
                before=self._said_when_translated(path, before),
                since=self.at,
            )

    def _said_when_translated(self, path: str, before: String | None) -> str:
        """Return the source's words that were translated: those of the first change, when there were several."""
        if before is None:
            return ""
        earlier = StalePassage.objects.filter(translation=self.translation, path=path, string=before).first()
        return earlier.before if earlier else before.data

    def _say(self, context: int, string: String, words: StringTranslation) -> None:
        self.words[context, string.pk] = StringTranslation(
            translation_of=string,
            context_id=context,
            locale_id=self.translation.target_locale_id,
            data=words.data,
            translation_type=words.translation_type,
            tool_name=words.tool_name,
            last_translated_by_id=words.last_translated_by_id,
            has_error=words.has_error,
        )
        self.said_at[context, string.pk] = words.updated_at

    def save(self, changed_places: list[str]) -> None:
        """Write the words and the marks, and take away marks on what is no longer there."""
        self._save_words()
        current = {(path, string.pk) for path, strings in self.taken.now.items() for string in strings}
        marks = StalePassage.objects.filter(translation=self.translation)
        gone = [
            pk
            for pk, path, string in marks.exclude(string=None).values_list("pk", "path", "string_id")
            if (path, string) not in current
        ]
        marks.filter(pk__in=gone).delete()
        marked = {mark.block_id for mark in self.marks.values()}
        for place in changed_places:
            mark = StalePassage(translation=self.translation, path=place, before="", since=self.at)
            if mark.block_id not in marked:
                marks.get_or_create(
                    path=place, string=None, defaults={"translation": self.translation, "since": self.at}
                )
        StalePassage.objects.bulk_create(self.marks.values(), ignore_conflicts=True)

    def _save_words(self) -> None:
        """Write the carried words with the moment at which they were said: nobody said them anew."""
        StringTranslation.objects.bulk_create(self.words.values())
        for place, row in self.words.items():
            row.updated_at = self.said_at[place]
        StringTranslation.objects.bulk_update(self.words.values(), ["updated_at"])


def _changed_places(taken: Taken) -> list[str]:
    """Return the fields and blocks that differ in what is copied, not translated: a number, a picture, their order."""
    model = taken.source.specific_content_type.model_class()
    fields = [field.get_field(model) for field in get_translatable_fields(model)] if taken.content_before else []
    return [place for field in fields for place in _changed_in(field, taken)]


def _changed_in(field: Any, taken: Taken) -> list[str]:
    before, now = taken.content_before.get(field.name), taken.content.get(field.name)
    if not isinstance(field, StreamField):
        is_words = field.name in taken.now or field.name in taken.before
        return [] if is_words or before == now else [field.name]
    old, new = _copied(field, before), _copied(field, now)
    moved = [field.name] if list(old) != list(new) else []
    return moved + [f"{field.name}.{pk}" for pk, block in new.items() if pk in old and old[pk] != block]


def _copied(field: StreamField, stream: str | None) -> dict[str, Any]:
    """Return what is copied of each block, by its id."""
    return {block["id"]: block for block in without_words(field.stream_block, json.loads(stream or "[]"))}


def settle(words: StringTranslation) -> None:
    """Take the mark off the passage that these words translate: a translator has just said them, or said them again."""
    if words.context is None:
        return
    StalePassage.objects.filter(
        translation__source__object_id=words.context.object_id,
        translation__target_locale_id=words.locale_id,
        path=words.context.path,
        string_id=words.translation_of_id,
    ).delete()
