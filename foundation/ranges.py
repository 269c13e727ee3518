"""Answering with a part of a file: players ask for pieces, jump within a recording, and give up where they cannot."""

import re
from pathlib import PurePosixPath
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
"""No file has more bytes than 18 digits count, and Python refuses to read numbers of thousands of digits."""


class _Slice:
    """A file from where it stands on, and no more than ``length`` bytes of it."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file = file
        self.left = length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most ``size``."""
        block = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(block)
        return block

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that a ``Range`` header asks for, or ``None`` when it asks for the whole.

    Several parts at once, and what cannot be read, count as the whole (RFC 9110, section 14.2). A part that lies
    behind the end comes back with the first byte behind the last one.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size - 1 if int(last) else -1
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def send(request: HttpRequest, file: Any, *, size: int, content_type: str) -> HttpResponseBase:
    """Return ``file``, whole (200) or the part that was asked for (206); 416 when it has no such part.

    ``file`` is open and stands at 0; it is closed with the response.
    """
    part = asked_part(request.headers.get("Range", ""), size)
    if part is None:
        response: HttpResponseBase = FileResponse(_Slice(file, size), content_type=content_type)
        response["Content-Length"] = str(size)
    elif part[0] > part[1]:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        first, last = part
        file.seek(first)
        response = FileResponse(_Slice(file, last - first + 1), content_type=content_type, status=206)
        response["Content-Length"] = str(last - first + 1)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    return response


def attachment_name(title: str, stored: str) -> str:
    """Return the name to save a file under: its title, without what file systems refuse, and its true extension."""
    suffix = PurePosixPath(stored).suffix
    safe = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", title.removesuffix(suffix)).strip(" .")[:80]
    return f"{safe or 'file'}{suffix}"
