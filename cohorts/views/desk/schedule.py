"""When a cohort's modules open and its steps are due, and how that looks to a learner on any day."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import UNPROCESSABLE
from cohorts.forms.cohort import PlanForm
from cohorts.models import Cohort
from cohorts.selectors import day_of_cohort, plan_of
from cohorts.selectors.schedule import as_taught
from cohorts.services.planning import PlanRefused, change_plan
from cohorts.views.desk.frame import frame, is_led_by, led_cohort, reviewed_cohort
from courses.selectors import in_language, outline
from foundation.refusals import Refused


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Show the days in one table; who leads the cohort changes them there."""
    find = reviewed_cohort if request.method == "GET" else led_cohort
    cohort = find(request, cohort_uuid)
    modules = outline(in_language(cohort.course, translation.get_language() or cohort.language))
    plan = plan_of(cohort, map(as_taught, modules))
    form = PlanForm(request.POST or None, cohort=cohort, modules=modules, plan=plan)
    if request.method == "GET" or not form.is_valid():
        return _page(request, cohort, form, status=UNPROCESSABLE if form.errors else 200)
    try:
        change_plan(cohort=cohort, plan=form.plan, actor=request.user, at=timezone.now())
    except PlanRefused as refusal:
        form.mark(refusal.faults)
        return _page(request, cohort, form, status=refusal.status)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, cohort, form, status=refusal.status)
    messages.success(request, _("The days are saved."))
    return redirect("cohorts:schedule", cohort_uuid=cohort.uuid)


def _page(request: HttpRequest, cohort: Cohort, form: PlanForm, *, status: int) -> HttpResponse:
    context = frame(request, cohort, "schedule") | {"form": form, "may_lead": is_led_by(request, cohort)}
    return render(request, "cohorts/desk/schedule.html", context, status=status)


@never_cache
@login_required
@require_GET
def as_learner(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Show the course as a learner finds it on one day of the cohort."""
    cohort = reviewed_cohort(request, cohort_uuid)
    typed = request.GET.get("day", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 1
    shown = day_of_cohort(cohort, number, translation.get_language() or cohort.language)
    return render(request, "cohorts/desk/day.html", frame(request, cohort, "schedule") | {"shown": shown})
