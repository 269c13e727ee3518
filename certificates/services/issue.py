"""Making the row of a certificate: frozen data and a serial, and the task that draws it, in one transaction."""

import logging
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.enums import MessageEvent
from accounts.services.messages import tell
from certificates.enums import CertificateKind, CertificateStatus
from certificates.models import Certificate
from certificates.selectors import (
    certificate_of,
    completed_without_certificate,
    name_question,
    never_asked_for_name,
)
from certificates.services.serials import next_serial
from cohorts.models import Enrolment
from cohorts.selectors import accepted_assignments, facilitators_of
from courses.selectors import practices_of_assignments, titles_by_language
from foundation.services.audit import record_audit
from foundation.services.work import enqueue

logger = logging.getLogger(__name__)

DESIGN = "classic-1"
LANGUAGES = ("zh-hans", "en")
FACILITATOR = {"zh-hans": "引导员", "en": "Facilitator"}
"""Both stand on every sheet, like the sheet's own words in its template, whatever the reader's language is."""

NO_ADDRESS = "VERIFY_ADDRESS is not set"
"""Why a row is parked when nobody said which address to print. It is taken up again when somebody did."""

SWEEP_SIZE = 200
"""How many enrolments one sweep takes up."""


def issue_certificate(*, enrolment: Enrolment, at: datetime, actor: Any = None) -> Certificate | None:
    """Make the certificate of a completed enrolment and queue its drawing; return it, or the one that exists.

    Returns ``None`` when the learner has not confirmed the name yet: they are asked to, and confirming calls this
    again. Without ``VERIFY_ADDRESS`` the row is parked, since a QR code that leads nowhere proves nothing. Raises
    ``ValueError`` for an enrolment that is not completed.
    """
    if not enrolment.is_completed:
        raise ValueError(f"enrolment {enrolment.uuid} is not completed")
    if existing := certificate_of(enrolment):
        return existing
    if not enrolment.user.name_confirmed_at:
        ask_for_name(enrolment=enrolment, at=at)
        return None
    try:
        with transaction.atomic():
            return _make_row(enrolment, at, actor)
    except IntegrityError:
        # Somebody else was quicker: theirs is the one. Without any, the fault is another one.
        if existing := certificate_of(enrolment):
            return existing
        raise


def _make_row(enrolment: Enrolment, at: datetime, actor: Any) -> Certificate:
    certificate = Certificate(
        serial=next_serial(at=at),
        kind=CertificateKind.COMPLETION,
        enrolment=enrolment,
        holder=enrolment.user,
        name=enrolment.user.full_name,
        frozen=frozen_data(enrolment),
        design=DESIGN,
        created_at=at,
        queued_at=at,
    )
    if not settings.VERIFY_ADDRESS:
        certificate.status, certificate.reason = CertificateStatus.PARKED, NO_ADDRESS
    certificate.save(force_insert=True)
    record_audit(action="certificate.created", subject=certificate, actor=actor, at=at, enrolment=str(enrolment.uuid))
    if certificate.status == CertificateStatus.PENDING:
        enqueue(certificate)
    return certificate


def frozen_data(enrolment: Enrolment) -> dict[str, Any]:
    """Return everything that will be printed, as it is now; see ``Certificate.frozen`` for the shape."""
    cohort = enrolment.cohort
    completed_at = enrolment.completed_at or enrolment.enrolled_at
    return {
        "course_title": _in_both(titles_by_language(cohort.course)),
        "cohort_title": dict.fromkeys(LANGUAGES, cohort.name),
        "hours": str(cohort.requirements.hours),
        "practices": _practices_tried(enrolment),
        "lessons": enrolment.lessons_done,
        "completed_on": completed_at.astimezone(ZoneInfo(settings.CERTIFICATE_TIME_ZONE)).date().isoformat(),
        "signatories": [{"name": person.full_name, "role": FACILITATOR} for person in facilitators_of(cohort)[:1]],
        "issuer": dict(settings.CERTIFICATE_ISSUER),
    }


def _practices_tried(enrolment: Enrolment) -> list[dict[str, Any]]:
    """Return the practices that the accepted assignments asked to try, as ``{"key", "title": {lang: str}}``."""
    pages = practices_of_assignments(accepted_assignments(enrolment))
    return [{"key": str(page.translation_key), "title": _in_both(titles_by_language(page))} for page in pages]


def _in_both(titles: dict[str, str]) -> dict[str, str]:
    """Return a title in both languages; the one that exists stands for the one that does not."""
    any_title = next(iter(titles.values()))
    return {language: titles.get(language, any_title) for language in LANGUAGES}


def ask_for_name(*, enrolment: Enrolment, at: datetime) -> None:
    """Ask the learner, once, to confirm the name as it will be printed."""
    tell(
        recipient=enrolment.user,
        event=MessageEvent.NAME_NEEDED,
        key=name_question(enrolment.uuid),
        params={"cohort": enrolment.cohort.name},
        link="accounts:name",
        at=at,
    )


def issue_missing(*, at: datetime, user: Any = None) -> int:
    """Make the rows that ought to be there: completed, name confirmed, no certificate. Returns how many were made.

    One enrolment that cannot be served does not keep the others waiting; it is logged and comes again next time.
    """
    enrolments = completed_without_certificate()
    if user is not None:
        enrolments = enrolments.filter(user=user)
    made = 0
    for enrolment in enrolments[:SWEEP_SIZE]:
        try:
            made += issue_certificate(enrolment=enrolment, at=at, actor=user) is not None
        except Exception:
            logger.exception("no certificate yet for enrolment %s", enrolment.uuid)
    return made


def ask_missing(*, at: datetime) -> int:
    """Ask those for their name whom a fault kept from being asked. Returns how many."""
    enrolments = never_asked_for_name()[:SWEEP_SIZE]
    for enrolment in enrolments:
        ask_for_name(enrolment=enrolment, at=at)
    return len(enrolments)
