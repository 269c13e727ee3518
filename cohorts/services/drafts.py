"""A draft that may be written on several devices: no words are lost, and the person chooses between two versions."""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cohorts.enums import WRITABLE_STATUSES
from cohorts.merging import merge_words
from cohorts.models import DraftCopy, DraftWrite, Enrolment, Submission
from cohorts.services.clocks import Stamp, note_clock
from cohorts.services.progress import refresh_steps
from cohorts.services.reasons import why
from foundation.refusals import Refused

LONGEST_ANSWER = 5000  # characters
MOST_PROMPTS = 60
"""No assignment asks as much; more keys than these were not written in a form of ours."""

MOST_COPIES = 20
"""Of one report, between which the person has not chosen; what comes then is added to the last."""

Outcome = Literal["ok", "duplicate", "conflict", "rejected", "retry"]


@dataclass(frozen=True)
class Saving:
    """Words as a device sent them, under the number that the device gave this saving.

    ``base`` is the revision that the device had read; ``None`` where it does not tell. ``settles`` names the copy
    between which and the draft the person has chosen.
    """

    id: uuid.UUID
    answers: Mapping[str, str]
    base: int | None = None
    device: str = ""
    settles: uuid.UUID | None = None

    def body_hash(self) -> str:
        """Return the SHA-256 by which the same saving is known again."""
        return hash_of((self.answers, self.settles))


@dataclass(frozen=True)
class DraftResult:
    """What became of a saving: the draft as it stands. ``why`` is a sentence when it could not simply be taken."""

    id: uuid.UUID
    status: Outcome
    revision: int
    answers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    why: str = ""


def hash_of(body: Any) -> str:
    """Return the SHA-256 of a body, in whichever order its keys came."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def locked(submission: Submission) -> Submission:
    """Lock the enrolment, then the submission, always in this order, and return the submission as it stands."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "cohort__requirements", "cohort__course")
        .get(pk=submission.enrolment_id)
    )
    row = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    row.enrolment = enrolment
    return row


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


def plain_words(typed: str) -> str:
    """Return what was typed as every database takes it: with plain line ends, without NUL and half characters."""
    return typed.replace("\r\n", "\n").replace("\0", "").encode("utf-8", "replace").decode()


def plain_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers from a device as they can be kept. Raises ``Refused`` (413) for what no form of ours lets in."""
    words = {plain_words(prompt)[:36]: plain_words(text) for prompt, text in answers.items()}
    if len(words) > MOST_PROMPTS or any(len(text) > LONGEST_ANSWER for text in words.values()):
        raise Refused("too_long", why("too_long"), status=413)
    return words


@transaction.atomic
def save_draft(
    *, submission: Submission, answers: Mapping[str, str], at: datetime, base: int | None = None
) -> Submission:
    """Keep what was typed in the form. Answers to prompts that are not named keep what they had.

    The form's fields take no more than ``LONGEST_ANSWER`` characters; what is beyond was not typed in them. With
    ``base``, the revision that the form showed, newer words from elsewhere are kept aside as a copy.
    """
    submission = locked(submission)
    require_writable(submission)
    words = {key: plain_words(text)[:LONGEST_ANSWER] for key, text in answers.items()}
    saving = Saving(uuid.uuid4(), words, base=submission.revision if base is None else base)
    put_words(submission=submission, saving=saving, written_at=at, received_at=at, wins=True)
    return submission


def write_draft(*, submission: Submission, saving: Saving, stamp: Stamp) -> DraftResult:
    """Take in what a device saved, once. Words that met newer ones are kept as a copy and answered with ``conflict``.

    An assignment that is closed, or a learner who has left, gets ``rejected``; the words are kept as a copy then too,
    as long as there is room for them. Where there is none, nothing is changed: the device keeps what it sent.
    """
    try:
        with transaction.atomic():
            return _write_draft(locked(submission), saving, stamp)
    except Refused as refusal:
        submission.refresh_from_db()
        return _result(submission, saving, "rejected", refusal.code)
    except IntegrityError:
        submission.refresh_from_db()
        return _known(submission, saving) or DraftResult(saving.id, "retry", submission.revision)


def _write_draft(submission: Submission, saving: Saving, stamp: Stamp) -> DraftResult:
    if known := _known(submission, saving):
        return known
    note_clock(enrolment=submission.enrolment, sent_at=stamp.sent_at, received_at=stamp.received_at)
    try:
        require_writable(submission)
    except Refused as refusal:
        keep_aside(submission=submission, saving=saving, at=stamp.received_at)
        return _result(submission, saving, "rejected", refusal.code)
    write = put_words(
        submission=submission,
        saving=saving,
        written_at=stamp.corrected(earliest=submission.enrolment.enrolled_at),
        received_at=stamp.received_at,
    )
    if write.is_conflict:
        return _result(submission, saving, "conflict", "both_changed")
    if saving.settles:
        submission.copies.filter(uuid=saving.settles, settled_at=None).update(settled_at=stamp.received_at)
    return _result(submission, saving, "ok")


def _result(submission: Submission, saving: Saving, status: Outcome, code: str = "") -> DraftResult:
    said = why(code) if code else ""
    return DraftResult(saving.id, status, submission.revision, submission.answers, code, said)


def _known(submission: Submission, saving: Saving) -> DraftResult | None:
    """Return the answer to a saving whose number we have, or ``None`` for a new one."""
    write = DraftWrite.objects.filter(uuid=saving.id).first()
    if write is None:
        return None
    if write.submission_id != submission.pk or write.body_hash != saving.body_hash():
        return _result(submission, saving, "conflict", "other_body")
    if write.is_conflict:
        return _result(submission, saving, "conflict", "both_changed")
    words = words_at(submission, write.revision)
    if words is None:
        return _result(submission, saving, "duplicate")
    return DraftResult(saving.id, "duplicate", write.revision, words)


def put_words(
    *,
    submission: Submission,
    saving: Saving,
    written_at: datetime,
    received_at: datetime,
    wins: bool = False,
) -> DraftWrite:
    """Merge words into the draft and write down that it was done; call it with the submission locked.

    Where both sides changed a prompt, what stood goes on standing; with ``wins`` the newcomer stands, because the
    person said so by handing in or by saving the form. The other side is kept as a copy. Raises ``Refused`` (413)
    when a draft or a copy would outgrow every form of ours.
    """
    before = submission.answers
    known = _known_words(submission, {*before, *saving.answers}, saving)
    if wins:
        merged = merge_words({**before, **saving.answers}, before, known)
        _keep_copy(submission, merged.meets, _last_device(submission), received_at, renew=False)
    else:
        merged = merge_words(before, saving.answers, known)
        _keep_copy(submission, merged.meets, saving.device, received_at)
    _require_room(before, merged.stands)
    replaced = {key: before.get(key, "") for key, text in merged.stands.items() if before.get(key, "") != text}
    if replaced:
        submission.answers = merged.stands
        submission.revision += 1
    submission.saved_at = received_at
    submission.save(update_fields=["answers", "revision", "saved_at"])
    if replaced and submission.revision == 1:  # begun
        refresh_steps(enrolment=submission.enrolment)
    made = {
        "submission": submission,
        "revision": submission.revision,
        "replaced": replaced,
        "body_hash": saving.body_hash(),
        "is_conflict": bool(merged.meets) and not wins,
        "device": saving.device,
        "written_at": written_at,
        "received_at": received_at,
    }
    return DraftWrite.objects.create(uuid=saving.id, **made)


def _require_room(before: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Raise ``Refused`` (413) for words in more prompts than any assignment asks; those there already may stay."""
    if len(words) > max(MOST_PROMPTS, len(before)) or any(len(text) > LONGEST_ANSWER for text in words.values()):
        raise Refused("too_long", why("too_long"), status=413)


