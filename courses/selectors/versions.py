"""Reading lesson versions: the record that grading reads."""

import uuid
from collections.abc import Iterable

from django.db.models import Max

from courses.models import LessonVersion

Key = uuid.UUID


def current_version(translation_key: Key, locale: str) -> LessonVersion | None:
    """Return the newest version of a lesson in a language."""
    return LessonVersion.objects.filter(translation_key=translation_key, locale=locale).order_by("-id").first()


def current_versions(translation_keys: Iterable[Key], locale: str) -> dict[Key, LessonVersion]:
    """Return the newest version of each lesson in a language, in one query."""
    rows = LessonVersion.objects.filter(translation_key__in=list(translation_keys), locale=locale).order_by("id")
    return {row.translation_key: row for row in rows}


def newest_versions(translation_keys: Iterable[Key]) -> dict[tuple[Key, str], LessonVersion]:
    """Return the newest version of each lesson in each language by (lesson, language), in two queries."""
    rows = LessonVersion.objects.filter(translation_key__in=list(translation_keys))
    newest = rows.values("translation_key", "locale").annotate(newest=Max("id")).order_by()
    found = LessonVersion.objects.in_bulk([row["newest"] for row in newest])
    return {(version.translation_key, version.locale): version for version in found.values()}


def prompts_of(translation_keys: Iterable[Key], language: str) -> dict[tuple[Key, str], str]:
    """Return what each question of these lessons asks, by (lesson, question), in one query.

    It is said as the newest version in ``language`` has it, else in any language; a question taken out is not in it.
    """
    rows = LessonVersion.objects.filter(translation_key__in=list(translation_keys))
    newest = rows.values("translation_key", "locale").annotate(newest=Max("id")).order_by().values("newest")
    found = LessonVersion.objects.filter(pk__in=newest).only("translation_key", "locale", "questions")
    return {
        (version.translation_key, str(question["id"])): str(question["prompt"])
        for version in sorted(found, key=lambda version: version.locale == language)
        for question in version.questions
    }
