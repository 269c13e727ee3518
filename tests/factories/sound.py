"""Recordings as phones make them, and as nobody should: WAV is made here, the other kinds by ffmpeg."""

import io
import math
import shutil
import struct
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

RATE = 8_000


@lru_cache(maxsize=8)
def a_wav(seconds: float = 3.0) -> bytes:
    """Return a quiet tone of that length."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        tone = (int(4_000 * math.sin(2 * math.pi * 330 * i / RATE)) for i in range(int(seconds * RATE)))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return target.getvalue()


@lru_cache(maxsize=8)
def a_recording(extension: str, seconds: float = 3.0) -> bytes:
    """Return the same tone as a phone sends it, in stereo and with the place in its metadata."""
    coding = ["-ac", "2", "-ar", "48000", "-metadata", "title=校长手机", "-metadata", "location=+28.1967+112.9388/"]
    return _by_ffmpeg(a_wav(seconds), "wav", extension, after=coding)


def a_long_voice_note(extension: str, seconds: int) -> bytes:
    """Return a thin recording of that many seconds: one of ten seconds over and over, which spares coding the rest."""
    coder = "aac" if extension == "m4a" else "libopus"
    thin = ["-ac", "1", "-ar", "48000", "-c:a", coder, "-b:a", "24k"]
    begun = _by_ffmpeg(a_wav(10.0), "wav", extension, after=thin)
    return _by_ffmpeg(
        begun, extension, extension, before=["-stream_loop", str(seconds // 10 - 1)], after=["-c", "copy"]
    )


def _by_ffmpeg(
    content: bytes, kind: str, extension: str, *, before: Sequence[str] = (), after: Sequence[str] = ()
) -> bytes:
    """Return what ffmpeg makes of a file of that kind, with words before and after its name on the command line."""
    program = shutil.which("ffmpeg")
    assert program, "the tests need ffmpeg; deploy/bin/common.sh installs it"
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / f"in.{kind}", Path(folder) / f"out.{extension}"
        source.write_bytes(content)
        command = [program, "-nostdin", "-v", "error", *before, "-i", str(source), *after, str(target)]
        subprocess.run(command, check=True)
        return target.read_bytes()
