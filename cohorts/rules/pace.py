"""When the modules of a cohort open and until when their steps are due: pure functions over days.

A *plan* is what a facilitator sees as one table: for each module the day on which it opens and the last day for its
lessons, for each assignment its last day. A proposal follows from the pace; every day of it can be changed. Days are
days of the cohort: a step is due when its last day ends there, so a clone in another time zone, or across the change of
a clock, keeps its days. Rule 1: a module a week, and an assignment may be handed in for a week longer than its module's
lessons, because a practice is tried at school. Rule 2: nothing is due after the cohort's last day, and nothing opens
before its first. Rule 3: a clone moves every day by the same number of days.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cohorts.enums import Pace

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
TRYING = WEEK
"""How much longer than the lessons of its module an assignment may take."""


@dataclass(frozen=True)
class Taught:
    """A module in the order of the course, with its steps, by key."""

    key: str
    lessons: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The days of a cohort. ``opens`` is by module; a module without a day is open from the start.

    ``lessons_due`` is by module and ``assignments_due`` by assignment; what has no day is never late.
    """

    opens: Mapping[str, date] = field(default_factory=dict)
    lessons_due: Mapping[str, date] = field(default_factory=dict)
    assignments_due: Mapping[str, date] = field(default_factory=dict)

    def moved(self, by: timedelta) -> "Plan":
        """Return the plan with every day moved alike."""
        return self._with(lambda day: day + by)

    def within(self, starts_on: date, ends_on: date) -> "Plan":
        """Return the plan with the days that lie outside brought to the nearest day inside."""
        return self._with(lambda day: min(max(day, starts_on), ends_on))

    def _with(self, change: Callable[[date], date]) -> "Plan":
        return Plan(
            {key: change(day) for key, day in self.opens.items()},
            {key: change(day) for key, day in self.lessons_due.items()},
            {key: change(day) for key, day in self.assignments_due.items()},
        )


def proposed(pace: str, starts_on: date, ends_on: date, modules: Iterable[Taught]) -> Plan:
    """Return the plan that a pace proposes: a module a week, modules spread over the dates, or all open from the start.

    With a pace by dates the modules get equal shares of the days; whoever chose it has days of their own in mind.
    """
    modules = list(modules)
    if pace == Pace.OPEN:
        return Plan(assignments_due={key: ends_on for module in modules for key in module.assignments})
    length = WEEK if pace == Pace.WEEKLY else max(DAY, (ends_on - starts_on + DAY) // max(1, len(modules)))
    plan = Plan()
    for number, module in enumerate(modules):
        opens_on = starts_on + number * length
        last = opens_on + length - DAY
        plan = replace(
            plan,
            opens={**plan.opens, module.key: opens_on},
            lessons_due={**plan.lessons_due, module.key: last} if module.lessons else plan.lessons_due,
            assignments_due={**plan.assignments_due, **dict.fromkeys(module.assignments, last + TRYING)},
        )
    return plan.within(starts_on, ends_on)


OPENS, LESSONS, WORK = "opens", "lessons", "work"
"""The three kinds of days in a plan."""

BEFORE_START, AFTER_END, DUE_BEFORE_OPEN = "before_start", "after_end", "due_before_open"


@dataclass(frozen=True)
class Fault:
    """Why a day of a plan cannot stand: which kind of day, of which module or assignment, and what is wrong."""

    kind: str
    key: str
    code: str


def faults_of(plan: Plan, starts_on: date, ends_on: date, modules: Iterable[Taught]) -> list[Fault]:
    """Return every day that lies outside the cohort, and every step that is due before its module opens."""
    found = [
        Fault(kind, key, BEFORE_START if day < starts_on else AFTER_END)
        for kind, days in ((OPENS, plan.opens), (LESSONS, plan.lessons_due), (WORK, plan.assignments_due))
        for key, day in days.items()
        if not starts_on <= day <= ends_on
    ]
    for module in modules:
        opens_on = plan.opens.get(module.key, starts_on)
        due = [(LESSONS, module.key, plan.lessons_due.get(module.key))]
        due += [(WORK, key, plan.assignments_due.get(key)) for key in module.assignments]
        found += [Fault(kind, key, DUE_BEFORE_OPEN) for kind, key, day in due if day is not None and day < opens_on]
    return found


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last moment of a day in a time zone: until then what is due on it is in time."""
    return datetime.combine(day, time.max, tzinfo=zone)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of a moment in a time zone."""
    return moment.astimezone(zone).date()
