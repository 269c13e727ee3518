"""Who needs a call and why: laws that hold for any learner, and each reason at its edge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cohorts.enums import StepState
from cohorts.rules.concern import (
    AFTERWARDS,
    NEVER_OPENED_AFTER,
    NOT_REWORKED_AFTER,
    SILENT_AFTER,
    Dates,
    Followed,
    Reason,
    Why,
    late_places,
    overdue,
    reasons,
)
from cohorts.rules.steps import written

START = datetime(2026, 9, 1, tzinfo=UTC)
END = datetime(2026, 10, 26, 23, 59, tzinfo=UTC)
LESSONS, STEPS = 3, 5
DAY = timedelta(days=1)
LITTLE = timedelta(seconds=1)

WEEKLY = Dates(START, END, [START + 7 * DAY, START + 7 * DAY, START + 14 * DAY, START + 14 * DAY, END], LESSONS)
"""Two lessons in the first week, one and a report in the second, a report at the end."""

BUSY = Followed("-----", ",,,,,", ",,", "000", START, START)


def whys(learner: Followed, now: datetime, dates: Dates = WEEKLY) -> list[Why]:
    return [reason.why for reason in reasons(learner, dates, now)]


# --- each reason at its edge -----------------------------------------------------------------------------------------


def test_silent_after_seven_days_and_not_a_second_before() -> None:
    learner = replace(BUSY, letters="ddd--")
    assert Why.SILENT not in whys(learner, START + SILENT_AFTER - LITTLE)
    assert Reason(Why.SILENT, 7) in reasons(learner, WEEKLY, START + SILENT_AFTER)
    assert Reason(Why.SILENT, 12) in reasons(learner, WEEKLY, START + 12.5 * DAY)


def test_silence_begins_with_the_cohort_for_who_read_ahead() -> None:
    learner = replace(BUSY, last_activity_at=START - 20 * DAY)
    assert not whys(learner, START - LITTLE), "nobody is called before the cohort begins"
    assert Why.SILENT not in whys(learner, START + 6 * DAY)
    assert Why.SILENT in whys(learner, START + 7 * DAY)


def test_never_opened_three_days_after_joining() -> None:
    late_comer = replace(BUSY, joined_at=START + 2 * DAY, last_activity_at=None)
    assert not whys(late_comer, START + 2 * DAY + NEVER_OPENED_AFTER - LITTLE)
    assert whys(late_comer, START + 2 * DAY + NEVER_OPENED_AFTER) == [Why.NEVER_OPENED]
    assert whys(replace(late_comer, joined_at=START - 9 * DAY), START + 3 * DAY) == [Why.NEVER_OPENED]


def test_two_due_dates_are_late_twice_and_two_lessons_of_one_are_not() -> None:
    now = START + 8 * DAY
    active = replace(BUSY, last_activity_at=now)
    assert late_places(active, WEEKLY, overdue(WEEKLY, now)) == [0, 1]
    assert not whys(active, now)
    now = START + 15 * DAY
    (reason,) = reasons(replace(active, last_activity_at=now), WEEKLY, now)
    assert reason == Reason(Why.LATE, 2)


def test_what_was_late_and_is_done_is_no_reason_any_more() -> None:
    now = START + 15 * DAY
    handed_in = written([(START + 14 * DAY + timedelta(hours=1)).timestamp(), None])
    done = replace(BUSY, letters="dddw-", handed_in=handed_in, last_activity_at=now)
    assert late_places(done, WEEKLY, overdue(WEEKLY, now)) == [3], "the report came after its deadline"
    assert not whys(done, now)
    assert whys(replace(done, letters="-ddw-"), now) == [Why.LATE], "and a lesson of the first week is still open"


def test_more_time_makes_it_less_late() -> None:
    now = START + 15 * DAY
    active = replace(BUSY, last_activity_at=now)
    assert whys(active, now) == [Why.LATE]
    assert not whys(active, now, WEEKLY.with_extensions({2: END, 3: END}))


def test_a_lesson_failed_twice_and_not_passed() -> None:
    now = START + DAY
    assert not whys(replace(BUSY, letters="bbb--", failures="011"), now)
    assert reasons(replace(BUSY, letters="bbb--", failures="023"), WEEKLY, now) == [Reason(Why.FAILED, 3, 2)]
    assert not whys(replace(BUSY, letters="bdd--", failures="023"), now), "passed in the end"


def test_a_report_returned_five_days_ago() -> None:
    returned = START + 2 * DAY
    learner = replace(BUSY, letters="dddr-", since=written([1, 1, 1, returned.timestamp(), None]))
    learner = replace(learner, last_activity_at=returned)
    assert not whys(learner, returned + NOT_REWORKED_AFTER - LITTLE)
    assert reasons(learner, WEEKLY, returned + NOT_REWORKED_AFTER) == [Reason(Why.RETURNED, 5, 3)]
    assert not whys(replace(learner, letters="dddw-"), returned + NOT_REWORKED_AFTER), "handed in again"


def test_after_the_last_day_silence_is_no_reason_and_two_weeks_later_nothing_is() -> None:
    learner = replace(BUSY, last_activity_at=None)
    assert whys(learner, END) == [Why.NEVER_OPENED, Why.LATE]
    assert whys(learner, END + LITTLE) == [Why.LATE]
    assert not whys(learner, END + AFTERWARDS + LITTLE)


# --- laws ------------------------------------------------------------------------------------------------------------

moments = st.datetimes(START.replace(tzinfo=None) - 9 * DAY, END.replace(tzinfo=None) + 20 * DAY).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
lesson_letters = st.text("-bd", min_size=LESSONS, max_size=LESSONS)
work_letters = st.text("-bwra", min_size=STEPS - LESSONS, max_size=STEPS - LESSONS)


@st.composite
def learners(draw: Any) -> Followed:
    letters = draw(lesson_letters) + draw(work_letters)
    since = [draw(moments).timestamp() if letter in "dwra" else None for letter in letters]
    handed_in = [draw(moments).timestamp() if letter in "wra" else None for letter in letters[LESSONS:]]
    failures = draw(st.text("0123", min_size=LESSONS, max_size=LESSONS))
    return Followed(letters, written(since), written(handed_in), failures, draw(moments), draw(st.none() | moments))


dates = st.lists(st.none() | moments, min_size=STEPS, max_size=STEPS).map(lambda due: Dates(START, END, due, LESSONS))


@given(learners(), dates, moments)
def test_each_reason_stands_once_in_order_with_words(learner: Followed, when: Dates, now: datetime) -> None:
    found = reasons(learner, when, now)
    assert [reason.why for reason in found] == sorted({reason.why for reason in found})
    assert all(reason.number >= 2 and str(reason.number) in reason.words for reason in found)
    assert not {Why.SILENT, Why.NEVER_OPENED} <= {reason.why for reason in found}


@given(learners(), dates, moments)
def test_nobody_is_called_who_has_done_everything_in_time(learner: Followed, when: Dates, now: datetime) -> None:
    done = replace(learner, letters="ddd" + "aa", last_activity_at=now)
    assert not reasons(done, when, now)


@given(learners(), dates, moments)
def test_nobody_is_called_outside_the_cohorts_time(learner: Followed, when: Dates, now: datetime) -> None:
    if not START <= now <= END + AFTERWARDS:
        assert not reasons(learner, when, now)


@given(learners(), dates, moments, st.integers(0, STEPS - 1))
def test_a_later_deadline_never_adds_a_late_step(learner: Followed, when: Dates, now: datetime, place: int) -> None:
    due = when.due[place]
    if due is not None:
        later = when.with_extensions({place: due + 3 * DAY})
        assert set(late_places(learner, later, overdue(later, now))) <= set(
            late_places(learner, when, overdue(when, now))
        )


@given(learners(), dates, moments)
def test_a_step_without_a_deadline_is_never_late(learner: Followed, when: Dates, now: datetime) -> None:
    late = late_places(learner, when, overdue(when, now))
    assert all(when.due[place] is not None for place in late)
    assert all(learner.letters[place] != StepState.DONE for place in late), "a lesson that is done is not late"


@given(learners(), dates, moments, moments)
def test_silence_only_grows(learner: Followed, when: Dates, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    if Why.SILENT in whys(learner, earlier, when) and later <= END:
        assert Why.SILENT in whys(learner, later, when)
