"""Work handed in: begun, submitted, returned, submitted again, accepted."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.services.messages import settle
from cohorts.enums import FileState, SubmissionStatus, Verb
from cohorts.models import Enrolment, IncomingFile, Submission, SubmissionAttempt
from cohorts.selectors import assignment_to_report, due_at
from cohorts.services.clocks import Stamp, note_clock
from cohorts.services.drafts import (
    LONGEST_ANSWER,
    Outcome,
    Saving,
    hash_of,
    keep_aside,
    locked,
    plain_words,
    put_words,
    require_writable,
)
from cohorts.services.progress import refresh_enrolment, server_event
from cohorts.services.reasons import why
from cohorts.services.rubrics import freeze_rubric
from courses.models import AssignmentPage
from courses.selectors import course_of
from foundation.refusals import Refused
from foundation.services.audit import record_audit


@dataclass(frozen=True)
class HandInResult:
    """What became of a report sent from a device; ``attempt`` is the one that it made, now or before."""

    id: uuid.UUID
    status: Outcome
    attempt: SubmissionAttempt | None = None
    code: str = ""
    why: str = ""


def submission_for(*, enrolment: Enrolment, assignment: AssignmentPage, at: datetime) -> Submission:
    """Return the learner's submission to an assignment, begun now when there is none."""
    submission, _created = Submission.objects.get_or_create(
        enrolment=enrolment,
        assignment_key=assignment.translation_key,
        defaults={"title": assignment.title, "saved_at": at},
    )
    return submission


