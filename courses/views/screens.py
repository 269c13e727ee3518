"""What the templates of course, module, lesson, assignment and practice pages show, beyond the page itself."""

import uuid
from itertools import chain
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page

from courses.enums import CHOICE_TYPES, QUESTION_TYPES, UNJUDGED_TYPES
from courses.models import (
    AssignmentPage,
    CourseIndexPage,
    CoursePage,
    LessonPage,
    LessonVersion,
    ModulePage,
    PracticeIndexPage,
    PracticePage,
)
from courses.selectors import Step, course_of, current_version, outline, read_body
from courses.selectors.pages import open_to_all
from courses.views.library import library_screen, practice_screen
from foundation.registries import page_screens

Screen = dict[str, Any]


def register_screens() -> None:
    """Put the screens of this room into the registry."""
    page_screens.add(CourseIndexPage.__name__, catalogue_screen)
    page_screens.add(CoursePage.__name__, course_screen)
    page_screens.add(ModulePage.__name__, module_screen)
    page_screens.add(LessonPage.__name__, lesson_screen)
    page_screens.add(AssignmentPage.__name__, assignment_screen)
    page_screens.add(PracticeIndexPage.__name__, library_screen)
    page_screens.add(PracticePage.__name__, practice_screen)


def catalogue_screen(page: CourseIndexPage, request: HttpRequest) -> Screen:
    """The live courses of this language."""
    return {"courses": CoursePage.objects.live().child_of(page).order_by("path")}


def course_screen(page: CoursePage, request: HttpRequest) -> Screen:
    """The course's outline."""
    modules = outline(page)
    return {
        "course": page,
        "modules": modules,
        "lesson_count": sum(len(module.lessons) for module in modules),
        "assignment_count": sum(len(module.steps) - len(module.lessons) for module in modules),
    }


def module_screen(page: ModulePage, request: HttpRequest) -> Screen:
    """The module within its course."""
    course = known_course(page, request)
    modules = outline(course) if course else []
    return {
        "course": course,
        "outline": next((module for module in modules if module.key == page.translation_key), None),
    }


def lesson_screen(page: LessonPage, request: HttpRequest) -> Screen:
    """The lesson, its place in the module, what its practice cards lead to, and the version that answers name."""
    course = known_course(page, request)
    modules = outline(course) if course else []
    steps = list(chain.from_iterable(module.steps for module in modules))
    place = next((i for i, step in enumerate(steps) if step.key == page.translation_key), None)
    module = next((m for m in modules if any(s.key == page.translation_key for s in m.steps)), None)
    return {
        "course": course,
        "module": module,
        "step": steps[place] if place is not None else None,
        "previous_step": _neighbour(steps, place, -1),
        "next_step": _neighbour(steps, place, +1),
        "version_uuid": _version_uuid(page, request) or "",
        "answer_url": getattr(request, "answer_url", "") or reverse("lesson_event"),
        "asks_otherwise": asks_otherwise(page),
        "practices": read_body(page.body, locale_id=page.locale_id),
    }


def asks_otherwise(page: LessonPage) -> bool:
    """Tell whether the lesson asks other than by choosing as often as one likes: only then it loads questions.js."""
    types = {block["type"] for block in page.body.raw_data}
    return bool(page.pass_mark or page.tries or types & {*QUESTION_TYPES, *UNJUDGED_TYPES, "draw"} - {*CHOICE_TYPES})


def assignment_screen(page: AssignmentPage, request: HttpRequest) -> Screen:
    """The assignment, its course, and the practice it asks to try, where all may read it."""
    practice = open_to_all(PracticePage.objects.live()).filter(pk=page.practice_id) if page.practice_id else None
    return {
        "course": known_course(page, request),
        "practice": practice.first() if practice else None,
        "submission_url": reverse("cohorts:submission", args=[page.translation_key]),
    }


def known_course(page: Page, request: HttpRequest) -> CoursePage | None:
    """Return the course of ``page``; the view that checked the right to read has found it already."""
    known: CoursePage | None = getattr(request, "course", None)
    return known or course_of(page)


def _version_uuid(page: LessonPage, request: HttpRequest) -> uuid.UUID | None:
    """Return the version that answers name: the current one, unless the request brings another, or none for a draft.

    The view that found the page has asked for it in the same query.
    """
    if hasattr(request, "lesson_version"):
        brought: LessonVersion | None = request.lesson_version
        return brought.uuid if brought else None
    if hasattr(page, "version_uuid"):
        found: uuid.UUID | None = page.version_uuid
        return found
    version = current_version(page.translation_key, page.locale.language_code)
    return version.uuid if version else None


def _neighbour(steps: list[Step], place: int | None, by: int) -> Step | None:
    if place is None or not 0 <= place + by < len(steps):
        return None
    return steps[place + by]
