"""Converting sound with ffmpeg, where it is installed: a program of its own, with a time limit and no network."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from foundation.enums import SoundFault

SECONDS_AT_MOST: Final = 80
"""How long ffmpeg may take. Shorter than the queue's time-out (100 s), so that the row can still say why."""

_MICROSECONDS: Final = 1_000_000
#: Speech for phones: Opus at 24 kbit/s sounds better than MP3 at 32, which every browser can play. Both keep to their
#: rate whatever is heard, so that a minute weighs what a download says beforehand.
_FORMS: Final = {
    "opus": (
        *("-ar", "48000", "-c:a", "libopus", "-b:a", "24k", "-vbr", "constrained"),
        *("-application", "voip", "-f", "ogg"),
    ),
    "mp3": ("-ar", "24000", "-c:a", "libmp3lame", "-b:a", "32k", "-f", "mp3"),
}
#: One track, in mono, and nothing that the phone wrote beside it: no place, no name, no picture.
_EACH: Final = ("-map", "0:a:0", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-ac", "1")


class NotConverted(Exception):  # noqa: N818  (an answer, not a fault of ours)
    """The sound was not converted. ``is_final`` tells whether trying again would end the same way."""

    def __init__(self, fault: SoundFault, *, detail: str = "", is_final: bool = True) -> None:
        super().__init__(f"{fault.value}: {detail}".rstrip(": "))
        self.is_final = is_final


@dataclass(frozen=True)
class Converted:
    """The two forms of one recording, and how long it is."""

    opus: bytes
    mp3: bytes
    seconds: int


def converter() -> str:
    """Return where ffmpeg lies, or nothing where it is not installed."""
    return shutil.which(settings.FFMPEG) or ""


def convert(content: bytes, *, extension: str, seconds_at_most: float = SECONDS_AT_MOST) -> Converted:
    """Return ``content`` as Opus and as MP3, in mono and without metadata.

    Raises ``NotConverted`` (NO_CONVERTER, NOT_SOUND, TOO_SHORT, TOO_SLOW). No file of it stays behind.
    """
    program = converter()
    if not program:
        raise NotConverted(SoundFault.NO_CONVERTER)
    with tempfile.TemporaryDirectory(prefix="terrace-sound-") as folder:
        source = Path(folder) / f"in.{extension}"
        source.write_bytes(content)
        seconds = _run(program, source, seconds_at_most)
        if seconds < 1:
            raise NotConverted(SoundFault.TOO_SHORT)
        opus, mp3 = ((source.parent / f"out.{form}").read_bytes() for form in _FORMS)
    return Converted(opus=opus, mp3=mp3, seconds=round(seconds))


def _run(program: str, source: Path, seconds_at_most: float) -> float:
    """Let ffmpeg write both forms beside ``source`` and return the length in seconds that it reports."""
    # Only our own file is opened: a playlist inside it could otherwise name files of this server or of others.
    command = [program, "-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-xerror"]
    command += ["-protocol_whitelist", "file,pipe", "-i", str(source)]
    for form, options in _FORMS.items():
        command += [*_EACH, *options, str(source.parent / f"out.{form}")]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds_at_most, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise NotConverted(SoundFault.TOO_SLOW) from error
    except OSError as error:
        raise NotConverted(SoundFault.FAULT, detail=type(error).__name__, is_final=False) from error
    if done.returncode < 0:  # killed, for instance for want of memory
        raise NotConverted(SoundFault.FAULT, detail=f"signal {-done.returncode}", is_final=False)
    if done.returncode:
        raise NotConverted(SoundFault.NOT_SOUND)
    return _reported(done.stdout.decode("ascii", "replace"))


def _reported(progress: str) -> float:
    """Return the last length that ffmpeg told, in seconds; 0 when it told none."""
    told = [line.partition("=")[2] for line in progress.splitlines() if line.startswith("out_time_us=")]
    return int(told[-1]) / _MICROSECONDS if told and told[-1].isdigit() else 0.0
