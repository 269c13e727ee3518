"""Writing down what came of calling a learner, and when to think of it again."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cohorts.enums import CallOutcome
from cohorts.models import CallNote, Enrolment
from cohorts.services.drafts import plain_words
from foundation.refusals import Refused
from foundation.services.audit import record_audit

LONGEST_NOTE: Final = 2000
"""Characters."""

LONGEST_SNOOZE: Final = timedelta(days=60)


@transaction.atomic
def note_call(
    *, enrolment: Enrolment, author: Any, outcome: str, text: str, snoozed_until: date | None, at: datetime
) -> CallNote:
    """Add a note about a learner; no note is ever changed. Without a day the learner is asked about again at once.

    Raises ``Refused``: 403 about oneself, 422 for an unknown outcome, words that are too long, a day that is past or
    too far, and a note that says nothing.
    """
    text = plain_words(text).strip()
    if enrolment.user_id == author.pk:
        raise Refused("own", _("Nobody writes notes about themselves."), status=403)
    if outcome not in CallOutcome.values:
        raise Refused("outcome", _("Please choose what came of it."), status=422)
    if len(text) > LONGEST_NOTE:
        raise Refused("text", _("A note has at most 2,000 characters. Your words are still here."), status=422)
    _require_day(enrolment, snoozed_until, at)
    if outcome == CallOutcome.OTHER and not text and snoozed_until is None:
        raise Refused("text", _("Please write a note, or choose a day."), status=422)
    note = CallNote.objects.create(
        enrolment=enrolment, author=author, outcome=outcome, text=text, snoozed_until=snoozed_until, created_at=at
    )
    record_audit(action="enrolment.call_noted", subject=enrolment, actor=author, at=at, outcome=outcome, note=note.uuid)
    return note


def _require_day(enrolment: Enrolment, day: date | None, at: datetime) -> None:
    if day is None:
        return
    today = at.astimezone(enrolment.cohort.zone).date()
    if day <= today:
        raise Refused("snoozed_until", _("This day is past. Choose a day from tomorrow on."), status=422)
    if day > today + LONGEST_SNOOZE:
        raise Refused("snoozed_until", _("Choose a day within the next 60 days."), status=422)
