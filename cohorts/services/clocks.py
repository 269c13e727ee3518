"""Time as devices tell it: corrected by ours, and told to the facilitator where it is far off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cohorts.models import Enrolment

TOLERANCE = timedelta(minutes=10)
"""A clock that is off by less is nobody's business; sending itself takes seconds."""


@dataclass(frozen=True)
class Stamp:
    """When something was done and sent, by the device's clock, and when it came, by ours."""

    at: datetime
    sent_at: datetime
    received_at: datetime

    def corrected(self, *, earliest: datetime) -> datetime:
        """Return when it was done, by our clock."""
        return corrected(self.at, self.sent_at, self.received_at, earliest=earliest)


def corrected(at: datetime, sent_at: datetime, received_at: datetime, *, earliest: datetime) -> datetime:
    """Return ``at`` by our clock: moved by how far the device's clock was off, and kept within what is possible."""
    return min(max(at + (received_at - sent_at), earliest), received_at)


def note_clock(*, enrolment: Enrolment, sent_at: datetime, received_at: datetime) -> None:
    """Write how far off the device's clock is, or that it is right again, in the transaction of what it sent."""
    off = sent_at - received_at
    minutes = 0 if abs(off) <= TOLERANCE else int(off / timedelta(minutes=1))
    if enrolment.clock_minutes_off != minutes:
        enrolment.clock_minutes_off = minutes
        enrolment.save(update_fields=["clock_minutes_off"])
