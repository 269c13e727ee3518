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
from cohorts.selectors import enrolment_for_lesson, is_lesson_for
from cohorts.services.clocks import corrected, note_clock
from cohorts.services.progress import refresh_enrolment, refresh_lesson
from cohorts.services.unjudged import LONGEST_REFLECTION, keep_reflection, refresh_vote
from courses.folding import LONGEST_TYPED
from courses.grading import MOST_CHOSEN, Answer, is_right, is_well_formed
from courses.models import LessonVersion

Outcome = Literal["ok", "duplicate", "conflict", "rejected", "retry"]


@dataclass(frozen=True)
class IncomingEvent:
    """An event as a device sent it. ``lesson_version`` is the uuid of the version that the learner had.

    ``enrolment`` is a uuid too, or the number of the person, from a phone that has not heard from the server yet.
    """

    id: uuid.UUID
    verb: str
    object: uuid.UUID
    enrolment: uuid.UUID
    at: datetime
    lesson_version: uuid.UUID | None = None
    question: str = ""
    chosen: tuple[str, ...] = ()
    text: str = ""
    seq: int = 0
    device: str = ""

    def body_hash(self) -> str:
        """Return the SHA-256 by which the same event is known again, and another under the same id is found out.

        Events without words have the hash that they had before there were words.
        """
        body = {name: str(value) for name, value in asdict(self).items() if name not in ("seq", "device")}
        if not self.text:
            del body["text"]
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

    @property
    def answer(self) -> Answer:
        """What was answered, in the form of the grading."""
        return Answer(self.chosen, self.text)


LONGEST_ID = 36  # characters; a uuid has as many
MOST_OPTIONS = MOST_CHOSEN
MOST_REFUSED = 500  # of one person; no phone of ours comes near
LARGEST_UNREADABLE = 4096  # characters; an answer with the longest words that count has fewer
WORDS_MAY_BE_KEPT = {verb.value for verb in DEVICE_VERBS} - {Verb.REFLECTED.value}
NAMES = ("id", "verb", "object", "enrolment", "at", "content_version", "seq", "device")


def clean_id(value: object) -> str:
    """Return an id as every database takes it: PostgreSQL refuses NUL, and no encoding has half characters."""
    return clean_text(value)[:LONGEST_ID]


def clean_text(value: object) -> str:
    """Return typed words as every database takes them, one character longer than any may be at most."""
    words = str(value)[: LONGEST_REFLECTION * 2].encode("utf-8", "replace").decode()
    return words.replace("\0", "").replace("\r\n", "\n")[: LONGEST_REFLECTION + 1]


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
        "too_long": _("These words are too long to be kept here. They are still on this device; please shorten them."),
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
        return _known(event) or EventResult(event.id, "retry")  # known since, or another's


def _take(user: Any, event: IncomingEvent, sent_at: datetime, received_at: datetime) -> EventResult:
    if event.verb not in DEVICE_VERBS:
        raise _Rejected("unknown_verb")
    if known := _known(event, enrolment__user=user):  # also when the answer was lost and the person has left since
        return known
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "cohort__requirements", "cohort__course")
        .filter(uuid=_enrolment_of(user, event), user=user)
        .first()
    )
    if enrolment is None or not enrolment.is_learning:
        raise _Rejected("not_enrolled")
    version = _version(event, enrolment)
    stored = LearningEvent.objects.create(
        uuid=event.id,
        enrolment=enrolment,
        verb=event.verb,
        object_key=event.object,
        lesson_version=version,
        body_hash=event.body_hash(),
        device=event.device[:36],
        seq=event.seq,
        at=event.at,
        sent_at=sent_at,
        received_at=received_at,
        corrected_at=corrected(event.at, sent_at, received_at, earliest=enrolment.enrolled_at),
        **_said(event, version),
    )
    _follow(stored, event)
    note_clock(enrolment=enrolment, sent_at=sent_at, received_at=received_at)
    refresh_enrolment(enrolment=enrolment, at=received_at)
    return EventResult(event.id, "ok")


def _enrolment_of(user: Any, event: IncomingEvent) -> uuid.UUID:
    """Return which enrolment an event belongs to: a phone that does not know it yet names its reader instead."""
    if event.enrolment.hex != user.username:
        return event.enrolment
    enrolment = enrolment_for_lesson(user, event.object)
    return enrolment.uuid if enrolment else event.enrolment


def _follow(stored: LearningEvent, event: IncomingEvent) -> None:
    """Write what follows from an event that was taken."""
    if stored.verb == Verb.REFLECTED:
        keep_reflection(event=stored, text=event.text)
    elif stored.verb == Verb.VOTED:
        refresh_vote(enrolment=stored.enrolment, lesson_key=stored.object_key, poll_id=stored.question_id)
    else:
        refresh_lesson(enrolment=stored.enrolment, lesson_key=stored.object_key)


