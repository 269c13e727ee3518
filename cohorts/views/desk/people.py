"""Who is in a cohort."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cohorts.selectors import learners_of
from cohorts.views.desk.frame import PER_PAGE, frame, reviewed_cohort


@never_cache
@login_required
@require_GET
def learners(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List the cohort's learners with how far each is, from summary rows only."""
    cohort = reviewed_cohort(request, cohort_uuid)
    page = Paginator(learners_of(cohort), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/desk/people.html", frame(request, cohort, "learners") | {"page": page})
