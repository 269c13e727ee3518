"""What the screens within a cohort share: finding the cohort, and what its frame shows."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest

from cohorts.models import Cohort
from cohorts.models.cohort import CohortQuerySet
from cohorts.selectors import review_queue

PER_PAGE = 50


def reviewed_cohort(request: HttpRequest, cohort_uuid: uuid.UUID) -> Cohort:
    """Return the cohort, for whoever may read and judge what is handed in there; for others it does not exist."""
    return _found(Cohort.objects.reviewed_by(request.user), request, cohort_uuid)


def followed_cohort(request: HttpRequest, cohort_uuid: uuid.UUID) -> Cohort:
    """Return the cohort, for whoever helps there or looks on; for others it does not exist."""
    return _found(Cohort.objects.followed_by(request.user), request, cohort_uuid)


def led_cohort(request: HttpRequest, cohort_uuid: uuid.UUID) -> Cohort:
    """Return the cohort, for whoever leads it; for others it does not exist."""
    return _found(Cohort.objects.led_by(request.user), request, cohort_uuid)


def _found(cohorts: CohortQuerySet, request: HttpRequest, cohort_uuid: uuid.UUID) -> Cohort:
    """Return the cohort with its course and its requirements, and with what the person may do there."""
    found = cohorts.select_related("course__locale", "requirements").with_rights_of(request.user)
    cohort = found.filter(uuid=cohort_uuid).first()
    if cohort is None:
        raise Http404
    return cohort


def is_led_by(request: HttpRequest, cohort: Cohort) -> bool:
    """Tell whether whoever asks leads the cohort."""
    return Cohort.objects.led_by(request.user).filter(pk=cohort.pk).exists()


def frame(request: HttpRequest, cohort: Cohort, tab: str, waiting: int | None = None) -> dict[str, Any]:
    """Return what every screen within a cohort shows: the cohort, the tab, and how much waits, counted if not given.

    Whoever came to the cohort by one of its reports reviews there.
    """
    return {
        "cohort": cohort,
        "tab": tab,
        "may_lead": getattr(cohort, "may_lead", False),
        "may_review": getattr(cohort, "may_review", True),
        "waiting_count": review_queue([cohort], request.user).count() if waiting is None else waiting,
    }
