"""Reports from a phone: read as they stand, drafts in, handed in. Files go through ``cohorts.api.files``."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from ninja import Field, Schema
from ninja.security import django_auth

from cohorts.api.common import FAULTS, WRITINGS_A_MINUTE, FaultOut, Moment, ResultOut, Text, keep_within, router
from cohorts.models import Enrolment, Submission, SubmissionRecording
from cohorts.selectors import (
    assignment_to_report,
    current_photos,
    current_recordings,
    due_at,
    enrolment_for_course,
    open_copies,
)
from cohorts.services.clocks import Stamp
from cohorts.services.drafts import Saving, plain_answers, write_draft
from cohorts.services.events import clean_id
from cohorts.services.limits import MOST_ARRIVING
from cohorts.services.reasons import in_words, why
from cohorts.services.submissions import hand_in, work_from_device
from courses.selectors import course_of
from foundation.refusals import Refused


class PhotoOut(Schema):
    """A photo that belongs to the text being written."""

    id: uuid.UUID
    prompt: str
    url: str
    bytes: int


class RecordingOut(PhotoOut):
    """A voice note that belongs to the text being written."""

    seconds: int | None = Field(description="null until it is known")


class CopyOut(Schema):
    """Words that met newer ones. The person chooses by a PUT of the draft that names the copy in `settles`."""

    id: uuid.UUID
    answers: dict[str, str]
    device: str
    kept_at: datetime


class SubmissionOut(Schema):
    """One's own work on an assignment, as the server has it."""

    enrolment: uuid.UUID
    status: str = Field(description="draft | submitted | returned | accepted")
    revision: int = Field(description="what `base` of the next PUT names; 0 before the first word")
    answers: dict[str, str] = Field(description="prompt → words")
    photos: list[PhotoOut]
    recordings: list[RecordingOut]
    copies: list[CopyOut]
    attempt: int = Field(description="how often it was handed in")
    due: datetime | None = Field(description="later is told to be late")


class SentIn(Schema):
    """What everything that is sent says: its own number, whose it is, and the device's clock then and now."""

    id: uuid.UUID
    enrolment: uuid.UUID
    at: Moment = Field(description="when it was done, by the device's clock")
    sent_at: Moment = Field(description="the device's clock at the moment of sending")

    def stamp(self) -> Stamp:
        """Return when it was done, sent and received."""
        return Stamp(self.at, self.sent_at, timezone.now())


class DraftIn(SentIn):
    """Words as they stand on a device. Prompts that are not named keep what they have."""

    answers: dict[Text, Text]
    base: int | None = Field(None, ge=0, le=2**31 - 1, description="the revision that the device had read")
    device: Text = Field("", max_length=200, description="the device's own number; its own words never meet each other")
    settles: uuid.UUID | None = Field(None, description="the copy between which and the draft the person has chosen")


class DraftOut(ResultOut):
    """What became of it, and the draft as it stands now; of a `duplicate`, as it stood after that saving."""

    revision: int | None = None
    answers: dict[str, str] = {}


class HandInIn(SentIn):
    """A whole report: `id` becomes the number of the attempt."""

    answers: dict[Text, Text]
    files: list[uuid.UUID] = Field([], max_length=MOST_ARRIVING, description="all must have arrived, else `retry`")
    base: int | None = Field(None, ge=0, le=2**31 - 1, description="as in a draft: what was not read is kept aside")
    device: Text = Field("", max_length=200)


class HandInOut(ResultOut):
    """What became of it; `attempt` counts, `late` says whether the deadline had passed on the device."""

    attempt: int | None = None
    late: bool = False
    due: datetime | None = None


