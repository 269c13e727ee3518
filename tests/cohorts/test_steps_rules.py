"""The few characters that a summary row keeps of a learner's steps: what is written is what is read."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cohorts.enums import StepState, SubmissionStatus
from cohorts.rules import LessonState, Requirements
from cohorts.rules.steps import DAYS_SEEN, OPEN_STATES, Work, days_seen, in_base_36, read, summary_of, was_seen, written

MOMENTS = st.none() | st.integers(0, 2**33).map(float)
DAYS = st.dates(date(2026, 9, 1), date(2026, 12, 31))


@given(st.lists(MOMENTS))
def test_moments_come_back_as_they_were(moments: list[float | None]) -> None:
    assert read(written(moments)) == [None if moment is None else int(moment) for moment in moments]


@given(st.integers(0, 2**40))
def test_base_36_is_what_python_reads(number: int) -> None:
    assert int(in_base_36(number), 36) == number


def test_a_letter_of_the_row_is_known_among_the_states() -> None:
    assert "-" in OPEN_STATES
    assert "b" in OPEN_STATES
    assert "d" not in OPEN_STATES
    assert "" not in OPEN_STATES


def test_each_step_has_its_letter_in_the_order_of_the_requirements() -> None:
    rule = Requirements(lessons=("l1", "l2", "l3"), assignments=("a1", "a2", "a3", "a4", "a5"))
    lessons = {
        "l1": LessonState(started_at=5.0, completed_at=36.0),
        "l3": LessonState(started_at=5.0, failed_tries=12),
        "elsewhere": LessonState(started_at=5.0, completed_at=7.0),
    }
    works = {
        "a1": Work(SubmissionStatus.ACCEPTED, True, 3.0, 4.0, 3.0),
        "a2": Work(SubmissionStatus.RETURNED, True, 3.0, 71.0, 2.0),
        "a3": Work(SubmissionStatus.SUBMITTED, True, 72.0, None, 72.0),
        "a4": Work(SubmissionStatus.DRAFT, is_begun=True),
        "a5": Work(SubmissionStatus.DRAFT, is_begun=False),
    }
    summary = summary_of(rule, lessons, works, {"a1": 9.0})
    assert summary.letters == "d-b" + "arwb-"
    assert summary.since == "10,,," + "9,1z,20,,,"
    assert summary.handed_in == "3,2,20,,,"
    assert summary.failures == "009"


def test_an_acceptance_is_read_from_its_fact_whatever_the_report_says() -> None:
    rule = Requirements((), ("a",))
    assert summary_of(rule, {}, {}, {"a": 1.0}).letters == StepState.ACCEPTED
    waiting = {"a": Work(SubmissionStatus.ACCEPTED, True, 1.0, 2.0, 1.0)}
    assert summary_of(rule, {}, waiting, {}).letters == StepState.BEGUN


@given(st.lists(DAYS, min_size=1), st.integers(0, 6), st.integers(0, 6))
def test_a_day_is_seen_when_somebody_was_active_on_it(days: list[date], ago: int, length: int) -> None:
    last = max(days)
    today = last + timedelta(days=ago)
    first_day, last_day = today - timedelta(days=length), today
    bits = days_seen(days)
    assert 0 < bits < 1 << DAYS_SEEN
    assert was_seen(bits, last, first_day, last_day) == any(first_day <= day <= last_day for day in days)
    week_before = (today - timedelta(days=13), today - timedelta(days=7))
    assert was_seen(bits, last, *week_before) == any(week_before[0] <= day <= week_before[1] for day in days)
