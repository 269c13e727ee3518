"""How people come into a cohort: the code, who waits for a place, and how many places there are."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.enums import Joining
from cohorts.forms.cohort import PlacesField
from cohorts.models import Cohort, JoinRequest
from cohorts.rendering.qr import qr_drawing
from cohorts.selectors import places_of, requests_of
from cohorts.services.joining import approve_request, change_joining, decline_request
from cohorts.views.desk.frame import frame, led_cohort
from foundation.refusals import Refused


class JoiningForm(forms.Form):
    """Who comes in how, and how many."""

    joining = forms.ChoiceField(
        label=gettext_lazy("How people come in"), choices=Joining.choices, widget=forms.RadioSelect
    )
    capacity = PlacesField()


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def joining(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Show the code and who waits, and take how people come in."""
    cohort = led_cohort(request, cohort_uuid)
    form = JoiningForm(request.POST or None, initial={"joining": cohort.joining, "capacity": cohort.capacity})
    if request.method == "POST" and form.is_valid():
        change_joining(cohort=cohort, **form.cleaned_data, actor=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("cohorts:joining", cohort_uuid=cohort.uuid)
    return _page(request, cohort, form, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, cohort: Cohort, form: JoiningForm | None = None, *, fault: str = "", status: int = 200
) -> HttpResponse:
    address = request.build_absolute_uri(reverse("join:join", args=[cohort.join_code]))
    context: dict[str, Any] = {
        "form": form or JoiningForm(initial={"joining": cohort.joining, "capacity": cohort.capacity}),
        "places": places_of(cohort),
        "requests": requests_of(cohort),
        "address": address,
        "qr": qr_drawing(address),
        "fault": fault,
    }
    return render(request, "cohorts/desk/joining.html", frame(request, cohort, "learners") | context, status=status)


def _answer(give: Callable[..., Any], said: Callable[[JoinRequest], str]) -> Callable[..., HttpResponse]:
    """Return a view in which whoever leads the cohort answers one request."""

    @never_cache
    @login_required
    @require_POST
    def view(request: HttpRequest, cohort_uuid: uuid.UUID, request_uuid: uuid.UUID) -> HttpResponse:
        cohort = led_cohort(request, cohort_uuid)
        asked = JoinRequest.objects.filter(cohort=cohort, uuid=request_uuid).select_related("user").first()
        if asked is None:
            raise Http404
        try:
            give(request=asked, word=request.POST.get("word", ""), actor=request.user, at=timezone.now())
        except Refused as refusal:
            return _page(request, cohort, fault=str(refusal), status=refusal.status)
        messages.success(request, said(asked))
        return redirect("cohorts:joining", cohort_uuid=cohort.uuid)

    return view


approve = _answer(approve_request, lambda asked: _("%(name)s is in the cohort and was told.") % {"name": asked.user})
decline = _answer(decline_request, lambda asked: _("%(name)s was told your word.") % {"name": asked.user})
