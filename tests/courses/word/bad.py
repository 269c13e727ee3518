"""Files that must be refused, each with the sentence and the status that it gets."""

import io
import zipfile
from collections.abc import Callable
from functools import lru_cache

from foundation.uploads import RefusalCode
from tests.courses.word.reading import DOCUMENTS

WHOLE = (DOCUMENTS / "word-chinese-lesson.docx").read_bytes()


def renamed_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("letters/one.txt", "亲爱的")
    return target.getvalue()


def encrypted() -> bytes:
    """What Office writes when a password is set: a compound file around the encrypted package."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


def old_word() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(2000)


def truncated() -> bytes:
    return WHOLE[: len(WHOLE) // 2]


def with_part(name: str, content: bytes) -> bytes:
    """The whole file with one part replaced or added."""
    source, target = zipfile.ZipFile(io.BytesIO(WHOLE)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for old in source.namelist():
            if old != name:
                archive.writestr(old, source.read(old))
        archive.writestr(name, content)
    return target.getvalue()


@lru_cache
def unpacked_300_mb() -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(WHOLE)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name))
        with archive.open("word/media/image9.png", "w", force_zip64=True) as member:
            for _mebibyte in range(300):
                member.write(bytes(1024 * 1024))
    return target.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def deep(levels: int = 3000) -> bytes:
    inside = "<w:customXml>" * levels + "</w:customXml>" * levels
    body = f'<w:document xmlns:w="{W}"><w:body>{inside}</w:body></w:document>'
    return with_part("word/document.xml", body.encode())


def with_doctype() -> bytes:
    """The declaration stands behind a comment that is longer than what is looked at first."""
    entity = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = f"<w:document xmlns:w='{W}'><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
    body = f"<!--{'x' * 70_000}-->{entity}{body}"
    return with_part("word/document.xml", body.encode())


BAD: dict[str, tuple[Callable[[], bytes], str, RefusalCode, int]] = {
    "empty": (lambda: b"", "leer.docx", RefusalCode.EMPTY, 400),
    "renamed zip": (renamed_zip, "letters.docx", RefusalCode.NAME_MISMATCH, 415),
    "another kind": (lambda: b"%PDF-1.7", "plan.pdf", RefusalCode.WRONG_KIND, 415),
    "old Word": (old_word, "old.doc", RefusalCode.WRONG_KIND, 415),
    "old Word, renamed": (old_word, "old.docx", RefusalCode.NAME_MISMATCH, 415),
    "encrypted": (encrypted, "secret.docx", RefusalCode.PROTECTED, 422),
    "truncated": (truncated, "half.docx", RefusalCode.DAMAGED, 422),
    "300 MB unpacked": (unpacked_300_mb, "bomb.docx", RefusalCode.UNSAFE_ARCHIVE, 422),
    "macros": (lambda: with_part("word/vbaProject.bin", b"macro"), "macro.docx", RefusalCode.UNSAFE_ARCHIVE, 422),
    "no XML": (lambda: with_part("word/document.xml", b"<w:document"), "broken.docx", RefusalCode.DAMAGED, 422),
    "no body": (lambda: with_part("word/document.xml", b"<document/>"), "bodyless.docx", RefusalCode.DAMAGED, 422),
    "styles are no XML": (lambda: with_part("word/styles.xml", b"?"), "styles.docx", RefusalCode.DAMAGED, 422),
    "too deep": (deep, "deep.docx", RefusalCode.DAMAGED, 422),
    "a document type": (with_doctype, "entities.docx", RefusalCode.UNSAFE_ARCHIVE, 422),
}
