"""What a stranger is told about a certificate. Read from the record; nothing is ever rendered to verify."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.names import mask_name
from certificates.enums import BEFORE_ISSUE, CertificateStatus, FileKind
from certificates.models import Certificate
from certificates.selectors import completion_day, hours_of
from certificates.serials import normalise_serial


@dataclass(frozen=True)
class VerificationResult:
    """Few fields. ``masked_name`` is empty when only the serial was known."""

    status: str
    serial: str
    course_title: str
    completed_on: date
    hours: Decimal
    masked_name: str = ""
    lessons: int = 0
    practices: int = 0
    issuer: str = ""
    signatories: tuple[str, ...] = ()
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    ended_reason: str = ""
    successor_serial: str = ""
    sha256: str = ""
    is_signed: bool = False

    @property
    def is_valid(self) -> bool:
        """Whether the certificate holds today."""
        return self.status == CertificateStatus.ISSUED

    @property
    def is_being_made(self) -> bool:
        """Whether the record exists but the sheet has not been issued yet."""
        return self.status in BEFORE_ISSUE


def result_for_token(token: str, language: str) -> VerificationResult | None:
    """Return what the holder of the link may be told, or ``None`` when there is no such certificate."""
    certificate = Certificate.objects.filter(token=token).prefetch_related("files").first()
    if certificate is None:
        return None
    frozen = certificate.frozen
    return VerificationResult(
        **_public(certificate, language),
        masked_name=mask_name(certificate.name),
        lessons=int(frozen.get("lessons", 0)),
        practices=int(frozen.get("practices", 0)),
        issuer=_said(frozen.get("issuer", {}), language),
        signatories=tuple(person["name"] for person in frozen.get("signatories", ())),
        issued_at=certificate.issued_at,
        ended_at=certificate.ended_at,
        ended_reason=certificate.ended_reason,
        successor_serial=_successor(certificate),
        sha256=next((file.sha256 for file in certificate.files.all() if file.kind == FileKind.PDF), ""),
        is_signed=bool(certificate.key_id),
    )


def result_for_serial(typed: str, language: str) -> VerificationResult | None:
    """Return status, course and date for a serial typed by hand: no name and no details.

    ``None`` when the serial is mistyped, which its check character tells, or was never given.
    """
    serial = normalise_serial(typed)
    certificate = Certificate.objects.filter(serial=serial).first() if serial else None
    return VerificationResult(**_public(certificate, language)) if certificate else None


def _public(certificate: Certificate, language: str) -> dict[str, Any]:
    return {
        "status": certificate.status,
        "serial": certificate.serial,
        "course_title": _said(certificate.frozen.get("course_title", {}), language),
        "completed_on": completion_day(certificate),
        "hours": hours_of(certificate),
    }


def _said(text: dict[str, str], language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")


def _successor(certificate: Certificate) -> str:
    successor = Certificate.objects.filter(supersedes=certificate).only("serial").first()
    return successor.serial if successor else ""
