"""Work handed in: what is being written, what waits, and until when."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from cohorts.models import (
    Cohort,
    DraftCopy,
    Enrolment,
    Submission,
    SubmissionAttempt,
    SubmissionPhoto,
    SubmissionRecording,
)
from courses.models import AssignmentPage
from courses.selectors import assignment_by_key


def submissions_by_assignment(enrolment: Enrolment) -> dict[str, Submission]:
    """Return the person's submissions, by the assignment's key as a string; not those that were opened only."""
    return {str(row.assignment_key): row for row in Submission.objects.filter(enrolment=enrolment).begun()}


def review_queue(cohorts: QuerySet[Cohort] | Iterable[Cohort], user: Any) -> QuerySet[Submission]:
    """Return what waits for a review in these cohorts, the longest wait first, with learner and cohort.

    Each row carries ``attempt_uuid``, the newest attempt: the one to judge.
    """
    newest = SubmissionAttempt.objects.filter(submission=OuterRef("pk"), number=OuterRef("attempt"))
    return (
        Submission.objects.reviewable_by(user)
        .waiting()
        .filter(enrolment__cohort__in=cohorts)
        .select_related("enrolment", "enrolment__user", "enrolment__cohort")
        .annotate(attempt_uuid=Subquery(newest.values("uuid")[:1]))
    )


def submission_thread(submission: Submission) -> list[Any]:
    """Return every attempt of a submission with its review, the newest first."""
    return list(submission.attempts.with_due().prefetch_related("reviews__reviewer").order_by("-number"))


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
