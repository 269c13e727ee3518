"""Making a cohort like an earlier one."""

from datetime import date, datetime
from typing import Any

from cohorts.models import Cohort
from cohorts.selectors import plan_of, taught_by
from cohorts.services.opening import make_cohort


def clone_cohort(*, source: Cohort, name: str, starts_on: date, actor: Any, at: datetime) -> Cohort:
    """Make a cohort of the same course whose every day lies as far from its first as in ``source``; nobody is copied.

    It is led by whoever clones it, and is to be opened like any other. The course is taken as it is now: what was
    added to it since has no day yet, and what was taken out has none any more.
    """
    by = starts_on - source.starts_on
    closes = source.joining_closes_on
    return make_cohort(
        course=source.course,
        name=name,
        starts_on=starts_on,
        ends_on=source.ends_on + by,
        facilitator=actor,
        actor=actor,
        at=at,
        language=source.language,
        time_zone=source.time_zone,
        pace=source.pace,
        capacity=source.capacity,
        joining=source.joining,
        joining_closes_on=closes + by if closes else None,
        plan=plan_of(source, taught_by(source.course)).moved(by),
        cloned_from=source,
    )
