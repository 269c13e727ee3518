"""The principal's own screens: Today, Course and Me."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.selectors import devices_of
from accounts.services.shared_phones import is_shared_phone
from certificates.selectors import certificates_of
from cohorts.models import Cohort
from cohorts.selectors import learning_enrolments
from foundation.middleware import mark_keepable
from home.selectors import journey_of, places, today_of
from home.views.pages import cacheable


@require_GET
def front_door(request: HttpRequest) -> HttpResponse:
    """Lead from the bare address to the home page in the reader's language."""
    return redirect(places(translation.get_language() or "")["home"] or f"/{translation.get_language()}/")


@never_cache
@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show the one next thing to do, what is due, and what was said since."""
    now = timezone.now()
    screen = today_of(request.user, _language(), at=now)
    if screen.journey is None and (desk := _desk_of(request.user)):
        return redirect(desk)
    week = screen.journey.cohort.week_of(now) if screen.journey else None
    context = {"today": screen, "journey": screen.journey, "week": week, "active": "today"}
    return render(request, "home/today.html", context)


@never_cache
@login_required
@require_GET
def course(request: HttpRequest) -> HttpResponse:
    """Show the course with the reader's ticks."""
    enrolment = learning_enrolments(request.user).select_related("cohort__requirements").first()
    journey = journey_of(enrolment, _language(), at=timezone.now()) if enrolment else None
    return render(request, "home/course.html", {"journey": journey, "active": "course"})


@never_cache
@login_required
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Show certificates, what this phone keeps, account, and where else this person works or is signed in."""
    here = request.session.session_key
    devices = sorted(devices_of(request.user, now=timezone.now()), key=lambda device: device.session_id != here)
    context = {
        "certificates": certificates_of(request.user),
        "devices": devices,
        "others": sum(device.session_id != here for device in devices),
        "here": here,
        "shared_phone": is_shared_phone(request.session),
        "helps": Cohort.objects.followed_by(request.user).exists(),
        "active": "me",
    }
    return render(request, "home/me.html", context)


@require_GET
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Show what is on this phone only; the page is the same for everybody, its script fills it."""
    return cacheable(mark_keepable(render(request, "home/waiting.html")), None)


def _desk_of(user: Any) -> str:
    """Return where somebody works who learns nowhere: the facilitator's desk, else the admin, else nowhere."""
    if Cohort.objects.followed_by(user).exists():
        return reverse("cohorts:desk")
    return reverse("wagtailadmin_home") if user.has_perm("wagtailadmin.access_admin") else ""


def _language() -> str:
    return translation.get_language() or ""
