"""Mistakes that readers find: reporting one, and closing it with a word."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from accounts.enums import MessageEvent
from accounts.services.messages import tell
from courses.enums import ReportState
from courses.models import MistakeReport
from foundation.refusals import Refused
from foundation.services.audit import record_audit


def report_mistake(*, page: Page, text: str, quotation: str, reporter: Any, at: datetime) -> MistakeReport:
    """Keep what a reader found wrong on a page; ``reporter`` may be a guest, who stays unnamed."""
    person = reporter if getattr(reporter, "is_authenticated", False) else None
    with transaction.atomic():
        report = MistakeReport.objects.create(
            translation_key=page.translation_key,
            locale=page.locale.language_code,
            title=page.title,
            text=text,
            quotation=quotation,
            reporter=person,
            created_at=at,
        )
        record_audit(action="mistake reported", subject=report, actor=person, at=at)
    return report


def close_report(*, report: MistakeReport, state: str, answer: str, actor: Any, at: datetime) -> MistakeReport:
    """Say what became of a report: mended, or left as it is.

    A reporter who was signed in is told. Raises ``Refused`` when somebody else closed it meanwhile: their word stands.
    """
    with transaction.atomic():
        report = MistakeReport.objects.select_for_update().get(pk=report.pk)
        if report.state != ReportState.OPEN:
            raise Refused(
                "closed",
                _("Somebody has answered this report already. Their answer stands; nothing was changed."),
                status=409,
            )
        report.state, report.answer, report.closed_by, report.closed_at = state, answer, actor, at
        report.save(update_fields=["state", "answer", "closed_by", "closed_at"])
        record_audit(action="mistake closed", subject=report, actor=actor, at=at, state=state)
        _tell_reporter(report, at)
    return report


def _tell_reporter(report: MistakeReport, at: datetime) -> None:
    """Tell whoever took the trouble to report; a guest left no name."""
    if report.reporter is None or report.reporter == report.closed_by:
        return
    tell(
        recipient=report.reporter,
        event=MessageEvent.MISTAKE_CLOSED,
        key=f"mistake:{report.uuid}",
        params={"page": report.title, "is_mended": report.state == ReportState.MENDED, "answer": report.answer},
        at=at,
    )
