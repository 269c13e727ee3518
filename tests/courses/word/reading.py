"""Reading the Word files of this folder, and what must hold for each of them."""

import re
from collections import Counter
from html import unescape
from pathlib import Path
from zipfile import ZipFile

from courses.services.importing import Reading, read_word
from courses.services.importing.account import letters

DOCUMENTS = Path(__file__).parent / "documents"
NAMES = sorted(path.stem for path in DOCUMENTS.glob("*.docx"))
_TEXT = re.compile(r"<\w+:(?:t|delText)(?: [^>]*)?>([^<]*)</")
_FALLBACK = re.compile(r"<(\w+:Fallback)\b.*?</\1>", re.DOTALL)
_WORDS = ("document", "footnotes", "endnotes", "comments", "header", "footer")


def read(name: str, language: str = "zh-hans") -> Reading:
    """Read one of the folder's files."""
    return read_word((DOCUMENTS / f"{name}.docx").read_bytes(), name=f"{name}.docx", language=language)


def words_in_file(path: Path) -> Counter[str]:
    """Count the characters of a file, found in its source by their tags and not by the import's way through the tree.

    ``AlternateContent`` says one thing twice: the second time is left out.
    """
    found: list[str] = []
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml") and name.split("/")[-1].startswith(_WORDS):
                source = _FALLBACK.sub("", archive.read(name).decode())
                found += [unescape(words) for words in _TEXT.findall(source)]
    return letters("".join(found))


def words_accounted_for(reading: Reading) -> Counter[str]:
    """Count the characters of the draft and of what the report says was dropped, without what the import put in."""
    report = reading.report
    out = letters(reading.words) + letters("".join(report.replaced)) + letters(report.dropped_words())
    out.subtract(letters("".join(report.added)))
    return +out


def blocks(reading: Reading, kind: str) -> list:
    """Return the values of the blocks of one kind."""
    return [block["value"] for block in reading.content.body if block["type"] == kind]


def entry(reading: Reading, kind: str) -> tuple[str, int, list[str]]:
    """Return the fate, count and texts of what the report calls ``kind``."""
    found = next(e for e in reading.report.entries.values() if e.kind == kind)
    return found.fate.value, found.count, found.texts
