"""Joining a cohort by its link or QR code: this page, the code, the name, and you are in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import PhoneForm
from accounts.views.sign_in import begin_phone_sign_in
from cohorts.models import Cohort, JoinRequest
from cohorts.selectors import (
    cohort_by_code,
    facilitators_of,
    is_learning_in,
    is_open_for_joining,
    must_wait,
    request_of,
)
from cohorts.services.joining import ask_to_join
from courses.selectors import in_language
from foundation.refusals import Refused

JOINING = "joining_cohort"
"""Session key: the code of the cohort that this person asked to join before signing in."""


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Show the cohort; signed in, one tap joins; otherwise the phone number is asked for. Who is in goes on."""
    cohort = cohort_by_code(code)
    if cohort is None:
        return render(request, "cohorts/join_unknown.html", {"typed": code}, status=404)
    if request.method == "POST" and request.user.is_authenticated:
        return _enter(request, cohort)
    if is_learning_in(cohort, request.user):
        return redirect("today")
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[JOINING] = cohort.join_code
        response = begin_phone_sign_in(request, form, next_url=reverse("join:enter", args=[cohort.join_code]))
        if response is not None:
            return response
    return _page(request, cohort, form)


@never_cache
@require_GET
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Join after signing in, for whoever asked for it on the page before; else show that page."""
    cohort = cohort_by_code(code)
    asked = request.session.pop(JOINING, "")
    if cohort is None or not request.user.is_authenticated or asked != cohort.join_code:
        return redirect("join:join", code=code)
    return _enter(request, cohort)


@require_http_methods(["GET", "POST"])
def join_by_code(request: HttpRequest) -> HttpResponse:
    """Take a join code typed by hand."""
    typed = request.POST.get("code", "") or request.GET.get("code", "")
    cohort = cohort_by_code(typed)
    if cohort:
        return redirect("join:join", code=cohort.join_code)
    status = 404 if typed else 200
    return render(request, "cohorts/join_unknown.html", {"typed": typed}, status=status)


def _enter(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    try:
        came = ask_to_join(cohort=cohort, user=request.user, at=timezone.now())
    except Refused as refusal:
        context = {"cohort": cohort, "sentence": str(refusal), "facilitators": facilitators_of(cohort)}
        return render(request, "cohorts/join_closed.html", context, status=refusal.status)
    if isinstance(came, JoinRequest):
        return redirect("join:join", code=cohort.join_code)
    messages.success(request, _("You have joined %(cohort)s.") % {"cohort": cohort.name})
    return redirect("today")


def _page(request: HttpRequest, cohort: Cohort, form: PhoneForm) -> HttpResponse:
    is_open = is_open_for_joining(cohort, timezone.now().astimezone(cohort.zone).date())
    context = {
        "cohort": cohort,
        "course": in_language(cohort.course, translation.get_language() or cohort.language),
        "facilitators": facilitators_of(cohort),
        "form": form,
        "is_open": is_open,
        "asked": request_of(request.user, cohort),
        "must_wait": must_wait(cohort),
    }
    if not cohort.is_open:
        context["sentence"] = _("This cohort is still being prepared. Your facilitator will tell you when it opens.")
        return render(request, "cohorts/join_closed.html", context, status=403)
    if not is_open:
        return render(request, "cohorts/join_closed.html", context, status=410)
    response = render(request, "cohorts/join.html", context, status=form.status)
    if form.retry_after:
        response["Retry-After"] = str(form.retry_after)
    return response
