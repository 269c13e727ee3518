"""Reading what is taught. Nothing here writes or opens a transaction."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from wagtail.models import Page, PageViewRestriction

from courses.models import AssignmentPage, CoursePage, LessonVersion, PracticePage

Key = uuid.UUID


def current_version(translation_key: Key, locale: str) -> LessonVersion | None:
    """Return the newest version of a lesson in a language."""
    return LessonVersion.objects.filter(translation_key=translation_key, locale=locale).order_by("-id").first()


def current_versions(translation_keys: Iterable[Key], locale: str) -> dict[Key, LessonVersion]:
    """Return the newest version of each lesson in a language, in one query."""
    rows = LessonVersion.objects.filter(translation_key__in=list(translation_keys), locale=locale).order_by("id")
    return {row.translation_key: row for row in rows}


def course_of(page: Page) -> CoursePage | None:
    """Return the course that ``page`` is or lies in, in one query."""
    paths = [page.path[: page.steplen * depth] for depth in range(2, page.depth + 1)]
    return CoursePage.objects.filter(path__in=paths).select_related("locale").first()


def practices_by_key(keys: Iterable[Key], locale_id: int) -> dict[Key, PracticePage]:
    """Return the live practices of those keys: in the language asked for, else in any, in one query."""
    pages = PracticePage.objects.live().filter(translation_key__in=list(keys)).select_related("locale")
    found: dict[Key, PracticePage] = {}
    for page in pages:
        if page.locale_id == locale_id or page.translation_key not in found:
            found[page.translation_key] = page
    return found


@dataclass(frozen=True)
class Step:
    """A lesson or an assignment in a course's outline. ``number`` counts the lessons of the module from 1."""

    key: Key
    title: str
    url: str
    is_assignment: bool
    number: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class ModuleOutline:
    """A module with its steps in order."""

    key: Key
    title: str
    summary: str
    url: str
    steps: tuple[Step, ...]

    @property
    def lessons(self) -> tuple[Step, ...]:
        """The module's lessons."""
        return tuple(step for step in self.steps if not step.is_assignment)


def outline(course: CoursePage) -> list[ModuleOutline]:
    """Return the live modules of a course with their live lessons and assignments: one query, however many."""
    pages = (
        Page.objects.live()
        .descendant_of(course)
        .order_by("path")
        .annotate(
            summary=F("modulepage__summary"), minutes=F("lessonpage__minutes"), assignment=F("assignmentpage__pk")
        )
    )
    steps: list[Page] = [page for page in pages if page.minutes is not None or page.assignment is not None]
    modules = [page for page in pages if page.summary is not None and page.depth == course.depth + 1]
    return [
        _module_outline(module, [page for page in steps if page.path.startswith(module.path)]) for module in modules
    ]


def _module_outline(module: Page, pages: list[Page]) -> ModuleOutline:
    steps: list[Step] = []
    number = 0
    for page in pages:
        is_lesson = page.minutes is not None
        number += is_lesson
        steps.append(
            Step(
                key=page.translation_key,
                title=page.title,
                url=page.get_url() or "",
                is_assignment=not is_lesson,
                number=number if is_lesson else 0,
                minutes=page.minutes or 0,
            )
        )
    return ModuleOutline(module.translation_key, module.title, module.summary, module.get_url() or "", tuple(steps))


def _outer_path() -> ExpressionWrapper:
    """Return the path of the page that the outer query looks at, as text that can be compared."""
    return ExpressionWrapper(OuterRef("path"), output_field=CharField())


def live_page_at(url_path: str) -> Page | None:
    """Return the live page at ``url_path`` in its own class: one query for a lesson, two for others.

    ``is_restricted`` on it tells whether an editor made it, or a page above it, private.
    """
    above = PageViewRestriction.objects.annotate(asked=_outer_path()).filter(asked__startswith=F("page__path"))
    pages = Page.objects.live().annotate(is_restricted=Exists(above))
    page = pages.filter(url_path=url_path).select_related("locale", "lessonpage").first()
    if page is None:
        return None
    found: Page = getattr(page, "lessonpage", None) or page.specific
    found.locale = page.locale
    found.is_restricted = page.is_restricted
    return found


def required_steps(course: CoursePage) -> tuple[list[str], list[str]]:
    """Return the keys of the lessons and of the assignments that finishing the course takes, as strings, in order."""
    steps = [step for module in outline(course) for step in module.steps]
    return (
        [str(step.key) for step in steps if not step.is_assignment],
        [str(step.key) for step in steps if step.is_assignment],
    )


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


def titles_by_language(page: Page) -> dict[str, str]:
    """Return the page's title in each language it is published in: ``{"zh-hans": …, "en": …}``; its own at least."""
    twins: QuerySet[Page] = Page.objects.filter(Q(live=True) | Q(pk=page.pk), translation_key=page.translation_key)
    return dict(twins.values_list("locale__language_code", "title"))


def assignment_by_key(translation_key: Key, language: str) -> AssignmentPage | None:
    """Return the live assignment of that key in ``language``, else in any language."""
    pages = AssignmentPage.objects.live().filter(translation_key=translation_key).select_related("locale")
    return next((page for page in pages if page.locale.language_code == language), None) or pages.first()


def practices_of_assignments(keys: Iterable[str]) -> list[PracticePage]:
    """Return the practices that these assignments ask to try, each once, whatever the language of the assignment."""
    assignments = AssignmentPage.objects.filter(translation_key__in=list(keys), practice__isnull=False)
    found: dict[Key, PracticePage] = {}
    for assignment in assignments.select_related("practice", "practice__locale").order_by("path"):
        found.setdefault(assignment.practice.translation_key, assignment.practice)
    return list(found.values())


def assignment_titles(translation_key: Key) -> dict[str, str]:
    """Return an assignment's title in each language it exists in; empty when it exists no more."""
    pages = AssignmentPage.objects.filter(translation_key=translation_key)
    return dict(pages.values_list("locale__language_code", "title"))
