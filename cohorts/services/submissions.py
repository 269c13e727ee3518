"""Work handed in: written as a draft, submitted, returned, submitted again, accepted."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.services.messages import settle
from cohorts.enums import WRITABLE_STATUSES, SubmissionStatus, Verb
from cohorts.models import Enrolment, Submission, SubmissionAttempt, SubmissionPhoto
from cohorts.services.progress import refresh_enrolment, server_event
from courses.models import AssignmentPage
from foundation.refusals import Refused
from foundation.services.audit import record_audit
from foundation.uploads import Upload, clean_photo, random_name

MOST_PHOTOS = 6
LONGEST_ANSWER = 5000  # characters


def submission_for(*, enrolment: Enrolment, assignment: AssignmentPage, at: datetime) -> Submission:
    """Return the learner's submission to an assignment, begun now when there is none."""
    submission, _created = Submission.objects.get_or_create(
        enrolment=enrolment,
        assignment_key=assignment.translation_key,
        defaults={"title": assignment.title, "saved_at": at},
    )
    return submission


def require_writable(submission: Submission) -> None:
    """Raise ``Refused`` (409) when the learner may not write now: it waits for review, or was accepted."""
    if not submission.enrolment.is_learning:
        raise Refused("not_learning", _("You are no longer in this cohort. What you wrote is kept."), status=403)
    if submission.status not in WRITABLE_STATUSES:
        raise Refused(
            "closed",
            _("This assignment is closed: your report was handed in already. What you just wrote is shown below."),
            status=409,
        )


@transaction.atomic
def save_draft(*, submission: Submission, answers: Mapping[str, str], at: datetime) -> Submission:
    """Keep what was typed. Answers to prompts that are not named keep what they had.

    The form's fields take no more than ``LONGEST_ANSWER`` characters; what is beyond was not typed in them.
    """
    submission = _locked(submission)
    require_writable(submission)
    submission.answers = submission.answers | {key: _words(text) for key, text in answers.items()}
    submission.saved_at = at
    submission.save(update_fields=["answers", "saved_at"])
    return submission


def too_many_photos() -> Any:
    """Return the sentence for more photos than one question takes."""
    return _("Six photos are enough for one question. Remove one to add another.")


