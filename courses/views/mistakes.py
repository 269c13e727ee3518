"""Reporting a mistake: a small form for every reader, signed in or not, with or without script."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from courses.forms import MistakeForm
from courses.selectors import course_of, reportable_page
from courses.services.access import may_read
from courses.services.mistakes import report_mistake
from foundation.limits import is_over_limit

REPORTS_A_PERSON, REPORTS_AN_ADDRESS = 8, 80
"""How many reports an hour one account or device may send, and one address, which a whole school may share."""

HOUR = 3600  # seconds
SENT = "sent"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the form for the page of that key, keep what is sent, and thank.

    Whoever may not read the page reports nothing on it: the form names it, and a key is no secret.
    """
    page = reportable_page(key, translation.get_language() or "")
    if page is None or not all(rule.accept_request(request) for rule in page.get_view_restrictions()):
        raise Http404
    course = course_of(page)
    if not may_read(user=request.user, page=page, course=course):
        return render(request, "courses/members_only.html", {"page": page.specific, "course": course}, status=403)
    if request.method != "POST":
        return _show(request, page, MistakeForm(), is_sent=SENT in request.GET)
    form = MistakeForm(request.POST)
    if not form.is_valid():
        return _show(request, page, form, status=422)
    if form.is_from_a_program:  # is thanked like everybody, and kept by nobody
        return redirect(f"{request.path}?{SENT}=1")
    if _is_too_many(request):
        return _show(request, page, form, status=429, is_limited=True)
    words = {name: form.cleaned_data[name] for name in ("text", "quotation")}
    report_mistake(page=page, reporter=request.user, at=timezone.now(), **words)
    return redirect(f"{request.path}?{SENT}=1")


def _show(request: HttpRequest, page: Page, form: MistakeForm, *, status: int = 200, **state: Any) -> HttpResponse:
    context = {"page": page, "form": form, **state}
    response = render(request, "courses/mistake.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    if status == 429:
        response["Retry-After"] = str(HOUR)
    return response


def _is_too_many(request: HttpRequest) -> bool:
    """Count by account, else by device (the cookie of the form's token), and only last by address."""
    person = f"user:{request.user.pk}" if request.user.is_authenticated else f"device:{_device(request)}"
    return is_over_limit("mistake", person, most=REPORTS_A_PERSON, seconds=HOUR) or is_over_limit(
        "mistake-address", get_adapter().get_client_ip(request), most=REPORTS_AN_ADDRESS, seconds=HOUR
    )


def _device(request: HttpRequest) -> str:
    get_token(request)
    return str(request.META.get("CSRF_COOKIE", ""))[:64]
