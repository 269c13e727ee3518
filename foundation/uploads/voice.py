"""Voice notes as browsers record them: WebM (Chrome, Android), MPEG-4 (iPhone) or Ogg (Firefox), known by their bytes.

A browser writes its file while it records, so no container says beforehand how long it will be, and one whose last
moment is missing plays up to there. The length is read from the time stamps: it is never longer than the sound.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.uploads.limits import MAX_VOICE_BYTES, MAX_VOICE_SECONDS
from foundation.uploads.refusals import RefusalCode, UploadRefused
from foundation.uploads.source import Upload, bounded_stream

VOICE_TYPES: Final = {"webm": "audio/webm", "m4a": "audio/mp4", "ogg": "audio/ogg"}
"""The type that each kind of voice note is served with, by its extension."""

_ACCEPTED: Final = _("a voice note as the browser records it (WebM, MP4 or Ogg)")
_SLACK: Final = 5
"""Seconds by which a phone may overrun its own limit."""

_OPUS_RATE: Final = 48_000
_BOXES: Final = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
"""Boxes of MPEG-4 that hold other boxes on the way to a time stamp."""
_DEEPEST: Final = 4
"""How many boxes lie around a time stamp; a file that nests them deeper means to exhaust us."""


@dataclass(frozen=True, slots=True)
class CleanVoice:
    """A voice note that may be stored. ``content`` is what was sent; ``seconds`` is 0 where the bytes do not tell."""

    content: bytes
    extension: str
    mime: str
    sha256: str
    seconds: int


def clean_voice(file: Upload) -> CleanVoice:
    """Return ``file`` when it is a voice note. Its declared type counts for nothing.

    Raises ``UploadRefused``: EMPTY, TOO_LARGE over 3 MB, WRONG_KIND, SOUND_TOO_LONG over ten minutes.
    """
    with bounded_stream(file, limit=MAX_VOICE_BYTES) as stream:
        content = stream.read()
    extension = _kind_of(content)
    if not extension:
        raise UploadRefused(RefusalCode.WRONG_KIND, accepted=_ACCEPTED)
    seconds = int(_LENGTHS[extension](content))
    if seconds > MAX_VOICE_SECONDS + _SLACK:
        raise UploadRefused(RefusalCode.SOUND_TOO_LONG, limit=MAX_VOICE_SECONDS // 60)
    return CleanVoice(content, extension, VOICE_TYPES[extension], hashlib.sha256(content).hexdigest(), seconds)


def _kind_of(content: bytes) -> str:
    """Return the extension by the first bytes, or nothing."""
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return "webm"
    if content[4:8] == b"ftyp":
        return "m4a"
    return "ogg" if content.startswith(b"OggS") else ""


def _ogg_seconds(content: bytes) -> float:
    """Return the time stamp of the last page (RFC 7845: 48,000 a second)."""
    place = content.rfind(b"OggS")
    samples = int.from_bytes(content[place + 6 : place + 14], "little", signed=True)
    return max(samples, 0) / _OPUS_RATE


def _webm_seconds(content: bytes) -> float:
    """Return the time stamp of the last cluster, in seconds: browsers count milliseconds."""
    place = content.rfind(b"\x1f\x43\xb6\x75")
    if place < 0:
        return 0
    place += 4 + _vint_length(content[place + 4 : place + 5])
    length = content[place + 1 : place + 2]
    if content[place : place + 1] != b"\xe7" or not length:
        return 0
    digits = content[place + 2 : place + 2 + (length[0] & 0x7F)][:8]
    return int.from_bytes(digits, "big") / 1000


def _vint_length(first: bytes) -> int:
    """Return how many bytes a number of EBML takes, by its first byte (RFC 8794, section 4)."""
    return 9 - first[0].bit_length() if first and first[0] else 1


def _mp4_seconds(content: bytes) -> float:
    """Return the start of the last fragment, or the length that the track's header tells where there are none."""
    scale, told, last = 0, 0, 0
    for kind, body in _boxes(content):
        is_long = body[:1] == b"\x01"
        if kind == b"mdhd":
            at = 20 if is_long else 12
            scale = int.from_bytes(body[at : at + 4], "big")
            length = body[at + 4 : at + (12 if is_long else 8)]
            told = 0 if length.strip(b"\xff") == b"" else int.from_bytes(length, "big")  # all ones: not known
        elif kind == b"tfdt":
            last = max(last, int.from_bytes(body[4 : 12 if is_long else 8], "big"))
    return (last or told) / scale if scale else 0


def _boxes(content: bytes, depth: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes of an MPEG-4 file that may hold a time stamp, and go into those that hold others."""
    place = 0
    while place + 8 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        body = content[place + 8 : place + size] if size >= 8 else b""
        if kind in _BOXES and depth < _DEEPEST:
            yield from _boxes(body, depth + 1)
        elif kind in (b"mdhd", b"tfdt"):
            yield kind, body
        if size < 8:  # to the end of the file, or a length of eight bytes: sound, and no stamp behind it
            return
        place += size


_LENGTHS: Final[dict[str, Callable[[bytes], float]]] = {
    "ogg": _ogg_seconds,
    "webm": _webm_seconds,
    "m4a": _mp4_seconds,
}
