"""What comes from a phone in its own time: savings of a draft, words that met newer ones, files in parts, voices."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import FileKind, FileState
from cohorts.models.enrolment import Enrolment
from cohorts.models.submission import Submission
from foundation.enums import RecordingStatus
from foundation.fields import private_storage, public_uuid, sha256_field
from foundation.models import LeasedWork
from foundation.uploads import VOICE_TYPES


class DraftWrite(models.Model):
    """One saving of words, with the number that the phone gave it: the same number again is the same saving.

    ``replaced`` holds what stood before in the prompts that it changed, so the words of every revision can be told.
    """

    uuid = public_uuid()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="writes")
    revision = models.PositiveIntegerField(_("revision that it made"))
    replaced = models.JSONField(_("words that stood before"), default=dict)
    body_hash = sha256_field()
    is_conflict = models.BooleanField(_("met newer words"), default=False)
    device = models.CharField(_("device"), max_length=36, blank=True)
    written_at = models.DateTimeField(_("written at, corrected"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("saving of a draft")
        verbose_name_plural = _("savings of drafts")
        ordering = ["id"]
        indexes = [models.Index(fields=["submission", "revision"], name="draft_write_by_revision")]

    def __str__(self) -> str:
        return f"{self.submission_id} r{self.revision}"


class DraftCopy(models.Model):
    """Words of a draft that met newer ones, kept until the learner has chosen: ``{prompt id: words}``."""

    uuid = public_uuid()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="copies")
    answers = models.JSONField(_("answers"), default=dict)
    device = models.CharField(_("device"), max_length=36, blank=True)
    kept_at = models.DateTimeField(_("kept at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("kept copy of a draft")
        verbose_name_plural = _("kept copies of drafts")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.uuid)


class IncomingFile(models.Model):
    """A photo or a recording on its way, in parts. Its ``uuid`` comes from the phone and becomes that of the result."""

    uuid = models.UUIDField(unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="incoming_files")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="incoming_files")
    prompt_id = models.CharField(_("question"), max_length=36)
    kind = models.CharField(_("kind"), max_length=10, choices=FileKind.choices)
    declared_type = models.CharField(_("type, as the phone says"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = sha256_field()
    received = models.PositiveIntegerField(_("bytes received"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=FileState.choices, default=FileState.ARRIVING)
    code = models.CharField(_("why it was refused"), max_length=40, blank=True)
    begun_at = models.DateTimeField(_("begun at"))
    touched_at = models.DateTimeField(_("last part at"))

    class Meta:
        verbose_name = _("file on its way")
        verbose_name_plural = _("files on their way")
        indexes = [models.Index(fields=["state", "touched_at"], name="incoming_by_age")]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="incoming_is_not_empty"),
            models.CheckConstraint(condition=Q(received__lte=F("size")), name="incoming_within_its_size"),
            models.CheckConstraint(
                condition=~Q(state=FileState.REFUSED) | ~Q(code=""), name="incoming_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.received}/{self.size}"


class IncomingPart(models.Model):
    """Some bytes of a file on its way. Rows, so that they and the count of them are one commit on every server."""

    file = models.ForeignKey(IncomingFile, on_delete=models.CASCADE, related_name="parts")
    start = models.PositiveIntegerField(_("first byte"))
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of a file")
        verbose_name_plural = _("parts of files")
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["file", "start"], name="part_once_per_place")]

    def __str__(self) -> str:
        return f"{self.file_id} +{self.start}"


@dataclass(frozen=True)
class VoiceForm:
    """One form of a voice note: its name in the address, its type and its weight in bytes."""

    name: str
    mime: str
    size: int


class SubmissionRecording(LeasedWork):
    """A voice note that answers a question beside words, or instead of them. Removing one keeps it for old attempts.

    A worker makes Opus and MP3 of it where ffmpeg is installed; until then, and elsewhere, it is heard as it came.
    """

    TASK: ClassVar[str] = "cohorts.tasks.convert_voice"

    uuid = public_uuid()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="recordings")
    prompt_id = models.CharField(_("question"), max_length=36)
    file = models.FileField(storage=private_storage, max_length=200)
    sha256 = sha256_field()
    size = models.PositiveIntegerField(_("size in bytes"))
    status = models.CharField(
        _("state"), max_length=10, choices=RecordingStatus.choices, default=RecordingStatus.PENDING
    )
    seconds = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True)
    opus = models.FileField(storage=private_storage, max_length=200, blank=True)
    opus_size = models.PositiveIntegerField(default=0)
    mp3 = models.FileField(storage=private_storage, max_length=200, blank=True)
    mp3_size = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("voice note")
        verbose_name_plural = _("voice notes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "prompt_id", "sha256"],
                condition=Q(removed_at=None),
                name="voice_once_per_question",
            ),
            models.CheckConstraint(
                condition=~Q(status=RecordingStatus.DONE) | (~Q(opus="") & ~Q(mp3="")),
                name="voice_done_has_both_forms",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def forms(self) -> list[VoiceForm]:
        """What a browser may choose from, the smallest first."""
        if self.status == RecordingStatus.DONE:
            return [
                VoiceForm("opus", "audio/ogg; codecs=opus", self.opus_size),
                VoiceForm("mp3", "audio/mpeg", self.mp3_size),
            ]
        extension = str(self.file.name).rpartition(".")[2]
        return [VoiceForm("plain", VOICE_TYPES.get(extension, "application/octet-stream"), self.size)]

    @property
    def heaviest(self) -> int:
        """The bytes that a listener loads at most, whichever form the browser takes."""
        return max(form.size for form in self.forms)

    @property
    def length(self) -> str:
        """The length as a clock says it, ``0:45``; empty while it is not known."""
        return "" if self.seconds is None else f"{self.seconds // 60}:{self.seconds % 60:02}"
