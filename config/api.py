"""The API: one door, which describes itself at ``/api/openapi.json``."""

import json
import zlib
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from cohorts.api import router
from cohorts.api.common import MINUTE
from cohorts.services.reasons import in_words
from courses.api import router as reading
from foundation.limits import seconds_left
from foundation.refusals import Refused

LARGEST_UNPACKED: Final = 64 * 1024
"""Bytes of a packed body when it is unpacked: four times what a phone sends at once."""

GZIP: Final = 16 + zlib.MAX_WBITS


class PackedJson(Parser):
    """JSON, plain or packed by gzip: events of one lesson repeat the same long ids, and a weak signal feels it."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the body says. Raises ``RequestDataTooBig``, which ninja wraps, for one that swells."""
        body = request.body
        if request.headers.get("Content-Encoding") == "gzip":
            body = zlib.decompressobj(GZIP).decompress(body, LARGEST_UNPACKED + 1)
            if len(body) > LARGEST_UNPACKED:
                raise RequestDataTooBig
        said: dict[str, Any] = json.loads(body)
        return said


# No page of its own: ninja's loads scripts from another host.
api = NinjaAPI(title="Terrace", version="1", docs_url=None, urls_namespace="api", parser=PackedJson())
api.add_router("", router)
api.add_router("", reading)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 401 as JSON: a phone must not follow a redirect to a sign-in page and take it for success."""
    sentence = _("You are signed out. Everything is kept on this device; sign in to send it.")
    return _answer(request, {"code": "signed_out", "why": sentence}, status=401)


@api.exception_handler(RawPostDataException)
@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer 422 to a body that is not a batch at all, also to a form's, which Django has read as one before."""
    sentence = _("This could not be read. Everything is kept on this device.")
    return _answer(request, {"code": "unreadable", "why": sentence}, status=422)


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer 413 as JSON to a body that Django does not even read, or that swells."""
    sentence = _("This is too much at once. Everything is kept on this device and will be sent in parts.")
    return _answer(request, {"code": "too_large", "why": sentence}, status=413)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer with the status and its code."""
    is_swollen = isinstance(error.__cause__, RequestDataTooBig)  # told by the parser
    if is_swollen or error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return too_large(request, error)
    sentence = (
        _("This page is out of date. Everything is kept on this device; open the page again and send.")
        if error.status_code == HTTPStatus.FORBIDDEN
        else _("This could not be read. Everything is kept on this device.")
    )
    return _answer(request, {"code": f"http_{error.status_code}", "why": sentence}, status=error.status_code)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer with the refusal's own status, code and sentence; 429 says when to come again."""
    response = _answer(request, {"code": refusal.code, "why": in_words(refusal)}, status=refusal.status)
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(seconds_left(MINUTE))
    return response


def _answer(request: HttpRequest, body: dict[str, str], *, status: int) -> HttpResponse:
    return api.create_response(request, body, status=status)
