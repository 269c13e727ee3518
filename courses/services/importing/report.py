"""What became of everything in a document, by name: kept, changed, dropped, or still to do."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What became of a thing."""

    KEPT = "kept"
    CHANGED = "changed"
    DROPPED = "dropped"
    NEEDED = "needed"


@dataclass
class Entry:
    """Things of one kind that had one fate. Dropped words stand in ``texts`` whole, so that they can be copied back."""

    fate: Fate
    kind: str
    count: int = 0
    texts: list[str] = field(default_factory=list)


SNIPPET = 80
"""How many characters of something that is still in the draft are shown, so that it can be found."""

SNIPPETS = 5


@dataclass
class Report:
    """The entries, in the order in which things were met, and the words that the import itself put in or rewrote."""

    entries: dict[tuple[Fate, str], Entry] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def kept(self, kind: str, count: int = 1) -> None:
        """Count what is in the draft as it was in the document."""
        self._entry(Fate.KEPT, kind).count += count

    def changed(self, kind: str, text: str = "", count: int = 1) -> None:
        """Name what is in the draft in another form; a few snippets say where."""
        self._add(Fate.CHANGED, kind, _snippet(text), count)

    def needs(self, kind: str, text: str = "") -> None:
        """Name what the draft needs before it can be published."""
        self._add(Fate.NEEDED, kind, _snippet(text), 1)

    def dropped(self, kind: str, text: str) -> None:
        """Name words that are not in the draft; they are kept here whole."""
        self.left_out(kind, text)
        self.words.append(text)

    def left_out(self, kind: str, name: str = "") -> None:
        """Name a thing without words that is not in the draft, for example a picture that cannot be shown."""
        entry = self._entry(Fate.DROPPED, kind)
        entry.count += 1
        if name.strip():
            entry.texts.append(name.strip())

    def put_in(self, text: str) -> str:
        """Note words that the import adds, and return them."""
        self.added.append(text)
        return text

    def instead(self, old: str, new: str) -> str:
        """Note that words stand in the draft in other characters, and return those."""
        self.replaced.append(old)
        return self.put_in(new)

    def dropped_words(self) -> str:
        """Return all words that are in the report and not in the draft."""
        return "\n".join(self.words)

    def of(self, fate: Fate) -> list[Entry]:
        """Return the entries of one fate."""
        return [entry for entry in self.entries.values() if entry.fate == fate and entry.count]

    def has(self, kind: str) -> bool:
        """Whether anything of that kind was met."""
        return any(entry.kind == kind for entry in self.entries.values())

    def as_json(self) -> list[dict[str, Any]]:
        """Return the entries as the row keeps them."""
        return [
            {"fate": entry.fate.value, "kind": entry.kind, "count": entry.count, "texts": entry.texts}
            for fate in Fate
            for entry in self.of(fate)
        ]

    def _add(self, fate: Fate, kind: str, snippet: str, count: int) -> None:
        entry = self._entry(fate, kind)
        entry.count += count
        if snippet and len(entry.texts) < SNIPPETS and snippet not in entry.texts:
            entry.texts.append(snippet)

    def _entry(self, fate: Fate, kind: str) -> Entry:
        return self.entries.setdefault((fate, kind), Entry(fate, kind))


def _snippet(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SNIPPET else f"{plain[: SNIPPET - 1]}…"
