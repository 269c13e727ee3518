"""When the modules of a cohort open and until when its steps are due."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max

from cohorts.enums import Pace
from cohorts.models import Cohort, Deadline, Enrolment, Extension, Release
from cohorts.models.extension import moment_for
from cohorts.rules.pace import Plan, Taught, day_of
from courses.models import CoursePage
from courses.selectors import ModuleOutline, Step, in_language, outline

MOST_EXTENSIONS = 200
"""Shown at once."""


def due_at(enrolment: Enrolment, step_key: uuid.UUID) -> datetime | None:
    """Return when a step is due for a learner, if it is."""
    deadline = Deadline.objects.filter(cohort=enrolment.cohort_id, step_key=step_key)
    due: datetime | None = deadline.annotate(moment=moment_for(enrolment)).values_list("moment", flat=True).first()
    return due


def dues_of(enrolment: Enrolment) -> dict[str, datetime]:
    """Return until when the steps are due for a learner, by the step's key as a string: one query."""
    deadlines = Deadline.objects.filter(cohort=enrolment.cohort_id).annotate(moment=moment_for(enrolment))
    return {str(key): due for key, due in deadlines.values_list("step_key", "moment")}


def longer_dues(cohort: Cohort) -> dict[int, dict[str, datetime]]:
    """Return what was given longer in a cohort: enrolment's id → step's key → the latest of its extensions.

    A deadline of the whole cohort that lies later still holds. One query, however many learners.
    """
    rows = Extension.objects.filter(enrolment__cohort=cohort).values_list("enrolment", "step_key")
    found: dict[int, dict[str, datetime]] = {}
    for enrolment, key, latest in rows.annotate(latest=Max("due_at")).order_by():
        found.setdefault(enrolment, {})[str(key)] = latest
    return found


def extensions_of(cohort: Cohort) -> list[Extension]:
    """Return who was given longer in a cohort and why, the newest first."""
    given = Extension.objects.filter(enrolment__cohort=cohort).select_related("enrolment__user", "granted_by")
    return list(given[:MOST_EXTENSIONS])


def deadlines_of(cohort: Cohort) -> dict[str, datetime]:
    """Return until when the cohort's steps are due, by the step's key as a string; a step may have no deadline.

    What is due for one learner says ``dues_of``: somebody may have been given longer.
    """
    deadlines = Deadline.objects.filter(cohort=cohort).values_list("step_key", "due_at")
    return {str(key): due for key, due in deadlines}


def releases_of(cohort: Cohort) -> dict[str, date]:
    """Return on which day the cohort's modules open, by the module's key as a string; one without is open."""
    releases = Release.objects.filter(cohort=cohort).values_list("module_key", "opens_on")
    return {str(key): opens_on for key, opens_on in releases}


def coming_releases(cohort: Cohort, at: datetime) -> dict[str, date]:
    """Return the modules that are still to open, with their days; no query where everything is open from the start."""
    if cohort.pace == Pace.OPEN:
        return {}
    today = day_of(at, cohort.zone)
    return {key: opens_on for key, opens_on in releases_of(cohort).items() if opens_on > today}


def taught_by(course: CoursePage) -> list[Taught]:
    """Return the modules of a course in the form of the rules."""
    return [as_taught(module) for module in outline(course)]


def as_taught(module: ModuleOutline) -> Taught:
    """Return a module of an outline in the form of the rules."""
    return Taught(
        key=str(module.key),
        lessons=tuple(str(step.key) for step in module.lessons),
        assignments=tuple(str(step.key) for step in module.steps if step.is_assignment),
    )


def plan_of(cohort: Cohort, modules: Iterable[Taught]) -> Plan:
    """Return the cohort's plan as its rows say it. Lessons of one module with several days count by the last one."""
    due = {key: day_of(moment, cohort.zone) for key, moment in deadlines_of(cohort).items()}
    modules = list(modules)
    lessons = {module.key: [due[key] for key in module.lessons if key in due] for module in modules}
    return Plan(
        opens=releases_of(cohort),
        lessons_due={key: max(days) for key, days in lessons.items() if days},
        assignments_due={key: due[key] for module in modules for key in module.assignments if key in due},
    )


@dataclass(frozen=True)
class PlannedModule:
    """A module as it stands on one day of a cohort: ``opens_on`` only while it is still to open."""

    module: ModuleOutline
    opens_on: date | None
    lessons_due: date | None
    steps: Sequence[tuple[Step, date | None]]


@dataclass(frozen=True)
class DayOfCohort:
    """What a learner who has done nothing yet finds on one day: ``number`` counts from 1."""

    number: int
    day: date
    last_number: int
    week: int
    modules: Sequence[PlannedModule]

    @property
    def first_step(self) -> Step | None:
        """The step that is proposed to begin with."""
        return next((step for module in self.modules if not module.opens_on for step, _due in module.steps), None)

    @property
    def earlier(self) -> int:
        """A week before, or the first day."""
        return max(1, self.number - 7)

    @property
    def later(self) -> int:
        """A week later, or the last day."""
        return min(self.last_number, self.number + 7)


def day_of_cohort(cohort: Cohort, number: int, language: str) -> DayOfCohort:
    """Return what the cohort's learners find on a day; a number beyond the dates means the nearest day inside."""
    last = (cohort.ends_on - cohort.starts_on).days + 1
    number = min(max(number, 1), last)
    today = cohort.starts_on + timedelta(days=number - 1)
    modules = outline(in_language(cohort.course, language))
    plan = plan_of(cohort, map(as_taught, modules))
    return DayOfCohort(
        number=number,
        day=today,
        last_number=last,
        week=min((number - 1) // 7 + 1, cohort.weeks),
        modules=[_planned(module, plan, today) for module in modules],
    )


def _planned(module: ModuleOutline, plan: Plan, today: date) -> PlannedModule:
    opens_on = plan.opens.get(str(module.key))
    return PlannedModule(
        module=module,
        opens_on=opens_on if opens_on and opens_on > today else None,
        lessons_due=plan.lessons_due.get(str(module.key)),
        steps=[(step, plan.assignments_due.get(str(step.key))) for step in module.steps],
    )
