"""Beginning to translate a whole course at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from courses.models import CoursePage, PracticePage, QuestionBank
from courses.services.translating.passages import Translatable
from courses.services.translating.publishing import start_translation


@dataclass(frozen=True)
class Begun:
    """What was begun for a course: what is new, and what was being translated before or is."""

    course: Translation
    new: int
    known: int


def start_course(*, course: CoursePage, locale: Locale, at: datetime, actor: Any = None) -> Begun:
    """Begin to translate a course with its modules, lessons and assignments, the practices that they lead to and the
    banks that they draw from.

    Each page is a transaction of its own, about a tenth of a second: broken off, it is simply begun again. Raises
    ``TranslationRefused`` when the course is itself translated from that language.
    """
    translation = start_translation(source=course, locale=locale, at=at, actor=actor)
    new = known = 0
    for instance in _parts(course):
        twin = instance.get_translation_or_none(locale)
        is_known = twin is not None and getattr(twin, "alias_of_id", None) is None
        start_translation(source=instance, locale=locale, at=at, actor=actor)
        new, known = new + (not is_known), known + is_known
    return Begun(translation, new, known)


def _parts(course: CoursePage) -> Iterator[Translatable]:
    """Yield everything a course needs in its language: first what lessons lead to, so that they find it."""
    steps = list(course.get_descendants().order_by("path").specific())
    used = PracticePage.objects.filter(uses__page__in=[page.pk for page in steps]).values("translation_key")
    yield from PracticePage.objects.filter(translation_key__in=used, locale=course.locale).distinct()
    yield from QuestionBank.objects.filter(translation_key__in=_bank_keys(steps), locale=course.locale)
    yield from steps


def _bank_keys(steps: list[Page]) -> set[Any]:
    """Return the keys of the banks that lessons draw from, published or not."""
    return {
        child.value["bank"].translation_key
        for page in steps
        for child in getattr(page, "body", ())
        if child.block_type == "draw" and child.value["bank"]
    }