@router.get(
    "/submissions/{uuid:key}/",
    auth=django_auth,
    response={200: SubmissionOut, 304: None, 403: FaultOut, 404: FaultOut},
    summary="One's own work on an assignment",
)
def get_submission(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Answer with an `ETag`, and 304 to the same. 404: no such assignment; 403: not a learner of its course."""
    assignment = assignment_to_report(key, translation.get_language() or "")
    if assignment is None:
        raise Refused("unknown_assignment", why("unknown_assignment"), status=404)
    course = course_of(assignment)
    enrolment = enrolment_for_course(request.user, course.translation_key) if course else None
    if enrolment is None:
        raise Refused("not_enrolled", why("not_enrolled"), status=403)
    body = json.dumps(_standing(enrolment, key).model_dump(mode="json"), ensure_ascii=False).encode()
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-store"  # on a shared phone nothing of it stays
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _standing(enrolment: Enrolment, key: uuid.UUID) -> SubmissionOut:
    work = Submission.objects.filter(enrolment=enrolment, assignment_key=key).first()
    nothing = {"status": "draft", "revision": 0, "answers": {}, "photos": [], "recordings": [], "copies": []}
    return SubmissionOut(
        enrolment=enrolment.uuid,
        due=due_at(enrolment, key),
        attempt=work.attempt if work else 0,
        **(_written(work) if work else nothing),
    )


def _written(work: Submission) -> dict[str, Any]:
    return {
        "status": work.status,
        "revision": work.revision,
        "answers": work.answers,
        "photos": [
            PhotoOut(
                id=photo.uuid, prompt=photo.prompt_id, url=reverse("cohorts:photo", args=[photo.uuid]), bytes=photo.size
            )
            for photo in current_photos(work)
        ],
        "recordings": [_voice(voice) for voice in current_recordings(work)],
        "copies": [
            CopyOut(id=copy.uuid, answers=copy.answers, device=copy.device, kept_at=copy.kept_at)
            for copy in open_copies(work)
        ],
    }


def _voice(voice: SubmissionRecording) -> RecordingOut:
    smallest = voice.forms[0]
    return RecordingOut(
        id=voice.uuid,
        prompt=voice.prompt_id,
        url=reverse("cohorts:recording", args=[voice.uuid, smallest.name]),
        bytes=smallest.size,
        seconds=voice.seconds,
    )


@router.put(
    "/submissions/{uuid:key}/draft/",
    auth=django_auth,
    response={200: DraftOut, **FAULTS},
    summary="Save the words of a draft",
)
def put_draft(request: HttpRequest, key: uuid.UUID, draft: DraftIn) -> DraftOut:
    """Merge the words into the draft, once a number.

    `conflict` with code `both_changed`: somebody wrote in the same prompt elsewhere; the words that came are kept as a
    copy, and the draft comes back as it stands. `conflict` with code `other_body`: the number came before with other
    words. `rejected`: `closed`, `not_learning`, `not_enrolled`, `unknown_assignment`, `too_long`.
    """
    keep_within(request, "drafts", most=WRITINGS_A_MINUTE)
    stamp = draft.stamp()
    try:
        saving = Saving(draft.id, plain_answers(draft.answers), draft.base, clean_id(draft.device), draft.settles)
        work, _assignment = _addressed(request, draft, key, stamp)
    except Refused as refusal:
        return DraftOut(id=str(draft.id), status="rejected", code=refusal.code, why=in_words(refusal))
    done = write_draft(submission=work, saving=saving, stamp=stamp)
    return DraftOut(
        id=str(done.id),
        status=done.status,
        code=done.code,
        why=done.why,
        revision=done.revision,
        answers=dict(done.answers),
    )


@router.post(
    "/submissions/{uuid:key}/hand-in/",
    auth=django_auth,
    response={200: HandInOut, **FAULTS},
    summary="Hand in a report",
)
def post_hand_in(request: HttpRequest, key: uuid.UUID, report: HandInIn) -> HandInOut:
    """Hand in words and files together, once a number. The words are kept whatever the answer.

    `retry` with code `files_missing`: send the files first. `rejected`: `unanswered` (a required question),
    `file_refused`, `too_late`, and those of a draft. A report after the deadline is taken and told to be late, unless
    the course takes late ones for some days only.
    """
    keep_within(request, "hand-in", most=WRITINGS_A_MINUTE)
    stamp = report.stamp()
    try:
        saving = Saving(report.id, plain_answers(report.answers), report.base, clean_id(report.device))
        work, assignment = _addressed(request, report, key, stamp)
    except Refused as refusal:
        return HandInOut(id=str(report.id), status="rejected", code=refusal.code, why=in_words(refusal))
    done = hand_in(
        submission=work, assignment=assignment, saving=saving, files=report.files, actor=request.user, stamp=stamp
    )
    due = due_at(work.enrolment, work.assignment_key)
    return HandInOut(
        id=str(done.id),
        status=done.status,
        code=done.code,
        why=done.why,
        attempt=done.attempt.number if done.attempt else None,
        late=bool(done.attempt and due and done.attempt.written_at > due),
        due=due,
    )


def _addressed(request: HttpRequest, sent: SentIn, key: uuid.UUID, stamp: Stamp) -> tuple[Submission, Any]:
    return work_from_device(
        user=request.user,
        enrolment_uuid=sent.enrolment,
        key=key,
        language=translation.get_language() or "",
        at=stamp.received_at,
    )
