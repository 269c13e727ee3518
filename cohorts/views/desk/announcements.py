"""What a cohort is told: the list with who has read it, a new one, pinning and taking back."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import UNPROCESSABLE
from cohorts.forms.talk import AnnouncementForm
from cohorts.models import Announcement, Cohort
from cohorts.selectors import announcements_of, reach_of
from cohorts.services.announcing import announce, pin, take_back
from cohorts.views.desk.frame import PER_PAGE, frame, is_led_by, led_cohort, reviewed_cohort
from foundation.refusals import Refused


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def announcements(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List what the cohort was told, and tell it something."""
    cohort = (reviewed_cohort if request.method == "GET" else led_cohort)(request, cohort_uuid)
    form = AnnouncementForm(request.POST or None, request.FILES or None, zone=cohort.zone)
    if request.method == "GET" or not form.is_valid():
        return _page(request, cohort, form, status=UNPROCESSABLE if form.errors else 200)
    try:
        made = announce(cohort=cohort, author=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, cohort, form, status=refusal.status)
    is_out = made.publish_at <= made.created_at
    messages.success(request, _("The cohort is told.") if is_out else _("Kept; it comes out by itself."))
    return redirect("cohorts:announcements", cohort_uuid=cohort.uuid)


def _page(request: HttpRequest, cohort: Cohort, form: AnnouncementForm, *, status: int) -> HttpResponse:
    context = frame(request, cohort, "announcements") | {
        "page": Paginator(announcements_of(cohort), PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "learner_count": cohort.enrolments.learning().count(),
        "may_lead": is_led_by(request, cohort) and not cohort.is_archived,
        "now": timezone.now(),
    }
    return render(request, "cohorts/desk/announcements.html", context, status=status)


@never_cache
@login_required
@require_GET
def readers(request: HttpRequest, cohort_uuid: uuid.UUID, number: uuid.UUID) -> HttpResponse:
    """Show who has read an announcement and who has not."""
    cohort = reviewed_cohort(request, cohort_uuid)
    announcement = _one_of(cohort, number)
    context = frame(request, cohort, "announcements") | {"announcement": announcement, "reach": reach_of(announcement)}
    return render(request, "cohorts/desk/readers.html", context)


@never_cache
@login_required
@require_POST
def change(request: HttpRequest, cohort_uuid: uuid.UUID, number: uuid.UUID) -> HttpResponse:
    """Pin an announcement, let it go again, or take it back."""
    cohort = led_cohort(request, cohort_uuid)
    announcement, deed, now = _one_of(cohort, number), request.POST.get("deed"), timezone.now()
    try:
        if deed == "take_back":
            take_back(announcement=announcement, actor=request.user, at=now)
            messages.success(request, _("Taken back: learners see it no longer."))
        else:
            pin(announcement=announcement, is_pinned=deed == "pin", actor=request.user, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cohorts:announcements", cohort_uuid=cohort.uuid)


def _one_of(cohort: Cohort, number: uuid.UUID) -> Announcement:
    found = Announcement.objects.filter(cohort=cohort, uuid=number).first()
    if found is None:
        raise Http404
    return found
