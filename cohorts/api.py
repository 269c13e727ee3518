"""The phone's own door: events in, personal state out. Answers are JSON, never a redirect; 401 and 403 say why."""

import json
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from ninja.security import django_auth
from pydantic import AfterValidator

from cohorts.models import Enrolment
from cohorts.selectors import enrolment_for_course, learning_enrolments, progress_by_lesson, votes_of
from cohorts.services.events import MOST_OPTIONS, IncomingEvent, clean_id, clean_text, record_events
from courses.models import LessonPage

router = Router(tags=["learning"])

MOST_EVENTS = 50
LARGEST_BATCH = 64 * 1024  # bytes; a phone sends 16 kB at most, this leaves room for long answers
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _moment(said: datetime) -> datetime:
    """Return what a device's clock says, as an instant that can be reckoned with.

    Without a zone it is taken in the site's own. A clock that says less than 1970 or more than 2200 tells nothing
    about when; the answer that it stamped counts all the same.
    """
    instant = said if timezone.is_aware(said) else timezone.make_aware(said)
    return min(max(instant, EARLIEST), LATEST)


Moment = Annotated[datetime, AfterValidator(_moment)]


class EventIn(Schema):
    """One fact from a device."""

    id: uuid.UUID
    verb: str = Field(max_length=20)
    object: uuid.UUID
    enrolment: uuid.UUID
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
    if len(request.body) > LARGEST_BATCH:
        raise HttpError(413, "too large")
    now = timezone.now()
    results = [_result(request, raw, batch.sent_at, now) for raw in batch.events]
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


class VoteOut(Schema):
    """The reader's answer in a poll, and how many of the cohort chose what, once enough did."""

    mine: str
    counts: dict[str, int] | None = None


class ReflectionOut(Schema):
    """What the reader wrote for themselves, and when."""

    text: str
    at: datetime


class DetailOut(Schema):
    """More of what this reader did in the one lesson that was asked for."""

    right: list[str] = []
    reflections: dict[str, ReflectionOut] = {}
    votes: dict[str, VoteOut] = {}


class StateOut(Schema):
    """What scripts on a lesson page need to know about this reader. Empty for guests."""

    signed_in: bool = False
    enrolment: uuid.UUID | None = None
    enrolments: list[uuid.UUID] = []
    csrf: str = ""
    lessons: dict[str, LessonOut] = {}
    detail: DetailOut | None = None


@router.get("/state/", response=StateOut, summary="The reader's own state in a course")
def get_state(
    request: HttpRequest, response: HttpResponse, course: uuid.UUID | None = None, lesson: uuid.UUID | None = None
) -> StateOut:
    """Return tokens, which outboxes may be sent, and the ticks of a course; none of it stands in a lesson's HTML.

    With ``lesson`` also what the reader wrote for themselves there, and the polls they answered.
    """
    response["Cache-Control"] = "private, no-store"
    if not request.user.is_authenticated:
        return StateOut()
    state = StateOut(signed_in=True, csrf=get_token(request))
    state.enrolments = list(learning_enrolments(request.user).values_list("uuid", flat=True))
    enrolment = enrolment_for_course(request.user, course) if course else None
    if enrolment is None:
        return state
    state.enrolment = enrolment.uuid
    state.lessons = {
        str(row.lesson_key): LessonOut(done=row.completed_at is not None, answered=row.answered)
        for row in enrolment.lessons.all()
    }
    if lesson:
        state.detail = _detail(enrolment, lesson)
    return state


def _detail(enrolment: Enrolment, lesson: uuid.UUID) -> DetailOut:
    progress = progress_by_lesson(enrolment).get(str(lesson))
    written = enrolment.reflections.filter(lesson_key=lesson)
    return DetailOut(
        right=progress.right if progress else [],
        reflections={row.block_id: ReflectionOut(text=row.text, at=row.written_at) for row in written},
        votes={poll: VoteOut(mine=mine, counts=counts) for poll, (mine, counts) in votes_of(enrolment, lesson).items()},
    )


def state_of_guest(page: Any) -> dict[str, bytes]:
    """Return what a lesson's script asks for at once, as somebody who is not signed in gets it: address → body."""
    if not isinstance(page, LessonPage):
        return {}
    return {"/api/state/": json.dumps(StateOut().model_dump(mode="json")).encode()}
