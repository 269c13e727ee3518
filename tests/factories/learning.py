"""Cohorts, learners and what they do, made by the operations that the product itself uses."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from cohorts.enums import Decision, EnrolmentStatus, Verb
from cohorts.models import Cohort, Deadline, Enrolment, Review, Submission, SubmissionAttempt
from cohorts.services.counting import count_due_reviews
from cohorts.services.drafts import save_draft
from cohorts.services.events import EventResult, IncomingEvent, record_events
from cohorts.services.joining import join_cohort
from cohorts.services.judging import Judgement
from cohorts.services.opening import make_cohort, open_cohort
from cohorts.services.reviews import review_attempt
from cohorts.services.submissions import submission_for, submit
from courses.models import AssignmentPage, CoursePage, LessonVersion
from tests.factories import content
from tests.factories.people import a_facilitator, a_person


def a_cohort(
    *,
    course: CoursePage | None = None,
    facilitator: User | None = None,
    name: str = "秋季班",
    at: datetime | None = None,
    joining_closes_on: date | None = None,
    deadlines: Mapping[uuid.UUID, datetime] | None = None,
    is_open: bool = True,
    **fields: Any,
) -> Cohort:
    """Make and open a cohort that runs from ``at`` (now) for eight weeks. ``deadlines`` names moments by step."""
    at = at or timezone.now()
    leader = facilitator or a_facilitator(at=at)
    cohort = make_cohort(
        course=course or CoursePage.objects.get(locale__language_code="zh-hans"),
        name=name,
        starts_on=timezone.localdate(at),
        ends_on=timezone.localdate(at) + timedelta(weeks=8),
        joining_closes_on=joining_closes_on,
        facilitator=leader,
        actor=leader,
        at=at,
        **fields,
    )
    for key, due in (deadlines or {}).items():
        Deadline.objects.update_or_create(cohort=cohort, step_key=key, defaults={"due_at": due})
    return open_cohort(cohort=cohort, actor=leader, at=at) if is_open else cohort


def a_learner(
    *, cohort: Cohort | None = None, user: User | None = None, at: datetime | None = None, **person: Any
) -> Enrolment:
    """Let somebody join and return the enrolment, with the user and the cohort at hand."""
    at = at or timezone.now()
    cohort = cohort or a_cohort(at=at)
    return join_cohort(cohort=cohort, user=user or a_person(at=at, **person), at=at)


def withdraw(enrolment: Enrolment) -> Enrolment:
    """Withdraw the learner, as an operator does."""
    enrolment.status = EnrolmentStatus.WITHDRAWN
    enrolment.save(update_fields=["status"])
    return enrolment


def an_answer(
    enrolment: Enrolment,
    lesson: str,
    block: str,
    *chosen: str,
    at: datetime | None = None,
    version: LessonVersion | None = None,
    **fields: Any,
) -> IncomingEvent:
    """Return the event of an answer to the small course, options by their keys."""
    return _event(
        enrolment,
        Verb.ANSWERED,
        version or content.version(lesson),
        at=at,
        question=content.question(lesson, block),
        chosen=tuple(content.option(lesson, block, key) for key in chosen),
        **fields,
    )


def an_ending(
    enrolment: Enrolment,
    lesson: str,
    *,
    at: datetime | None = None,
    version: LessonVersion | None = None,
    **fields: Any,
) -> IncomingEvent:
    """Return the event "I have finished this lesson"."""
    return _event(enrolment, Verb.FINISHED, version or content.version(lesson), at=at, **fields)


def an_opening(enrolment: Enrolment, lesson: str, *, at: datetime | None = None, **fields: Any) -> IncomingEvent:
    """Return the event of a lesson being opened."""
    return _event(enrolment, Verb.OPENED, content.version(lesson), at=at, **fields)


def said(
    enrolment: Enrolment, verb: str, version: LessonVersion, question: str = "", *chosen: str, **fields: Any
) -> IncomingEvent:
    """Return an event about any lesson, by ids."""
    return _event(enrolment, verb, version, question=question, chosen=chosen, **fields)


def _event(
    enrolment: Enrolment, verb: str, version: LessonVersion, *, at: datetime | None = None, **fields: Any
) -> IncomingEvent:
    return IncomingEvent(
        id=fields.pop("id", None) or uuid.uuid4(),
        verb=verb,
        object=version.translation_key,
        enrolment=enrolment.uuid,
        at=at or timezone.now(),
        lesson_version=version.uuid,
        **fields,
    )


def send(enrolment: Enrolment, *events: IncomingEvent, at: datetime | None = None) -> list[EventResult]:
    """Send the events from a phone whose clock is right and return what became of them."""
    at = at or timezone.now()
    return record_events(user=enrolment.user, events=events, sent_at=at, received_at=at)


def all_lessons(enrolment: Enrolment, *, at: datetime | None = None) -> list[IncomingEvent]:
    """Return the events that finish every lesson of the small course, all questions answered right."""
    return [
        an_answer(enrolment, "ask", "who", "quiet", at=at),
        an_answer(enrolment, "ask", "wait", "true", at=at),
        an_ending(enrolment, "ask", at=at),
        an_ending(enrolment, "read", at=at),
        an_answer(enrolment, "choose", "which", "lock", "reach", at=at),
        an_ending(enrolment, "choose", at=at),
    ]


def a_draft(enrolment: Enrolment, *, at: datetime | None = None, **words: str) -> Submission:
    """Save a draft of the small course's report; words by the prompts' keys (did, more)."""
    at = at or timezone.now()
    work = submission_for(enrolment=enrolment, assignment=content.assignment(), at=at)
    return save_draft(submission=work, answers={content.prompt(key): text for key, text in words.items()}, at=at)


def a_report(
    enrolment: Enrolment,
    *,
    at: datetime | None = None,
    did: str = "谈了三次。",
    assignment: AssignmentPage | None = None,
) -> SubmissionAttempt:
    """Hand in a report and return the attempt."""
    at = at or timezone.now()
    return submit(
        submission=a_draft(enrolment, did=did, at=at),
        assignment=assignment or content.assignment(),
        attempt_uuid=uuid.uuid4(),
        actor=enrolment.user,
        at=at,
    )


def a_review(
    attempt: SubmissionAttempt,
    reviewer: User,
    *,
    decision: str = Decision.ACCEPTED,
    feedback: str = "谢谢您的记录。",
    levels: Mapping[str, str] | None = None,
    at: datetime | None = None,
    counts: bool = True,
) -> Review:
    """Judge an attempt so long before ``at`` (now) that it counts by then; without ``counts``, at that moment."""
    now = at or timezone.now()
    review = review_attempt(
        attempt=attempt,
        decision=decision,
        judgement=Judgement(feedback, levels or {}),
        reviewer=reviewer,
        at=now - timedelta(minutes=settings.REVIEW_UNDO_MINUTES) if counts else now,
    )
    if counts:
        count_due_reviews(at=now, submission=attempt.submission)
        review.refresh_from_db()
    return review


def time_to_undo_is_over() -> datetime:
    """Let ten minutes pass: what was decided by now counts. Returns when that is."""
    later = timezone.now() + timedelta(minutes=settings.REVIEW_UNDO_MINUTES)
    count_due_reviews(at=later)
    return later


CRITERIA = ("made-safe", "listened", "privacy")
LEVELS = ("clear", "on-the-way", "not-yet")


def rubric_id(*keys: str) -> str:
    """Return the id of a criterion of ``a_rubric``, or of a level of one."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(keys)))


def a_rubric(*, best: str = "清楚") -> AssignmentPage:
    """Give the small course's assignment a rubric of three criteria with three levels, and return its page."""
    page = content.assignment()
    names = {"clear": best, "on-the-way": "在路上", "not-yet": "还没有"}
    page.rubric = [
        {
            "type": "criterion",
            "id": rubric_id(criterion),
            "value": {
                "name": f"指标 {criterion}",
                "text": "",
                "levels": [
                    {
                        "type": "item",
                        "id": rubric_id(criterion, level),
                        "value": {"name": names[level], "text": f"{criterion} {level} 的样子"},
                    }
                    for level in LEVELS
                ],
            },
        }
        for criterion in CRITERIA
    ]
    page.save()
    return content.assignment()


def levels(**chosen: str) -> dict[str, str]:
    """Return levels by the keys of criteria, with underscores; those not named are clear."""
    return {
        rubric_id(criterion): rubric_id(criterion, chosen.get(criterion.replace("-", "_"), "clear"))
        for criterion in CRITERIA
    }