def add_photo(*, submission: Submission, prompt_id: str, file: Upload, at: datetime) -> SubmissionPhoto:
    """Shrink a photo, strip what it tells about place and device, and keep it. The same photo twice is one photo.

    Raises ``UploadRefused`` when the file is no photo we can take, and ``Refused`` when there are enough already.
    """
    clean = clean_photo(file)
    with transaction.atomic():
        submission = _locked(submission)
        require_writable(submission)
        present = submission.photos.filter(removed_at=None, prompt_id=prompt_id)
        if known := present.filter(sha256=clean.sha256).first():
            return known
        if present.count() >= MOST_PHOTOS:
            raise Refused("too_many_photos", too_many_photos())
        photo = SubmissionPhoto(
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
    return photo


@transaction.atomic
def remove_photo(*, submission: Submission, photo_uuid: uuid.UUID, at: datetime) -> None:
    """Take a photo off the text being written. Attempts handed in with it keep it; else it is deleted for good."""
    submission = _locked(submission)
    require_writable(submission)
    photo = submission.photos.filter(uuid=photo_uuid, removed_at=None).first()
    if photo is None:
        return
    if _was_handed_in(submission, str(photo_uuid)):
        photo.removed_at = at
        photo.save(update_fields=["removed_at"])
        return
    photo.delete()
    transaction.on_commit(partial(photo.file.storage.delete, str(photo.file.name)))


def _was_handed_in(submission: Submission, photo_uuid: str) -> bool:
    attempts = submission.attempts.values_list("answers", flat=True)
    return any(photo_uuid in answer["photos"] for answers in attempts for answer in answers)


@transaction.atomic
def submit(
    *,
    submission: Submission,
    assignment: AssignmentPage,
    attempt_uuid: uuid.UUID,
    actor: Any,
    at: datetime,
    written_at: datetime | None = None,
) -> SubmissionAttempt:
    """Hand in what the draft holds, as an attempt that never changes, and return it.

    The same ``attempt_uuid`` again returns the same attempt. Raises ``Refused``: 409 when the assignment is closed for
    the learner or the uuid was used for other words, 422 when a required question has no answer.
    """
    submission = _locked(submission)
    answers = _as_asked(submission, assignment)
    body_hash = hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()
    if known := SubmissionAttempt.objects.filter(uuid=attempt_uuid).first():
        if known.submission_id == submission.pk and known.body_hash == body_hash:
            return known
        raise _form_is_stale(status=409)
    require_writable(submission)
    if missing := [answer["label"] for answer in answers if answer["required"] and not _is_answered(answer)]:
        raise Refused(
            "unanswered",
            _("Please answer before you hand in: %(questions)s. Everything you wrote is saved.")
            % {"questions": " · ".join(missing)},
            status=422,
        )
    submission.attempt += 1
    submission.status = SubmissionStatus.SUBMITTED
    submission.title = assignment.title
    submission.submitted_at = at
    submission.save(update_fields=["attempt", "status", "title", "submitted_at"])
    attempt = SubmissionAttempt.objects.create(
        uuid=attempt_uuid,
        submission=submission,
        number=submission.attempt,
        answers=answers,
        body_hash=body_hash,
        submitted_at=at,
        written_at=written_at or at,
    )
    server_event(
        enrolment=submission.enrolment,
        verb=Verb.SUBMITTED,
        object_key=submission.assignment_key,
        cause=str(attempt.uuid),
        at=at,
        attempt=str(attempt.number),
    )
    refresh_enrolment(enrolment=submission.enrolment, at=at)
    settle(
        recipient=submission.enrolment.user,
        event=MessageEvent.RETURNED,
        link=f"cohorts:submission|{submission.assignment_key}",
        at=at,
    )
    record_audit(action="submission.submitted", subject=submission, actor=actor, at=at, attempt=attempt.number)
    return attempt


def is_handed_in(*, submission: Submission, attempt_uuid: uuid.UUID, answers: Mapping[str, str]) -> bool:
    """Tell whether the form with this number arrived before with the same words: a second tap, not a second try."""
    attempt = submission.attempts.filter(uuid=attempt_uuid).first()
    if attempt is None:
        return False
    handed_in = {answer["id"]: answer["text"] for answer in attempt.answers}
    return all(handed_in.get(key) == _words(text).strip() for key, text in answers.items())


def attempt_number(typed: str) -> uuid.UUID:
    """Return the number that a form carries; raise ``Refused`` (400) when it is none. What was typed is saved."""
    try:
        return uuid.UUID(typed)
    except ValueError as error:
        raise _form_is_stale(status=400) from error


def _form_is_stale(*, status: int) -> Refused:
    sentence = _("The form was not complete. What you wrote is saved; please hand it in once more.")
    return Refused("form", sentence, status=status)


def _words(typed: str) -> str:
    """Return what was typed as every database takes it: with plain line ends, and without NUL."""
    return typed.replace("\r\n", "\n").replace("\0", "")[:LONGEST_ANSWER]


def _as_asked(submission: Submission, assignment: AssignmentPage) -> list[dict[str, Any]]:
    photos = list(submission.photos.filter(removed_at=None))
    return [
        {
            "id": prompt.id,
            "kind": prompt.block_type,
            "label": prompt.value["label"],
            "required": bool(prompt.value["required"]),
            "text": submission.answers.get(prompt.id, "").strip(),
            "photos": [str(photo.uuid) for photo in photos if photo.prompt_id == prompt.id],
        }
        for prompt in assignment.prompts
    ]


def _is_answered(answer: Mapping[str, Any]) -> bool:
    return bool(answer["photos"] if answer["kind"] == "photos" else answer["text"])


def _locked(submission: Submission) -> Submission:
    """Lock the enrolment, then the submission, always in this order, and return the submission as it stands."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "cohort__requirements", "cohort__course")
        .get(pk=submission.enrolment_id)
    )
    locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    locked.enrolment = enrolment
    return locked
