"""The same laws on the rows: what stands in the database depends on what happened, not on how it arrived."""

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from cohorts.enums import EnrolmentStatus, Verb
from cohorts.models import Enrolment, LearningEvent, LessonProgress, PollVote, QuestionTally, RequirementSet
from cohorts.services.events import IncomingEvent
from cohorts.services.progress import refresh_after_edit, replay
from cohorts.services.tallies import recount_tallies
from cohorts.signals import enrolment_completed
from courses.models import LessonPage
from tests.factories import asking, content
from tests.factories.learning import (
    a_learner,
    a_report,
    a_review,
    all_lessons,
    an_answer,
    an_ending,
    an_opening,
    said,
    send,
)
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("small_course")]

few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would take minutes of database work
)

DEEDS: list[Any] = [
    lambda learner, at: an_opening(learner, "ask", at=at),
    lambda learner, at: an_answer(learner, "ask", "who", "quiet", at=at),
    lambda learner, at: an_answer(learner, "ask", "who", "loud", at=at),
    lambda learner, at: an_answer(learner, "ask", "wait", "true", at=at),
    lambda learner, at: an_answer(learner, "ask", "wait", "false", at=at),
    lambda learner, at: an_ending(learner, "ask", at=at),
    lambda learner, at: an_ending(learner, "read", at=at),
    lambda learner, at: an_answer(learner, "choose", "which", "lock", "reach", at=at),
    lambda learner, at: an_answer(learner, "choose", "which", "office", at=at),
    lambda learner, at: an_answer(learner, "choose", "extra", "yes-please", at=at),
    lambda learner, at: an_ending(learner, "choose", at=at),
]
"""What a learner may do in the small course."""


def in_the_asking_lesson(verb: Verb, key: str = "", *chosen: str, text: str = "") -> Any:
    """Return a deed in the lesson that asks everything, in the version that is published when it happens."""

    def deed(learner: Enrolment, at: datetime) -> IncomingEvent:
        version = asking.version_of(LessonPage.objects.get(slug="asking"))
        question = asking.an_id(key) if key else ""
        return said(learner, verb, version, question, *map(asking.an_id, chosen), text=text, at=at)

    return deed


OTHER_DEEDS = [
    in_the_asking_lesson(Verb.ANSWERED, "order", "o0", "o1", "o2", "o3"),
    in_the_asking_lesson(Verb.ANSWERED, "order", "o3", "o1", "o2", "o0"),
    in_the_asking_lesson(Verb.ANSWERED, "short", text="信箱"),
    in_the_asking_lesson(Verb.ANSWERED, "short", text="心里话 信箱！"),
    in_the_asking_lesson(Verb.ANSWERED, "number", text="１２"),
    in_the_asking_lesson(Verb.ANSWERED, "scenario", "s1-ask", "s2-wait"),
    in_the_asking_lesson(Verb.ANSWERED, "scenario", "s1-leave"),
    *[in_the_asking_lesson(Verb.ANSWERED, f"bank{n}", f"bank{n}-good") for n in range(4)],
    in_the_asking_lesson(Verb.REFLECTED, "reflection", text="上周三。"),
    in_the_asking_lesson(Verb.REFLECTED, "reflection", text="其实是上个月。"),
    in_the_asking_lesson(Verb.REFLECTED, "reflection"),
    in_the_asking_lesson(Verb.VOTED, "poll", "p1"),
    in_the_asking_lesson(Verb.VOTED, "poll", "p2"),
    in_the_asking_lesson(Verb.FINISHED),
]
"""What a learner may do in a lesson with a pass mark that asks in every way."""

other_deeds = st.lists(st.tuples(st.sampled_from(OTHER_DEEDS), st.integers(0, 500)), max_size=14)
ALL_OTHER = [(deed, 10 * number) for number, deed in enumerate(OTHER_DEEDS)]

deeds = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 500)), max_size=14)


LESSON_FIELDS = ("answered", "right", "questions", "missed", "failed_tries", "started_at", "completed_at")


def tallies_of(enrolment: Enrolment) -> list[Any]:
    """Return what the cohort's questions have been counted to."""
    tallies = QuestionTally.objects.filter(cohort=enrolment.cohort).order_by("lesson_key", "question_id")
    return list(tallies.values_list("lesson_key", "question_id", "answered", "missed"))


