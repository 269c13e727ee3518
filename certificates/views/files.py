"""Fetching the stored bytes of one's own certificate."""

import logging
import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from certificates.models import Certificate, CertificateFile

logger = logging.getLogger(__name__)
MIME = {"pdf": "application/pdf", "png": "image/png"}


@login_required
@require_safe
def file(request: HttpRequest, certificate_uuid: uuid.UUID, kind: str) -> HttpResponseBase:
    """Serve the PDF or the picture to its holder, as stored; to others it does not exist.

    The browser may keep it but asks each time, so that on a shared phone it is gone with the session.
    """
    if kind not in MIME:
        raise Http404
    mine = Certificate.objects.of(request.user).filter(uuid=certificate_uuid)
    stored = CertificateFile.objects.filter(certificate__in=mine, kind=kind).select_related("certificate").first()
    if stored is None:
        raise Http404
    etag = quote_etag(stored.sha256)
    response = get_conditional_response(request, etag=etag) or _bytes(stored, as_attachment="save" in request.GET)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _bytes(stored: CertificateFile, *, as_attachment: bool) -> FileResponse:
    """Return the file under the name that a person can find again: its serial. Raises ``Http404`` when it is gone."""
    try:
        content = stored.file.open("rb")
    except (FileNotFoundError, ValueError) as error:
        logger.exception("the bytes of certificate %s are not in the storage", stored.certificate.serial)
        raise Http404 from error
    return FileResponse(
        content,
        content_type=MIME[stored.kind],
        filename=f"{stored.certificate.serial}.{stored.kind}",
        as_attachment=as_attachment,
    )
