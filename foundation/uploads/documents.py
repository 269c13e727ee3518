"""Documents, sound and film of editors: an allow-list of kinds, each recognised by its bytes and by its name.

Unlike pictures they are kept byte for byte: nobody can re-encode a colleague's spreadsheet and promise that nothing
was lost. So they keep their own metadata, and are served as attachments only (see ``docs/uploads.md``).
"""

import hashlib
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.uploads.archives import check_office_archive
from foundation.uploads.limits import MAX_DOCUMENT_BYTES, MAX_PDF_PAGES, MAX_TABLE_BYTES, MAX_WORD_BYTES
from foundation.uploads.magic import extension_by_magic
from foundation.uploads.refusals import RefusalCode, UploadRefused
from foundation.uploads.source import Upload, bounded_stream

_ACCEPTED: Final = _("PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), MP3, M4A, Opus, MP4, TXT or CSV")

#: PDFium has global state and must not be entered by two threads.
_pdfium_lock = threading.Lock()

#: Bytes below 0x20 that a text may hold: tab, line feed, form feed, carriage return.
_TEXT_CONTROLS: Final = {0x09, 0x0A, 0x0C, 0x0D}
_CONTROLS: Final = frozenset(chr(code) for code in (*range(0x20), 0x7F) if code not in _TEXT_CONTROLS)
#: Beginnings of files that are text to a machine and something else to a browser or an office program.
_NOT_PLAIN_TEXT: Final = ("<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "%pdf-", "%!ps", "{\\rtf")

#: The container of Word up to 2003, in which Office also wraps what it encrypts, and the name it has there.
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """A document that may be stored. ``content`` is what was sent; ``sha256`` is of it."""

    content: bytes
    extension: str
    mime: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """One allowed kind: the type it is served with and the test that its bytes must pass."""

    mime: str
    is_genuine: Callable[[bytes], bool]


def clean_document(file: Upload, *, name: str | None = None) -> CleanDocument:
    """Return ``file`` when it is one of the allowed kinds and is what its name says.

    ``name`` is needed where the file object carries none; only its extension is looked at. Raises ``UploadRefused``:
    TOO_LARGE over 10 MiB, WRONG_KIND by extension, NAME_MISMATCH when bytes and extension disagree, and DAMAGED,
    PROTECTED, TOO_MANY_PAGES or UNSAFE_ARCHIVE for a file of the right kind that must not be kept.
    """
    with bounded_stream(file, limit=MAX_DOCUMENT_BYTES) as stream:
        extension = _extension_of(name if name is not None else getattr(file, "name", None))
        kind = _KINDS.get(extension)
        if kind is None:
            raise UploadRefused(RefusalCode.WRONG_KIND, accepted=_ACCEPTED)
        content = stream.read()
    if not kind.is_genuine(content):
        raise UploadRefused(RefusalCode.NAME_MISMATCH, extension=extension)
    return CleanDocument(content, extension, kind.mime, hashlib.sha256(content).hexdigest())


def clean_word_document(file: Upload, *, name: str) -> CleanDocument:
    """Return a Word file that is to be read and not kept: larger than what is served, since its pictures are shrunk.

    Raises ``UploadRefused`` like :func:`clean_document`; PROTECTED also for a file that Word encrypted, which is no
    archive any more but looks like a file of the old kind.
    """
    with bounded_stream(file, limit=MAX_WORD_BYTES) as stream:
        if _extension_of(name) != "docx":
            raise UploadRefused(RefusalCode.WRONG_KIND, accepted=_("Word (.docx)"))
        content = stream.read()
    if content.startswith(_COMPOUND_FILE) and _ENCRYPTED_PACKAGE in content:
        raise UploadRefused(RefusalCode.PROTECTED)
    kind = _KINDS["docx"]
    if not kind.is_genuine(content):
        raise UploadRefused(RefusalCode.NAME_MISMATCH, extension="docx")
    return CleanDocument(content, "docx", kind.mime, hashlib.sha256(content).hexdigest())


def clean_table(file: Upload, *, name: str) -> CleanDocument:
    """Return a list that is to be read and not kept: an Excel file, or text with separators.

    Raises ``UploadRefused`` like :func:`clean_document`; PROTECTED also for a file that Excel encrypted.
    """
    with bounded_stream(file, limit=MAX_TABLE_BYTES) as stream:
        extension = _extension_of(name)
        if extension not in ("xlsx", "csv"):
            raise UploadRefused(RefusalCode.WRONG_KIND, accepted=_("Excel (.xlsx) or CSV"))
        content = stream.read()
    if content.startswith(_COMPOUND_FILE) and _ENCRYPTED_PACKAGE in content:
        raise UploadRefused(RefusalCode.PROTECTED)
    kind = _KINDS[extension]
    if not kind.is_genuine(content):
        raise UploadRefused(RefusalCode.NAME_MISMATCH, extension=extension)
    return CleanDocument(content, extension, kind.mime, hashlib.sha256(content).hexdigest())


def decoded_text(content: bytes) -> str | None:
    """Return a text in UTF-8, UTF-16 with its mark, or GB 18030 as Chinese Excel writes it; nothing for no text."""
    return _decoded(content)


def _extension_of(name: object) -> str:
    """Return the last extension in lower case, or nothing: some file objects have a number for a name."""
    if not isinstance(name, str) or "." not in name:
        return ""
    return name.rpartition(".")[2].strip().lower()


def _has_magic(content: bytes, *, kinds: frozenset[str]) -> bool:
    """Tell whether the magic bytes are those of one of ``kinds`` (extensions as ``filetype`` names them)."""
    return extension_by_magic(io.BytesIO(content)) in kinds


def _is_office(content: bytes, *, kind: str, folder: str) -> bool:
    """Tell whether this is an Office file of one kind. ``filetype`` says zip when the parts come in another order."""
    return _has_magic(content, kinds=frozenset({kind, "zip"})) and check_office_archive(content, folder=folder)


def _is_pdf(content: bytes) -> bool:
    """Tell whether this is a PDF, which must open without a password and have 1 to 500 pages."""
    if not _has_magic(content, kinds=frozenset({"pdf"})):
        return False
    pages = _pdf_pages(content)
    if pages > MAX_PDF_PAGES:
        raise UploadRefused(RefusalCode.TOO_MANY_PAGES, limit=MAX_PDF_PAGES)
    if pages < 1:
        raise UploadRefused(RefusalCode.DAMAGED)
    return True


def _pdf_pages(content: bytes) -> int:
    """Count pages without rendering any. Raises ``UploadRefused`` (PROTECTED, DAMAGED)."""
    # Imported here: a native library of several MB that most processes never need.
    import pypdfium2
    from pypdfium2 import raw

    with _pdfium_lock:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            is_locked = error.err_code == raw.FPDF_ERR_PASSWORD
            raise UploadRefused(RefusalCode.PROTECTED if is_locked else RefusalCode.DAMAGED) from error
        try:
            return len(document)
        finally:
            document.close()


def _is_opus(content: bytes) -> bool:
    """Tell whether this is Opus sound in an Ogg container, by the first packet (RFC 7845, section 5.1)."""
    return _has_magic(content, kinds=frozenset({"ogg"})) and b"OpusHead" in content[:64]


def _is_text(content: bytes) -> bool:
    """Tell whether this is readable text, in UTF-8, UTF-16 with its mark, or GB 18030 as Chinese Excel writes CSV."""
    text = _decoded(content)
    if text is None or not _CONTROLS.isdisjoint(text):
        return False
    return not text.lstrip().lower().startswith(_NOT_PLAIN_TEXT)


def _decoded(content: bytes) -> str | None:
    """Return the text, or nothing when no encoding fits."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"

_KINDS: Final[dict[str, _Kind]] = {
    "pdf": _Kind("application/pdf", _is_pdf),
    "docx": _Kind(f"{_OFFICE}.wordprocessingml.document", partial(_is_office, kind="docx", folder="word")),
    "xlsx": _Kind(f"{_OFFICE}.spreadsheetml.sheet", partial(_is_office, kind="xlsx", folder="xl")),
    "pptx": _Kind(f"{_OFFICE}.presentationml.presentation", partial(_is_office, kind="pptx", folder="ppt")),
    "mp3": _Kind("audio/mpeg", partial(_has_magic, kinds=frozenset({"mp3"}))),
    # Android's recorders write sound into a container that calls itself film.
    "m4a": _Kind("audio/mp4", partial(_has_magic, kinds=frozenset({"m4a", "mp4"}))),
    "opus": _Kind("audio/ogg", _is_opus),
    "mp4": _Kind("video/mp4", partial(_has_magic, kinds=frozenset({"mp4", "m4v"}))),
    "txt": _Kind("text/plain", _is_text),
    "csv": _Kind("text/csv", _is_text),
}
