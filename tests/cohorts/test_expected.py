"""How far a cohort should be: the plan follows from deadlines and dates alone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.concern import Dates
from cohorts.rules.expected import average_share, course_of_time, end_of, planned_moments, planned_share

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 9, 1), date(2026, 10, 26)
START, END = datetime(2026, 9, 1, tzinfo=SHANGHAI), end_of(LAST, SHANGHAI)
DAY = timedelta(days=1)
MOMENTS = st.datetimes(datetime(2026, 8, 20), datetime(2026, 11, 20)).map(lambda moment: moment.replace(tzinfo=UTC))
DATES = st.lists(st.none() | st.integers(0, 54), min_size=1, max_size=20).map(
    lambda days: Dates(START, END, [None if n is None else end_of(FIRST + n * DAY, SHANGHAI) for n in days], 1)
)


def test_the_plan_is_the_deadlines() -> None:
    dates = Dates(START, END, [START + 7 * DAY, START + 14 * DAY, START + 14 * DAY, END], 2)
    shares = [planned_share(dates, START + days * DAY) for days in (0, 6, 7, 13, 14, 55)]
    assert shares == [0, 0, 25, 25, 75, 75]
    assert planned_share(dates, END) == 100


def test_steps_without_a_deadline_are_spread_evenly() -> None:
    dates = Dates(START, END, [None, None, None, END], 3)
    length = END - START
    assert planned_moments(dates) == [START + length / 3, START + length * 2 / 3, END, END]


@given(DATES, MOMENTS, MOMENTS)
def test_the_plan_never_falls_and_ends_with_all(dates: Dates, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert 0 <= planned_share(dates, earlier) <= planned_share(dates, later) <= 100
    assert planned_share(dates, END) == 100
    assert planned_share(dates, START - DAY) == 0


@given(DATES, MOMENTS, st.lists(st.integers(1_788_000_000, 1_795_000_000), max_size=40), st.integers(1, 9))
def test_the_course_of_time_grows_ends_today_and_counts_each_day_once(
    dates: Dates, now: datetime, moments: list[int], days: int
) -> None:
    learners = 1 + len(moments) // len(dates.due)
    points = course_of_time(moments, learners, dates, now, SHANGHAI, days=days)
    assert [point.day for point in points] == sorted({point.day for point in points})
    assert points[-1].day == LAST
    assert points[-1].planned == 100
    today = now.astimezone(SHANGHAI).date()
    assert all((point.done is not None) == (point.day <= today) for point in points)
    done = [point.done for point in points if point.done is not None]
    assert done == sorted(done)
    assert all(0 <= share <= 100 for share in done)


def test_what_was_done_counts_by_the_days_of_the_cohort() -> None:
    dates = Dates(START, END, [None, None], 2)
    late_in_the_evening = int(datetime(2026, 9, 2, 23, 30, tzinfo=SHANGHAI).timestamp())
    points = course_of_time([late_in_the_evening], 1, dates, END, SHANGHAI)
    assert [(point.day.day, point.done) for point in points[:3]] == [(1, 0), (2, 50), (3, 50)]
    assert len(points) == 56


def test_an_average_of_nobody_is_nothing() -> None:
    assert average_share([], 20) == 0
    assert average_share([20, 0, 10], 20) == 50
