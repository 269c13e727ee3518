"""Who is in a cohort, and one learner: how far, since when, and what a facilitator may do for them."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.services.people import change_surname_reading
from cohorts.models import Cohort, Enrolment
from cohorts.rendering.qr import qr_drawing
from cohorts.selectors import destinations, history_of, learners_of, moved_away, places_of
from cohorts.services.membership import move_learner, take_back, withdraw_learner
from cohorts.services.signing_in import GivenCode, give_code, may_give_code, reset_sign_in
from cohorts.views.desk.frame import PER_PAGE, frame, is_led_by, led_cohort, reviewed_cohort
from foundation.refusals import Refused


@never_cache
@login_required
@require_GET
def learners(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List the cohort's learners with how far each is, from summary rows only."""
    cohort = reviewed_cohort(request, cohort_uuid)
    page = Paginator(learners_of(cohort), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "places": places_of(cohort),
        "moved": moved_away(cohort),
        "leads": is_led_by(request, cohort),
    }
    return render(request, "cohorts/desk/people.html", frame(request, cohort, "learners") | context)


@never_cache
@login_required
@require_GET
def learner(request: HttpRequest, cohort_uuid: uuid.UUID, enrolment_uuid: uuid.UUID) -> HttpResponse:
    """Show one learner; the phone number and what may be done only to those who lead the cohort."""
    cohort = reviewed_cohort(request, cohort_uuid)
    return _learner_page(request, cohort, _enrolment(cohort, enrolment_uuid))


def _enrolment(cohort: Cohort, enrolment_uuid: uuid.UUID) -> Enrolment:
    enrolment = learners_of(cohort).select_related("cohort__course").filter(uuid=enrolment_uuid).first()
    if enrolment is None:
        raise Http404
    return enrolment


def _learner_page(
    request: HttpRequest, cohort: Cohort, enrolment: Enrolment, *, fault: str = "", status: int = 200
) -> HttpResponse:
    leads = is_led_by(request, cohort)
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "person": enrolment.user,
        "history": history_of(enrolment),
        "leads": leads,
        "destinations": destinations(enrolment, request.user) if leads else [],
        "why_no_code": may_give_code(enrolment) if leads else "",
        "fault": fault,
        "typed": {name: request.POST.get(name, "") for name in ("reading", "reason")},
    }
    return render(request, "cohorts/desk/learner.html", frame(request, cohort, "learners") | context, status=status)


Deed = Callable[[HttpRequest, Enrolment], Any]


def _deed(do: Deed, said: Callable[[Enrolment], str]) -> Callable[..., HttpResponse]:
    """Return a view in which whoever leads the cohort does something for one learner and comes back to their page."""

    @never_cache
    @login_required
    @require_POST
    def view(request: HttpRequest, cohort_uuid: uuid.UUID, enrolment_uuid: uuid.UUID) -> HttpResponse:
        cohort = led_cohort(request, cohort_uuid)
        enrolment = _enrolment(cohort, enrolment_uuid)
        try:
            do(request, enrolment)
        except Refused as refusal:
            enrolment = _enrolment(cohort, enrolment_uuid)
            return _learner_page(request, cohort, enrolment, fault=str(refusal), status=refusal.status)
        messages.success(request, said(enrolment))
        enrolment = Enrolment.objects.select_related("cohort").get(pk=enrolment.pk)
        return redirect("cohorts:learner", cohort_uuid=enrolment.cohort.uuid, enrolment_uuid=enrolment.uuid)

    return view


def _move(request: HttpRequest, enrolment: Enrolment) -> Enrolment:
    chosen = request.POST.get("to", "")
    to = next((one for one in destinations(enrolment, request.user) if str(one.uuid) == chosen), enrolment.cohort)
    return move_learner(enrolment=enrolment, to=to, actor=request.user, at=timezone.now())


withdraw = _deed(
    lambda request, enrolment: withdraw_learner(
        enrolment=enrolment, reason=request.POST.get("reason", ""), actor=request.user, at=timezone.now()
    ),
    lambda one: _("%(name)s is no longer in the cohort. What was done is kept.") % {"name": one.user},
)
back = _deed(
    lambda request, enrolment: take_back(enrolment=enrolment, actor=request.user, at=timezone.now()),
    lambda one: _("%(name)s is in the cohort again, with everything done before.") % {"name": one.user},
)
move = _deed(_move, lambda one: _("%(name)s was moved, with everything done before.") % {"name": one.user})
reading = _deed(
    lambda request, enrolment: change_surname_reading(
        user=enrolment.user, reading=request.POST.get("reading", ""), actor=request.user, at=timezone.now()
    ),
    lambda one: _("The list sorts %(name)s by this reading now.") % {"name": one.user},
)


def _code_view(give: Callable[..., GivenCode]) -> Callable[..., HttpResponse]:
    """Return a view that shows a new code once: it stands in no address, no message and no log."""

    @never_cache
    @login_required
    @require_POST
    def view(request: HttpRequest, cohort_uuid: uuid.UUID, enrolment_uuid: uuid.UUID) -> HttpResponse:
        cohort = led_cohort(request, cohort_uuid)
        enrolment = _enrolment(cohort, enrolment_uuid)
        try:
            given = give(enrolment=enrolment, actor=request.user, at=timezone.now())
        except Refused as refusal:
            return _learner_page(request, cohort, enrolment, fault=str(refusal), status=refusal.status)
        address = request.build_absolute_uri(given.path)
        context = {"enrolment": enrolment, "person": enrolment.user, "given": given, "address": address}
        context["door"] = request.build_absolute_uri(given.door).partition("://")[2]
        context["qr"] = qr_drawing(address)
        return render(request, "cohorts/desk/code.html", frame(request, cohort, "learners") | context)

    return view


code = _code_view(give_code)
reset = _code_view(reset_sign_in)
