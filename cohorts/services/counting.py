"""When a judgement counts: once it can no longer be undone (docs/decisions/0074). Then its author is told."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.services.messages import tell
from cohorts.enums import Decision, SubmissionStatus, Verb
from cohorts.models import Enrolment, Review, ReviewClaim, ReviewDraft, Submission
from cohorts.services.judging import Judgement, save_review_draft
from cohorts.services.progress import refresh_enrolment, server_event
from courses.selectors import assignment_titles
from foundation.refusals import Refused
from foundation.services.audit import record_audit

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500
"""How many one sweep counts at most; the next comes a minute later."""

DRAFTS_KEPT_FOR: Final = timedelta(days=90)


def locked_review(review: Review) -> tuple[Review, Submission]:
    """Lock the enrolment, then the submission, always in this order; return the review as it stands with both."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "cohort__requirements", "cohort__course", "user")
        .get(submissions__attempts=review.attempt_id)
    )
    submission = Submission.objects.select_for_update(of=("self",)).get(attempts=review.attempt_id)
    submission.enrolment = enrolment
    return Review.objects.select_related("attempt__rubric").get(pk=review.pk), submission


def count_due_reviews(*, at: datetime, submission: Submission | None = None) -> int:
    """Let each judgement count that can no longer be undone, of one report or of all. Returns how many.

    One that cannot be counted keeps none of the others waiting; it is tried again with the next sweep.
    """
    due = Review.objects.filter(counted_at=None, undone_at=None, counts_at__lte=at)
    if submission:
        due = due.filter(attempt__submission=submission)
    return sum(_counted(review, at) for review in _some(due))


def _some(due: "QuerySet[Review]") -> list[Review]:
    return list(due.order_by("counts_at", "pk")[:AT_ONCE])


def _counted(review: Review, at: datetime) -> bool:
    try:
        return count_review(review=review, at=at)
    except Exception:
        logger.exception("a review could not be counted: %s", review.uuid)
        return False


@transaction.atomic
def count_review(*, review: Review, at: datetime) -> bool:
    """Let a judgement count and tell its author; all that follows from an acceptance happens with it.

    Does nothing, and says so, where it was undone or counts already. Whether it may still be undone is the caller's.
    """
    review, submission = locked_review(review)
    if review.counted_at is not None or review.undone_at is not None:
        return False
    review.counted_at = at
    review.save(update_fields=["counted_at"])
    submission.status = SubmissionStatus(review.decision)
    submission.save(update_fields=["status"])
    is_accepted = review.decision == Decision.ACCEPTED
    tell(
        recipient=submission.enrolment.user,
        event=MessageEvent.ACCEPTED if is_accepted else MessageEvent.RETURNED,
        key=f"review:{review.uuid}",
        params={"assignment": assignment_titles(submission.assignment_key) or submission.title},
        link=f"cohorts:submission|{submission.assignment_key}",
        at=at,
    )
    if is_accepted:
        server_event(
            enrolment=submission.enrolment,
            verb=Verb.ACCEPTED,
            object_key=submission.assignment_key,
            cause=str(review.uuid),
            at=at,
        )
    refresh_enrolment(enrolment=submission.enrolment, at=at)
    record_audit(action="review.counted", subject=submission, at=at, attempt=review.attempt.number)
    return True


@transaction.atomic
def undo_review(*, review: Review, actor: Any, at: datetime) -> None:
    """Take a judgement back; the report waits again, and what was written is the reviewer's draft again.

    Raises ``Refused``: 403 for anybody but who decided, 409 when it counts already. Undoing twice is undoing once.
    """
    review, submission = locked_review(review)
    if review.reviewer_id != actor.pk:
        raise Refused("not_yours", _("Only who decided can undo it."), status=403)
    if review.undone_at is not None:
        return
    if not review.is_undoable(at):
        raise Refused(
            "counts_already",
            _("This can no longer be undone: the time for it is over."),
            status=409,
        )
    review.undone_at = at
    review.save(update_fields=["undone_at"])
    submission.decided_at = None
    submission.save(update_fields=["decided_at"])
    save_review_draft(
        attempt=review.attempt, reviewer=actor, judgement=Judgement(review.feedback, review.levels), at=at
    )
    record_audit(action="review.undone", subject=submission, actor=actor, at=at, attempt=review.attempt.number)


def sweep_reviews() -> int:
    """Count what is due, and forget old drafts of reviews and claims that ran out; returns how many rows."""
    now = timezone.now()
    counted = count_due_reviews(at=now)
    drafts, _each = ReviewDraft.objects.filter(saved_at__lte=now - DRAFTS_KEPT_FOR).delete()
    claims, _each = ReviewClaim.objects.filter(until__lte=now).delete()
    return counted + drafts + claims
