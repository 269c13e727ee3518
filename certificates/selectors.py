"""Reading certificates. Nothing here writes or opens a transaction."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet

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
    """Return completed enrolments whose learner has confirmed the name and which have no certificate row yet."""
    return Enrolment.objects.filter(
        completed_at__isnull=False, user__name_confirmed_at__isnull=False, certificates=None
    ).select_related("user", "cohort", "cohort__course", "cohort__course__locale", "cohort__requirements")


def completion_day(certificate: Certificate) -> date:
    """Return the day printed on the certificate."""
    return date.fromisoformat(certificate.frozen["completed_on"])


def hours_of(certificate: Certificate) -> Decimal:
    """Return the credit hours printed on the certificate."""
    return Decimal(certificate.frozen["hours"])


def verify_url(certificate: Certificate) -> str:
    """Return the full address that the QR code carries."""
    return f"{settings.VERIFY_ADDRESS}{certificate.verify_path}"
