"""Judging what was handed in."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cohorts.enums import Decision
from cohorts.models import Enrolment, Review, ReviewClaim, ReviewDraft, Submission, SubmissionAttempt
from cohorts.services.counting import count_review
from cohorts.services.judging import Judgement, plain_judgement
from cohorts.services.planning import require_current
from foundation.refusals import Refused
from foundation.services.audit import record_audit


def review_attempt(
    *,
    attempt: SubmissionAttempt,
    decision: str,
    judgement: Judgement,
    reviewer: Any,
    at: datetime,
    seen: int | None = None,
) -> Review:
    """Accept or return an attempt. It counts when it can no longer be undone; see ``services.counting``.

    ``seen`` is how many judgements of the attempt there were, those undone among them, when the reviewer opened it.
    Raises ``Refused``: 403 when the report is the reviewer's own, 422 when a returned attempt has no word for its
    author or an accepted one lacks a level, 409 when somebody has decided meanwhile or a newer one was handed in.
    """
    judgement = plain_judgement(judgement, attempt)
    judgement = Judgement(judgement.feedback.strip(), judgement.levels)
    _require_whole(decision, judgement, attempt)
    try:
        with transaction.atomic():
            return _review(attempt, Decision(decision), judgement, reviewer, at, seen)
    except IntegrityError as error:
        raise _already_judged() from error
    except Refused:
        same = Review.objects.filter(
            attempt=attempt, reviewer=reviewer, decision=decision, feedback=judgement.feedback, undone_at=None
        )
        review = same.first()
        if review and review.levels == judgement.levels:
            return review  # a double tap
        raise


def _require_whole(decision: str, judgement: Judgement, attempt: SubmissionAttempt) -> None:
    """Raise ``Refused`` (422) for a decision that is none, or that lacks what its author will ask for."""
    if decision not in Decision.values:
        raise Refused("decision", _("Please choose: accept, or return for another try."), status=422)
    if decision == Decision.RETURNED and not judgement.feedback:
        raise Refused(
            "feedback", _("Please write what is still missing, so that the next try can succeed."), status=422
        )
    missing = attempt.rubric.missing(judgement.levels) if attempt.rubric else []
    if decision == Decision.ACCEPTED and missing:
        raise Refused(
            "levels",
            _("Please choose a level before you accept: %(criteria)s. All that you wrote is kept.")
            % {"criteria": " · ".join(missing)},
            status=422,
        )


def _review(
    attempt: SubmissionAttempt,
    decision: Decision,
    judgement: Judgement,
    reviewer: Any,
    at: datetime,
    seen: int | None,
) -> Review:
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("cohort")
    enrolment = locked.get(submissions=attempt.submission_id)
    require_current(enrolment.cohort)
    if enrolment.user_id == reviewer.pk:
        raise Refused(
            "own_report", _("Nobody judges their own report. Another reviewer of the cohort will read it."), status=403
        )
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=attempt.submission_id)
    if not submission.is_waiting or submission.attempt != attempt.number:
        raise _already_judged()
    if seen is not None and seen != attempt.reviews.count():
        raise Refused(
            "judged_meanwhile",
            _("Somebody decided on this report and took it back meanwhile. Please look again, then decide."),
            status=409,
        )
    review = Review.objects.create(
        attempt=attempt,
        reviewer=reviewer,
        decision=decision,
        feedback=judgement.feedback,
        levels=dict(judgement.levels),
        created_at=at,
        counts_at=at + timedelta(minutes=settings.REVIEW_UNDO_MINUTES),
    )
    submission.decided_at = at
    submission.save(update_fields=["decided_at"])
    ReviewDraft.objects.filter(attempt=attempt, reviewer=reviewer).delete()
    ReviewClaim.objects.filter(submission=submission).delete()
    record_audit(
        action=f"submission.{decision.value}", subject=submission, actor=reviewer, at=at, attempt=attempt.number
    )
    if review.counts_at <= at:
        count_review(review=review, at=at)
        review.refresh_from_db()
    return review


def _already_judged() -> Refused:
    return Refused(
        "already_judged",
        _("Somebody has judged this report already, or a newer one was handed in. Your words are shown below."),
        status=409,
    )
