"""Error pages: what happened, what was kept, what to do, and a reference number."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from foundation.middleware import as_json, database_away, is_api, without_words


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; or 503 when the database is away, which a middleware may find out before any view does.

    Below ``/api/`` it is JSON. What is refused there for good is said by the API itself: a phone throws away nothing of
    which our own words do not say so.
    """
    if away := database_away(request, sys.exc_info()[1]):
        return away
    if not is_api(request):
        return _error(request, 500)
    sentence = _("Something went wrong on the site. Everything is kept on this device and will be sent again.")
    return as_json(request, "fault", status=500, why=sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose token is missing or old, in words that say how to send it again."""
    return _error(request, 403, template="csrf")


def _error(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    """Answer with a page; below ``/api/`` with a code alone: a phone takes no sentence for a refusal by the API."""
    if is_api(request):
        return without_words(request, status)
    context: dict[str, Any] = {"status": status, "reference": getattr(request, "reference", "")}
    return render(request, f"errors/{template or status}.html", context, status=status)
