"""Verifying a certificate: by its link, or by typing its serial. No sign-in, no listing, no search by name."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.verification import result_for_serial, result_for_token
from foundation.limits import is_over_limit
from foundation.middleware import mark_public

SERIALS_A_MINUTE = 20
"""How many serials one address may try in a minute. A bureau's clerk types fewer, and a link needs no typing."""


@never_cache
@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Tell whether the certificate behind a QR code is genuine, in words and colour."""
    result = result_for_token(token, translation.get_language() or "")
    context: dict[str, Any] = {"result": result, "now": timezone.now()}
    return _answer(request, "certificates/verify.html", context, status=200 if result else 404)


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Tell status, course and date for a serial typed by hand."""
    typed = request.GET.get("serial", "").strip()[:40]
    context: dict[str, Any] = {"typed": typed, "result": None, "now": timezone.now(), "is_limited": False}
    if not typed:
        return _answer(request, "certificates/search.html", context)
    if is_over_limit("verify", _address(request), most=SERIALS_A_MINUTE, seconds=60):
        response = _answer(request, "certificates/search.html", context | {"is_limited": True}, status=429)
        response["Retry-After"] = "60"
        return response
    result = result_for_serial(typed, translation.get_language() or "")
    return _answer(request, "certificates/search.html", context | {"result": result}, status=200 if result else 404)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a page that is the same for every reader, and that search engines shall leave alone."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    mark_public(response)
    return response


def _address(request: HttpRequest) -> str:
    """Return who asks, seen through as many proxies as the settings trust."""
    address: str = get_adapter().get_client_ip(request)
    return address
