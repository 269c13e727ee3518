"""What is due, and which week it is: told in words, in the days of the cohort, in both languages."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation

from cohorts.models import Cohort, Deadline, Enrolment
from cohorts.selectors import facilitators_of
from foundation.templatetags import terrace
from tests.factories import content
from tests.factories.learning import a_draft, a_learner, a_report, a_review, all_lessons, send

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
"""Noon in Shanghai, midnight in New York."""

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("hours", "tone", "english", "chinese"),
    [
        (200, "", "due in 8 days", "还有 8 天"),
        (72, "chip-straw", "due in 3 days", "还有 3 天"),
        (24, "chip-straw", "due tomorrow", "明天截止"),
        (8, "chip-straw", "due today 20:00", "今天 20:00 截止"),
        (-4, "chip-red", "was due today 08:00", "今天 08:00 已到期"),
        (-24, "chip-red", "was due yesterday", "昨天已到期"),
        (-72, "chip-red", "was due 3 days ago", "3 天前已到期"),
    ],
)
def test_a_deadline_is_told_in_words_and_not_in_red_before_it_is_late(
    monkeypatch: pytest.MonkeyPatch, hours: int, tone: str, english: str, chinese: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for language, words in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            shown = terrace.due(NOW + timedelta(hours=hours), SHANGHAI)
        assert f">{words}</time>" in shown
        assert f'class="chip {tone}"' in shown


def test_the_days_of_a_deadline_are_those_of_the_cohort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    evening = NOW + timedelta(hours=11)
    with translation.override("en"):
        assert "due today 23:00" in terrace.due(evening, SHANGHAI)
        assert "due today 11:00" in terrace.due(evening, NEW_YORK)
        assert "due tomorrow" in terrace.due(NOW + timedelta(hours=13), SHANGHAI)
        assert "due today 13:00" in terrace.due(NOW + timedelta(hours=13), NEW_YORK)


@pytest.mark.parametrize(
    ("last", "moment", "told"),
    [
        (date(2026, 4, 26), datetime(2026, 3, 1, 15, 59, tzinfo=UTC), None),  # still the day before, in Shanghai
        (date(2026, 4, 26), datetime(2026, 3, 1, 16, 0, tzinfo=UTC), (1, 8)),
        (date(2026, 4, 26), datetime(2026, 3, 9, 4, 0, tzinfo=UTC), (2, 8)),
        (date(2026, 4, 27), datetime(2026, 4, 27, 4, 0, tzinfo=UTC), (8, 8)),  # the last day, on a Monday again
        (date(2026, 4, 27), datetime(2026, 4, 28, 4, 0, tzinfo=UTC), None),
        (date(2026, 3, 2), datetime(2026, 3, 2, 4, 0, tzinfo=UTC), (1, 1)),
    ],
)
def test_the_week_of_a_cohort(last: date, moment: datetime, told: tuple[int, int] | None) -> None:
    cohort = Cohort(starts_on=date(2026, 3, 2), ends_on=last)
    week = cohort.week_of(moment)
    assert (week and (week, cohort.weeks)) == told


# --- on the screens --------------------------------------------------------------------------------------------------


@pytest.fixture
def learner(small_course: object, db: None) -> Enrolment:
    """Somebody whose report is due in three days."""
    found = a_learner()
    Deadline.objects.filter(cohort=found.cohort).update(due_at=timezone.now() + timedelta(days=3))
    return found


def chips(learner: Enrolment, place: str, language: str = "en") -> list[str]:
    """Return what the chips of deadlines say on a screen."""
    client = Client()
    client.force_login(learner.user)
    html = client.get(f"/{language}/{place}/").content.decode()
    return re.findall(r'<time class="chip[^"]*" datetime="[^"]+">([^<]+)</time>', html)


@pytest.mark.parametrize("place", ["today", "course"])
def test_today_and_the_course_say_until_when_an_open_report_is_due(learner: Enrolment, place: str) -> None:
    assert chips(learner, place) == ["due in 3 days"]
    assert chips(learner, place, "zh-hans") == ["还有 3 天"]
    a_draft(learner, did="写到一半")
    send(learner, *all_lessons(learner))
    assert chips(learner, place) == ["due in 3 days"], "also as the next step, and with a draft"
    report = a_report(learner)
    assert chips(learner, place) == []
    a_review(report, facilitators_of(learner.cohort)[0], decision="returned")
    assert chips(learner, place) == [], "it was handed in once"


@pytest.mark.parametrize("place", ["today", "course"])
def test_a_lesson_that_has_a_deadline_tells_it(learner: Enrolment, place: str) -> None:
    Deadline.objects.create(
        cohort=learner.cohort,
        step_key=content.lesson("read").translation_key,
        due_at=timezone.now() - timedelta(days=2),
    )
    Deadline.objects.create(
        cohort=learner.cohort,
        step_key=content.lesson("ask").translation_key,
        due_at=timezone.now() - timedelta(days=2),
    )
    assert "was due 2 days ago" in chips(learner, place)
    send(learner, *all_lessons(learner))
    assert chips(learner, place) == ["due in 3 days"], "what is done is not late"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_today_says_that_a_report_is_read_while_lessons_are_left(learner: Enrolment, language: str) -> None:
    words = {"zh-hans": "引导员会阅读", "en": "Your facilitator reads it."}[language]
    client = Client()
    client.force_login(learner.user)
    assert words not in client.get(f"/{language}/today/").content.decode()
    a_report(learner)
    assert words in client.get(f"/{language}/today/").content.decode()
    key = content.assignment().translation_key
    assert words in client.get(f"/{language}/assignments/{key}/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "week 1 of 8"), ("zh-hans", "第 1 周，共 8 周")])
def test_the_head_says_the_week(learner: Enrolment, language: str, words: str) -> None:
    client = Client()
    client.force_login(learner.user)
    address = f"/{language}/today/"
    assert words in client.get(address).content.decode()
    Cohort.objects.update(starts_on=timezone.localdate() + timedelta(days=2))
    assert words[:5] not in client.get(address).content.decode()
