"""What a stranger is told about a certificate. Read from the record; nothing is ever rendered to verify."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.names import mask_name
from certificates.enums import BEFORE_ISSUE, CertificateStatus, FileKind
from certificates.models import Certificate
from certificates.selectors import completion_day, hours_of
from certificates.serials import ALPHABET, normalise_serial

PARTS = re.compile(r"([A-Z0-9]{1,8}?)(\d{4})(\d{6,})([A-Z0-9])")
"""Prefix, year, number and check character of a serial without its dashes."""

TOKEN = re.compile(r"[A-Za-z0-9_-]{10,32}")
"""What a token is made of. Anything else is not asked for: PostgreSQL refuses some characters with an error."""


@dataclass(frozen=True)
class VerificationResult:
    """Few fields. ``masked_name`` is empty when only the serial was known.

    ``completed_on`` and ``hours`` are missing where the holder asked to be forgotten: then only the status, the
    serial and the fingerprint are left.
    """

    status: str
    serial: str
    course_title: str
    completed_on: date | None
    hours: Decimal | None
    masked_name: str = ""
    lessons: int = 0
    practices: int = 0
    issuer: str = ""
    signatories: tuple[str, ...] = ()
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    ended_reason: str = ""
    successor_serial: str = ""
    successor_path: str = ""
    sha256: str = ""

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
    if not TOKEN.fullmatch(token):
        return None
    certificate = (
        Certificate.objects.filter(token=token).select_related("superseded_by").prefetch_related("files").first()
    )
    if certificate is None:
        return None
    frozen = certificate.frozen
    successor: Certificate | None = getattr(certificate, "superseded_by", None)
    return VerificationResult(
        **_public(certificate, language),
        masked_name=mask_name(certificate.name),
        lessons=int(frozen.get("lessons", 0)),
        practices=len(frozen.get("practices", ())),
        issuer=_said(frozen.get("issuer", {}), language),
        signatories=tuple(person["name"] for person in frozen.get("signatories", ())),
        issued_at=certificate.issued_at,
        ended_at=certificate.ended_at,
        ended_reason=certificate.ended_reason,
        successor_serial=successor.serial if successor else "",
        successor_path=successor.verify_path if successor else "",
        sha256=next((file.sha256 for file in certificate.files.all() if file.kind == FileKind.PDF), ""),
    )


def result_for_serial(typed: str, language: str) -> VerificationResult | None:
    """Return status, course and date for a serial typed by hand: no name and no details.

    ``None`` when the serial is mistyped, which its check character tells, or was never given.
    """
    serial = read_serial(typed)
    certificate = Certificate.objects.filter(serial=serial).first() if serial else None
    return VerificationResult(**_public(certificate, language)) if certificate else None


def read_serial(typed: str) -> str | None:
    """Return the serial that somebody meant, or ``None`` when its check character is wrong.

    Phones write full-width letters and many kinds of dash, and people leave the dashes out.
    """
    folded = unicodedata.normalize("NFKC", typed).upper()
    if serial := normalise_serial(folded):
        return serial
    parts = PARTS.fullmatch("".join(character for character in folded if character in ALPHABET))
    return normalise_serial("-".join(parts.groups())) if parts else None


def _public(certificate: Certificate, language: str) -> dict[str, Any]:
    frozen = certificate.frozen
    return {
        "status": certificate.status,
        "serial": certificate.serial,
        "course_title": _said(frozen.get("course_title", {}), language),
        "completed_on": completion_day(certificate) if "completed_on" in frozen else None,
        "hours": hours_of(certificate) if "hours" in frozen else None,
    }


def _said(text: dict[str, str], language: str) -> str:
    return text.get(language) or next(iter(text.values()), "")
