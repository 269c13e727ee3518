"""Voice notes: made small in the background where ffmpeg is installed, heard as they came where it is not."""

import logging
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from cohorts.models import SubmissionRecording
from foundation.enums import RecordingStatus, SoundFault
from foundation.services.sound import NotConverted, convert, converter
from foundation.services.work import claim, enqueue, holds_lease, record_failure
from foundation.uploads import random_name

logger = logging.getLogger(__name__)

FOLDER = "voices"
"""The folder of voice notes in the private storage."""


def convert_voice(*, pk: int, now: datetime) -> bool:
    """Make the small forms of one voice note and return whether this call did it. Running twice changes nothing.

    What cannot be converted stays as it came: the person said something, and a reviewer's browser may still play it.
    """
    voice = claim(SubmissionRecording, pk, now=now)
    if voice is None:
        return False
    try:
        changes = _converted(voice) if converter() else {"status": RecordingStatus.KEPT}
    except NotConverted as fault:
        record_failure(voice, reason=str(fault), is_final=fault.is_final, now=now)
        logger.warning("voice note %s was not converted: %s", voice.uuid, fault)
        return False
    except FileNotFoundError:
        record_failure(voice, reason=SoundFault.GONE.value, is_final=True, now=now)
        logger.warning("the file of voice note %s is not in the storage", voice.uuid)
        return False
    held = SubmissionRecording.objects.filter(holds_lease(voice))
    return bool(held.update(lease_holder="", leased_until=None, reason="", **changes))


def _converted(voice: SubmissionRecording) -> dict[str, Any]:
    """Return what the row says once it is converted. Files stored by a claim that was lost are for the sweeper."""
    with voice.file.open("rb") as file:
        content: bytes = file.read()
    made = convert(content, extension=str(voice.file.name).rpartition(".")[2])
    changes: dict[str, Any] = {"status": RecordingStatus.DONE, "seconds": made.seconds}
    for form, sound in (("opus", made.opus), ("mp3", made.mp3)):
        changes[form] = storages["private"].save(f"{FOLDER}/{random_name(form)}", ContentFile(sound))
        changes[f"{form}_size"] = len(sound)
    return changes


def sweep_voices() -> int:
    """Queue what was kept as it came once ffmpeg is there. Returns how many."""
    if not converter():
        return 0
    return sum(_queue_again(pk, timezone.now()) for pk in _kept().values_list("pk", flat=True))


def _kept() -> Any:
    return SubmissionRecording.objects.filter(status=RecordingStatus.KEPT)


@transaction.atomic
def _queue_again(pk: int, now: datetime) -> bool:
    again = {"status": RecordingStatus.PENDING, "attempts": 0, "queued_at": now, "requeued_at": None}
    if not _kept().filter(pk=pk).update(**again):
        return False
    enqueue(SubmissionRecording.objects.get(pk=pk))
    return True