def rows_of(enrolment: Enrolment) -> dict[str, Any]:
    """Return every derived row of an enrolment as plain data."""
    fields = ("status", "lessons_done", "assignments_accepted", "steps_done", "steps_total", "score")
    moments = ("last_activity_at", "completed_at")
    steps = ("steps", "steps_at", "handed_in_at", "failures", "days_seen", "summary_version")
    lessons = LessonProgress.objects.filter(enrolment=enrolment).order_by("lesson_key")
    return {
        "enrolment": Enrolment.objects.values(*fields, *moments, *steps).get(pk=enrolment.pk),
        "lessons": list(lessons.values("lesson_key", *LESSON_FIELDS)),
        "tallies": tallies_of(enrolment),
        "votes": list(enrolment.votes.order_by("poll_id").values("lesson_key", "poll_id", "option_id", "voted_at")),
        "reflections": list(enrolment.reflections.values("block_id", "text", "written_at", "event_uuid")),
    }


def what_becomes_of(learner: Enrolment, events: list[IncomingEvent], at: datetime) -> dict[str, Any]:
    """Return the rows that ``events`` in this order lead to, and leave the database as it was."""
    with transaction.atomic():
        results = send(learner, *events, at=at)
        assert {result.status for result in results} <= {"ok", "duplicate"}
        rows = rows_of(learner)
        transaction.set_rollback(True)
    return rows


@pytest.fixture
def learner(now: datetime) -> Enrolment:
    """Somebody whose report was accepted already, so that the lessons alone decide."""
    enrolment = a_learner(at=now)
    a_review(a_report(enrolment, at=now), a_facilitator(), at=now)
    return enrolment


EVERYTHING = [(deed, 10 * number) for number, deed in enumerate(DEEDS)]
"""Completes the course, whatever the order: the case in which most follows from an event."""


@few
@example(deeds=EVERYTHING, seed=1)
@example(deeds=EVERYTHING, seed=2)
@example(deeds=EVERYTHING, seed=3)
@given(deeds=deeds, seed=st.integers(0, 2**32))
def test_events_in_any_order_with_any_duplicates_give_the_same_rows(
    learner: Enrolment, now: datetime, deeds, seed: int
) -> None:
    events = [deed(learner, now + timedelta(seconds=seconds)) for deed, seconds in deeds]
    chance = Random(seed)
    told_again = [*events, *chance.sample(events, chance.randint(0, len(events)))]
    chance.shuffle(told_again)
    received = now + timedelta(hours=1)
    assert what_becomes_of(learner, told_again, received) == what_becomes_of(learner, events, received)


@pytest.fixture
def asks_everything() -> LessonPage:
    """A lesson with a pass mark and every type of question, three drawn from a bank among them."""
    draw = asking.a_draw(asking.a_bank(4), count=3)
    return asking.a_lesson(
        asking.ORDER, asking.SHORT, asking.NUMBER, asking.SCENARIO, draw, asking.REFLECTION, asking.POLL, pass_mark=60
    )


@few
@example(deeds=ALL_OTHER, seed=1)
@example(deeds=ALL_OTHER, seed=2)
@example(deeds=ALL_OTHER[:3] + ALL_OTHER[-6:], seed=3)
@given(deeds=other_deeds, seed=st.integers(0, 2**32))
@pytest.mark.usefixtures("asks_everything")
def test_every_way_of_answering_obeys_the_same_law(learner: Enrolment, now: datetime, deeds, seed: int) -> None:
    events = [deed(learner, now + timedelta(seconds=seconds)) for deed, seconds in deeds]
    chance = Random(seed)
    told_again = [*events, *chance.sample(events, chance.randint(0, len(events)))]
    chance.shuffle(told_again)
    received = now + timedelta(hours=1)
    rows = what_becomes_of(learner, events, received)
    assert what_becomes_of(learner, told_again, received) == rows
    if deeds == ALL_OTHER:
        done = next(row for row in rows["lessons"] if len(row["questions"]) == 7)
        assert done["completed_at"] is not None
        assert [row["text"] for row in rows["reflections"]] == [""], "the latest, although it takes the words back"
        assert [row["option_id"] for row in rows["votes"]] == [asking.an_id("p2")]


def test_replaying_keeps_votes_and_reflections(learner: Enrolment, now: datetime, asks_everything: LessonPage) -> None:
    events = [deed(learner, now + timedelta(seconds=seconds)) for deed, seconds in ALL_OTHER]
    send(learner, *events, at=now + timedelta(hours=1))
    before = rows_of(learner)
    PollVote.objects.filter(enrolment=learner).update(option_id="another")
    PollVote.objects.create(enrolment=learner, lesson_key=uuid.uuid4(), poll_id="none", option_id="none", voted_at=now)
    replay(enrolment=learner)
    assert rows_of(learner) == before


