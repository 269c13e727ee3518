"""Taking in what a device sends: every event answered by itself, none lost in silence."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.enums import EnrolmentStatus
from cohorts.models import Enrolment, LearningEvent, LessonProgress, RefusedEvent
from cohorts.services.clocks import corrected
from cohorts.services.events import IncomingEvent, reasons, record_events
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner, an_answer, an_ending, an_opening, send, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def learner(now: datetime) -> Enrolment:
    return a_learner(at=now)


def statuses(learner: Enrolment, *events: IncomingEvent) -> list[tuple[str, str]]:
    return [(result.status, result.code) for result in send(learner, *events)]


def test_an_event_is_taken_once_and_known_again(learner: Enrolment) -> None:
    event = an_answer(learner, "ask", "who", "quiet")
    assert statuses(learner, event, event) == [("ok", ""), ("duplicate", "")]
    assert statuses(learner, replace(event, seq=7, device="another name")) == [("duplicate", "")]
    assert LearningEvent.objects.count() == 1
    stored = LearningEvent.objects.get()
    assert stored.is_right is True
    assert stored.data == {"chosen": [content.option("ask", "who", "quiet")]}


@pytest.mark.parametrize(
    "change",
    [
        {"chosen": ("something else",)},
        {"question": "another"},
        {"verb": "opened"},
        {"at": datetime.fromisoformat("2026-11-23T10:00:00+08:00")},
    ],
)
def test_another_body_under_the_same_id_is_a_conflict_and_the_first_stands(learner: Enrolment, now, change) -> None:
    event = an_answer(learner, "ask", "who", "quiet", at=now)
    send(learner, event)
    (result,) = send(learner, replace(event, **change))
    assert (result.status, result.code) == ("conflict", "other_body")
    assert result.why == reasons()["other_body"]
    assert LearningEvent.objects.get().is_right is True


def test_somebody_elses_id_is_a_conflict_too_and_tells_nothing(learner: Enrolment) -> None:
    event = an_answer(learner, "ask", "who", "quiet")
    send(learner, event)
    other = a_learner(cohort=learner.cohort)
    assert statuses(other, replace(event, enrolment=other.uuid)) == [("conflict", "other_body")]


def test_one_bad_event_never_refuses_the_others(learner: Enrolment) -> None:
    good, last = an_answer(learner, "ask", "who", "quiet"), an_ending(learner, "read")
    bad = replace(an_opening(learner, "ask"), verb="danced")
    results = send(learner, good, bad, last)
    assert [(result.id, result.status) for result in results] == [
        (good.id, "ok"),
        (bad.id, "rejected"),
        (last.id, "ok"),
    ]
    assert LearningEvent.objects.count() == 2


def rejected(learner: Enrolment, event: IncomingEvent, code: str) -> None:
    """Expect the event to be refused with a sentence, kept with its reason, and to change nothing."""
    (result,) = send(learner, event)
    assert (result.status, result.code) == ("rejected", code)
    assert result.why == reasons()[code]
    kept = RefusedEvent.objects.get(uuid=event.id, user=learner.user)
    assert kept.reason == code
    assert kept.body["object"] == str(event.object)
    assert not LearningEvent.objects.filter(uuid=event.id).exists()


@pytest.mark.parametrize("verb", ["danced", "submitted", "accepted", "completed", ""])
def test_a_verb_that_no_device_may_say_is_rejected(learner: Enrolment, verb: str) -> None:
    rejected(learner, replace(an_opening(learner, "ask"), verb=verb), "unknown_verb")
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.ACTIVE


def test_somebody_elses_enrolment_is_rejected(learner: Enrolment) -> None:
    victim = a_learner(cohort=learner.cohort)
    rejected(learner, an_answer(victim, "ask", "who", "loud"), "not_enrolled")
    assert not LessonProgress.objects.exists()


def test_an_enrolment_that_does_not_exist_is_rejected(learner: Enrolment) -> None:
    rejected(learner, replace(an_opening(learner, "ask"), enrolment=uuid.uuid4()), "not_enrolled")


def test_a_withdrawn_learner_is_rejected_and_taken_again_after_coming_back(learner: Enrolment) -> None:
    event = an_opening(learner, "ask")
    rejected(withdraw(learner), event, "not_enrolled")
    a_learner(cohort=learner.cohort, user=learner.user)
    assert statuses(learner, event) == [("ok", "")]


def test_an_unknown_version_is_rejected(learner: Enrolment) -> None:
    rejected(learner, replace(an_opening(learner, "ask"), lesson_version=uuid.uuid4()), "unknown_lesson")
    rejected(learner, replace(an_opening(learner, "ask"), lesson_version=None), "unknown_lesson")


def test_a_version_of_another_lesson_is_rejected(learner: Enrolment) -> None:
    other = content.version("read").uuid
    rejected(learner, replace(an_opening(learner, "ask"), lesson_version=other), "unknown_lesson")


def test_a_question_that_the_version_does_not_ask_is_rejected(learner: Enrolment) -> None:
    event = an_answer(learner, "ask", "who", "quiet")
    rejected(learner, replace(event, question=str(uuid.uuid4())), "unknown_question")
    elsewhere = replace(event, id=uuid.uuid4(), question=content.question("choose", "which"))
    rejected(learner, elsewhere, "unknown_question")


@pytest.mark.parametrize("chosen", [(), ("nonsense",), ("quiet", "loud"), ("quiet", "nonsense")])
def test_an_answer_that_no_form_could_send_is_rejected(learner: Enrolment, chosen: tuple[str, ...]) -> None:
    rejected(learner, an_answer(learner, "ask", "who", *chosen), "bad_answer")


def test_the_server_grades_and_takes_several_options_where_several_are_asked(learner: Enrolment) -> None:
    send(
        learner,
        an_answer(learner, "choose", "which", "reach", "lock"),
        an_answer(learner, "choose", "which", "lock"),
        an_answer(learner, "choose", "which", "lock", "reach", "office"),
        an_answer(learner, "ask", "wait", "true"),
    )
    graded = LearningEvent.objects.order_by("id").values_list("is_right", flat=True)
    assert list(graded) == [True, False, False, True]


def test_english_and_chinese_answers_are_one_question(learner: Enrolment) -> None:
    send(learner, an_answer(learner, "ask", "who", "quiet", version=content.version("ask", "en")))
    assert LessonProgress.objects.get().right == [content.question("ask", "who")]


def test_a_lesson_is_finished_when_its_required_questions_are_answered_wrong_or_right(learner: Enrolment) -> None:
    send(learner, an_answer(learner, "ask", "who", "loud"), an_ending(learner, "ask"))
    assert LessonProgress.objects.get().completed_at is None
    send(learner, an_answer(learner, "ask", "wait", "false"))
    assert LessonProgress.objects.get().completed_at is not None
    learner.refresh_from_db()
    assert (learner.lessons_done, learner.steps_done, learner.score) == (1, 1, 0)


def test_a_question_that_does_not_count_holds_nobody_up(learner: Enrolment) -> None:
    send(learner, an_answer(learner, "choose", "which", "office"), an_ending(learner, "choose"))
    assert LessonProgress.objects.get().completed_at is not None


@pytest.mark.parametrize("off", [timedelta(days=-3 * 365), timedelta(days=3 * 365), timedelta(minutes=-20)])
def test_a_clock_that_is_off_is_corrected_by_how_far_it_is_off(learner: Enrolment, now: datetime, off) -> None:
    received = now + timedelta(days=2)
    happened = received - timedelta(hours=5)
    event = an_answer(learner, "ask", "who", "quiet", at=happened + off)
    record_events(user=learner.user, events=[event], sent_at=received + off, received_at=received)
    stored = LearningEvent.objects.get()
    assert stored.corrected_at == happened
    assert stored.at == happened + off, "what the device said is kept as it was"


moments = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 31), timezones=st.timezones())
"""What a device's clock may say; the API takes anything beyond as the nearest of these."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=moments, sent=moments)
def test_corrected_time_lies_between_enrolment_and_receipt_whatever_a_clock_says(
    now: datetime, at: datetime, sent: datetime
) -> None:
    received = now + timedelta(days=1)
    assert now <= corrected(at, sent, received, earliest=now) <= received


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_reason_has_a_sentence_in_both_languages(language: str) -> None:
    with translation.override(language):
        sentences = reasons()
    assert all(sentences.values())
    assert len(set(sentences.values())) == len(sentences)
    if language == "zh-hans":
        assert all(any("一" <= character <= "鿿" for character in sentence) for sentence in sentences.values())


def test_an_event_refused_again_is_kept_once(learner: Enrolment) -> None:
    event = replace(an_opening(learner, "ask"), verb="danced")
    send(learner, event, event)
    assert RefusedEvent.objects.count() == 1


def test_an_event_belongs_to_the_cohort_it_names(learner: Enrolment, now: datetime) -> None:
    second = a_learner(cohort=a_cohort(name="春季班", at=now), user=learner.user, at=now)
    send(second, an_answer(second, "ask", "who", "quiet"))
    assert not learner.events.exists()
    assert second.events.count() == 1
