"""What the facilitator's screens list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cohorts.models import Cohort, Enrolment, Submission, SubmissionAttempt


@dataclass(frozen=True)
class CohortFigures:
    """A cohort and how it stands, for the facilitator's list."""

    cohort: Cohort
    learners: int
    completed: int
    waiting: int


def led_cohorts(user: Any) -> list[CohortFigures]:
    """Return the cohorts the person helps in, with their figures, in two queries; those in the archive too."""
    cohorts = list(
        Cohort.objects.followed_by(user)
        .select_related("course")
        .annotate(
            learner_count=Count("enrolments", filter=~Q(enrolments__status="withdrawn"), distinct=True),
            completed_count=Count("enrolments", filter=Q(enrolments__status="completed"), distinct=True),
        )
    )
    waiting = dict(
        Submission.objects.waiting()
        .filter(enrolment__cohort__in=cohorts)
        .exclude(enrolment__user=user)
        .values_list("enrolment__cohort")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return [
        CohortFigures(cohort, cohort.learner_count, cohort.completed_count, waiting.get(cohort.pk, 0))
        for cohort in cohorts
    ]


def learners_of(cohort: Cohort) -> QuerySet[Enrolment]:
    """Return the cohort's enrolments with their people, sorted by name; ``late`` counts reports after the deadline.

    A report counts by its first attempt: what was returned and handed in again comes later by its nature.
    """
    first_late = (
        SubmissionAttempt.objects.late()
        .filter(submission__enrolment=OuterRef("pk"), number=1)
        .order_by()
        .values("submission__enrolment")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Enrolment.objects.filter(cohort=cohort)
        .select_related("user")
        .annotate(late=Coalesce(Subquery(first_late), 0))
        .order_by("user__sort_key", "id")
    )


def those_learning_in(cohort: Cohort) -> QuerySet[Enrolment]:
    """Return who learns in a cohort now, with their people, sorted by name."""
    return Enrolment.objects.filter(cohort=cohort).learning().select_related("user").order_by("user__sort_key", "id")
