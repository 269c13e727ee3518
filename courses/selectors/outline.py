"""A course from its modules down to the steps, in one query."""

import uuid
from dataclasses import dataclass

from django.db.models import F
from wagtail.models import Page

from courses.models import CoursePage

Key = uuid.UUID


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


def required_steps(course: CoursePage) -> tuple[list[str], list[str]]:
    """Return the keys of the lessons and of the assignments that finishing the course takes, as strings, in order."""
    steps = [step for module in outline(course) for step in module.steps]
    return (
        [str(step.key) for step in steps if not step.is_assignment],
        [str(step.key) for step in steps if step.is_assignment],
    )
