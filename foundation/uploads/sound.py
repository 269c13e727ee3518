"""Recordings of editors: known by their bytes and their name, and whole. They are kept as sent; a worker converts them.

Only structure is looked at here, which costs nothing: a container that promises more bytes than came was cut off on the
way. Whether the sound can be played is for the converter to say.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.uploads.limits import MAX_RECORDING_BYTES
from foundation.uploads.magic import extension_by_magic
from foundation.uploads.refusals import RefusalCode, UploadRefused
from foundation.uploads.source import Upload, bounded_stream

_ACCEPTED: Final = _("a recording as MP3, M4A, Opus, OGG or WAV")

_BOX_HEADER: Final = 8
_OGG_HEADER: Final = 27
#: What may stand behind the last frame of an MP3 without belonging to it, and what encoders miscount by.
_MP3_SLACK: Final = 4096


@dataclass(frozen=True, slots=True)
class CleanRecording:
    """A recording that may be stored. ``content`` is what was sent; ``sha256`` is of it."""

    content: bytes
    extension: str
    mime: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """One allowed kind: its type, what its magic bytes may say, and the test that tells whether it is whole."""

    mime: str
    magic: frozenset[str]
    is_whole: Callable[[bytes], bool]


def clean_recording(file: Upload, *, name: str | None = None) -> CleanRecording:
    """Return ``file`` when it is sound of an allowed kind, is what its name says, and has its end.

    ``name`` is needed where the file object carries none; only its extension is looked at. Raises ``UploadRefused``:
    EMPTY, TOO_LARGE over 60 MiB, WRONG_KIND by extension, NAME_MISMATCH when the bytes are another kind, SOUND_CUT_OFF.
    """
    with bounded_stream(file, limit=MAX_RECORDING_BYTES) as stream:
        extension = _extension_of(name if name is not None else getattr(file, "name", None))
        kind = _KINDS.get(extension)
        if kind is None:
            raise UploadRefused(RefusalCode.WRONG_KIND, accepted=_ACCEPTED)
        if extension_by_magic(stream) not in kind.magic:
            raise UploadRefused(RefusalCode.NAME_MISMATCH, extension=extension)
        content = stream.read()
    if not kind.is_whole(content):
        raise UploadRefused(RefusalCode.SOUND_CUT_OFF)
    return CleanRecording(content, extension, kind.mime, hashlib.sha256(content).hexdigest())


def _extension_of(name: object) -> str:
    """Return the last extension in lower case, or nothing: some file objects have a number for a name."""
    return name.rpartition(".")[2].strip().lower() if isinstance(name, str) and "." in name else ""


def _boxes_are_whole(content: bytes) -> bool:
    """Tell whether every outer box of an MPEG-4 file ends within it, and the index (``moov``) is among them."""
    kinds, place = set(), 0
    while place + _BOX_HEADER <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        kinds.add(content[place + 4 : place + 8])
        if size == 1:  # the true size stands behind the name, in eight bytes
            size = int.from_bytes(content[place + 8 : place + 16], "big")
        elif size == 0:  # to the end of the file
            size = len(content) - place
        if size < _BOX_HEADER or place + size > len(content):
            return False
        place += size
    return b"moov" in kinds


def _pages_are_whole(content: bytes) -> bool:
    """Tell whether the last page of an Ogg file ends within it (RFC 3533, section 6)."""
    place = content.rfind(b"OggS")
    lengths = content[place + _OGG_HEADER : place + _OGG_HEADER + content[place + 26]] if place >= 0 else b""
    return bool(lengths) and place + _OGG_HEADER + len(lengths) + sum(lengths) <= len(content)


def _frames_are_whole(content: bytes) -> bool:
    """Tell whether an MP3 is as long as its first frame says. One that says nothing is believed."""
    for mark in (b"Xing", b"Info"):
        place = content.find(mark, 0, 256 * 1024)
        has_length = place >= 0 and content[place + 7 : place + 8] and content[place + 7] & 0b10
        if has_length:
            at = place + 8 + (4 if content[place + 7] & 0b01 else 0)
            return int.from_bytes(content[at : at + 4], "big") <= len(content) + _MP3_SLACK
    return True


def _chunk_is_whole(content: bytes) -> bool:
    """Tell whether a WAV file is as long as it says."""
    return int.from_bytes(content[4:8], "little") + 8 <= len(content) + 1


_KINDS: Final[dict[str, _Kind]] = {
    "mp3": _Kind("audio/mpeg", frozenset({"mp3"}), _frames_are_whole),
    # Android's recorders write sound into a container that calls itself film.
    "m4a": _Kind("audio/mp4", frozenset({"m4a", "mp4", "3gp"}), _boxes_are_whole),
    "opus": _Kind("audio/ogg", frozenset({"ogg", "opus"}), _pages_are_whole),
    "ogg": _Kind("audio/ogg", frozenset({"ogg", "opus"}), _pages_are_whole),
    "wav": _Kind("audio/wav", frozenset({"wav"}), _chunk_is_whole),
}

SOUND_TYPES: Final = {extension: kind.mime for extension, kind in _KINDS.items()}
"""The type that each allowed extension is served with."""
