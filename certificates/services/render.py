"""Drawing what was queued: claim, draw, store, finish. Whatever dies at whatever step, one certificate comes out."""

import hashlib
import logging
from datetime import datetime

from django.db import transaction

from accounts.enums import MessageEvent
from accounts.services.messages import tell
from certificates.enums import CertificateStatus, FileKind
from certificates.models import Certificate, CertificateFile
from certificates.rendering import SheetData, SheetError, Signatory, draw_picture, draw_sheet
from certificates.selectors import completion_day, hours_of, verify_url
from certificates.services.files import Stored, discard_unnamed, store_forms
from foundation.services.audit import record_audit
from foundation.services.work import claim, holds_lease, record_failure

logger = logging.getLogger(__name__)


def render_certificate(*, pk: int, now: datetime) -> bool:
    """Draw one certificate and return whether it was issued by this call.

    A row that somebody else has claimed, or that is done, is left alone: tasks may run twice. A sheet that cannot be
    drawn as it stands is parked at once with the reason; any other fault gives the row back for another try.
    """
    certificate = claim(Certificate, pk, now=now)
    if certificate is None:
        return False
    stored: Stored = {}
    try:
        stored = store_forms(_draw(certificate))
        is_issued = _finish(certificate, stored, now)
    except SheetError as error:
        # The error's detail may hold a part of the name, so only its code and field are kept.
        is_issued, reason = False, f"{error.reason.value}: {error.field}".rstrip(": ")
        record_failure(certificate, reason=reason, is_final=True, now=now)
        logger.warning("certificate %s parked: %s", certificate.serial, reason)
    except Exception as error:
        # A stranger's message may hold anything, the name too; the log has it with its trace.
        is_issued = False
        record_failure(certificate, reason=f"fault: {type(error).__name__}", now=now)
        logger.exception("certificate %s: try %d failed", certificate.serial, certificate.attempts)
    if not is_issued:
        discard_unnamed(stored)
    return is_issued


def _draw(certificate: Certificate) -> dict[str, bytes]:
    pdf = draw_sheet(sheet_of(certificate))
    return {FileKind.PDF: pdf, FileKind.PNG: draw_picture(pdf)}


def sheet_of(certificate: Certificate) -> SheetData:
    """Return what is printed, from the frozen data alone."""
    frozen = certificate.frozen
    return SheetData(
        name=certificate.name,
        course_title=frozen["course_title"],
        cohort_title=frozen["cohort_title"],
        hours=hours_of(certificate),
        practices=len(frozen["practices"]),
        completed_on=completion_day(certificate),
        serial=certificate.serial,
        verify_url=verify_url(certificate),
        issuer=frozen["issuer"],
        signatories=tuple(Signatory(name=person["name"], role=person["role"]) for person in frozen["signatories"]),
        design=certificate.design,
        issued_at=certificate.created_at,
    )


@transaction.atomic
def _finish(certificate: Certificate, stored: Stored, now: datetime) -> bool:
    """Commit the files, the status, the audit line and the message together; not if the claim was lost meanwhile."""
    issued = Certificate.objects.filter(holds_lease(certificate)).update(
        status=CertificateStatus.ISSUED, issued_at=now, lease_holder="", leased_until=None, reason=""
    )
    if not issued:
        return False
    for kind, (name, content) in stored.items():
        CertificateFile.objects.create(
            certificate=certificate,
            kind=kind,
            file=name,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            created_at=now,
        )
    record_audit(action="certificate.issued", subject=certificate, at=now)
    tell(
        recipient=certificate.holder,
        event=MessageEvent.CERTIFICATE_ISSUED,
        key=f"issued:{certificate.uuid}",
        params={"course": certificate.frozen["course_title"], "serial": certificate.serial},
        link="me",
        at=now,
    )
    return True
