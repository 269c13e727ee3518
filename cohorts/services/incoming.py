"""Files from a phone, in parts: begun, resumed where they stopped, checked when whole, and taken in once.

The parts are rows. So bytes and their count are one commit, a part that comes again after a lost answer changes
nothing, and any web server of the site may take the next one.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, Sum

from cohorts.enums import FileKind, FileState
from cohorts.models import IncomingFile, IncomingPart, Submission, SubmissionPhoto, SubmissionRecording
from cohorts.services.attachments import remove_attachment, store_photo, store_voice
from cohorts.services.drafts import Outcome, locked, require_writable
from cohorts.services.limits import LARGEST, MOST_ARRIVING, MOST_WAITING
from cohorts.services.reasons import why
from courses.models import AssignmentPage
from foundation.refusals import Refused
from foundation.uploads import CleanImage, CleanVoice, UploadRefused, clean_photo, clean_voice

ANSWERED_BY = {FileKind.PHOTO: "photos", FileKind.RECORDING: "text"}
"""The kind of question that each kind of file answers."""


@dataclass(frozen=True)
class Announced:
    """A file as the phone announces it before its first part."""

    id: uuid.UUID
    prompt_id: str
    kind: str
    size: int
    sha256: str
    declared_type: str = ""


@dataclass(frozen=True)
class FileResult:
    """What became of a file: how much of it is here, and why it goes no further."""

    id: uuid.UUID
    status: Outcome
    received: int
    state: str
    code: str = ""
    why: str = ""


def begin_file(*, submission: Submission, assignment: AssignmentPage, announced: Announced, at: datetime) -> FileResult:
    """Write down that a file will come, or tell how much of it is here already.

    Raises ``Refused`` for a file that cannot be taken whatever its bytes.
    """
    try:
        with transaction.atomic():
            submission = locked(submission)
            known = IncomingFile.objects.filter(uuid=announced.id).first()
            file = known or _begun(submission, assignment, announced, at)
    except IntegrityError:
        return _answer(IncomingFile(uuid=announced.id), "conflict", "other_body")
    if known is None:
        return _answer(file, "ok")
    said = (file.submission_id, file.prompt_id, file.kind, file.size, file.sha256)
    if said != (submission.pk, announced.prompt_id, announced.kind, announced.size, announced.sha256):
        return _answer(IncomingFile(uuid=announced.id), "conflict", "other_body")
    return _told(_completed(file, at), "duplicate")


def _begun(submission: Submission, assignment: AssignmentPage, announced: Announced, at: datetime) -> IncomingFile:
    _require_room(submission, assignment, announced)
    return IncomingFile.objects.create(
        uuid=announced.id,
        enrolment=submission.enrolment,
        submission=submission,
        prompt_id=announced.prompt_id,
        kind=announced.kind,
        declared_type=announced.declared_type,
        size=announced.size,
        sha256=announced.sha256,
        begun_at=at,
        touched_at=at,
    )


def _require_room(submission: Submission, assignment: AssignmentPage, announced: Announced) -> None:
    """Raise ``Refused`` where the file could not become part of the report even if all of it arrived."""
    asked = {prompt.id: prompt.block_type for prompt in assignment.prompts}
    if asked.get(announced.prompt_id) != ANSWERED_BY[FileKind(announced.kind)]:
        raise Refused("unknown_question", why("unknown_question"), status=422)
    if not 1 <= announced.size <= LARGEST[announced.kind]:
        code = "too_large" if announced.size > 0 else "empty"
        raise Refused(code, why(code), status=413)
    require_writable(submission)
    numbers = (model.objects.filter(uuid=announced.id) for model in (SubmissionPhoto, SubmissionRecording))
    if any(number.exists() for number in numbers):
        raise Refused("other_body", why("other_body"), status=409)
    waiting = submission.enrolment.incoming_files.filter(state=FileState.ARRIVING)
    there = waiting.aggregate(size=Sum("size", default=0), number=Count("pk"))
    if there["size"] + announced.size > MOST_WAITING or there["number"] >= MOST_ARRIVING:
        raise Refused("too_much_waiting", why("too_much_waiting"), status=429)


def take_part(*, user: Any, number: uuid.UUID, offset: int, content: bytes, at: datetime) -> FileResult:
    """Add a part at ``offset`` and tell how much is here; the last one completes the file.

    A part that is here already is ``duplicate``; one that does not follow is ``conflict`` with the true length.
    Raises ``Refused`` (404) for a file that is not this person's, and (400) for a part without bytes.
    """
    with transaction.atomic():
        files = IncomingFile.objects.select_for_update(of=("self",))
        file = _own(files.filter(uuid=number, enrolment__user=user).first())
        status, code = _append(file, offset, content, at)
    return _told(_completed(file, at), status, code)


def _append(file: IncomingFile, offset: int, content: bytes, at: datetime) -> tuple[Outcome, str]:
    if not content:
        raise Refused("empty", why("empty"))
    if file.state != FileState.ARRIVING:
        return "duplicate", ""
    if offset != file.received:
        part = file.parts.filter(start=offset).first()
        is_here = part is not None and bytes(part.content) == content
        return ("duplicate", "") if is_here else ("conflict", "wrong_place")
    if offset + len(content) > file.size:
        return "conflict", "wrong_place"
    IncomingPart.objects.create(file=file, start=offset, content=content)
    file.received += len(content)
    file.touched_at = at
    file.save(update_fields=["received", "touched_at"])
    return "ok", ""


def state_of_file(*, user: Any, number: uuid.UUID, at: datetime) -> FileResult:
    """Tell how much of a file is here and whether it was taken; complete it where a crash left it whole.

    Raises ``Refused`` (404) for a file that is not this person's.
    """
    file = _own(IncomingFile.objects.filter(uuid=number, enrolment__user=user).first())
    return _told(_completed(file, at), "ok")


def _completed(file: IncomingFile, at: datetime) -> IncomingFile:
    """Complete a file of which every part is here, also one that a crash left so; else leave it as it is."""
    is_whole = file.state == FileState.ARRIVING and file.received == file.size
    return finish_file(file=file, at=at) if is_whole else file


def finish_file(*, file: IncomingFile, at: datetime) -> IncomingFile:
    """Check a file that is whole and take it into the report, or refuse it for good; return it as it then stands.

    The heavy work is done outside the transaction. Two at once do it twice, and one of them writes.
    """
    content = b"".join(bytes(part.content) for part in file.parts.all())
    try:
        clean = _clean(file, content)
        with transaction.atomic():
            submission = locked(file.submission)
            row = IncomingFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
            if row.state == FileState.ARRIVING:
                _take_in(submission, row, clean, at)
    except (UploadRefused, Refused) as refusal:
        refuse_file(file=file, code=str(refusal.code))
    file.refresh_from_db()
    return file


def _clean(file: IncomingFile, content: bytes) -> CleanImage | CleanVoice:
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Refused("other_bytes", why("other_bytes"), status=422)
    return clean_photo(content) if file.kind == FileKind.PHOTO else clean_voice(content)


def _take_in(submission: Submission, file: IncomingFile, clean: CleanImage | CleanVoice, at: datetime) -> None:
    if isinstance(clean, CleanVoice):
        store_voice(submission=submission, prompt_id=file.prompt_id, clean=clean, at=at, number=file.uuid)
    else:
        store_photo(submission=submission, prompt_id=file.prompt_id, clean=clean, at=at, number=file.uuid)
    file.state = FileState.DONE
    file.save(update_fields=["state"])
    file.parts.all().delete()


def remove_file(*, user: Any, number: uuid.UUID, at: datetime) -> FileResult:
    """Take a file off the report being written, arrived or on its way. Twice changes nothing.

    Raises ``Refused``: 404 for what is not this person's, 409 when the report is closed.
    """
    file = IncomingFile.objects.filter(uuid=number, enrolment__user=user).first()
    attached = Q(photos__uuid=number) | Q(recordings__uuid=number)
    work = file.submission if file else Submission.objects.filter(attached, enrolment__user=user).first()
    if work is None:
        raise Refused("unknown_file", why("unknown_file"), status=404)
    remove_attachment(submission=work, number=number, at=at)
    if file is None:
        return FileResult(number, "ok", 0, FileState.DONE)
    refuse_file(file=file, code="removed")
    file.refresh_from_db()
    return _answer(file, "ok")


@transaction.atomic
def refuse_file(*, file: IncomingFile, code: str) -> None:
    """Give a file that is still on its way up for good, with the reason, and forget its bytes."""
    arriving = IncomingFile.objects.filter(pk=file.pk, state=FileState.ARRIVING)
    if arriving.update(state=FileState.REFUSED, code=code):
        IncomingPart.objects.filter(file=file.pk).delete()


def _own(file: IncomingFile | None) -> IncomingFile:
    if file is None:
        raise Refused("unknown_file", why("unknown_file"), status=404)
    return file


def _told(file: IncomingFile, status: Outcome, code: str = "") -> FileResult:
    """Return the answer by the file's state, which outweighs what happened to one part of it."""
    if file.state == FileState.REFUSED:
        return _answer(file, "rejected", file.code)
    return _answer(file, status, code)


def _answer(file: IncomingFile, status: Outcome, code: str = "") -> FileResult:
    return FileResult(file.uuid, status, file.received, file.state, code, why(code) if code else "")


def finish_whole_files(*, now: datetime, patience: timedelta) -> int:
    """Complete the files of which all parts came and nobody asked again. Returns how many."""
    whole = IncomingFile.objects.filter(state=FileState.ARRIVING, received=F("size"), touched_at__lte=now - patience)
    return sum(finish_file(file=file, at=now).state != FileState.ARRIVING for file in whole[:20])
