"""A draft on a phone, without signing in: for reading only."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses.rendering import PageNotRenderedError, response_to_guest
from courses.services.drafts import open_draft
from foundation.refusals import Refused


@csrf_exempt  # nothing is recorded, whoever sends it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Show the newest draft as a guest would see it once published, with a bar that says what it is.

    It is rendered for somebody without a name, whoever asks, and with no version for answers to count by. A form sent
    without script comes back here and is told that answers to a draft are not kept.
    """
    try:
        shared = open_draft(token=token, at=timezone.now())
    except Refused as refusal:
        return _refused(request, str(refusal.sentence), refusal.status)
    if request.method == "POST":
        return _private(render(request, "courses/draft_answer.html", {"address": request.path}))
    try:
        inner = response_to_guest(shared.page, lesson_version=None, answer_url=request.path, draft_until=shared.until)
    except PageNotRenderedError:
        sentence = _("This draft cannot be shown yet: something in it is not filled in. Its author can finish it.")
        return _refused(request, sentence, HTTPStatus.CONFLICT)
    return _private(HttpResponse(inner.content))


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return _private(render(request, "courses/draft_refused.html", {"sentence": sentence}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Keep a draft out of search engines, and its address out of what its links tell other sites."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
