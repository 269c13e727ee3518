"""Who helps in a cohort."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from cohorts.enums import HELPING_ROLES, Role
from cohorts.models import Cohort
from cohorts.selectors import helpers_of, is_facilitator
from cohorts.services.helpers import add_helper, end_helper, person_by_contact, require_facilitator
from cohorts.views.desk.frame import frame, led_cohort
from foundation.limits import is_over_limit
from foundation.refusals import Refused

MOST_LOOKUPS, LOOKUP_SECONDS = 60, 3600
"""How many numbers and addresses somebody may ask about in an hour: a page that finds people is no directory."""

OFFERED = (Role.CO_FACILITATOR, Role.REVIEWER, Role.OBSERVER, Role.FACILITATOR)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def helpers(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List who helps, and add somebody by phone number or e-mail address."""
    cohort = led_cohort(request, cohort_uuid)
    if request.method == "GET":
        return _page(request, cohort)
    try:
        _require_few_lookups(request)
        require_facilitator(cohort, request.user)  # before anybody is looked for
        person = person_by_contact(request.POST.get("contact", ""))
        role = request.POST.get("role", "")
        add_helper(cohort=cohort, person=person, role=role, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, cohort, fault=str(refusal), status=refusal.status)
    messages.success(request, _("%(name)s now helps in this cohort: %(role)s.") % _said(person, role))
    return redirect("cohorts:helpers", cohort_uuid=cohort.uuid)


@never_cache
@login_required
@require_POST
def end(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """End somebody's helping role."""
    cohort = led_cohort(request, cohort_uuid)
    role = request.POST.get("role", "")
    person = User.objects.filter(username=request.POST.get("person", "").replace("\0", "")).first()
    try:
        if person is None or role not in HELPING_ROLES:
            raise Refused("unknown", _("This person does not help in the cohort any more."), status=409)
        end_helper(cohort=cohort, person=person, role=role, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, cohort, fault=str(refusal), status=refusal.status)
    messages.success(request, _("%(name)s no longer helps as %(role)s.") % _said(person, role))
    still_leads = Cohort.objects.led_by(request.user).filter(pk=cohort.pk).exists()
    return redirect("cohorts:helpers", cohort_uuid=cohort.uuid) if still_leads else redirect("today")


def _require_few_lookups(request: HttpRequest) -> None:
    if is_over_limit("helper-lookups", str(request.user.pk), most=MOST_LOOKUPS, seconds=LOOKUP_SECONDS):
        raise Refused("too_many", _("That was a lot of people in one hour. Please go on in an hour."), status=429)


def _said(person: User, role: str) -> dict[str, object]:
    return {"name": person, "role": Role(role).label}


def _page(request: HttpRequest, cohort: Cohort, *, fault: str = "", status: int = 200) -> HttpResponse:
    context = {
        "helpers": helpers_of(cohort),
        "decides": is_facilitator(request.user, cohort),
        "roles": [(role.value, role.label) for role in OFFERED],
        "fault": fault,
        "typed": {name: request.POST.get(name, "") for name in ("contact", "role")},
    }
    return render(request, "cohorts/desk/helpers.html", frame(request, cohort, "learners") | context, status=status)
