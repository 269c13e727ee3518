"""Reading practices: by key in the reader's language, where they come from, and what leads to them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from wagtail.models import Page

from courses.models import AssignmentPage, PracticePage, PracticeUse, Theme
from courses.models.practice import adapted_keys
from courses.selectors.library import ON_A_CARD, with_schools
from courses.selectors.pages import open_to_all

Key = uuid.UUID
RELATED = 3
"""How many related practices are shown."""


def practices_by_key(keys: Iterable[Key], locale_id: int) -> dict[Key, PracticePage]:
    """Return the practices of those keys that all may read: in the language asked for, else in any, in one query."""
    pages = open_to_all(PracticePage.objects.live()).filter(translation_key__in=list(keys)).select_related("locale")
    return _each_once(pages, locale_id)


def practices_of_assignments(keys: Iterable[str]) -> list[PracticePage]:
    """Return the practices that these assignments ask to try, each once, whatever the language of the assignment."""
    assignments = AssignmentPage.objects.filter(translation_key__in=list(keys), practice__isnull=False)
    found: dict[Key, PracticePage] = {}
    for assignment in assignments.select_related("practice", "practice__locale").order_by("path"):
        found.setdefault(assignment.practice.translation_key, assignment.practice)
    return list(found.values())


@dataclass(frozen=True)
class Source:
    """A practice that another was adapted from. ``url`` is empty while it is not published."""

    title: str
    credit: str
    licence: str
    url: str


def credit_chain(practice: PracticePage) -> list[Source]:
    """Return what the practice was adapted from, nearest first, each in the reader's language where it exists.

    One that was published once and is no more keeps its credit, without a link. One that never was is not told.
    """
    keys = adapted_keys(practice.adapted_from_id)
    if not keys:
        return []
    pages = PracticePage.objects.filter(translation_key__in=keys, first_published_at__isnull=False)
    pages = pages.only(*ON_A_CARD, "licence", "live").select_related("locale").order_by("-live")
    found = _each_once(pages, practice.locale_id)
    sources = [found[key] for key in keys if key in found]
    return [Source(s.title, s.credit, s.licence, (s.get_url() or "") if s.live else "") for s in sources]


def adaptations_of(practice: PracticePage) -> list[PracticePage]:
    """Return the practices that were adapted from this one and that all may read, in the reader's language if any."""
    pages = open_to_all(PracticePage.objects.live()).filter(adapted_from__translation_key=practice.translation_key)
    return list(_each_once(pages.only(*ON_A_CARD).select_related("locale"), practice.locale_id).values())


def steps_that_use(practice: PracticePage) -> list[Page]:
    """Return the live lessons and assignments that lead to the practice, in the reader's language where they exist.

    Pages that an editor made private are not told of.
    """
    uses = PracticeUse.objects.filter(practice__translation_key=practice.translation_key)
    pages = open_to_all(Page.objects.live()).filter(pk__in=uses.values("page_id")).select_related("locale")
    return list(_each_once(pages.order_by("path"), practice.locale_id).values())


def related_practices(practice: PracticePage, themes: Iterable[Theme]) -> list[PracticePage]:
    """Return a few practices of the same language that stand with this one: in a lesson first, then under its themes.

    Two small queries find them, whatever the library's size: rows of uses, and rows of themes.
    """
    lessons = PracticeUse.objects.filter(practice__translation_key=practice.translation_key).values("page_id")
    beside = PracticeUse.objects.filter(page__in=lessons).values("practice__translation_key")
    others = open_to_all(PracticePage.objects.live()).filter(locale_id=practice.locale_id).exclude(pk=practice.pk)
    cards = with_schools(others.only(*ON_A_CARD)).select_related("locale")
    found = list(cards.filter(translation_key__in=beside).order_by("-schools", "path")[:RELATED])
    theme_ids = [theme.pk for theme in themes]
    if len(found) < RELATED and theme_ids:
        alike = cards.filter(themes__in=theme_ids).exclude(pk__in=[page.pk for page in found])
        shared = alike.annotate(shared=Count("themes")).order_by("-shared", "-schools", "path")
        found += shared[: RELATED - len(found)]
    return found


def _each_once(pages: QuerySet[Page], locale_id: int) -> dict[Key, Page]:
    """Return the pages by key, each in the language asked for where it exists, in the order of ``pages``."""
    found: dict[Key, Page] = {}
    for page in pages:
        if page.locale_id == locale_id or page.translation_key not in found:
            found[page.translation_key] = page
    return found
