"""What a file is by its first bytes."""

from typing import IO, Final

import filetype

#: Enough for every kind that is allowed: the signatures of Office files and of HEIC reach furthest.
_HEAD_BYTES: Final = 8192


def extension_by_magic(stream: IO[bytes]) -> str:
    """Return the usual extension of what ``stream`` begins with, or nothing; leaves the stream at 0.

    ``filetype`` indexes into what may be three bytes long, so an exception of its matchers means "nothing known".
    """
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    try:
        guess = filetype.guess(head)
    except (IndexError, ValueError):
        return ""
    return guess.extension if guess else ""
