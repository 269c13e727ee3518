"""Words with a fixed set of values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkStatus(models.TextChoices):
    """The states of an outside effect that is recorded as a row before it happens."""

    PENDING = "pending", _("waiting")
    RUNNING = "running", _("in progress")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class RecordingStatus(models.TextChoices):
    """What became of a recording that an editor sent."""

    PENDING = "pending", _("waiting to be converted")
    RUNNING = "running", _("being converted")
    DONE = "done", _("ready in two sizes")
    KEPT = "kept", _("kept as it came")
    FAILED = "failed", _("could not be converted")


class SoundFault(models.TextChoices):
    """Why a recording could not be converted."""

    NO_CONVERTER = "no_converter", _("The program ffmpeg is not installed on this server.")
    NOT_SOUND = "not_sound", _("No sound was found in this file. Please choose another recording.")
    TOO_SHORT = "too_short", _("This recording is shorter than a second. Please choose another one.")
    TOO_SLOW = "too_slow", _("Converting took too long and was stopped. Please cut the recording into shorter parts.")
    GONE = "gone", _("The file is not in the storage any more. Please choose it again.")
    FAULT = "fault", _("Something went wrong on the server; its log says what. Please try again later.")
