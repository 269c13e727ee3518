"""Taking in learning events from devices: each judged by itself, each answered, none lost in silence."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.enums import DEVICE_VERBS, Verb
from cohorts.models import Enrolment, LearningEvent, RefusedEvent
from cohorts.services.progress import refresh_enrolment, refresh_lesson
from courses.grading import is_right, is_well_formed
from courses.models import LessonVersion

Outcome = Literal["ok", "duplicate", "conflict", "rejected", "retry"]


@dataclass(frozen=True)
class IncomingEvent:
    """An event as a device sent it. ``lesson_version`` is the uuid of the version that the learner had."""

    id: uuid.UUID
    verb: str
    object: uuid.UUID
    enrolment: uuid.UUID
    at: datetime
    lesson_version: uuid.UUID | None = None
    question: str = ""
    chosen: tuple[str, ...] = ()
    seq: int = 0
    device: str = ""

    def body_hash(self) -> str:
        """Return the SHA-256 by which the same event is known again, and another under the same id is found out."""
        body = {name: str(value) for name, value in asdict(self).items() if name not in ("seq", "device")}
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


LONGEST_ID = 36  # characters; a uuid has as many
MOST_OPTIONS = 20  # no question has more


def clean_id(value: object) -> str:
    """Return an id as every database takes it: PostgreSQL refuses NUL, and no encoding has half characters."""
    return str(value).encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST_ID]


@dataclass(frozen=True)
class EventResult:
    """What became of one event. ``why`` is a sentence for the learner when it was not taken."""

    id: uuid.UUID
    status: Outcome
    why: str = ""
    code: str = ""


class _Rejected(Exception):  # noqa: N818  (an answer, not a fault)
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reasons() -> dict[str, str]:
    """Return the sentence for each reason of rejection, in the active language."""
    return {
        "unknown_verb": _("This record is of a kind that Terrace does not know. It was kept, but not counted."),
        "not_enrolled": _("This record belongs to somebody else, or to a cohort you are not in. It was not counted."),
        "unknown_lesson": _("The lesson that this record names does not exist. It was kept, but not counted."),
        "unknown_question": _("The question that this record answers does not exist in that lesson. It was kept."),
        "bad_answer": _("The answer does not fit the question. It was kept, but not counted. Please answer again."),
        "other_body": _("Another record arrived with the same number. This one was kept aside on this device."),
    }


def record_events(
    *, user: Any, events: Iterable[IncomingEvent], sent_at: datetime, received_at: datetime
) -> list[EventResult]:
    """Take in a batch and return one result an event, in order. One bad event never refuses the others."""
    return [record_event(user=user, event=event, sent_at=sent_at, received_at=received_at) for event in events]


def record_event(*, user: Any, event: IncomingEvent, sent_at: datetime, received_at: datetime) -> EventResult:
    """Take in one event with all that follows from it, in one transaction."""
    try:
        with transaction.atomic():
            return _take(user, event, sent_at, received_at)
    except _Rejected as rejection:
        _keep_refused(user, event, rejection.code, received_at)
        return EventResult(event.id, "rejected", reasons()[rejection.code], rejection.code)
    except IntegrityError:
        return _known(event) or EventResult(event.id, "retry")


def _take(user: Any, event: IncomingEvent, sent_at: datetime, received_at: datetime) -> EventResult:
    if event.verb not in DEVICE_VERBS:
        raise _Rejected("unknown_verb")
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "cohort__requirements", "cohort__course")
        .filter(uuid=event.enrolment, user=user)
        .first()
    )
    if enrolment is None or not enrolment.is_learning:
        raise _Rejected("not_enrolled")
    if known := _known(event):
        return known
    version = _version(event)
    LearningEvent.objects.create(
        uuid=event.id,
        enrolment=enrolment,
        verb=event.verb,
        object_key=event.object,
        lesson_version=version,
        data={"chosen": list(event.chosen)} if event.chosen else {},
        body_hash=event.body_hash(),
        device=event.device[:36],
        seq=event.seq,
        at=event.at,
        sent_at=sent_at,
        received_at=received_at,
        corrected_at=corrected(event.at, sent_at, received_at, earliest=enrolment.enrolled_at),
        **_graded(event, version),
    )
    refresh_lesson(enrolment=enrolment, lesson_key=event.object)
    refresh_enrolment(enrolment=enrolment, at=received_at)
    return EventResult(event.id, "ok")


def corrected(at: datetime, sent_at: datetime, received_at: datetime, *, earliest: datetime) -> datetime:
    """Return ``at`` by our clock: moved by how far the device's clock was off, and kept within what is possible."""
    return min(max(at + (received_at - sent_at), earliest), received_at)


def _known(event: IncomingEvent) -> EventResult | None:
    """Return the answer to an event whose id we have: ``duplicate`` when it says the same, ``conflict`` when not."""
    body = LearningEvent.objects.filter(uuid=event.id).values_list("body_hash", flat=True).first()
    if body is None:
        return None
    if body == event.body_hash():
        return EventResult(event.id, "duplicate")
    return EventResult(event.id, "conflict", reasons()["other_body"], "other_body")


def _version(event: IncomingEvent) -> LessonVersion:
    found = LessonVersion.objects.filter(translation_key=event.object)
    version = found.filter(uuid=event.lesson_version).first() if event.lesson_version else None
    if version is None:
        raise _Rejected("unknown_lesson")
    return version


def _graded(event: IncomingEvent, version: LessonVersion) -> Mapping[str, Any]:
    if event.verb != Verb.ANSWERED:
        return {}
    question = version.question(event.question)
    if question is None:
        raise _Rejected("unknown_question")
    if not is_well_formed(question, event.chosen):
        raise _Rejected("bad_answer")
    return {"question_id": event.question, "is_right": is_right(question, event.chosen)}


def _keep_refused(user: Any, event: IncomingEvent, code: str, received_at: datetime) -> None:
    body = {name: str(value) for name, value in asdict(event).items()}
    RefusedEvent.objects.get_or_create(
        uuid=event.id, user=user, reason=code, defaults={"body": body, "received_at": received_at}
    )
