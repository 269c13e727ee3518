"""The cohorts that somebody helps in: the list, making one, cloning it, changing it, and its archive."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import UNPROCESSABLE
from cohorts.forms.cohort import CloneForm, CohortForm, SettingsForm, next_monday
from cohorts.models import Cohort
from cohorts.selectors import led_cohorts, may_make_cohorts
from cohorts.services.cloning import clone_cohort
from cohorts.services.opening import make_cohort, open_cohort
from cohorts.services.planning import archive_cohort, change_cohort, take_from_archive
from cohorts.views.desk.frame import frame, led_cohort
from foundation.refusals import Refused

WEEKS_PROPOSED = 8


@never_cache
@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """List the cohorts that the person helps in; who may make one and has none yet is asked to."""
    figures = led_cohorts(request.user)
    may_make = may_make_cohorts(request.user)
    if not figures and not may_make:
        raise Http404
    context = {
        "current": [row for row in figures if not row.cohort.is_archived],
        "archived": [row for row in figures if row.cohort.is_archived],
        "may_make": may_make,
    }
    return render(request, "cohorts/desk/cohorts.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a cohort, then go on to its days."""
    if not may_make_cohorts(request.user):
        raise Http404
    form = CohortForm(request.POST or None, user=request.user, initial=_proposal())
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        leader = fields.pop("facilitator", None) or request.user
        cohort = make_cohort(**fields, facilitator=leader, actor=request.user, at=timezone.now())
        messages.success(request, _("%(cohort)s is made. Nobody can join until you open it.") % {"cohort": cohort.name})
        is_ours = leader == request.user
        return redirect("cohorts:schedule", cohort_uuid=cohort.uuid) if is_ours else redirect("cohorts:desk")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cohorts/desk/new.html", {"form": form}, status=status)


@never_cache
@login_required
@require_POST
def open_now(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Let learners in."""
    cohort = led_cohort(request, cohort_uuid)
    open_cohort(cohort=cohort, actor=request.user, at=timezone.now())
    sentence = _("%(cohort)s is open. Its join code is %(code)s.")
    messages.success(request, sentence % {"cohort": cohort.name, "code": cohort.readable_code})
    return redirect("cohorts:learners", cohort_uuid=cohort.uuid)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def clone(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Make a cohort like this one from another first day."""
    cohort = led_cohort(request, cohort_uuid)
    if not may_make_cohorts(request.user):
        raise PermissionDenied
    form = CloneForm(request.POST or None, initial={"starts_on": next_monday()})
    if request.method == "POST" and form.is_valid():
        clone = clone_cohort(source=cohort, actor=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(cohort)s is made. Nobody can join until you open it.") % {"cohort": clone.name})
        return redirect("cohorts:schedule", cohort_uuid=clone.uuid)
    context = frame(request, cohort, "schedule") | {"form": form}
    return render(request, "cohorts/desk/clone.html", context, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Change name, last days and language; the archive is here too."""
    cohort = led_cohort(request, cohort_uuid)
    form = SettingsForm(request.POST or None, cohort=cohort)
    if request.method == "POST" and form.is_valid():
        try:
            change_cohort(cohort=cohort, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("ends_on" if refusal.code == "ends_on" else None, str(refusal))
            return _settings_page(request, cohort, form, status=refusal.status)
        messages.success(request, _("Saved."))
        return redirect("cohorts:schedule", cohort_uuid=cohort.uuid)
    return _settings_page(request, cohort, form, status=UNPROCESSABLE if form.errors else 200)


def _settings_page(request: HttpRequest, cohort: Cohort, form: SettingsForm, *, status: int) -> HttpResponse:
    learners = cohort.enrolments.learning().count()
    context = frame(request, cohort, "schedule") | {"form": form, "learner_count": learners}
    return render(request, "cohorts/desk/settings.html", context, status=status)


@never_cache
@login_required
@require_POST
def archive(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Put the cohort into the archive, or take it out again."""
    cohort = led_cohort(request, cohort_uuid)
    is_out = request.POST.get("deed") == "out"
    try:
        deed = take_from_archive if is_out else archive_cohort
        deed(cohort=cohort, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("cohorts:cohort_settings", cohort_uuid=cohort.uuid)
    sentence = _("%(cohort)s is taken out of the archive.") if is_out else _("%(cohort)s is in the archive.")
    messages.success(request, sentence % {"cohort": cohort.name})
    return redirect("cohorts:desk")


def _proposal() -> dict[str, object]:
    starts_on = next_monday()
    return {"starts_on": starts_on, "ends_on": starts_on.fromordinal(starts_on.toordinal() + WEEKS_PROPOSED * 7 - 1)}
