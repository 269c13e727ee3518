"""What a JPEG's header does not say: whether its end is there, and in how many passes it was written."""

import re
from dataclasses import dataclass
from typing import IO, Final

from foundation.uploads.limits import MIB

#: Inside coded data a 0xFF is followed by 0x00 or a restart number, so these two pairs are real markers.
_END_OR_SCAN: Final = re.compile(rb"\xff[\xd9\xda]")
_END: Final = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class JpegScans:
    """The passes found after the header."""

    count: int
    has_end: bool


def read_scans(stream: IO[bytes], *, most: int) -> JpegScans:
    """Count scans from the stream's position, which is just behind the first start-of-scan marker, to the end marker.

    Stops at the end marker, since phones append a second picture, a depth map or a film there, and as soon as there
    are more than ``most`` scans. Reads in blocks of 1 MiB: memory does not grow with the file.
    """
    count = 1
    carry = b""
    while block := stream.read(MIB):
        window = carry + block
        for found in _END_OR_SCAN.finditer(window):
            if found.group() == _END:
                return JpegScans(count=count, has_end=True)
            count += 1
            if count > most:
                return JpegScans(count=count, has_end=False)
        # A marker may lie across two blocks; a lone 0xFF is all that can be left of one.
        carry = b"\xff" if window.endswith(b"\xff") else b""
    return JpegScans(count=count, has_end=False)


#: No camera writes more segments before the picture; a file of other bytes is found out after a few.
_MOST_SEGMENTS: Final = 2000
_START_OF_SCAN: Final = 0xDA


def has_header(stream: IO[bytes]) -> bool:
    """Whether the segments from the start lead to a start-of-scan marker. Leaves the stream at 0.

    Pillow looks for the next marker byte by byte, so 30 MB of other bytes behind three right ones cost it seconds.
    """
    stream.seek(2)
    try:
        for _ in range(_MOST_SEGMENTS):
            head = stream.read(4)
            while head[:2] == b"\xff\xff":  # fill bytes are allowed before a marker
                head = head[1:] + stream.read(1)
            if len(head) < 4 or head[0] != 0xFF or head[1] < 0xC0:
                return False
            if head[1] == _START_OF_SCAN:
                return True
            stream.seek(int.from_bytes(head[2:], "big") - 2, 1)
        return False
    finally:
        stream.seek(0)
