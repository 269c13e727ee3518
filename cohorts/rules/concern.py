"""Who needs a call and why: pure functions of a summary row, the cohort's dates and now.

Five reasons. *Never opened*: nothing was done in the first three days after joining, or after the cohort's first day.
*Silent*: nothing was done for seven days. *Late twice*: two due dates were missed, and what was due on one of them is
still open; lessons that are due on one day miss one date. *Failed twice*: a lesson with a pass mark was finished twice
with too little of it right, and is not passed. *Returned and not reworked*: a report came back five days ago and was
not handed in again.

Nobody who has completed the course needs a call, and nobody does before the cohort begins. Once its last day is over
silence is no reason any more; two weeks later nothing is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from django.utils.translation import gettext, ngettext

from cohorts.enums import StepState
from cohorts.rules.steps import OPEN_STATES, read

SILENT_AFTER: Final = timedelta(days=7)
NEVER_OPENED_AFTER: Final = timedelta(days=3)
NOT_REWORKED_AFTER: Final = timedelta(days=5)
AFTERWARDS: Final = timedelta(days=14)
"""How long after the cohort's last day what is open is still a reason to call."""

TWICE: Final = 2


class Why(IntEnum):
    """The reasons, the most pressing first."""

    NEVER_OPENED = 1
    SILENT = 2
    RETURNED = 3
    FAILED = 4
    LATE = 5


@dataclass(frozen=True)
class Reason:
    """Why somebody needs a call. ``number`` is days or times, ``place`` that of the step it is about, if of one."""

    why: Why
    number: int
    place: int | None = None

    @property
    def words(self) -> str:
        """The reason in words, in the active language."""
        return _words(self.why, self.number) % {"number": self.number}


def _words(why: Why, number: int) -> str:
    if why == Why.NEVER_OPENED:
        return ngettext("nothing opened in %(number)d day", "nothing opened in %(number)d days", number)
    if why == Why.SILENT:
        return ngettext("silent for %(number)d day", "silent for %(number)d days", number)
    if why == Why.RETURNED:
        return ngettext(
            "returned %(number)d day ago, not reworked", "returned %(number)d days ago, not reworked", number
        )
    if why == Why.FAILED:
        return gettext("not passed after %(number)d tries")
    return gettext("late %(number)d times")


@dataclass(frozen=True)
class Dates:
    """When a cohort begins and ends, and until when each step is due, by its place; a step may have no deadline.

    All are moments: the first of the first day and the last of the last day, in the cohort's own time zone.
    """

    starts_at: datetime
    ends_at: datetime
    due: Sequence[datetime | None]
    lessons: int
    """How many of the steps are lessons; they come first."""

    def with_extensions(self, moments: Mapping[int, datetime]) -> "Dates":
        """Return the dates of somebody who was given more time for the steps at these places.

        The later of the two moments holds, and what has no deadline gets none.
        """
        due = [due and max(due, moments.get(place, due)) for place, due in enumerate(self.due)]
        return Dates(self.starts_at, self.ends_at, due, self.lessons)


@dataclass(frozen=True)
class Followed:
    """What a summary row says of a learner."""

    letters: str
    since: str
    handed_in: str
    failures: str
    joined_at: datetime
    last_activity_at: datetime | None


def overdue(dates: Dates, now: datetime) -> frozenset[int]:
    """Return the places of the steps whose deadline has passed."""
    return frozenset(place for place, due in enumerate(dates.due) if due is not None and due < now)


def late_places(learner: Followed, dates: Dates, past: frozenset[int]) -> list[int]:
    """Return the steps that are open past their deadline, and the reports first handed in after it.

    ``past`` are the steps whose deadline is over; it is the same for many learners.
    """
    found = [place for place in past if learner.letters[place : place + 1] in OPEN_STATES]
    for number, moment in enumerate(read(learner.handed_in)):
        place = dates.lessons + number
        due = dates.due[place] if place < len(dates.due) else None
        if moment is not None and due is not None and moment > due.timestamp():
            found.append(place)
    return sorted(set(found))


def reasons(learner: Followed, dates: Dates, now: datetime, late: Sequence[int] | None = None) -> list[Reason]:
    """Return why somebody who is learning needs a call, the most pressing reason first; nothing when nobody need call.

    ``late`` are the late places of the learner, where the caller has them at hand.
    """
    if not dates.starts_at <= now <= dates.ends_at + AFTERWARDS:
        return []
    late = late_places(learner, dates, overdue(dates, now)) if late is None else late
    found = [_silence(learner, dates, now), _returned(learner, now), _failed(learner), _late(learner, dates, late)]
    return sorted((reason for reason in found if reason), key=lambda reason: reason.why)


def _silence(learner: Followed, dates: Dates, now: datetime) -> Reason | None:
    if now > dates.ends_at:
        return None
    begun = max(learner.joined_at, dates.starts_at)
    if learner.last_activity_at is None:
        return _since(Why.NEVER_OPENED, begun, NEVER_OPENED_AFTER, now)
    return _since(Why.SILENT, max(learner.last_activity_at, dates.starts_at), SILENT_AFTER, now)


def _since(why: Why, moment: datetime, length: timedelta, now: datetime, place: int | None = None) -> Reason | None:
    return Reason(why, (now - moment).days, place) if now - moment >= length else None


def _returned(learner: Followed, now: datetime) -> Reason | None:
    """Return the report that came back longest ago and was not reworked."""
    if StepState.RETURNED not in learner.letters:
        return None
    moments = read(learner.since)
    waiting = [
        (moment, place)
        for place, moment in enumerate(moments)
        if moment is not None and learner.letters[place] == StepState.RETURNED
    ]
    if not waiting:
        return None
    moment, place = min(waiting)
    return _since(Why.RETURNED, datetime.fromtimestamp(moment, now.tzinfo), NOT_REWORKED_AFTER, now, place)


def _failed(learner: Followed) -> Reason | None:
    """Return the lesson that was failed most often and is not passed."""
    tries = [
        (int(failed), -place)
        for place, failed in enumerate(learner.failures)
        if failed >= str(TWICE) and learner.letters[place : place + 1] in OPEN_STATES
    ]
    return Reason(Why.FAILED, max(tries)[0], -max(tries)[1]) if tries else None


def _late(learner: Followed, dates: Dates, late: Sequence[int]) -> Reason | None:
    times = len({dates.due[place] for place in late})
    is_open = any(learner.letters[place : place + 1] in OPEN_STATES for place in late)
    return Reason(Why.LATE, times) if is_open and times >= TWICE else None
