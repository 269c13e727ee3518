"""When the modules of a cohort open and until when its steps are due."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cohorts.enums import Pace
from cohorts.models import Cohort, Deadline, Release
from cohorts.rules.pace import Plan, Taught, day_of
from courses.models import CoursePage
from courses.selectors import ModuleOutline, Step, in_language, outline


def due_at(cohort_id: int, step_key: uuid.UUID) -> datetime | None:
    """Return when a step is due in a cohort, if it is."""
    deadline = Deadline.objects.filter(cohort=cohort_id, step_key=step_key)
    return deadline.values_list("due_at", flat=True).first()


def deadlines_of(cohort: Cohort) -> dict[str, datetime]:
    """Return until when the cohort's steps are due, by the step's key as a string; a step may have no deadline."""
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
