"""Finding pages: by path, by language, by key."""

import uuid
from typing import TypeVar

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from wagtail.models import Page, PageViewRestriction

from courses.models import AssignmentPage, CoursePage, LessonPage, LessonVersion

Key = uuid.UUID
AnyPage = TypeVar("AnyPage", bound=Page)


def course_of(page: Page) -> CoursePage | None:
    """Return the course that ``page`` is or lies in, in one query."""
    paths = [page.path[: page.steplen * depth] for depth in range(2, page.depth + 1)]
    return CoursePage.objects.filter(path__in=paths).select_related("locale").first()


def has_lesson(course_key: uuid.UUID, lesson_key: uuid.UUID) -> bool:
    """Tell whether the lesson lies in the course in any language, published or not, in one query."""
    lessons = LessonPage.objects.filter(translation_key=lesson_key).annotate(course_path=_outer_path())
    inside = Exists(lessons.filter(path__startswith=F("course_path")))
    return CoursePage.objects.filter(inside, translation_key=course_key).exists()


def _outer_path() -> ExpressionWrapper:
    """Return the path of the page that the outer query looks at, as text that can be compared."""
    return ExpressionWrapper(OuterRef("path"), output_field=CharField())


def _is_restricted() -> Exists:
    """Return what tells whether an editor made a page, or one above it, private."""
    above = PageViewRestriction.objects.annotate(asked=_outer_path()).filter(asked__startswith=F("page__path"))
    return Exists(above)


def with_restrictions(pages: "QuerySet[AnyPage]") -> "QuerySet[AnyPage]":
    """Return the pages with ``is_restricted``: an editor made it, or a page above it, private."""
    return pages.annotate(is_restricted=_is_restricted())


def open_to_all(pages: "QuerySet[AnyPage]") -> "QuerySet[AnyPage]":
    """Return those of the pages that nobody made private, in the same query."""
    return pages.filter(~_is_restricted())


def live_page_at(url_path: str) -> Page | None:
    """Return the live page at ``url_path`` in its own class: one query for a lesson, two for others.

    ``is_restricted`` on it tells whether an editor made it, or a page above it, private; ``version_uuid`` is that of
    the newest version of a lesson.
    """
    versions = LessonVersion.objects.filter(
        translation_key=OuterRef("translation_key"), locale=OuterRef("locale__language_code")
    )
    newest = Subquery(versions.order_by("-id").values("uuid")[:1])
    pages = with_restrictions(Page.objects.live()).annotate(version_uuid=newest)
    page = pages.filter(url_path=url_path).select_related("locale", "lessonpage").first()
    if page is None:
        return None
    found: Page = getattr(page, "lessonpage", None) or page.specific
    found.locale = page.locale
    found.is_restricted = page.is_restricted
    found.version_uuid = page.version_uuid
    return found


def in_language(page: Page, language: str) -> Page:
    """Return the live translation of ``page`` in ``language``, or ``page`` itself when there is none."""
    if page.locale.language_code == language:
        return page
    model = type(page)
    twin = (
        model.objects.live()
        .filter(translation_key=page.translation_key, locale__language_code=language)
        .select_related("locale")
        .first()
    )
    return twin or page


def lesson_edition(translation_key: Key, language: str) -> int:
    """Return the edition of the lesson that is live in ``language``, and 0 when none is."""
    pages = LessonPage.objects.live().filter(translation_key=translation_key, locale__language_code=language)
    page = pages.only("last_published_at").first()
    return page.edition if page else 0


def titles_by_language(page: Page) -> dict[str, str]:
    """Return the page's title in each language it is published in: ``{"zh-hans": …, "en": …}``; its own at least."""
    twins: QuerySet[Page] = Page.objects.filter(Q(live=True) | Q(pk=page.pk), translation_key=page.translation_key)
    return dict(twins.values_list("locale__language_code", "title"))


def assignment_by_key(translation_key: Key, language: str) -> AssignmentPage | None:
    """Return the live assignment of that key in ``language``, else in any language."""
    pages = AssignmentPage.objects.live().filter(translation_key=translation_key).select_related("locale")
    return next((page for page in pages if page.locale.language_code == language), None) or pages.first()


def assignment_titles(translation_key: Key) -> dict[str, str]:
    """Return an assignment's title in each language it exists in; empty when it exists no more."""
    pages = AssignmentPage.objects.filter(translation_key=translation_key)
    return dict(pages.values_list("locale__language_code", "title"))
