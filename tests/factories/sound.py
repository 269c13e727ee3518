"""Recordings as phones make them, and as nobody should: WAV is made here, the other kinds by ffmpeg."""

import io
import math
import shutil
import struct
import subprocess
import tempfile
import wave
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
    program = shutil.which("ffmpeg")
    assert program, "the tests need ffmpeg; deploy/bin/common.sh installs it"
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.wav", Path(folder) / f"out.{extension}"
        source.write_bytes(a_wav(seconds))
        command = [program, "-nostdin", "-v", "error", "-i", str(source), "-ac", "2", "-ar", "48000"]
        command += ["-metadata", "title=校长手机", "-metadata", "location=+28.1967+112.9388/", str(target)]
        subprocess.run(command, check=True)
        return target.read_bytes()
