"""Work handed in: what is being written, what waits, and until when."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from cohorts.models import (
    Cohort,
    DraftCopy,
    Enrolment,
    Review,
    ReviewClaim,
    SavedComment,
    Submission,
    SubmissionAttempt,
    SubmissionPhoto,
    SubmissionRecording,
)
from cohorts.rules.steps import Work
from courses.models import AssignmentPage
from courses.selectors import assignment_by_key


def submissions_by_assignment(enrolment: Enrolment) -> dict[str, Submission]:
    """Return the person's submissions, by the assignment's key as a string; not those that were opened only."""
    return {str(row.assignment_key): row for row in Submission.objects.filter(enrolment=enrolment).begun()}


def works_of(enrolment: Enrolment) -> dict[str, Work]:
    """Return how the learner's work on each assignment stands, by its key as a string: one query."""
    first = SubmissionAttempt.objects.filter(submission=OuterRef("pk"), number=1)
    begun = Submission.objects.begun().filter(pk=OuterRef("pk"))
    rows = Submission.objects.filter(enrolment=enrolment).annotate(
        first_at=Subquery(first.values("written_at")[:1]), is_begun=Exists(begun)
    )
    return {
        str(row.assignment_key): Work(
            status=row.status,
            is_begun=row.is_begun,
            submitted_at=_seconds(row.submitted_at),
            decided_at=_seconds(row.decided_at),
            first_handed_in_at=_seconds(row.first_at),
        )
        for row in rows.defer("answers")
    }


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def review_queue(
    cohorts: QuerySet[Cohort] | Iterable[Cohort], user: Any, at: datetime | None = None
) -> QuerySet[Submission]:
    """Return what waits for a review in these cohorts, the longest wait first, with learner and cohort.

    Each row carries ``attempt_uuid``, the newest attempt: the one to judge; with ``at`` also ``read_by``, the name of
    somebody else who reads it at that moment.
    """
    newest = SubmissionAttempt.objects.filter(submission=OuterRef("pk"), number=OuterRef("attempt"))
    queue = (
        Submission.objects.reviewable_by(user)
        .waiting()
        .filter(enrolment__cohort__in=cohorts)
        .select_related("enrolment", "enrolment__user", "enrolment__cohort")
        .annotate(attempt_uuid=Subquery(newest.values("uuid")[:1]))
    )
    if at is None:
        return queue
    claims = ReviewClaim.objects.filter(submission=OuterRef("pk"), until__gt=at).exclude(holder=user)
    return queue.annotate(read_by=Subquery(claims.values("holder__full_name")[:1]))


def next_report(cohort: Cohort, user: Any, at: datetime) -> Submission | None:
    """Return what to review next: of what waits, the longest wait that nobody else reads."""
    read = ReviewClaim.objects.filter(until__gt=at).exclude(holder=user)
    return review_queue([cohort], user).exclude(pk__in=read.values("submission")).first()


def submission_thread(submission: Submission) -> list[SubmissionAttempt]:
    """Return every attempt of a submission, the newest first, with what its author has been told of it."""
    return _thread(submission, Review.objects.filter(undone_at=None, counted_at__isnull=False))


def review_thread(submission: Submission) -> list[SubmissionAttempt]:
    """Return the same for those who review: with every judgement, also those that were undone or still can be."""
    return _thread(submission, Review.objects.all())


def _thread(submission: Submission, reviews: QuerySet[Review]) -> list[SubmissionAttempt]:
    said = Prefetch("reviews", queryset=reviews.select_related("reviewer"))
    return list(submission.attempts.with_due().select_related("rubric").prefetch_related(said).order_by("-number"))


def undoable_reviews(user: Any, cohort: Cohort, at: datetime) -> list[Review]:
    """Return what somebody decided in a cohort and may still undo, the newest first, with the learners."""
    decided = Review.objects.filter(reviewer=user, counted_at=None, undone_at=None, counts_at__gt=at)
    return list(
        decided.filter(attempt__submission__enrolment__cohort=cohort)
        .select_related("attempt__submission__enrolment__user")
        .order_by("-created_at", "-pk")
    )


def comments_of(user: Any) -> list[SavedComment]:
    """Return the comments that a reviewer keeps, those used last first."""
    return list(SavedComment.objects.filter(owner=user))


def current_photos(submission: Submission) -> list[SubmissionPhoto]:
    """Return the photos that belong to the text being written."""
    return list(submission.photos.filter(removed_at=None))


def current_recordings(submission: Submission) -> list[SubmissionRecording]:
    """Return the voice notes that belong to the text being written."""
    return list(submission.recordings.filter(removed_at=None))


def open_copies(submission: Submission) -> list[DraftCopy]:
    """Return the words that met newer ones and between which the learner has not chosen yet."""
    return list(submission.copies.filter(settled_at=None))


def assignment_to_report(key: uuid.UUID, language: str) -> AssignmentPage | None:
    """Return the assignment of that key; one since unpublished too, because a phone may have been away for weeks."""
    published_once = AssignmentPage.objects.filter(translation_key=key, first_published_at__isnull=False)
    return assignment_by_key(key, language) or published_once.first()
