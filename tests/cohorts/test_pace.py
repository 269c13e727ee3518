"""The days of a cohort: what a pace proposes, what cannot stand, and what a clone moves. Laws over any dates."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.enums import Pace
from cohorts.rules.pace import (
    AFTER_END,
    BEFORE_START,
    DUE_BEFORE_OPEN,
    LESSONS,
    OPENS,
    WORK,
    Fault,
    Plan,
    Taught,
    day_of,
    end_of,
    faults_of,
    proposed,
)

MONDAY = date(2026, 9, 7)
COURSE = (Taught("m1", ("l1", "l2"), ("a1",)), Taught("m2", ("l3",)), Taught("m3", (), ("a2",)))
ZONES = st.sampled_from(["Asia/Shanghai", "Asia/Kathmandu", "Europe/London", "America/New_York", "Pacific/Kiritimati"])
DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 1))


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[str, date, date, tuple[Taught, ...]]:
    """Any pace, any dates from a day to a year, any course of up to twelve modules."""
    starts_on = draw(DAYS)
    numbers = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=12))
    modules = tuple(
        Taught(f"m{n}", tuple(f"l{n}.{i}" for i in range(lessons)), tuple(f"a{n}.{i}" for i in range(work)))
        for n, (lessons, work) in enumerate(numbers)
    )
    return draw(st.sampled_from(Pace.values)), starts_on, starts_on + timedelta(days=draw(st.integers(0, 365))), modules


def test_a_module_opens_each_week_and_an_assignment_may_be_tried_a_week_longer() -> None:
    plan = proposed(Pace.WEEKLY, MONDAY, MONDAY + timedelta(weeks=8), COURSE)
    assert plan.opens == {"m1": MONDAY, "m2": date(2026, 9, 14), "m3": date(2026, 9, 21)}
    assert plan.lessons_due == {"m1": date(2026, 9, 13), "m2": date(2026, 9, 20)}, "m3 has no lesson"
    assert plan.assignments_due == {"a1": date(2026, 9, 20), "a2": date(2026, 10, 4)}


def test_where_all_is_open_only_assignments_have_a_day_the_last_one() -> None:
    plan = proposed(Pace.OPEN, MONDAY, date(2026, 10, 31), COURSE)
    assert plan == Plan(assignments_due=dict.fromkeys(("a1", "a2"), date(2026, 10, 31)))


def test_with_dates_of_ones_own_the_modules_get_equal_shares_to_begin_with() -> None:
    plan = proposed(Pace.DATES, MONDAY, MONDAY + timedelta(days=29), COURSE)
    assert list(plan.opens.values()) == [MONDAY, MONDAY + timedelta(days=10), MONDAY + timedelta(days=20)]


@given(cohorts())
def test_what_is_proposed_can_stand(cohort: tuple[str, date, date, tuple[Taught, ...]]) -> None:
    pace, starts_on, ends_on, modules = cohort
    plan = proposed(pace, starts_on, ends_on, modules)
    assert faults_of(plan, starts_on, ends_on, modules) == []
    assert set(plan.assignments_due) == {key for module in modules for key in module.assignments}, "each has a day"
    assert list(plan.opens.values()) == sorted(plan.opens.values()), "in the order of the course"


@given(cohorts(), st.integers(-4000, 4000))
def test_a_clone_moves_every_day_alike_and_back_again(
    cohort: tuple[str, date, date, tuple[Taught, ...]], days: int
) -> None:
    pace, starts_on, ends_on, modules = cohort
    by = timedelta(days=days)
    plan = proposed(pace, starts_on, ends_on, modules)
    moved = plan.moved(by)
    for before, after in (
        (plan.opens, moved.opens),
        (plan.lessons_due, moved.lessons_due),
        (plan.assignments_due, moved.assignments_due),
    ):
        assert {key: day + by for key, day in before.items()} == after
    assert moved.moved(-by) == plan
    assert faults_of(moved, starts_on + by, ends_on + by, modules) == []


@given(DAYS, ZONES)
def test_a_day_ends_in_its_own_time_zone_also_when_clocks_change(day: date, zone: str) -> None:
    end = end_of(day, ZoneInfo(zone))
    assert day_of(end, ZoneInfo(zone)) == day
    assert day_of(end.astimezone(UTC), ZoneInfo(zone)) == day
    assert day_of(end.astimezone(UTC) + timedelta(microseconds=1), ZoneInfo(zone)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (Plan(opens={"m1": MONDAY - timedelta(days=1)}), Fault(OPENS, "m1", BEFORE_START)),
        (Plan(assignments_due={"a1": MONDAY + timedelta(weeks=9)}), Fault(WORK, "a1", AFTER_END)),
        (Plan({"m2": MONDAY + timedelta(3)}, {"m2": MONDAY + timedelta(2)}), Fault(LESSONS, "m2", DUE_BEFORE_OPEN)),
        (Plan({"m1": MONDAY + timedelta(3)}, {}, {"a1": MONDAY}), Fault(WORK, "a1", DUE_BEFORE_OPEN)),
    ],
)
def test_a_day_that_cannot_stand_is_told_with_its_row(plan: Plan, fault: Fault) -> None:
    assert faults_of(plan, MONDAY, MONDAY + timedelta(weeks=8), COURSE) == [fault]


def test_a_moment_shortly_before_midnight_is_of_the_cohorts_day() -> None:
    late = datetime(2026, 9, 13, 15, 59, 59, tzinfo=UTC)
    assert day_of(late, ZoneInfo("Asia/Shanghai")) == date(2026, 9, 13)
