"""Keeping the derived rows in step with the facts, and noticing that a course is complete."""

import uuid
from datetime import UTC, datetime

from django.db import transaction

from cohorts.enums import EnrolmentStatus, Verb
from cohorts.models import Enrolment, LearningEvent, LessonProgress
from cohorts.rules import LessonState, Standing, standing
from cohorts.rules.steps import SUMMARY_VERSION, StepSummary, days_seen, summary_of
from cohorts.selectors import (
    accepted_assignments,
    activity_of,
    lesson_states,
    progress_by_lesson,
    state_of,
    works_of,
)
from cohorts.services.tallies import tally_answers
from cohorts.services.unjudged import recount_votes
from cohorts.signals import enrolment_completed
from courses.blocks.identity import NAMESPACE
from courses.models import LessonVersion


def refresh_lesson(*, enrolment: Enrolment, lesson_key: uuid.UUID) -> LessonProgress:
    """Write the progress of one lesson anew from its events, and what the cohort's tallies gain by it."""
    state = lesson_states(enrolment, lesson_key).get(lesson_key, LessonState())
    before = LessonProgress.objects.filter(enrolment=enrolment, lesson_key=lesson_key).first()
    return _store(enrolment, lesson_key, state, before)


def _store(
    enrolment: Enrolment, lesson_key: uuid.UUID, state: LessonState, before: LessonProgress | None
) -> LessonProgress:
    """Write a row of progress over ``before``, or a first one; the enrolment is locked, so nobody else does."""
    tally_answers(enrolment=enrolment, lesson_key=lesson_key, before=before, now=state)
    row = before or LessonProgress(enrolment=enrolment, lesson_key=lesson_key)
    row.answered = sorted(state.answered)
    row.right = sorted(state.right)
    row.questions = sorted(state.questions)
    row.started_at = _instant(state.started_at)
    row.completed_at = _instant(state.completed_at)
    row.missed = sorted(state.missed)
    row.failed_tries = state.failed_tries
    row.save()
    return row


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def refresh_enrolment(*, enrolment: Enrolment, at: datetime) -> Standing:
    """Write the enrolment's summary anew, and its completion when the rule holds for the first time.

    Somebody who withdrew completes nothing; coming back judges again.
    Call it inside the transaction of the fact that changed something, with the enrolment's row locked.
    """
    result = _summarise(enrolment)
    if result.is_complete and enrolment.is_learning and not enrolment.is_completed:
        complete(enrolment=enrolment, at=at)
    return result


def _summarise(enrolment: Enrolment) -> Standing:
    """Write the enrolment's counts anew and return how it stands; nothing follows from it."""
    states = {key: state_of(row) for key, row in progress_by_lesson(enrolment).items()}
    accepted = accepted_assignments(enrolment)
    required = enrolment.cohort.requirements
    result = standing(required.as_rule(), states, accepted)
    _note_steps(enrolment, summary_of(required.as_rule(), states, works_of(enrolment), accepted))
    enrolment.lessons_done = len(required.lessons) - len(result.lessons_missing)
    enrolment.assignments_accepted = len(required.assignments) - len(result.assignments_missing)
    enrolment.steps_done = result.steps_done
    enrolment.steps_total = result.steps_total
    enrolment.score = result.score
    enrolment.last_activity_at, days = activity_of(enrolment)
    enrolment.days_seen = days_seen(days)
    enrolment.save(
        update_fields=[
            "lessons_done",
            "assignments_accepted",
            "steps_done",
            "steps_total",
            "score",
            "last_activity_at",
            "days_seen",
            *STEP_FIELDS,
        ]
    )
    return result


STEP_FIELDS = ("steps", "steps_at", "handed_in_at", "failures", "summary_version")


def _note_steps(enrolment: Enrolment, summary: StepSummary) -> None:
    """Put the summary of all steps on the row; the caller saves ``STEP_FIELDS``."""
    enrolment.steps, enrolment.steps_at = summary.letters, summary.since
    enrolment.handed_in_at, enrolment.failures = summary.handed_in, summary.failures
    enrolment.summary_version = SUMMARY_VERSION


