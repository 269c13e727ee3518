"""Pictures, recordings and handouts of the content. Originals are not served: only what pages show, play or offer."""

from typing import Final

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe
from django.views.static import serve
from wagtail import hooks
from wagtail.documents.models import document_served
from wagtail.models import CollectionViewRestriction

from foundation.models import Handout
from foundation.models.recording import FOLDER as RECORDINGS_FOLDER
from foundation.ranges import attachment_name, send
from foundation.uploads import SOUND_TYPES

RENDITIONS: Final = "images/"
"""The folder that Wagtail writes renditions into."""

AVATARS: Final = "avatar_images/"
"""The folder of the pictures that staff give of themselves; the names hold a random part."""

LONGEST_NUMBER: Final = 18
"""Digits of a row's number; more would overflow the database's."""

RECORDINGS: Final = f"{RECORDINGS_FOLDER}/"


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a rendition, a recording or an account's picture. No name is used twice: browsers may keep it for ever."""
    try:
        response = _file(request, path)
    except (OSError, ValueError) as error:  # too long a name for a file, or one with NUL
        raise Http404 from error
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _file(request: HttpRequest, path: str) -> HttpResponseBase:
    if path.startswith((RENDITIONS, AVATARS)):
        response: HttpResponseBase = serve(request, path, document_root=str(settings.MEDIA_ROOT))
        return response
    if path.startswith(RECORDINGS):
        return _recording(request, path)
    raise Http404


def _recording(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return what a player asks for. Raises ``Http404`` for other kinds and folders, and for what is gone."""
    mime = SOUND_TYPES.get(path.rpartition(".")[2])
    name = path.removeprefix(RECORDINGS)
    if mime is None or "/" in name or "\\" in name:
        raise Http404
    file = default_storage.open(path)
    return send(request, file, size=file.size, content_type=mime)


@require_safe
def handout(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """Serve a handout under its title, to save and not to show. Wagtail's hooks decide who may have it.

    Wagtail's own view knows no parts of a file, without which films do not play on an iPhone.
    """
    document = get_object_or_404(Handout, pk=document_id) if len(document_id) <= LONGEST_NUMBER else None
    if document is None or document.filename != filename:
        raise Http404
    if _asks_for_people(document, request):
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())
    for decide in hooks.get_hooks("before_serve_document"):  # a collection's password
        if isinstance(answer := decide(document, request), HttpResponse):
            return answer
    document_served.send(sender=Handout, instance=document, request=request)
    etag = quote_etag(document.file_hash) if document.file_hash else None
    response = get_conditional_response(request, etag=etag) or _attachment(request, document)
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _asks_for_people(document: Handout, request: HttpRequest) -> bool:
    """Tell whether its collection is for people whom this reader is not of; Wagtail would use a login of its own."""
    rules = document.collection.get_view_restrictions()
    return any(
        rule.restriction_type != CollectionViewRestriction.PASSWORD and not rule.accept_request(request)
        for rule in rules
    )


def _attachment(request: HttpRequest, document: Handout) -> HttpResponseBase:
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = send(request, file, size=file.size, content_type=document.content_type)
    name = attachment_name(document.title, document.filename)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
