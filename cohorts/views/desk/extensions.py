"""Giving one, several or all learners of a cohort longer for a step."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import UNPROCESSABLE
from cohorts.forms.extension import ExtensionForm
from cohorts.models import Cohort
from cohorts.selectors import deadlines_of, extensions_of, those_learning_in
from cohorts.services.extensions import extend_deadline
from cohorts.views.desk.frame import frame, led_cohort
from courses.selectors import in_language, outline
from foundation.refusals import Refused
from foundation.templatetags.terrace import day_format


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def extensions(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Show who was given longer, and take one more; what was typed stays when it is refused."""
    cohort = led_cohort(request, cohort_uuid)
    steps = _steps(cohort)
    form = ExtensionForm(
        request.POST or None,
        cohort=cohort,
        steps=steps,
        learners=list(those_learning_in(cohort)),
        initial={"step": request.GET.get("step", ""), "learners": request.GET.getlist("learner")},
    )
    if request.method == "GET" or not form.is_valid():
        return _page(request, cohort, form, steps, status=UNPROCESSABLE if form.errors else 200)
    try:
        given = extend_deadline(
            cohort=cohort,
            step_key=uuid.UUID(form.cleaned_data["step"]),
            enrolments=form.chosen,
            until=form.moment,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, cohort, form, steps, status=refusal.status)
    said = ngettext("%(count)d learner has longer now.", "%(count)d learners have longer now.", len(given))
    messages.success(request, said % {"count": len(given)})
    return redirect("cohorts:extensions", cohort_uuid=cohort.uuid)


def _steps(cohort: Cohort) -> list[tuple[str, str]]:
    """Return the steps that have a last day, with it."""
    due = deadlines_of(cohort)
    course = in_language(cohort.course, translation.get_language() or cohort.language)
    shown = [step for module in outline(course) for step in module.steps if str(step.key) in due]
    return [(str(step.key), f"{step.title} · {_day(due[str(step.key)].astimezone(cohort.zone))}") for step in shown]


def _day(moment: datetime) -> str:
    return date_format(moment, day_format())


def _page(
    request: HttpRequest, cohort: Cohort, form: ExtensionForm, steps: list[tuple[str, str]], *, status: int
) -> HttpResponse:
    titles = dict(steps)
    given = [(one, titles.get(str(one.step_key), "")) for one in extensions_of(cohort)]
    context = frame(request, cohort, "schedule") | {"form": form, "given": given, "has_steps": bool(steps)}
    return render(request, "cohorts/desk/extensions.html", context, status=status)