def work_from_device(
    *, user: Any, enrolment_uuid: uuid.UUID, key: uuid.UUID, language: str, at: datetime
) -> tuple[Submission, AssignmentPage]:
    """Return what a device writes about: the person's own work on that assignment, begun now when there is none.

    Raises ``Refused``: 404 for an assignment that never was, 403 for somebody else's enrolment or another course.
    """
    assignment = assignment_to_report(key, language)
    if assignment is None:
        raise Refused("unknown_assignment", why("unknown_assignment"), status=404)
    course = course_of(assignment)
    enrolment = Enrolment.objects.of(user).select_related("cohort__course").filter(uuid=enrolment_uuid).first()
    if not (enrolment and course and enrolment.cohort.course.translation_key == course.translation_key):
        raise Refused("not_enrolled", why("not_enrolled"), status=403)
    return submission_for(enrolment=enrolment, assignment=assignment, at=at), assignment


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

    ``written_at`` is when it was handed in on the device, by our clock; a form is handed in ``at``. The same
    ``attempt_uuid`` again returns the same attempt. Raises ``Refused``: 409 when the assignment is closed for the
    learner, the uuid was used for other words, or the time for it is over, 422 when a required question has no answer.
    """
    submission = locked(submission)
    answers = _as_asked(submission, assignment)
    body_hash = hash_of(answers)
    if known := SubmissionAttempt.objects.filter(uuid=attempt_uuid).first():
        if known.submission_id == submission.pk and known.body_hash == body_hash:
            return known
        raise _form_is_stale(status=409)
    require_writable(submission)
    _require_in_time(submission, written_at or at)
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
    submission.decided_at = None
    submission.save(update_fields=["attempt", "status", "title", "submitted_at", "decided_at"])
    attempt = SubmissionAttempt.objects.create(
        uuid=attempt_uuid,
        submission=submission,
        number=submission.attempt,
        answers=answers,
        body_hash=body_hash,
        rubric=freeze_rubric(assignment=assignment, at=at),
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


def _require_in_time(submission: Submission, written_at: datetime) -> None:
    """Raise ``Refused`` (409) for a first attempt after the days for which the course still takes a late report.

    Judged by when it was handed in on the device. What came back was handed in once, and comes later by its nature.
    """
    requirements = submission.enrolment.cohort.requirements
    if submission.attempt or requirements.late_days is None:
        return
    until = requirements.taken_until(due_at(submission.enrolment, submission.assignment_key))
    if until is not None and written_at > until:
        raise Refused("too_late", why("too_late"), status=409)


def hand_in(
    *,
    submission: Submission,
    assignment: AssignmentPage,
    saving: Saving,
    files: Collection[uuid.UUID],
    actor: Any,
    stamp: Stamp,
) -> HandInResult:
    """Hand in what a device sent, words and files together, once. ``saving.id`` is the number of the attempt.

    The words are kept whatever the answer: in the draft, or as a copy where the report is closed; unless there is no
    room for them (``too_long``). ``retry`` asks the device to send its files first.
    """
    try:
        with transaction.atomic():
            return _hand_in(locked(submission), assignment, saving, files, actor, stamp)
    except Refused as refusal:  # no room for the words
        return _refused(saving, refusal.code)
    except IntegrityError:
        return HandInResult(saving.id, "conflict", code="other_body", why=why("other_body"))


def _hand_in(
    submission: Submission,
    assignment: AssignmentPage,
    saving: Saving,
    files: Collection[uuid.UUID],
    actor: Any,
    stamp: Stamp,
) -> HandInResult:
    number = _number_of_words(saving, files)
    if attempt := SubmissionAttempt.objects.filter(uuid=saving.id).first():
        return _known(submission, attempt, saving, files)
    note_clock(enrolment=submission.enrolment, sent_at=stamp.sent_at, received_at=stamp.received_at)
    try:
        require_writable(submission)
    except Refused as refusal:
        keep_aside(submission=submission, saving=saving, at=stamp.received_at)
        return _refused(saving, refusal.code)
    written_at = stamp.corrected(earliest=submission.enrolment.enrolled_at)
    came_before = submission.writes.filter(uuid=number).exists()  # and waited for its files, or lacked an answer
    words = replace(saving, id=uuid.uuid4() if came_before else number)
    put_words(submission=submission, saving=words, written_at=written_at, received_at=stamp.received_at, wins=True)
    if code := _missing(submission, files):
        return _refused(saving, code, "retry" if code == "files_missing" else "rejected")
    try:
        attempt = submit(
            submission=submission,
            assignment=assignment,
            attempt_uuid=saving.id,
            actor=actor,
            at=stamp.received_at,
            written_at=written_at,
        )
    except Refused as refusal:
        return HandInResult(saving.id, "rejected", code=refusal.code, why=str(refusal))
    return HandInResult(saving.id, "ok", attempt)


def _number_of_words(saving: Saving, files: Collection[uuid.UUID]) -> uuid.UUID:
    """Return the number under which the words of a report are saved: the same report again has the same."""
    return uuid.uuid5(saving.id, hash_of((saving.answers, sorted(map(str, files)))))


def _known(
    submission: Submission, attempt: SubmissionAttempt, saving: Saving, files: Collection[uuid.UUID]
) -> HandInResult:
    """Return the answer to a number that was handed in: the same report again, or another under its number.

    One that came by the form, or so long ago that its words are not kept, is known by what was handed in.
    """
    is_same = attempt.submission_id == submission.pk and (
        submission.writes.filter(uuid=_number_of_words(saving, files)).exists()
        or (
            is_handed_in(submission=submission, attempt_uuid=attempt.uuid, answers=saving.answers)
            and set(map(str, files)) <= attempt.attached
        )
    )
    return HandInResult(saving.id, "duplicate", attempt) if is_same else _refused(saving, "other_body", "conflict")


def _refused(saving: Saving, code: str, status: Outcome = "rejected") -> HandInResult:
    return HandInResult(saving.id, status, code=code, why=why(code))


def _missing(submission: Submission, files: Collection[uuid.UUID]) -> str:
    """Return why the report cannot go yet by its files: one was refused, or has not arrived; nothing when all have."""
    states = dict(IncomingFile.objects.filter(submission=submission, uuid__in=files).values_list("uuid", "state"))
    if FileState.REFUSED in states.values():
        return "file_refused"
    there = {*_attached(submission), *(number for number, state in states.items() if state == FileState.DONE)}
    return "" if set(files) <= there else "files_missing"


def _attached(submission: Submission) -> Iterable[uuid.UUID]:
    yield from submission.photos.values_list("uuid", flat=True)
    yield from submission.recordings.values_list("uuid", flat=True)


def is_handed_in(*, submission: Submission, attempt_uuid: uuid.UUID, answers: Mapping[str, str]) -> bool:
    """Tell whether the form with this number arrived before with the same words: a second tap, not a second try."""
    attempt = submission.attempts.filter(uuid=attempt_uuid).first()
    if attempt is None:
        return False
    handed_in = {answer["id"]: answer["text"] for answer in attempt.answers}
    return all(handed_in.get(key) == plain_words(text)[:LONGEST_ANSWER].strip() for key, text in answers.items())


def attempt_number(typed: str) -> uuid.UUID:
    """Return the number that a form carries; raise ``Refused`` (400) when it is none. What was typed is saved."""
    try:
        return uuid.UUID(typed)
    except ValueError as error:
        raise _form_is_stale(status=400) from error


def _form_is_stale(*, status: int) -> Refused:
    sentence = _("The form was not complete. What you wrote is saved; please hand it in once more.")
    return Refused("form", sentence, status=status)


def _as_asked(submission: Submission, assignment: AssignmentPage) -> list[dict[str, Any]]:
    """Return the questions with their answers. Answers without voice notes look as they did before there were any."""
    photos = list(submission.photos.filter(removed_at=None))
    voices = list(submission.recordings.filter(removed_at=None))
    asked = []
    for prompt in assignment.prompts:
        answer = {
            "id": prompt.id,
            "kind": prompt.block_type,
            "label": prompt.value["label"],
            "required": bool(prompt.value["required"]),
            "text": submission.answers.get(prompt.id, "").strip(),
            "photos": [str(photo.uuid) for photo in photos if photo.prompt_id == prompt.id],
        }
        if said := [str(voice.uuid) for voice in voices if voice.prompt_id == prompt.id]:
            answer["recordings"] = said
        asked.append(answer)
    return asked


def _is_answered(answer: Mapping[str, Any]) -> bool:
    return bool(answer["photos"] if answer["kind"] == "photos" else answer["text"] or answer.get("recordings"))
