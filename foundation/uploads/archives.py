"""Office files are zip archives: judged by their directory first, then unpacked once with a hand on the tap."""

import io
import re
import stat
import zipfile
from pathlib import PurePosixPath
from typing import Final

from foundation.uploads.limits import (
    MAX_ARCHIVE_MEMBERS,
    MAX_ARCHIVE_RATIO,
    MAX_ARCHIVE_UNPACKED_BYTES,
    RATIO_APPLIES_ABOVE_BYTES,
)
from foundation.uploads.refusals import RefusalCode, UploadRefused

#: The list of parts that every Office Open XML file carries at its root (ECMA-376, part 2).
CONTENT_TYPES: Final = "[Content_Types].xml"

_BLOCK: Final = 64 * 1024
_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED: Final = 0x1
_DRIVE: Final = re.compile(r"[A-Za-z]:")
#: A document type declaration is forbidden in Office Open XML, and is how an XML file grows without end when parsed.
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def check_office_archive(content: bytes, *, folder: str) -> bool:
    """Tell whether ``content`` is an Office Open XML file whose main part lies in ``folder`` (word, xl or ppt).

    Returns False when it is a sound archive of something else. Raises ``UploadRefused``: DAMAGED when it cannot be
    read to its end, PROTECTED when encrypted, UNSAFE_ARCHIVE when it holds what must not be unpacked or opened.
    """
    if content.count(_DIRECTORY_ENTRY) > 2 * MAX_ARCHIVE_MEMBERS:
        # Before the directory is parsed: an entry of 50 bytes becomes an object of 500.
        raise UploadRefused(RefusalCode.UNSAFE_ARCHIVE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_directory(members, packed_bytes=len(content))
            for member in members:
                _check_member(archive, member)
    except UploadRefused:
        raise
    except Exception as error:  # BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, …
        raise UploadRefused(RefusalCode.DAMAGED) from error
    names = {member.filename for member in members}
    return CONTENT_TYPES in names and any(name.startswith(f"{folder}/") for name in names)


def _check_directory(members: list[zipfile.ZipInfo], *, packed_bytes: int) -> None:
    """Refuse by what the archive says of itself: too many or too heavy, names that lead elsewhere, macros."""
    unpacked = sum(member.file_size for member in members)
    names = {member.filename.lower() for member in members}
    is_bomb = unpacked > MAX_ARCHIVE_UNPACKED_BYTES or (
        unpacked > RATIO_APPLIES_ABOVE_BYTES and unpacked > MAX_ARCHIVE_RATIO * packed_bytes
    )
    # Two members of one name: whoever checks may see the one, and whoever opens the other.
    has_twins = len(names) < len(members)
    if len(members) > MAX_ARCHIVE_MEMBERS or is_bomb or has_twins or any(_is_unsafe(member) for member in members):
        raise UploadRefused(RefusalCode.UNSAFE_ARCHIVE)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise UploadRefused(RefusalCode.PROTECTED)


def _is_unsafe(member: zipfile.ZipInfo) -> bool:
    """Tell whether a member leads out of its folder, is a link, is packed in an unusual way or holds macros."""
    path = PurePosixPath(member.orig_filename)
    leads_out = (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in member.orig_filename
        or _DRIVE.match(member.orig_filename) is not None
    )
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    has_macros = path.name.lower().startswith("vbaproject")
    has_nul = "\x00" in member.orig_filename
    return leads_out or is_link or has_macros or has_nul or member.compress_type not in _METHODS


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack one member to nowhere: length and checksum must be true, and XML must not declare a document type.

    Reading stops at the length that the directory gives, whose sum was checked: a lie there ends as a wrong checksum.
    """
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(member) as unpacked:
        head = unpacked.read(_BLOCK)
        if is_xml and any(doctype in head for doctype in _DOCTYPES):
            raise UploadRefused(RefusalCode.UNSAFE_ARCHIVE)
        if member.filename == CONTENT_TYPES and b"macroEnabled" in head:
            raise UploadRefused(RefusalCode.UNSAFE_ARCHIVE)
        while unpacked.read(_BLOCK):
            pass
