"""Bounded reading: whatever is handed in becomes a seekable stream whose length is known and allowed."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeAlias, cast

from django.core.files.base import File

from foundation.uploads.limits import MIB
from foundation.uploads.refusals import RefusalCode, UploadRefused, lazy_size

#: What every function of the pipeline takes.
Upload: TypeAlias = "bytes | IO[bytes] | File[Any]"

_BLOCK: Final = 64 * 1024


@contextmanager
def bounded_stream(file: Upload, *, limit: int) -> Iterator[IO[bytes]]:
    """Yield ``file`` as a seekable stream at position 0, of 1 to ``limit`` bytes.

    The length is measured and never believed: a declared size comes from the sender. The caller's file is not closed
    and stands at 0 afterwards, so that a form can be read again.

    Raises ``UploadRefused`` (EMPTY, TOO_LARGE).
    """
    stream, is_ours = _as_stream(file, limit=limit)
    try:
        size = stream.seek(0, io.SEEK_END)
        # Django's file wrappers return nothing from seek.
        size = stream.tell() if size is None else size
        if size == 0:
            raise UploadRefused(RefusalCode.EMPTY)
        if size > limit:
            raise UploadRefused(RefusalCode.TOO_LARGE, limit=lazy_size(limit))
        stream.seek(0)
        yield stream
    finally:
        if is_ours:
            stream.close()
        else:
            stream.seek(0)


def _as_stream(file: Upload, *, limit: int) -> tuple[IO[bytes], bool]:
    """Return a seekable stream and whether we made it (and so close it)."""
    if isinstance(file, bytes):
        return io.BytesIO(file), True
    if file.seekable():
        return cast("IO[bytes]", file), False
    return _spooled(cast("IO[bytes]", file), limit=limit), True


def _spooled(file: IO[bytes], *, limit: int) -> IO[bytes]:
    """Copy a stream that cannot be rewound, and stop one byte after the limit."""
    copy = SpooledTemporaryFile(max_size=MIB)  # noqa: SIM115 - closed by bounded_stream, which yields it
    left = limit + 1
    while left > 0 and (block := file.read(min(_BLOCK, left))):
        copy.write(block)
        left -= len(block)
    return cast("IO[bytes]", copy)
