"""What happens around every request: a reference number, compression of public pages, and the content policy."""

import gzip
import logging
import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from http import HTTPStatus
from types import MappingProxyType

import brotli
from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from foundation.looks import script_sources
from foundation.styles import sheet_sources

logger = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponseBase]

SMALLEST_TO_COMPRESS = 400  # bytes; below this the headers weigh more than what is saved
BROTLI_QUALITY = 10
"""Of a lesson of 32 kB, measured: 6 gives 10.5 kB in 1 ms, 9 the same in 23 ms, 10 gives 9.5 kB in 23 ms."""

REMEMBERED = 128
"""Compressed pages that each process keeps. Public pages are the same for every reader, so most are compressed once."""


class ReferenceMiddleware:
    """Gives each request a short reference; makes a database that is away a 503, and a 405 of the API JSON."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with ``X-Reference``; an error page prints the same reference."""
        request.reference = secrets.token_hex(4).upper()  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_api(request):
            response = without_words(request, response.status_code, {"Allow": response["Allow"]})
        response["X-Reference"] = request.reference  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 with ``Retry-After`` when the database is away or busy; leave every other error to Django."""
        return database_away(request, error)


def is_api(request: HttpRequest) -> bool:
    """Tell whether a script asks, which gets JSON whatever the answer is."""
    return request.path_info.startswith("/api/")


def as_json(
    request: HttpRequest, code: str, *, status: int, why: str = "", headers: Mapping[str, str] = MappingProxyType({})
) -> HttpResponse:
    """Return what is wrong as JSON: ``{code, why, reference}``, without ``why`` where there is no sentence."""
    said = {"code": code, "reference": getattr(request, "reference", "")} | ({"why": why} if why else {})
    return JsonResponse(said, status=status, headers={"Cache-Control": "no-store", **headers})


def without_words(request: HttpRequest, status: int, headers: Mapping[str, str] = MappingProxyType({})) -> HttpResponse:
    """Return what is said below ``/api/`` where no door was found: JSON without ``why``, so that a phone keeps all.

    It takes a code with a sentence as the last word about what it sent.
    """
    return as_json(request, f"http_{status}", status=status, headers=headers)


def database_away(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Return the 503 for an error that says that the database is away or busy; ``None`` for every other.

    It asks no database. Below ``/api/`` it is JSON: a phone keeps what it has and comes again.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    reference = getattr(request, "reference", "")
    logger.error("database away, reference %s: %s", reference, error)
    headers = {"Retry-After": "30", "Cache-Control": "no-store"}
    if is_api(request):
        sentence = _("The site is busy for a moment. Everything is kept on this device and will be sent again.")
        return as_json(request, "away", status=503, why=sentence, headers=headers)
    body = render_to_string("errors/503.html", {"reference": reference})
    return HttpResponse(body, status=503, headers=headers)


def mark_public(response: HttpResponseBase) -> HttpResponseBase:
    """Say that ``response`` holds no secret and nothing personal, so that it may be compressed (no BREACH)."""
    response.packed = brotli_of  # type: ignore[attr-defined]
    return response


def mark_masked(response: HttpResponse, *, quality: int = 5) -> HttpResponse:
    """Say that the one secret in ``response``, the token, is masked anew each time, so that it may be compressed.

    It is personal, so nothing of it is remembered; ``quality`` weighs time against bytes where there are many.
    """
    response.packed = partial(brotli_once, quality=quality)  # type: ignore[attr-defined]
    return response


KEEP = "X-Keep"
"""Response header of a page that a phone may keep, because it is the same for every reader: ``lesson`` or ``page``.

The service worker (static/js/sw.js) keeps no page without it; a captive portal's page has none.
"""


def mark_keepable(response: HttpResponseBase, kind: str = "page") -> HttpResponseBase:
    """Say that ``response`` is the same for every reader and may be read from a phone without a signal."""
    response[KEEP] = kind
    return mark_public(response)


class PublicCompressionMiddleware:
    """Compresses responses that a view marked, as its mark says. Django's gzip adds random bytes to hide secrets."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in brotli, else gzip, else plain, as the browser accepts."""
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and _is_compressible(response):
            _compress(response, request.headers.get("Accept-Encoding", ""))
        return response


@lru_cache(maxsize=REMEMBERED)
def brotli_of(content: bytes) -> bytes:
    """Return a public page as it travels to a browser that takes brotli."""
    return bytes(brotli.compress(content, quality=BROTLI_QUALITY))


def brotli_once(content: bytes, quality: int) -> bytes:
    """Return what is different each time as it travels to a browser that takes brotli: quick to make, not kept."""
    return bytes(brotli.compress(content, quality=quality))


def _is_compressible(response: HttpResponse) -> bool:
    return (
        hasattr(response, "packed")
        and not response.has_header("Content-Encoding")
        and len(response.content) >= SMALLEST_TO_COMPRESS
    )


def _compress(response: HttpResponse, accepted: str) -> None:
    patch_vary_headers(response, ["Accept-Encoding"])
    if "br" in {part.split(";")[0].strip() for part in accepted.split(",")}:
        response.content = response.packed(response.content)  # type: ignore[attr-defined]
        response["Content-Encoding"] = "br"
    elif "gzip" in accepted:
        response.content = gzip.compress(response.content, mtime=0)
        response["Content-Encoding"] = "gzip"
    if response.has_header("Content-Encoding"):
        response["Content-Length"] = str(len(response.content))


class SitePolicyMiddleware(CSPMiddleware):
    """The content security policy: strict on the site, with hashes of what is inlined; a looser one for the admin."""

    @cached_property
    def admin_prefix(self) -> str:
        """The path below which Wagtail's admin lives."""
        return reverse("wagtailadmin_home")

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the policy for this response."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            parts.replace = {**(parts.replace or {}), **self._own_rules(request)}
        return parts

    def _own_rules(self, request: HttpRequest) -> dict[str, list[str]]:
        if request.path.startswith(self.admin_prefix):
            rules: dict[str, list[str]] = settings.ADMIN_CONTENT_SECURITY_POLICY
            return rules
        return {"script-src": [SELF, *script_sources()], "style-src": [SELF, *sheet_sources()]}
