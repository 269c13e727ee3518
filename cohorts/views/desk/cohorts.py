"""The cohorts that somebody helps in."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cohorts.selectors import led_cohorts


@never_cache
@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """List the cohorts that the person helps in; with just one, go there."""
    figures = led_cohorts(request.user)
    if not figures:
        raise Http404
    return render(request, "cohorts/desk/cohorts.html", {"figures": figures})
