"""The commands of an operator: each says what it did, refuses in words, and changes nothing when run again."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from cohorts.models import Cohort, Enrolment, LearningEvent
from courses.models import CoursePage
from home.models import HomePage
from tests.kept import loaded_once

pytestmark = pytest.mark.django_db


def said(command: str, *words: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def demonstration() -> str:
    """The demonstration with its people, and what the command said that loaded it, once in this run."""
    return str(loaded_once("load_demonstration", lambda: said("load_demonstration")))


def test_prepare_site_makes_the_first_pages_once() -> None:
    said("prepare_site")
    said("prepare_site")
    assert HomePage.objects.live().count() == 2


def test_the_demonstration_is_loaded_once_and_signs_in(demonstration: str) -> None:
    assert "was loaded" in demonstration
    people, events = User.objects.count(), LearningEvent.objects.count()
    assert "not empty" in said("load_demonstration")
    assert (User.objects.count(), LearningEvent.objects.count()) == (people, events)
    assert "facilitator@terrace.example" in said("show_sign_ins")
    assert "1990000" in said("show_sign_ins")


def test_the_demonstration_is_refused_where_it_would_be_a_door(settings) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="no demonstration"):
        said("load_demonstration")
    assert not User.objects.exists()


def test_replaying_the_demonstration_changes_nothing(demonstration: str) -> None:
    fields = ("pk", "status", "lessons_done", "assignments_accepted", "steps_done", "score", "completed_at")
    before = list(Enrolment.objects.values_list(*fields))
    said("replay_events")
    assert list(Enrolment.objects.values_list(*fields)) == before


def test_a_cohort_is_opened_for_a_facilitator(demonstration: str) -> None:
    options = {
        "course": "walking-beside-left-behind-children",
        "name": "示例二班",
        "starts": date(2026, 12, 1),
        "ends": date(2027, 1, 31),
        "facilitator": "facilitator@terrace.example",
    }
    assert "/j/" in said("open_cohort", **options)
    cohort = Cohort.objects.get(name="示例二班")
    assert cohort.requirements.hours == CoursePage.objects.get(pk=cohort.course_id).hours
    assert len(cohort.requirements.lessons) == 17
    for wrong in ({"course": "none"}, {"facilitator": "nobody@terrace.example"}, {"ends": date(2026, 11, 1)}):
        with pytest.raises(CommandError):
            said("open_cohort", **(options | wrong))
    assert Cohort.objects.count() == 2


def test_parked_certificates_are_listed_and_an_unknown_one_refused() -> None:
    assert "0 parked" in said("retry_certificate")
    with pytest.raises(CommandError):
        said("retry_certificate", "TC-2026-000001-F")
