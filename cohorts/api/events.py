"""Events in: what a device did while it was away, each judged and answered by itself."""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.errors import HttpError
from ninja.security import django_auth

from cohorts.api.common import EVENTS_A_MINUTE, FAULTS, Moment, ResultOut, keep_within, router
from cohorts.services.events import MOST_OPTIONS, IncomingEvent, clean_id, clean_text, keep_unreadable, record_events

logger = logging.getLogger(__name__)

MOST_EVENTS = 50
LARGEST_BATCH = 64 * 1024  # bytes; a phone sends 16 kB at most, this leaves room for long answers


class EventIn(Schema):
    """One fact from a device."""

    id: uuid.UUID
    verb: str = Field(max_length=20)
    object: uuid.UUID
    enrolment: uuid.UUID = Field(description="its number; or the reader's, as long as the device knows no other")
    at: Moment
    content_version: uuid.UUID | None = None
    data: dict[str, Any] = {}
    seq: int = Field(0, ge=0, le=2**31 - 1)
    device: str = Field("", max_length=36)

    def as_event(self) -> IncomingEvent:
        """Return the event in the form of the service; what is not text in ``data`` counts as absent."""
        chosen, text = self.data.get("chosen"), self.data.get("text")
        return IncomingEvent(
            id=self.id,
            verb=clean_id(self.verb),
            object=self.object,
            enrolment=self.enrolment,
            at=self.at,
            lesson_version=self.content_version,
            question=clean_id(self.data.get("question", "")),
            chosen=tuple(clean_id(option) for option in chosen[:MOST_OPTIONS]) if isinstance(chosen, list) else (),
            text=clean_text(text) if isinstance(text, str) else "",
            seq=self.seq,
            device=clean_id(self.device),
        )


class BatchIn(Schema):
    """Events that wait on a device, with the device's clock at the moment of sending."""

    sent_at: Moment
    events: list[dict[str, Any]] = Field(max_length=MOST_EVENTS)


class BatchOut(Schema):
    """One result an event, in the order sent."""

    results: list[ResultOut]


@router.post(
    "/events/",
    auth=django_auth,
    response={200: BatchOut, **FAULTS},
    exclude_defaults=True,
    summary="Send what waits on the device",
)
def post_events(request: HttpRequest, batch: BatchIn) -> BatchOut:
    """Take in each event by itself. ``rejected`` and ``conflict`` come with a sentence in the reader's language."""
    keep_within(request, "events", most=EVENTS_A_MINUTE)
    if len(request.body) > LARGEST_BATCH:
        raise HttpError(413, "too large")
    now = timezone.now()
    results = [_result(request, raw, batch.sent_at, now) for raw in batch.events]
    return BatchOut(results=results)


def _result(request: HttpRequest, raw: dict[str, Any], sent_at: datetime, now: datetime) -> ResultOut:
    try:
        return _taken(request, raw, sent_at, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away: 503, for all of them
    except Exception:  # a fault of ours in one event must not hold up those behind it
        logger.exception("event %.60s could not be taken in", raw.get("id"))
        return ResultOut(id=_number(raw), status="retry", why="", code="")


def _taken(request: HttpRequest, raw: dict[str, Any], sent_at: datetime, now: datetime) -> ResultOut:
    try:
        event = EventIn.model_validate(raw).as_event()
    except ValueError:
        keep_unreadable(user=request.user, raw=raw, received_at=now)
        sentence = _("This record could not be read. It is kept on this device and was not counted.")
        return ResultOut(id=_number(raw), status="rejected", code="unreadable", why=sentence)
    (result,) = record_events(user=request.user, events=[event], sent_at=sent_at, received_at=now)
    return ResultOut(id=str(result.id), status=result.status, why=result.why, code=result.code)


def _number(raw: dict[str, Any]) -> str:
    return str(raw.get("id", ""))[:60]
