"""Judging what was handed in."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.services.messages import tell
from cohorts.enums import Decision, SubmissionStatus, Verb
from cohorts.models import Enrolment, Review, Submission, SubmissionAttempt
from cohorts.services.progress import refresh_enrolment, server_event
from courses.selectors import assignment_titles
from foundation.refusals import Refused
from foundation.services.audit import record_audit

LONGEST_FEEDBACK = 5000  # characters


def review_attempt(*, attempt: SubmissionAttempt, decision: str, feedback: str, reviewer: Any, at: datetime) -> Review:
    """Accept or return an attempt and tell its author; all that follows from an acceptance happens with it.

    Raises ``Refused``: 403 when the report is the reviewer's own, 422 when a returned attempt has no word for its
    author, 409 when the attempt was judged already or a newer one was handed in.
    """
    feedback = feedback.replace("\0", "").strip()[:LONGEST_FEEDBACK]  # PostgreSQL takes no NUL
    if decision not in Decision.values:
        raise Refused("decision", _("Please choose: accept, or return for another try."), status=422)
    if decision == Decision.RETURNED and not feedback:
        raise Refused(
            "feedback", _("Please write what is still missing, so that the next try can succeed."), status=422
        )
    try:
        with transaction.atomic():
            return _review(attempt, Decision(decision), feedback, reviewer, at)
    except IntegrityError as error:
        raise _already_judged() from error
    except Refused:
        same = Review.objects.filter(attempt=attempt, reviewer=reviewer, decision=decision, feedback=feedback)
        if review := same.filter(undone_at=None).first():
            return review  # a double tap
        raise


def _review(attempt: SubmissionAttempt, decision: Decision, feedback: str, reviewer: Any, at: datetime) -> Review:
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "cohort__requirements", "cohort__course", "user")
        .get(submissions=attempt.submission_id)
    )
    if enrolment.user_id == reviewer.pk:
        raise Refused(
            "own_report", _("Nobody judges their own report. Another reviewer of the cohort will read it."), status=403
        )
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=attempt.submission_id)
    if submission.status != SubmissionStatus.SUBMITTED or submission.attempt != attempt.number:
        raise _already_judged()
    review = Review.objects.create(
        attempt=attempt, reviewer=reviewer, decision=decision, feedback=feedback, created_at=at
    )
    submission.status = SubmissionStatus(decision.value)
    submission.decided_at = at
    submission.save(update_fields=["status", "decided_at"])
    record_audit(
        action=f"submission.{decision.value}", subject=submission, actor=reviewer, at=at, attempt=attempt.number
    )
    tell(
        recipient=enrolment.user,
        event=MessageEvent.ACCEPTED if decision == Decision.ACCEPTED else MessageEvent.RETURNED,
        key=f"review:{review.uuid}",
        params={"assignment": assignment_titles(submission.assignment_key) or submission.title},
        link=f"cohorts:submission|{submission.assignment_key}",
        at=at,
    )
    if decision == Decision.ACCEPTED:
        server_event(
            enrolment=enrolment,
            verb=Verb.ACCEPTED,
            object_key=submission.assignment_key,
            cause=str(review.uuid),
            at=at,
        )
        refresh_enrolment(enrolment=enrolment, at=at)
    return review


def _already_judged() -> Refused:
    return Refused(
        "already_judged",
        _("Somebody has judged this report already, or a newer one was handed in. Your words are shown below."),
        status=409,
    )
