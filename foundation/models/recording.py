"""Recordings to listen to: what an editor sent, and the small forms of it that a phone loads."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.enums import RecordingStatus, SoundFault
from foundation.fields import public_uuid, sha256_field
from foundation.models.work import LeasedWork
from foundation.uploads import SOUND_TYPES

FOLDER = "recordings"
"""The folder of recordings in both storages: originals in the private one, what is heard in the public one."""


def private_storage() -> Storage:
    """Return the storage of originals. A phone writes into them where they were made; nobody is sent one."""
    return storages["private"]


@dataclass(frozen=True)
class Source:
    """One form of a recording, for the player."""

    url: str
    mime: str
    size: int


class Recording(LeasedWork):
    """Sound to listen to. A worker makes Opus and MP3 of it where ffmpeg is installed; else it is heard as it came."""

    TASK: ClassVar[str] = "foundation.tasks.convert_recording"
    DONE: ClassVar[str] = RecordingStatus.DONE

    uuid = public_uuid()
    title = models.CharField(_("title"), max_length=200)
    original = models.FileField(_("file"), upload_to=FOLDER, storage=private_storage)
    original_size = models.PositiveBigIntegerField(_("size as it came"), default=0, editable=False)
    sha256 = sha256_field(default="", blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=RecordingStatus.choices, default=RecordingStatus.PENDING, editable=False
    )
    seconds = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True, editable=False)
    opus = models.FileField(upload_to=FOLDER, blank=True, editable=False)
    opus_size = models.PositiveBigIntegerField(default=0, editable=False)
    mp3 = models.FileField(upload_to=FOLDER, blank=True, editable=False)
    mp3_size = models.PositiveBigIntegerField(default=0, editable=False)
    plain = models.FileField(upload_to=FOLDER, blank=True, editable=False)
    """The original once more where it can be heard, on a site that cannot convert."""

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=RecordingStatus.DONE)
                | (Q(seconds__gte=1, opus_size__gte=1, mp3_size__gte=1) & ~Q(opus="") & ~Q(mp3="")),
                name="recording_done_has_both_forms",
            ),
            models.CheckConstraint(
                condition=~Q(status=RecordingStatus.KEPT) | ~Q(plain=""), name="recording_kept_can_be_heard"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sources(self) -> list[Source]:
        """What a browser may choose from, the smallest first; empty while nothing can be heard yet."""
        if self.status == RecordingStatus.DONE:
            return [
                Source(self.opus.url, "audio/ogg; codecs=opus", self.opus_size),
                Source(self.mp3.url, "audio/mpeg", self.mp3_size),
            ]
        if self.plain:
            mime = SOUND_TYPES.get(str(self.plain.name).rpartition(".")[2], "application/octet-stream")
            return [Source(self.plain.url, mime, self.original_size)]
        return []

    @property
    def heaviest(self) -> int:
        """The bytes that a reader loads at most, whichever form the browser takes."""
        return max((source.size for source in self.sources), default=0)

    @property
    def length(self) -> str:
        """The length as a clock says it, ``4:05``; empty while it is not known."""
        if self.seconds is None:
            return ""
        minutes, seconds = divmod(self.seconds, 60)
        return f"{minutes}:{seconds:02}"

    @property
    def fault(self) -> str:
        """Why it could not be converted, in words for its editor; empty when nothing is wrong."""
        if not self.reason:
            return ""
        code = self.reason.partition(":")[0]
        return str(SoundFault(code).label if code in SoundFault.values else SoundFault.FAULT.label)
