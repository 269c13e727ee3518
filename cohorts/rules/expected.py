"""How far a cohort should be and how far it is, day by day: pure functions of deadlines, dates and moments.

The plan of a step is its deadline. Steps without one are spread evenly, in their order, between the cohort's first
moment and its last: whoever goes at an even pace has done them by then.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cohorts.rules.concern import Dates


@dataclass(frozen=True)
class Point:
    """The end of one day: the shares that were done and that were planned, in percent; nothing is done tomorrow."""

    day: date
    planned: int
    done: int | None


def planned_moments(dates: Dates) -> list[datetime]:
    """Return by when each step should be done, in order of time."""
    free = [place for place, due in enumerate(dates.due) if due is None]
    length = dates.ends_at - dates.starts_at
    spread = {place: dates.starts_at + length * (number + 1) / len(free) for number, place in enumerate(free)}
    return sorted(spread[place] if due is None else due for place, due in enumerate(dates.due))


def planned_share(dates: Dates, now: datetime) -> int:
    """Return the share of steps that should be done by now, in percent."""
    moments = planned_moments(dates)
    return _percent(bisect_right(moments, now), len(moments))


def average_share(done: Iterable[int], steps: int) -> int:
    """Return the average share of steps done by these learners, in percent."""
    done = list(done)
    return _percent(sum(done), steps * len(done))


def _percent(part: int, whole: int) -> int:
    return (part * 200 + whole) // (whole * 2) if whole else 0


def course_of_time(
    moments: Sequence[int], learners: int, dates: Dates, now: datetime, zone: ZoneInfo, *, days: int = 1
) -> list[Point]:
    """Return the shares at the end of each day of the cohort, or of each ``days``-th, and of its last one.

    ``moments`` are those at which a step was done, of all learners together, in seconds since 1970.
    """
    moments, plan = sorted(moments), planned_moments(dates)
    first, last = dates.starts_at.astimezone(zone).date(), dates.ends_at.astimezone(zone).date()
    today = now.astimezone(zone).date()
    wanted = [first + timedelta(days=number) for number in range(days - 1, (last - first).days + 1, days)]
    if not wanted or wanted[-1] != last:
        wanted.append(last)
    return [
        Point(
            day=day,
            planned=_percent(bisect_right(plan, end_of(day, zone)), len(plan)),
            done=_percent(bisect_right(moments, int(end_of(day, zone).timestamp())), learners * len(plan))
            if day <= today
            else None,
        )
        for day in wanted
    ]


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last moment of a day in a time zone."""
    return datetime.combine(day, time.max, tzinfo=zone)
