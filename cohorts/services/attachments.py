"""Photos and voice notes that belong to a report: added, kept for what was handed in, removed."""

import uuid
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from cohorts.models import Submission, SubmissionPhoto, SubmissionRecording
from cohorts.services.drafts import locked, require_writable
from cohorts.services.limits import MOST_PHOTOS, MOST_RECORDINGS
from cohorts.services.progress import refresh_steps
from cohorts.services.reasons import why
from cohorts.services.voices import FOLDER
from foundation.refusals import Refused
from foundation.services.work import enqueue
from foundation.uploads import CleanImage, CleanVoice, Upload, clean_photo, random_name

Attached = TypeVar("Attached", SubmissionPhoto, SubmissionRecording)


def add_photo(*, submission: Submission, prompt_id: str, file: Upload, at: datetime) -> SubmissionPhoto:
    """Shrink a photo, strip what it tells about place and device, and keep it. The same photo twice is one photo.

    Raises ``UploadRefused`` when the file is no photo we can take, and ``Refused`` when there are enough already.
    """
    clean = clean_photo(file)
    with transaction.atomic():
        return store_photo(submission=locked(submission), prompt_id=prompt_id, clean=clean, at=at)


def store_photo(
    *, submission: Submission, prompt_id: str, clean: CleanImage, at: datetime, number: uuid.UUID | None = None
) -> SubmissionPhoto:
    """Keep a photo that went through the pipeline, under ``number``; call it with the submission locked.

    Raises ``Refused`` when the report is closed or has enough of them.
    """
    require_writable(submission)
    present = submission.photos.filter(removed_at=None, prompt_id=prompt_id)
    if known := _known(present, clean.sha256, most=MOST_PHOTOS, too_many="too_many_photos"):
        return known
    photo = SubmissionPhoto(
        uuid=number or uuid.uuid4(),
        submission=submission,
        prompt_id=prompt_id,
        sha256=clean.sha256,
        size=len(clean.content),
        width=clean.width,
        height=clean.height,
        added_at=at,
    )
    photo.file.save(f"photos/{random_name(clean.extension)}", ContentFile(clean.content), save=False)
    photo.save()
    _note_begun(submission)
    return photo


def store_voice(
    *, submission: Submission, prompt_id: str, clean: CleanVoice, at: datetime, number: uuid.UUID
) -> SubmissionRecording:
    """Keep a voice note and queue its conversion; call it with the submission locked. The same twice is one.

    Raises ``Refused`` when the report is closed or has enough of them.
    """
    require_writable(submission)
    present = submission.recordings.filter(removed_at=None, prompt_id=prompt_id)
    if known := _known(present, clean.sha256, most=MOST_RECORDINGS, too_many="too_many_recordings"):
        return known
    voice = SubmissionRecording(
        uuid=number,
        submission=submission,
        prompt_id=prompt_id,
        sha256=clean.sha256,
        size=len(clean.content),
        seconds=clean.seconds or None,
        added_at=at,
        queued_at=at,
    )
    voice.file.save(f"{FOLDER}/{random_name(clean.extension)}", ContentFile(clean.content), save=False)
    voice.save()
    enqueue(voice)
    _note_begun(submission)
    return voice


def _note_begun(submission: Submission) -> None:
    """Write that a report is begun, or is no more, where only what is attached to it says so."""
    if not submission.revision and not submission.attempt:
        refresh_steps(enrolment=submission.enrolment)


def _known(present: "QuerySet[Attached]", sha256: str, *, most: int, too_many: str) -> "Attached | None":
    """Return the same file if the question has it already; raise ``Refused`` when it has no room for another."""
    known = present.filter(sha256=sha256).first()
    if known is None and present.count() >= most:
        raise Refused(too_many, why(too_many))
    return known


@transaction.atomic
def remove_attachment(*, submission: Submission, number: uuid.UUID, at: datetime) -> None:
    """Take a photo or voice note off the text being written; what is not there is left so.

    Attempts handed in with it keep it; else it is deleted for good.
    """
    submission = locked(submission)
    require_writable(submission)
    found: SubmissionPhoto | SubmissionRecording | None = (
        submission.photos.filter(uuid=number, removed_at=None).first()
        or submission.recordings.filter(uuid=number, removed_at=None).first()
    )
    if found is None:
        return
    if _was_handed_in(submission, str(number)):
        found.removed_at = at
        found.save(update_fields=["removed_at"])
        return
    files = [file for name in ("file", "opus", "mp3") if (file := getattr(found, name, None))]
    found.delete()
    _note_begun(submission)
    for file in files:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


def _was_handed_in(submission: Submission, number: str) -> bool:
    return any(number in attempt.attached for attempt in submission.attempts.all())
