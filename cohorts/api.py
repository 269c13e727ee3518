"""The phone's own door: events in, personal state out. Answers are JSON, never a redirect; 401 and 403 say why."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.security import django_auth

from cohorts.selectors import enrolment_for_course
from cohorts.services.events import IncomingEvent, record_events

router = Router(tags=["learning"])

MOST_EVENTS = 50
LARGEST_BATCH = 64 * 1024  # bytes; a phone sends 16 kB at most, this leaves room for long answers


class EventIn(Schema):
    """One fact from a device."""

    id: uuid.UUID
    verb: str = Field(max_length=20)
    object: uuid.UUID
    enrolment: uuid.UUID
    at: datetime
    content_version: uuid.UUID | None = None
    data: dict[str, Any] = {}
    seq: int = Field(0, ge=0, le=2**31 - 1)
    device: str = Field("", max_length=36)

    def as_event(self) -> IncomingEvent:
        """Return the event in the form of the service; what is not text in ``data`` counts as absent."""
        chosen = self.data.get("chosen")
        return IncomingEvent(
            id=self.id,
            verb=self.verb,
            object=self.object,
            enrolment=self.enrolment,
            at=self.at if timezone.is_aware(self.at) else timezone.make_aware(self.at),
            lesson_version=self.content_version,
            question=str(self.data.get("question", ""))[:36],
            chosen=tuple(str(option)[:36] for option in chosen[:20]) if isinstance(chosen, list) else (),
            seq=self.seq,
            device=self.device,
        )


class BatchIn(Schema):
    """Events that wait on a device, with the device's clock at the moment of sending."""

    sent_at: datetime
    events: list[dict[str, Any]] = Field(max_length=MOST_EVENTS)


class ResultOut(Schema):
    """What became of one event."""

    id: str
    status: str
    why: str = ""
    code: str = ""


class BatchOut(Schema):
    """One result an event, in the order sent."""

    results: list[ResultOut]


@router.post("/events/", auth=django_auth, response=BatchOut, summary="Send what waits on the device")
def post_events(request: HttpRequest, batch: BatchIn) -> BatchOut:
    """Take in each event by itself. ``rejected`` and ``conflict`` come with a sentence in the reader's language."""
    now = timezone.now()
    sent_at = batch.sent_at if timezone.is_aware(batch.sent_at) else timezone.make_aware(batch.sent_at)
    results = [_result(request, raw, sent_at, now) for raw in batch.events]
    return BatchOut(results=results)


def _result(request: HttpRequest, raw: dict[str, Any], sent_at: datetime, now: datetime) -> ResultOut:
    try:
        event = EventIn.model_validate(raw).as_event()
    except ValueError:
        return ResultOut(
            id=str(raw.get("id", ""))[:60],
            status="rejected",
            code="unreadable",
            why=_("This record could not be read. It is kept on this device and was not counted."),
        )
    (result,) = record_events(user=request.user, events=[event], sent_at=sent_at, received_at=now)
    return ResultOut(id=str(result.id), status=result.status, why=result.why, code=result.code)


class LessonOut(Schema):
    """What this reader did in one lesson."""

    done: bool = False
    answered: list[str] = []


class StateOut(Schema):
    """What scripts on a lesson page need to know about this reader. Empty for guests."""

    user: str = ""
    enrolment: uuid.UUID | None = None
    csrf: str = ""
    lessons: dict[str, LessonOut] = {}


@router.get("/state/", response=StateOut, summary="The reader's own state in a course")
def get_state(request: HttpRequest, response: HttpResponse, course: uuid.UUID) -> StateOut:
    """Return ticks and tokens for one course; nothing of it stands in the lesson's HTML."""
    response["Cache-Control"] = "private, no-store"
    if not request.user.is_authenticated:
        return StateOut()
    state = StateOut(user=str(request.user), csrf=get_token(request))
    enrolment = enrolment_for_course(request.user, course)
    if enrolment is None:
        return state
    state.enrolment = enrolment.uuid
    state.lessons = {
        str(row.lesson_key): LessonOut(done=row.completed_at is not None, answered=row.answered)
        for row in enrolment.lessons.all()
    }
    return state
