"""Putting a certificate that was never issued back to work: tried again as it is, or with a corrected name.

Nobody holds a copy yet, so the row is corrected in place and keeps its serial and its token. An issued certificate is
never touched here.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from certificates.enums import BEFORE_ISSUE, CertificateStatus
from certificates.models import Certificate
from certificates.services.issue import NO_ADDRESS
from foundation.services.audit import record_audit
from foundation.services.work import enqueue


@transaction.atomic
def retry_certificate(*, certificate: Certificate, at: datetime, actor: Any = None) -> bool:
    """Queue a parked certificate anew, with all its tries. Returns ``False`` when it is not parked."""
    parked = Certificate.objects.filter(pk=certificate.pk, status=CertificateStatus.PARKED)
    return _put_back(parked, "certificate.retried", at=at, actor=actor)


@transaction.atomic
def correct_name(*, certificate: Certificate, name: str, at: datetime, actor: Any = None) -> bool:
    """Write the name that the holder has confirmed since into a certificate that was never issued, and draw it anew.

    A worker that is drawing it with the old name loses its claim by this, and throws away what it drew. Returns
    ``False`` when it was issued already or says that name already.
    """
    unissued = Certificate.objects.filter(pk=certificate.pk, status__in=BEFORE_ISSUE).exclude(name=name)
    return _put_back(unissued, "certificate.corrected", at=at, actor=actor, name=name)


def correct_names(*, user: Any, at: datetime) -> int:
    """Write a newly confirmed name into the person's certificates that were never issued. Returns how many."""
    rows = Certificate.objects.filter(holder=user, status__in=BEFORE_ISSUE).exclude(name=user.full_name)
    return sum(correct_name(certificate=row, name=user.full_name, at=at, actor=user) for row in rows)


def retry_addressless(*, at: datetime) -> int:
    """Take up those that were parked for want of ``VERIFY_ADDRESS``, if it is set now. Returns how many."""
    if not settings.VERIFY_ADDRESS:
        return 0
    rows = Certificate.objects.filter(status=CertificateStatus.PARKED, reason=NO_ADDRESS)
    return sum(retry_certificate(certificate=row, at=at) for row in rows)


def _put_back(rows: QuerySet[Certificate], action: str, *, at: datetime, actor: Any, **changes: str) -> bool:
    """Queue the one row of ``rows`` anew, if it still is what the caller took it for; park it without an address."""
    row = rows.select_for_update().first()
    if row is None:
        return False
    has_address = bool(settings.VERIFY_ADDRESS)
    Certificate.objects.filter(pk=row.pk).update(
        status=CertificateStatus.PENDING if has_address else CertificateStatus.PARKED,
        reason="" if has_address else NO_ADDRESS,
        attempts=0,
        lease_holder="",
        leased_until=None,
        queued_at=at,
        requeued_at=None,
        **changes,
    )
    record_audit(action=action, subject=row, actor=actor, at=at)
    if has_address:
        enqueue(row)
    return True
