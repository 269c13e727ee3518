"""Translations as PO files: out for whoever translates offline, and back in, whole or not at all."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polib
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from courses.services.translating.words import Pair, is_sound, said
from foundation.refusals import Refused
from foundation.services.audit import record_audit

MOST_BYTES = 2_000_000
NAMES_THE_TRANSLATION = "X-WagtailLocalize-TranslationID"
CHARSET = re.compile(rb'"Content-Type:[^"\\]*charset=([\w-]+)', re.IGNORECASE)
LINE = re.compile(r'(#.*|(msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)?\s*"([^"\\]|\\.)*"|)\s*')
"""A line of a PO file: a comment, a keyword with a closed string, a closed string alone, or nothing."""
MOST_NAMED = 3


class FileRefused(Refused):
    """A PO file was not imported, none of it. The sentence says why and what to do."""


@dataclass(frozen=True)
class Imported:
    """What became of a file's entries."""

    taken: int
    same: int
    empty: int
    unsure: int
    """Marked as fuzzy: its translator was not sure."""
    newer: int
    """Translated again here since the file was written; what was said here stays."""
    unknown: int
    """The source no longer says that."""


def file_of(translation: Translation) -> str:
    """Return the translation as a PO file: each passage under its place, with what was said so far."""
    return str(translation.export_po())


@transaction.atomic
def import_file(*, translation: Translation, content: bytes, at: datetime, actor: Any) -> Imported:
    """Take the words of a PO file. Raises ``FileRefused`` when the file is broken, for another page, or when a
    passage could not stand on the page; then nothing of it was taken.

    A file that was written before somebody changed a passage here does not take that change back.
    """
    file = _read(content)
    if file.metadata.get(NAMES_THE_TRANSLATION) != str(translation.uuid):
        raise FileRefused("other_page", _("This file belongs to another page or language. Nothing was changed."))
    sorter = _Sorter(translation, _written_at(file))
    for entry in file:
        sorter.sort(entry)
    sorter.refuse_broken()
    for passage, words in sorter.taken.items():
        _say(translation, passage, words, actor)
    subject = f"{translation.source.object_id}/{translation.target_locale.language_code}"
    record_audit(action="translation.imported", subject=subject, at=at, actor=actor, count=len(sorter.taken))
    return Imported(len(sorter.taken), **sorter.counts)


class _Sorter:
    """Decides about each entry of a file, before anything is written."""

    def __init__(self, translation: Translation, written_at: datetime | None) -> None:
        segments = StringSegment.objects.filter(source=translation.source).select_related("context", "string")
        self.passages: dict[tuple[str, str], Pair] = {
            (row.context.path, row.string.data): (row.context_id, row.string_id) for row in segments
        }
        self.known = said(translation)
        self.written_at = written_at
        self.taken: dict[Pair, str] = {}
        self.broken: list[str] = []
        self.counts = dict.fromkeys(("same", "empty", "unsure", "newer", "unknown"), 0)

    def sort(self, entry: polib.POEntry) -> None:
        """Take the entry, or count why not."""
        passage = self.passages.get((entry.msgctxt or "", entry.msgid))
        if entry.obsolete or passage is None:
            self.counts["unknown"] += 1
        elif reason := self._reason(passage, entry):
            self.counts[reason] += 1
        elif not is_sound(entry.msgid, entry.msgstr):
            self.broken.append(entry.msgid)
        else:
            self.taken[passage] = entry.msgstr

    def _reason(self, passage: Pair, entry: polib.POEntry) -> str:
        known: StringTranslation | None = self.known.get(passage)
        if not entry.msgstr.strip():
            return "empty"
        if entry.fuzzy:
            return "unsure"
        if known is not None and known.data == entry.msgstr:
            return "same"
        if known is not None and (self.written_at is None or known.updated_at > self.written_at):
            return "newer"
        return ""

    def refuse_broken(self) -> None:
        """Raise when an entry could not stand on the page."""
        if self.broken:
            named = " · ".join(f"“{text[:40]}”" for text in self.broken[:MOST_NAMED])
            sentence = _(
                "Nothing was imported: the translation of %(passages)s has tags or links that the source does not have."
            )
            raise FileRefused("broken_words", sentence % {"passages": named})


def _say(translation: Translation, passage: Pair, words: str, actor: Any) -> None:
    context_id, string_id = passage
    StringTranslation.objects.update_or_create(
        translation_of_id=string_id,
        locale_id=translation.target_locale_id,
        context_id=context_id,
        defaults={
            "data": words,
            "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            "tool_name": "PO",
            "last_translated_by": actor,
            "has_error": False,
            "field_error": "",
        },
    )


def _read(content: bytes) -> polib.POFile:
    if len(content) > MOST_BYTES:
        raise FileRefused("too_large", _("A file of translations has at most 2 MB. Nothing was changed."))
    text = _decoded(content)
    if "msgid" not in text or "\n" not in text:
        raise FileRefused("no_po", _("This is not a PO file. Nothing was changed."))
    for number, line in enumerate(text.splitlines(), start=1):
        if not LINE.fullmatch(line):
            raise _broken(number)
    try:
        return polib.pofile(text, check_for_duplicates=True)
    except (OSError, ValueError) as error:
        said = re.search(r"line (\d+)", str(error))
        raise _broken(said[1] if said else "?") from error


def _broken(line: int | str) -> FileRefused:
    sentence = _("Nothing was imported: this PO file is broken in line %(line)s.")
    return FileRefused("broken_file", sentence % {"line": line})


def _decoded(content: bytes) -> str:
    """Return the file's text: in UTF-8, or in the encoding that its own head names."""
    declared = CHARSET.search(content[:4000])
    for encoding in ("utf-8-sig", declared[1].decode("ascii") if declared else "utf-8"):
        try:
            text = content.decode(encoding)
            text.encode()  # some charsets of Python give half characters, which no database keeps
        except (UnicodeError, LookupError):
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n")
    raise FileRefused(
        "encoding", _("This file cannot be read. Save it in UTF-8 and send it again. Nothing was changed.")
    )


def _written_at(file: polib.POFile) -> datetime | None:
    """Return when the file left this site; ``None`` when its head does not say."""
    try:
        written = datetime.fromisoformat(file.metadata.get("POT-Creation-Date", ""))
    except ValueError:
        return None
    return written if written.tzinfo else None
