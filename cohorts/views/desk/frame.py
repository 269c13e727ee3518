"""What the screens within a cohort share: finding the cohort, and what its frame shows."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest

from cohorts.models import Cohort
from cohorts.selectors import review_queue

PER_PAGE = 50


def reviewed_cohort(request: HttpRequest, cohort_uuid: uuid.UUID) -> Cohort:
    """Return the cohort, for whoever may read and judge what is handed in there; for others it does not exist."""
    cohort = Cohort.objects.reviewed_by(request.user).select_related("course").filter(uuid=cohort_uuid).first()
    if cohort is None:
        raise Http404
    return cohort


def led_cohort(request: HttpRequest, cohort_uuid: uuid.UUID) -> Cohort:
    """Return the cohort, for whoever leads it; for others it does not exist."""
    cohort = Cohort.objects.led_by(request.user).select_related("course").filter(uuid=cohort_uuid).first()
    if cohort is None:
        raise Http404
    return cohort


def is_led_by(request: HttpRequest, cohort: Cohort) -> bool:
    """Tell whether whoever asks leads the cohort."""
    return Cohort.objects.led_by(request.user).filter(pk=cohort.pk).exists()


def frame(request: HttpRequest, cohort: Cohort, tab: str) -> dict[str, Any]:
    """Return what every screen within a cohort shows: the cohort, the tab, and how much waits."""
    return {"cohort": cohort, "tab": tab, "waiting_count": review_queue([cohort], request.user).count()}