def refresh_steps(*, enrolment: Enrolment) -> None:
    """Write the state of each step anew where something changed of which there is no fact: a draft was begun.

    Call it inside the transaction of that change, with the enrolment's row locked.
    """
    states = {key: state_of(row) for key, row in progress_by_lesson(enrolment).items()}
    rule = enrolment.cohort.requirements.as_rule()
    _note_steps(enrolment, summary_of(rule, states, works_of(enrolment), accepted_assignments(enrolment)))
    enrolment.save(update_fields=STEP_FIELDS)


@transaction.atomic
def complete(*, enrolment: Enrolment, at: datetime) -> None:
    """Write the fact that the course is complete, once and for ever, and tell the rooms above.

    The fact names the requirement set that was met, so that a requirement added later revokes nothing.
    """
    fact_id = uuid.uuid5(NAMESPACE, f"completed/{enrolment.uuid}")
    LearningEvent.objects.get_or_create(
        uuid=fact_id,
        defaults={
            "enrolment": enrolment,
            "verb": Verb.COMPLETED,
            "object_key": enrolment.cohort.course.translation_key,
            "data": {"requirements": str(enrolment.cohort.requirements.uuid)},
            "body_hash": "",
            "at": at,
            "sent_at": at,
            "received_at": at,
            "corrected_at": at,
        },
    )
    enrolment.status = EnrolmentStatus.COMPLETED
    enrolment.completed_at = at
    enrolment.save(update_fields=["status", "completed_at"])
    enrolment_completed.send(sender=Enrolment, enrolment=enrolment, at=at)


def refresh_after_edit(*, version: LessonVersion, at: datetime) -> int:
    """Take a question that was taken out of a lesson out of its learners' scores; return how many were looked at.

    A score that reaches the minimum by this completes the course, as an answer would.
    """
    touched = LessonProgress.objects.filter(lesson_key=version.translation_key)
    enrolments = list(touched.values_list("enrolment", flat=True))
    for pk in enrolments:
        with transaction.atomic():
            enrolment = (
                Enrolment.objects.select_for_update(of=("self",))
                .select_related("cohort", "cohort__requirements", "cohort__course")
                .get(pk=pk)
            )
            refresh_lesson(enrolment=enrolment, lesson_key=version.translation_key)
            refresh_enrolment(enrolment=enrolment, at=at)
    return len(enrolments)


@transaction.atomic
def replay(*, enrolment: Enrolment) -> None:
    """Write every derived row of an enrolment anew from its events alone.

    Gives the rows that were there already: a test holds that law. What was handed in, returned and begun is read from
    the submissions, which are records themselves. Completion is read from its fact, never judged again, and no message
    or certificate follows.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    states = lesson_states(enrolment)
    rows = {row.lesson_key: row for row in LessonProgress.objects.filter(enrolment=enrolment)}
    LessonProgress.objects.filter(enrolment=enrolment).exclude(lesson_key__in=states).delete()
    for lesson_key, state in states.items():
        _store(enrolment, lesson_key, state, rows.get(lesson_key))
    recount_votes(enrolment=enrolment)
    fact = enrolment.events.filter(verb=Verb.COMPLETED).first()
    enrolment.completed_at = fact.corrected_at if fact else None
    if enrolment.is_learning:
        enrolment.status = EnrolmentStatus.COMPLETED if fact else EnrolmentStatus.ACTIVE
    enrolment.save(update_fields=["completed_at", "status"])
    _summarise(enrolment)


def server_event(
    *, enrolment: Enrolment, verb: str, object_key: uuid.UUID, cause: str, at: datetime, **data: str
) -> LearningEvent:
    """Append a fact that the server itself knows, such as an accepted assignment; the same cause gives one fact."""
    event, _ = LearningEvent.objects.get_or_create(
        uuid=uuid.uuid5(NAMESPACE, f"{verb}/{cause}"),
        defaults={
            "enrolment": enrolment,
            "verb": verb,
            "object_key": object_key,
            "data": data,
            "body_hash": "",
            "at": at,
            "sent_at": at,
            "received_at": at,
            "corrected_at": at,
        },
    )
    return event
