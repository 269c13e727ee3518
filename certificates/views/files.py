"""Fetching the stored bytes of one's own certificate."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from certificates.models import Certificate, CertificateFile

MIME = {"pdf": "application/pdf", "png": "image/png"}


@login_required
@require_GET
def file(request: HttpRequest, certificate_uuid: uuid.UUID, kind: str) -> FileResponse:
    """Serve the PDF or the picture to its holder; to others it does not exist."""
    mine = Certificate.objects.of(request.user)
    stored = CertificateFile.objects.filter(certificate__uuid=certificate_uuid, certificate__in=mine, kind=kind).first()
    if stored is None:
        raise Http404
    serial = Certificate.objects.values_list("serial", flat=True).get(pk=stored.certificate_id)
    response = FileResponse(
        stored.file.open("rb"),
        content_type=MIME[kind],
        filename=f"{serial}.{kind}",
        as_attachment="save" in request.GET,
    )
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response
