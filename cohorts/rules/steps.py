"""How far a learner is, step by step, in the few characters that a summary row keeps.

A *step* is a required lesson or assignment; its place is the one that it has in the cohort's requirement set, lessons
first. ``letters`` holds one ``StepState`` a step, ``since`` the moment from which a step has stood as it does, and
``handed_in`` the moment at which each assignment was handed in for the first time. Moments are whole seconds since
1970, in base 36 with a comma after each, so that reading a thousand rows stays cheap.

Nothing here says whether a step is late: that depends on the deadline and on now, and is reckoned when it is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cohorts.enums import StepState, SubmissionStatus
from cohorts.rules.learning import LessonState, Requirements

SUMMARY_VERSION = 1
"""Raised when a summary row says more than before; the sweeper then writes older rows anew."""

DAYS_SEEN = 14
"""How many days, up to that of the last activity, a summary row remembers: this week and the one before."""

MOST_FAILURES = 9
"""What one digit can say."""

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

OPEN_STATES = frozenset((StepState.NOTHING, StepState.BEGUN))
"""A step that stands so waits for its learner for the first time: past its deadline it is late."""

FINISHED_STATES = frozenset((StepState.DONE, StepState.ACCEPTED))
"""What counts as done."""


@dataclass(frozen=True)
class Work:
    """One assignment as its submission stands. Moments are seconds since 1970."""

    status: str
    is_begun: bool = False
    submitted_at: float | None = None
    decided_at: float | None = None
    first_handed_in_at: float | None = None


@dataclass(frozen=True)
class StepSummary:
    """What a summary row keeps of a learner's steps."""

    letters: str = ""
    since: str = ""
    handed_in: str = ""
    failures: str = ""


def summary_of(
    requirements: Requirements,
    lessons: Mapping[str, LessonState],
    works: Mapping[str, Work],
    accepted: Mapping[str, float],
) -> StepSummary:
    """Return the summary of all steps. ``accepted`` tells when an assignment was accepted, by the facts."""
    states = [lessons.get(key, LessonState()) for key in requirements.lessons]
    stand = [_lesson(state) for state in states]
    stand += [_assignment(works.get(key), accepted.get(key)) for key in requirements.assignments]
    first = [work.first_handed_in_at if (work := works.get(key)) else None for key in requirements.assignments]
    return StepSummary(
        letters="".join(state.value for state, _since in stand),
        since=written(since for _state, since in stand),
        handed_in=written(first),
        failures="".join(str(min(state.failed_tries, MOST_FAILURES)) for state in states),
    )


def _lesson(state: LessonState) -> tuple[StepState, float | None]:
    if state.is_complete:
        return StepState.DONE, state.completed_at
    return (StepState.NOTHING if state.started_at is None else StepState.BEGUN), None


def _assignment(work: Work | None, accepted_at: float | None) -> tuple[StepState, float | None]:
    if accepted_at is not None:
        return StepState.ACCEPTED, accepted_at
    if work is None:
        return StepState.NOTHING, None
    if work.status == SubmissionStatus.SUBMITTED:
        return StepState.WAITING, work.submitted_at
    if work.status == SubmissionStatus.RETURNED:
        return StepState.RETURNED, work.decided_at
    return (StepState.BEGUN if work.is_begun else StepState.NOTHING), None


def written(moments: Iterable[float | None]) -> str:
    """Return moments as a summary row keeps them."""
    return "".join(f"{'' if moment is None else in_base_36(int(moment))}," for moment in moments)


def read(text: str) -> list[int | None]:
    """Return the moments that a summary row keeps."""
    return [int(part, 36) if part else None for part in text.split(",")[:-1]]


def in_base_36(number: int) -> str:
    """Return a number that is not negative in base 36, as ``int(text, 36)`` reads it."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"


def days_seen(days: Iterable[date]) -> int:
    """Return the days of activity as bits: bit n stands for n days before the last of them."""
    ordered = sorted(set(days), reverse=True)
    return sum(1 << back for day in ordered if (back := (ordered[0] - day).days) < DAYS_SEEN)


def was_seen(bits: int, last: date, first_day: date, last_day: date) -> bool:
    """Tell whether somebody was active from ``first_day`` to ``last_day``; ``last`` is the day that bit 0 stands for.

    Both days lie within ``DAYS_SEEN`` of each other and ``last`` is the newest day there is.
    """
    low, high = max((last - last_day).days, 0), (last - first_day).days
    return high >= low and bool(bits >> low & (1 << high - low + 1) - 1)


def places(letters: str, wanted: Sequence[str] | frozenset[StepState]) -> list[int]:
    """Return where the steps stand that are in one of the wanted states."""
    return [place for place, letter in enumerate(letters) if letter in wanted]