@few
@example(deeds=EVERYTHING)
@given(deeds=deeds)
def test_replaying_the_events_gives_the_rows_that_were_there(learner: Enrolment, now: datetime, deeds) -> None:
    with transaction.atomic():
        send(learner, *[deed(learner, now + timedelta(seconds=s)) for deed, s in deeds], at=now + timedelta(hours=1))
        before = rows_of(learner)
        LessonProgress.objects.filter(enrolment=learner).update(answered=[], completed_at=None, missed=["none"])
        Enrolment.objects.filter(pk=learner.pk).update(lessons_done=0, steps_done=0, score=0, last_activity_at=None)
        Enrolment.objects.filter(pk=learner.pk).update(steps="", steps_at="", handed_in_at="", failures="", days_seen=0)
        LessonProgress.objects.create(enrolment=learner, lesson_key=uuid.uuid4())
        QuestionTally.objects.all().delete()
        replay(enrolment=learner)
        recount_tallies(cohort=learner.cohort)
        assert rows_of(learner) == before
        transaction.set_rollback(True)


def finished(learner: Enrolment, now: datetime) -> Enrolment:
    send(learner, *all_lessons(learner, at=now), at=now)
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.COMPLETED
    return learner


def test_replaying_a_completed_course_tells_nobody_again(learner: Enrolment, now: datetime) -> None:
    finished(learner, now)
    before = rows_of(learner)
    told: list[Any] = []

    def hear(**said: Any) -> None:
        told.append(said)

    enrolment_completed.connect(hear)
    try:
        Enrolment.objects.filter(pk=learner.pk).update(status=EnrolmentStatus.ACTIVE, completed_at=None)
        replay(enrolment=learner)
    finally:
        enrolment_completed.disconnect(hear)
    assert rows_of(learner) == before
    assert told == []
    assert learner.events.filter(verb=Verb.COMPLETED).count() == 1


def test_a_replay_reads_completion_from_its_fact_and_never_judges(learner: Enrolment, now: datetime) -> None:
    finished(learner, now)
    learner.events.filter(verb=Verb.COMPLETED).delete()
    replay(enrolment=learner)
    learner.refresh_from_db()
    assert (learner.status, learner.completed_at) == (EnrolmentStatus.ACTIVE, None)
    assert learner.steps_done == learner.steps_total
    assert not learner.events.filter(verb=Verb.COMPLETED).exists()


def test_completion_names_what_was_required_and_is_written_once(learner: Enrolment, now: datetime) -> None:
    finished(learner, now)
    send(learner, *all_lessons(learner, at=now), at=now + timedelta(days=1))
    fact = LearningEvent.objects.get(enrolment=learner, verb=Verb.COMPLETED)
    assert fact.data == {"requirements": str(learner.cohort.requirements.uuid)}
    assert fact.corrected_at == now
    learner.refresh_from_db()
    assert learner.completed_at == now


def publish_with_a_harder_question(page: LessonPage) -> None:
    """Add a required question to the lesson, as an author would, and publish."""
    blocks = page.body.get_prep_value()
    question = next(block for block in blocks if block["type"] == "true_false")
    page.body = [*blocks, {**question, "id": str(uuid.uuid4())}]
    page.save_revision().publish()


def test_a_lesson_edited_after_completion_takes_nothing_back(learner: Enrolment, now: datetime) -> None:
    finished(learner, now)
    before = rows_of(learner)
    publish_with_a_harder_question(content.lesson("ask"))
    assert len(content.version("ask").questions) == 3
    replay(enrolment=learner)
    assert rows_of(learner) == before

    # Reading the new edition, and getting its questions wrong, changes the score and not the promise.
    wrong = an_answer(learner, "ask", "wait", "false", at=now)
    send(learner, wrong, at=now + timedelta(days=1))
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.COMPLETED
    assert learner.completed_at == now
    replay(enrolment=learner)
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.COMPLETED


def test_an_unpublished_lesson_keeps_its_progress_and_takes_late_answers(learner: Enrolment, now: datetime) -> None:
    late = an_answer(learner, "ask", "who", "quiet", at=now)
    content.lesson("ask").unpublish()
    content.lesson("ask").delete()
    (result,) = send(learner, late, at=now)
    assert result.status == "ok"
    assert LessonProgress.objects.get(enrolment=learner).right == [content.question("ask", "who")]


def test_requirements_are_frozen_when_the_cohort_opens(learner: Enrolment, now: datetime) -> None:
    send(learner, *all_lessons(learner, at=now)[:-2], at=now)
    content.lesson("choose").unpublish()
    replay(enrolment=learner)
    learner.refresh_from_db()
    assert (learner.steps_done, learner.steps_total) == (3, 4)
    assert learner.status == EnrolmentStatus.ACTIVE


