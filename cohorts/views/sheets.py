"""The form of a report without anything personal: a phone keeps it, and a report is begun on it without a signal."""

import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from cohorts.services.limits import MOST_PHOTOS
from cohorts.views.assignments import prompt_shown
from courses.models import AssignmentPage
from courses.selectors import assignment_by_key, course_of
from courses.services.access import may_read
from foundation.middleware import mark_keepable


@require_GET
def sheet(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Show the empty form to whoever may read the course; the phone fills it with what it has kept."""
    assignment = assignment_by_key(key, translation.get_language() or "")
    if assignment is None:
        raise Http404
    if not may_read(user=request.user, page=assignment, course=course_of(assignment)):
        return render(request, "cohorts/assignment_guest.html", {"assignment": assignment}, status=403)
    response = _empty_form(request, assignment)
    patch_cache_control(response, private=True, no_cache=True)
    return mark_keepable(response)


def sheet_of(page: Any) -> dict[str, bytes]:
    """Return the empty form of an assignment, as everybody gets it, for the module's download: address → HTML."""
    if not isinstance(page, AssignmentPage):
        return {}
    with translation.override(page.locale.language_code):
        address = reverse("cohorts:sheet", args=[page.translation_key])
        request = RequestFactory().get(address, secure=True)
        request.user = AnonymousUser()
        return {address: _empty_form(request, page).content}


def _empty_form(request: HttpRequest, assignment: AssignmentPage) -> HttpResponse:
    context = {
        "assignment": assignment,
        "course": course_of(assignment),
        "prompts": [prompt_shown(prompt, {}, [], []) for prompt in assignment.prompts],
        "most_photos": MOST_PHOTOS,
    }
    return render(request, "cohorts/report_sheet.html", context)