def keep_aside(*, submission: Submission, saving: Saving, at: datetime) -> None:
    """Keep the words of a saving that cannot be taken now as a copy, unless they stand in the draft anyway."""
    other = {key: text for key, text in saving.answers.items() if text.strip() and submission.answers.get(key) != text}
    _keep_copy(submission, other, saving.device, at)


def _keep_copy(
    submission: Submission, words: Mapping[str, str], device: str, at: datetime, *, renew: bool = True
) -> None:
    """Keep words aside until the person has chosen. A device that goes on writing first renews its own copy."""
    if not words:
        return
    copies = list(submission.copies.filter(settled_at=None))
    own_copies = [copy for copy in copies if copy.device == device]
    if any(words.items() <= copy.answers.items() for copy in own_copies):
        return
    own = next((copy for copy in own_copies if renew and device), None)
    if own is None and len(copies) < MOST_COPIES:
        DraftCopy.objects.create(submission=submission, answers=words, device=device, kept_at=at)
        return
    copy = own or copies[-1]
    renewed = copy.answers | dict(words) if own else _both(copy.answers, words)
    _require_room(copy.answers, renewed)
    copy.answers, copy.kept_at = renewed, at
    copy.save(update_fields=["answers", "kept_at"])


def _both(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """Return the words of both, one below the other where both have some; words that are in it already come once."""
    added = {key: text for key, text in then.items() if text not in first.get(key, "")}
    return {**first, **{key: f"{first[key]}\n\n{text}" if first.get(key) else text for key, text in added.items()}}


def _last_device(submission: Submission) -> str:
    last = submission.writes.exclude(replaced={}).order_by("-revision", "-pk").first()
    return last.device if last else ""


def _writes_after(submission: Submission, revision: int) -> list[DraftWrite] | None:
    """Return the writes that changed something after ``revision``, the newest first; ``None`` where some are gone."""
    writes = submission.writes.filter(revision__gt=revision).order_by("-revision", "-pk")
    made = [write for write in writes if write.replaced]
    return made if len(made) == submission.revision - revision else None


def words_at(submission: Submission, revision: int) -> dict[str, str] | None:
    """Return the draft as it stood at a revision, or ``None`` where that is not known any more."""
    writes = _writes_after(submission, revision)
    if writes is None:
        return None
    words = dict(submission.answers)
    for write in writes:
        words.update(write.replaced)
    return {prompt: text for prompt, text in words.items() if text}


def _known_words(submission: Submission, prompts: Collection[str], saving: Saving) -> dict[str, str | None]:
    """Return what the device had read in each prompt: the words at its base, or those that it last wrote itself."""
    base = words_at(submission, saving.base) if saving.base is not None else None
    known: dict[str, str | None] = {prompt: None if base is None else base.get(prompt, "") for prompt in prompts}
    if saving.device:
        since = submission.writes.filter(revision__gt=0 if base is None else saving.base).order_by("-revision", "-pk")
        writers: dict[str, str] = {}
        for write in since:
            for prompt in write.replaced:
                writers.setdefault(prompt, write.device)
        own = {prompt for prompt, device in writers.items() if device == saving.device}
        known |= {prompt: submission.answers.get(prompt, "") for prompt in own & known.keys()}
    return known
