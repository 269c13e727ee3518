"""Reflections are the learner's alone; polls are the cohort's, and nobody can be guessed."""

import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.test import Client

from cohorts.enums import Verb
from cohorts.models import Enrolment, LearningEvent, LessonProgress, PollVote, Reflection, RefusedEvent
from cohorts.services.events import IncomingEvent
from cohorts.services.unjudged import LONGEST_REFLECTION
from courses.models import LessonPage
from tests.factories import asking
from tests.factories.asking import an_id
from tests.factories.learning import a_cohort, a_learner, said, send
from tests.factories.people import an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

SECRET = "我其实很少听孩子说话"


@pytest.fixture
def page() -> LessonPage:
    return asking.a_lesson(asking.REFLECTION, asking.POLL)


@pytest.fixture
def learner(now: datetime, page: LessonPage) -> Enrolment:
    return a_learner(at=now)


def a_reflection(learner: Enrolment, page: LessonPage, text: str = SECRET, **fields: Any) -> IncomingEvent:
    return said(learner, Verb.REFLECTED, asking.version_of(page), an_id("reflection"), text=text, **fields)


def a_vote(learner: Enrolment, page: LessonPage, *options: str, **fields: Any) -> IncomingEvent:
    return said(learner, Verb.VOTED, asking.version_of(page), an_id("poll"), *map(an_id, options), **fields)


def state(learner: Enrolment, page: LessonPage) -> dict[str, Any]:
    client = Client()
    client.force_login(learner.user)
    course = learner.cohort.course.translation_key
    return client.get(f"/api/state/?course={course}&lesson={page.translation_key}").json()["detail"]


def outcome(learner: Enrolment, event: IncomingEvent) -> tuple[str, str]:
    (result,) = send(learner, event)
    return result.status, result.code


def test_a_reflection_comes_back_to_who_wrote_it(learner: Enrolment, page: LessonPage) -> None:
    event = a_reflection(learner, page)
    assert [result.status for result in send(learner, event, event)] == ["ok", "duplicate"]
    told = state(learner, page)["reflections"][an_id("reflection")]
    assert told["text"] == SECRET
    assert abs(datetime.fromisoformat(told["at"]) - Reflection.objects.get().written_at) < timedelta(milliseconds=1)
    assert not LessonProgress.objects.exists(), "it is no part of progress"


def test_the_latest_writing_stands_in_whichever_order_two_phones_send(
    learner: Enrolment, page: LessonPage, now: datetime
) -> None:
    later = now + timedelta(days=1)
    new, old = a_reflection(learner, page, "新", at=now + timedelta(hours=2)), a_reflection(learner, page, "旧", at=now)
    send(learner, new, old, at=later)
    assert Reflection.objects.get().text == "新"


def test_the_words_stand_in_no_log_and_in_no_dead_letters(learner: Enrolment, page: LessonPage) -> None:
    send(learner, a_reflection(learner, page))
    refused = a_reflection(learner, page)
    assert outcome(learner, replace(refused, question=str(uuid.uuid4()))) == ("rejected", "unknown_question")
    rows = [*LearningEvent.objects.all(), *RefusedEvent.objects.all()]
    assert len(rows) == 2
    assert SECRET not in json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False)


def test_the_same_id_with_other_words_is_a_conflict(learner: Enrolment, page: LessonPage) -> None:
    event = a_reflection(learner, page)
    send(learner, event)
    assert outcome(learner, replace(event, text="别的")) == ("conflict", "other_body")
    assert Reflection.objects.get().text == SECRET


def test_words_that_are_too_long_are_refused_whole_and_stay_on_the_phone(learner: Enrolment, page: LessonPage) -> None:
    assert outcome(learner, a_reflection(learner, page, "长" * LONGEST_REFLECTION)) == ("ok", "")
    assert outcome(learner, a_reflection(learner, page, "长" * (LONGEST_REFLECTION + 1))) == ("rejected", "too_long")


def test_nobody_else_reads_a_reflection(learner: Enrolment, page: LessonPage) -> None:
    """Not who leads the cohort, not who has every right: there is no screen for it."""
    send(learner, a_reflection(learner, page))
    leader = learner.cohort.memberships.get(role="facilitator").user
    for user in (leader, an_operator(), a_learner(cohort=learner.cohort).user):
        client = Client()
        client.force_login(user)
        assert not Reflection.objects.of(user).exists()
        for address in (
            f"/api/state/?course={learner.cohort.course.translation_key}&lesson={page.translation_key}",
            "/zh-hans/desk/",
            f"/zh-hans/desk/{learner.cohort.uuid}/learners/",
        ):
            assert SECRET not in client.get(address).content.decode()
    assert Reflection.objects.of(learner.user).count() == 1


# --- polls -----------------------------------------------------------------------------------------------------------


def test_one_vote_a_learner_and_the_latest_stands(learner: Enrolment, page: LessonPage, now: datetime) -> None:
    later = now + timedelta(days=1)
    send(
        learner, a_vote(learner, page, "p2", at=now + timedelta(hours=1)), a_vote(learner, page, "p1", at=now), at=later
    )
    assert [vote.option_id for vote in PollVote.objects.all()] == [an_id("p2")]


@pytest.mark.parametrize("options", [(), ("p1", "p2"), ("nonsense",)])
def test_only_one_option_of_the_poll_is_a_vote(learner: Enrolment, page: LessonPage, options: tuple[str, ...]) -> None:
    assert outcome(learner, a_vote(learner, page, *options)) == ("rejected", "bad_answer")


def test_a_poll_is_no_question_and_a_question_no_poll(learner: Enrolment, page: LessonPage) -> None:
    vote = a_vote(learner, page, "p1")
    for verb in (Verb.ANSWERED, Verb.REFLECTED):
        assert outcome(learner, replace(vote, id=uuid.uuid4(), verb=verb)) == ("rejected", "unknown_question")


def test_figures_are_for_who_voted_and_only_when_three_did(learner: Enrolment, page: LessonPage) -> None:
    others = [a_learner(cohort=learner.cohort) for _ in range(3)]
    stranger = a_learner(cohort=a_cohort(name="另一班"))
    send(learner, a_vote(learner, page, "p1"))
    send(others[0], a_vote(others[0], page, "p2"))
    send(stranger, a_vote(stranger, page, "p2"))
    assert state(learner, page)["votes"] == {an_id("poll"): {"mine": an_id("p1"), "counts": None}}
    send(others[1], a_vote(others[1], page, "p2"))
    counts = {an_id("p1"): 1, an_id("p2"): 2}
    assert state(learner, page)["votes"][an_id("poll")]["counts"] == counts
    assert state(others[2], page)["votes"] == {}, "who did not vote sees nothing"
    assert state(stranger, page)["votes"][an_id("poll")]["counts"] is None, "another cohort's figures are its own"
