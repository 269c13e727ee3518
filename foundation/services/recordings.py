"""Taking a recording in, converting it in the background, and clearing up what no row names any more."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import transaction
from django.utils import timezone

from foundation.enums import RecordingStatus, SoundFault
from foundation.models import Recording
from foundation.models.recording import FOLDER
from foundation.services.audit import record_audit
from foundation.services.sound import Converted, NotConverted, convert, converter
from foundation.services.work import claim, enqueue, holds_lease, record_failure
from foundation.uploads import Upload, clean_recording, random_name

logger = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(days=1)
"""A file that no row names may be of a recording that is being finished this minute; after a day it is not."""

ORPHANS_EVERY = timedelta(hours=6)

Names = dict[str, str]
"""What was stored for one recording: field → name in the storage."""


@transaction.atomic
def add_recording(
    *, title: str, file: Upload, name: str | None = None, licence: str = "", at: datetime, actor: Any = None
) -> Recording:
    """Take a recording in and queue its conversion. Raises ``UploadRefused``; then nothing was kept."""
    recording = Recording(title=title, licence=licence, queued_at=at)
    return receive_file(recording=recording, file=file, name=name, at=at, actor=actor)


@transaction.atomic
def receive_file(
    *, recording: Recording, file: Upload, name: str | None = None, at: datetime, actor: Any = None
) -> Recording:
    """Store ``file`` as the recording's original, forget the forms made of an earlier one, and queue the conversion.

    Raises ``UploadRefused``; then nothing was kept.
    """
    clean = clean_recording(file, name=name)
    recording.original.save(random_name(clean.extension), ContentFile(clean.content), save=False)
    recording.original_size, recording.sha256 = len(clean.content), clean.sha256
    recording.seconds, recording.opus_size, recording.mp3_size = None, 0, 0
    recording.opus, recording.mp3, recording.plain = "", "", ""
    _queue(recording, at=at)
    record_audit(action="recording.received", subject=recording, actor=actor, at=at)
    return recording


@transaction.atomic
def retry_recording(*, recording: Recording, at: datetime, actor: Any = None) -> bool:
    """Queue a recording that failed, or that was kept as it came, once more. Returns ``False`` when it is neither."""
    again = Recording.objects.select_for_update().filter(
        pk=recording.pk, status__in=(RecordingStatus.FAILED, RecordingStatus.KEPT)
    )
    row = again.first()
    if row is None:
        return False
    _queue(row, at=at)
    record_audit(action="recording.retried", subject=row, actor=actor, at=at)
    return True


def _queue(recording: Recording, *, at: datetime) -> None:
    recording.status, recording.attempts, recording.reason = RecordingStatus.PENDING, 0, ""
    recording.lease_holder, recording.leased_until = "", None
    recording.queued_at, recording.requeued_at = at, None
    recording.save()
    enqueue(recording)


def convert_recording(*, pk: int, now: datetime) -> bool:
    """Convert one recording and return whether it can be heard by this call.

    A row that somebody else has claimed, or that is done, is left alone: tasks may run twice. Where ffmpeg is not
    installed the recording is kept as it came, and taken up again once it is.
    """
    recording = claim(Recording, pk, now=now)
    if recording is None:
        return False
    stored: Names = {}
    try:
        changes, stored = _kept(recording) if not converter() else _converted(recording)
        is_done = _finish(recording, changes, now)
    except NotConverted as fault:
        is_done = False
        record_failure(recording, reason=str(fault), is_final=fault.is_final, now=now)
        logger.warning("recording %s was not converted: %s", recording.uuid, fault)
    except FileNotFoundError:
        is_done = False
        record_failure(recording, reason=SoundFault.GONE.value, is_final=True, now=now)
        logger.warning("the original of recording %s is not in the storage", recording.uuid)
    except Exception as error:
        is_done = False
        record_failure(recording, reason=f"{SoundFault.FAULT.value}: {type(error).__name__}", now=now)
        logger.exception("recording %s: try %d failed", recording.uuid, recording.attempts)
    if not is_done:
        _discard_unnamed(set(stored.values()))
    return is_done


def _original(recording: Recording) -> bytes:
    with recording.original.open("rb") as file:
        content: bytes = file.read()
    return content


def _extension(recording: Recording) -> str:
    return str(recording.original.name).rpartition(".")[2]


def _converted(recording: Recording) -> tuple[dict[str, Any], Names]:
    """Return what the row says once it is converted, and the stored files."""
    made: Converted = convert(_original(recording), extension=_extension(recording))
    stored = _store({"opus": (made.opus, "opus"), "mp3": (made.mp3, "mp3")})
    changes = {
        "status": RecordingStatus.DONE,
        "reason": "",
        "seconds": made.seconds,
        "opus_size": len(made.opus),
        "mp3_size": len(made.mp3),
        "plain": "",
    }
    return changes | stored, stored


def _kept(recording: Recording) -> tuple[dict[str, Any], Names]:
    """Return what the row says when it is heard as it came, and the stored copy."""
    stored = _store({"plain": (_original(recording), _extension(recording))})
    return {"status": RecordingStatus.KEPT, "reason": SoundFault.NO_CONVERTER.value} | stored, stored


def _store(forms: dict[str, tuple[bytes, str]]) -> Names:
    """Write what can be heard to the public storage, under names never used before. All of it or nothing."""
    stored: Names = {}
    try:
        for field, (content, extension) in forms.items():
            stored[field] = default_storage.save(f"{FOLDER}/{random_name(extension)}", ContentFile(content))
    except BaseException:
        _discard_unnamed(set(stored.values()))
        raise
    return stored


@transaction.atomic
def _finish(recording: Recording, changes: dict[str, Any], now: datetime) -> bool:
    """Commit the files, the state and the audit line together; not if the claim was lost meanwhile."""
    done = Recording.objects.filter(holds_lease(recording)).update(lease_holder="", leased_until=None, **changes)
    if done:
        record_audit(action=f"recording.{changes['status']}", subject=recording, at=now)
    return bool(done)


# --- clearing up -----------------------------------------------------------------------------------------------------


def sweep_recordings() -> int:
    """Take up what was kept once ffmpeg is there, and clear away what no row names. Returns how many rows and files."""
    now = timezone.now()
    # Listing a folder is slow where it is remote, and orphans are kept for a day anyway.
    is_due = cache.add("recordings:orphans", now.isoformat(), timeout=int(ORPHANS_EVERY.total_seconds()))
    return take_up_kept(now=now) + (remove_orphans(now=now) if is_due else 0)


def take_up_kept(*, now: datetime) -> int:
    """Queue what was kept as it came, now that ffmpeg is installed. Returns how many."""
    if not converter():
        return 0
    kept = Recording.objects.filter(status=RecordingStatus.KEPT)
    return sum(retry_recording(recording=recording, at=now) for recording in kept)


def remove_orphans(*, now: datetime) -> int:
    """Delete files of recordings that are older than a day and that no row names. Returns how many.

    They are left by a worker killed before its commit, by a replaced file and by a deleted recording.
    """
    removed = 0
    for storage in (default_storage, storages["private"]):
        if not storage.exists(FOLDER):
            continue
        _folders, files = storage.listdir(FOLDER)
        names = {f"{FOLDER}/{file}" for file in files}
        old = {name for name in names if storage.get_modified_time(name) <= now - ORPHAN_AGE}
        for name in old - _named(old):
            storage.delete(name)
            removed += 1
    return removed


def _discard_unnamed(names: set[str]) -> None:
    for name in names - _named(names):
        default_storage.delete(name)


def _named(names: set[str]) -> set[str]:
    """Return those of ``names`` that a row names. There are few recordings: one query reads them all."""
    if not names:
        return set()
    known = Recording.objects.values_list("original", "opus", "mp3", "plain")
    return names & {name for row in known for name in row}