def _known(event: IncomingEvent, **whose: Any) -> EventResult | None:
    """Return the answer to an event whose id we have: ``duplicate`` when it says the same, ``conflict`` when not."""
    body = LearningEvent.objects.filter(uuid=event.id, **whose).values_list("body_hash", flat=True).first()
    if body is None:
        return None
    if body == event.body_hash():
        return EventResult(event.id, "duplicate")
    return EventResult(event.id, "conflict", reasons()["other_body"], "other_body")


def _version(event: IncomingEvent, enrolment: Enrolment) -> LessonVersion:
    found = LessonVersion.objects.filter(translation_key=event.object)
    version = found.filter(uuid=event.lesson_version).first() if event.lesson_version else None
    if version is None:
        raise _Rejected("unknown_lesson")
    if not is_lesson_for(enrolment, event.object):
        raise _Rejected("not_enrolled")
    return version


def _said(event: IncomingEvent, version: LessonVersion) -> Mapping[str, Any]:
    """Return what the event says beyond its verb, as the row keeps it; what the lesson does not ask is rejected."""
    judge = {Verb.ANSWERED: _answered, Verb.REFLECTED: _reflected, Verb.VOTED: _voted}.get(Verb(event.verb))
    return judge(event, version) if judge else {}


def _answered(event: IncomingEvent, version: LessonVersion) -> Mapping[str, Any]:
    question = version.question(event.question)
    if question is None:
        raise _Rejected("unknown_question")
    if len(event.text) > LONGEST_TYPED:
        raise _Rejected("too_long")
    if not is_well_formed(question, event.answer):
        raise _Rejected("bad_answer")
    data: dict[str, Any] = {"chosen": list(event.chosen)} if event.chosen else {"text": event.text}
    return {"question_id": event.question, "is_right": is_right(question, event.answer), "data": data}


def _reflected(event: IncomingEvent, version: LessonVersion) -> Mapping[str, Any]:
    """The row of a reflection holds no words: they are the learner's alone, and the log is not."""
    if version.asks_unjudged("reflection", event.question) is None:
        raise _Rejected("unknown_question")
    if len(event.text) > LONGEST_REFLECTION:
        raise _Rejected("too_long")
    return {"question_id": event.question}


def _voted(event: IncomingEvent, version: LessonVersion) -> Mapping[str, Any]:
    poll = version.asks_unjudged("poll", event.question)
    if poll is None:
        raise _Rejected("unknown_question")
    if len(event.chosen) != 1 or event.chosen[0] not in {option["id"] for option in poll["options"]}:
        raise _Rejected("bad_answer")
    return {"question_id": event.question, "data": {"chosen": list(event.chosen)}}


def keep_unreadable(*, user: Any, raw: Mapping[str, Any], received_at: datetime) -> None:
    """Keep what came as an event and is none, as the text it came as; the same again makes no second row.

    It is kept under the number that its device gave it, or under one made of its words where that is no number.
    """
    body = raw if str(raw.get("verb")) in WORDS_MAY_BE_KEPT else _without_words(raw)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace").decode()
    try:
        number = uuid.UUID(str(raw.get("id")))
    except ValueError:
        number = uuid.uuid5(uuid.NAMESPACE_OID, text)
    _keep(user, number, "unreadable", {"raw": text[:LARGEST_UNREADABLE]}, received_at)


def _without_words(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what says which record it is: words that may be a reflection are for the learner's eyes only."""
    data = raw.get("data")
    said = {name: data[name] for name in ("question", "chosen") if name in data} if isinstance(data, dict) else {}
    return {name: raw[name] for name in NAMES if name in raw} | {"data": said}


def _keep_refused(user: Any, event: IncomingEvent, code: str, received_at: datetime) -> None:
    body = {name: str(value) for name, value in asdict(event).items()}
    if event.verb == Verb.REFLECTED:
        del body["text"]  # for the learner's eyes only, refused or not; the device keeps them
    _keep(user, event.id, code, body, received_at)


def _keep(user: Any, number: uuid.UUID, reason: str, body: Mapping[str, Any], received_at: datetime) -> None:
    """Keep what was refused, once; beyond ``MOST_REFUSED`` of one person the device alone keeps it."""
    if RefusedEvent.objects.filter(user=user).count() < MOST_REFUSED:
        RefusedEvent.objects.get_or_create(
            uuid=number, user=user, reason=reason, defaults={"body": body, "received_at": received_at}
        )
