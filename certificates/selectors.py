"""Reading certificates. Nothing here writes or opens a transaction."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from accounts.enums import MessageEvent
from accounts.models import Message
from certificates.enums import CertificateKind
from certificates.models import Certificate, CertificateFile
from cohorts.models import Enrolment

FILES = Prefetch("files", queryset=CertificateFile.objects.order_by("kind"))


def certificates_of(user: Any) -> QuerySet[Certificate]:
    """Return the person's certificates with their files, the newest first."""
    return Certificate.objects.of(user).prefetch_related(FILES)


def certificate_of(enrolment: Enrolment, kind: str = CertificateKind.COMPLETION) -> Certificate | None:
    """Return the newest certificate of an enrolment."""
    return Certificate.objects.filter(enrolment=enrolment, kind=kind).order_by("-version").first()


def completed_without_certificate() -> QuerySet[Enrolment]:
    """Return completed enrolments whose learner has confirmed the name and which have no certificate row yet.

    Those completed last come first, so that a few which fail each time cannot keep the new ones waiting for ever.
    """
    return (
        _completed_without_row()
        .filter(user__name_confirmed_at__isnull=False)
        .select_related("user", "cohort", "cohort__course", "cohort__course__locale", "cohort__requirements")
        .order_by("-completed_at", "-pk")
    )


def never_asked_for_name() -> list[Enrolment]:
    """Return completed enrolments that wait for the learner's name although nobody asked for it: two queries."""
    waiting = list(
        _completed_without_row().filter(user__name_confirmed_at=None).select_related("user", "cohort").order_by("pk")
    )
    if not waiting:
        return []
    questions = Message.objects.filter(event=MessageEvent.NAME_NEEDED, recipient__name_confirmed_at=None)
    asked = set(questions.values_list("key", flat=True))
    return [enrolment for enrolment in waiting if name_question(enrolment.uuid) not in asked]


def _completed_without_row() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(completed_at__isnull=False, certificates=None)


def name_question(enrolment: UUID) -> str:
    """Return the key of the message that asks for the name, so that one completion asks once."""
    return f"name:{enrolment}"


def completion_day(certificate: Certificate) -> date:
    """Return the day printed on the certificate."""
    return date.fromisoformat(certificate.frozen["completed_on"])


def hours_of(certificate: Certificate) -> Decimal:
    """Return the credit hours printed on the certificate."""
    return Decimal(certificate.frozen["hours"])


def verify_url(certificate: Certificate) -> str:
    """Return the full address that the QR code carries."""
    return f"{settings.VERIFY_ADDRESS}{certificate.verify_path}"