def test_a_withdrawn_learner_is_not_brought_back_by_a_replay(learner: Enrolment, now: datetime) -> None:
    finished(learner, now)
    Enrolment.objects.filter(pk=learner.pk).update(status=EnrolmentStatus.WITHDRAWN)
    replay(enrolment=learner)
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.WITHDRAWN
    assert learner.completed_at == now


def test_the_best_answer_stands_whichever_came_first(learner: Enrolment, now: datetime) -> None:
    right = an_answer(learner, "ask", "who", "quiet", at=now)
    wrong = an_answer(learner, "ask", "who", "loud", at=now + timedelta(minutes=1))
    send(learner, right, wrong, at=now + timedelta(hours=1))
    assert LessonProgress.objects.get(enrolment=learner).right == [content.question("ask", "who")]
    assert learner.events.filter(verb=Verb.ANSWERED).count() == 2


# --- editing a live lesson -------------------------------------------------------------------------------------------


def test_a_question_that_was_taken_out_counts_no_more_for_anybody(learner: Enrolment, now: datetime) -> None:
    """Half right of two is all right of one, as soon as the lesson is published without the other."""
    send(
        learner,
        an_answer(learner, "ask", "who", "quiet", at=now),
        an_answer(learner, "ask", "wait", "false", at=now),
        an_ending(learner, "ask", at=now),
        at=now,
    )
    learner.refresh_from_db()
    assert (learner.score, learner.lessons_done) == (50, 1)
    page = content.lesson("ask")
    page.body = [block for block in page.body.get_prep_value() if block["type"] != "true_false"]
    page.save_revision().publish()
    assert refresh_after_edit(version=content.version("ask"), at=now) == 1
    learner.refresh_from_db()
    assert (learner.score, learner.lessons_done) == (100, 1)
    row = LessonProgress.objects.get(enrolment=learner, lesson_key=content.lesson_key("ask"))
    assert row.questions == row.right == [content.question("ask", "who")]
    assert content.question("ask", "wait") in row.answered, "what was done stays on record"
    before = rows_of(learner)
    replay(enrolment=learner)
    assert rows_of(learner) == before


def test_publishing_an_edit_has_the_learners_counted_anew_by_a_worker(learner: Enrolment, now: datetime) -> None:
    asking.a_lesson(asking.single(), asking.ORDER)
    assert not queued(), "nobody has read it yet"
    page = LessonPage.objects.get(slug="asking")
    send(
        learner,
        said(learner, Verb.ANSWERED, asking.version_of(page), asking.an_id("single"), asking.an_id("single-bad")),
    )
    asking.a_lesson(asking.ORDER)
    (task,) = queued()
    assert task["func"] == "cohorts.tasks.refresh_after_edit"
    assert import_string(task["func"])(*task["args"]) == 1
    row = LessonProgress.objects.get(enrolment=learner, lesson_key=page.translation_key)
    assert row.questions == [asking.an_id("order")]


def queued() -> list[dict[str, Any]]:
    tasks = [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("pk")]
    return [task for task in tasks if task["func"].startswith("cohorts.")]


def test_a_score_that_reaches_the_minimum_by_an_edit_completes_the_course(now: datetime) -> None:
    learner = a_learner(at=now)
    RequirementSet.objects.filter(pk=learner.cohort.requirements_id).update(minimum_score=90)
    a_review(a_report(learner, at=now), a_facilitator(), at=now)
    learner = Enrolment.objects.get(pk=learner.pk)
    events = [event for event in all_lessons(learner, at=now) if event.question != content.question("ask", "wait")]
    wrong = an_answer(learner, "ask", "wait", "false", at=now)
    send(learner, *events, wrong, at=now)
    learner.refresh_from_db()
    assert (learner.score, learner.status) == (66, EnrolmentStatus.ACTIVE)
    page = content.lesson("ask")
    page.body = [block for block in page.body.get_prep_value() if block["type"] != "true_false"]
    page.save_revision().publish()
    refresh_after_edit(version=content.version("ask"), at=now)
    learner.refresh_from_db()
    assert (learner.score, learner.status) == (100, EnrolmentStatus.COMPLETED)


def test_a_new_question_takes_no_completion_and_counts_once_it_is_answered(learner: Enrolment, now: datetime) -> None:
    finished(learner, now)
    publish_with_a_harder_question(content.lesson("ask"))
    refresh_after_edit(version=content.version("ask"), at=now)
    row = LessonProgress.objects.get(enrolment=learner, lesson_key=content.lesson_key("ask"))
    assert row.completed_at == now
    (new,) = {question["id"] for question in content.version("ask").questions} - set(row.answered)
    send(learner, said(learner, Verb.ANSWERED, content.version("ask"), new, "false"), at=now)
    row.refresh_from_db()
    assert row.completed_at == now
    assert new in row.questions
    assert new not in row.right
