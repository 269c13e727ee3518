"""The kinds of values in a course folder: each reads what is written for one language, and writes what all hold.

Reading happens a language at a time, at a ``Place`` that knows file, line, language, the keys above and the shelf of
pictures, files, practices and banks. Writing gets one raw value a language and makes one value of them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from courses.blocks.identity import stable_id
from courses.services.course_files.marked import LoadError, Marked
from courses.services.course_files.richtext import markdown_of, rich_text
from courses.services.course_files.source import Entry
from foundation.languages import LANGUAGES

Raw = Any
"""A value as a StreamField or a model keeps it."""

ByLanguage = Mapping[str, Raw]


class Shelf(Protocol):
    """Where things named in a folder lie. Each lookup raises ``LookupError`` when there is none of that name."""

    def picture(self, name: str) -> int:
        """Return the primary key of the picture of that file name."""

    def handout(self, name: str) -> int:
        """Return the primary key of the handout of that file name."""

    def recording(self, name: str) -> int:
        """Return the primary key of the recording of that file name."""

    def practice(self, key: str) -> int:
        """Return the primary key of the practice of that key, in the language that is being loaded."""

    def bank(self, key: str) -> int:
        """Return the primary key of the question bank of that key, in the language that is being loaded."""


class Labels(Protocol):
    """The other way: how things are named in the folder that is being written."""

    languages: tuple[str, ...]
    """The languages of the page that is being written."""

    def picture(self, pk: int) -> str:
        """Write the picture into the folder and return its file name."""

    def handout(self, pk: int) -> str:
        """Write the handout into the folder and return its file name."""

    def recording(self, pk: int) -> str:
        """Write the recording into the folder and return its file name."""

    def practice(self, pk: int) -> str:
        """Return the key of the practice."""

    def bank(self, pk: int) -> str:
        """Return the key of the question bank."""

    def key_of(self, identity: str, otherwise: str) -> str:
        """Return the key under which something was loaded, else ``otherwise``."""


@dataclass(frozen=True)
class Place:
    """Where a value stands that is being read."""

    entry: Entry
    language: str
    shelf: Shelf
    keys: tuple[str, ...]
    line: int
    name: str
    remember: Callable[[str, str], None] = lambda identity, key: None
    """Told the identity and the key of each thing that has both, so that an export can give the key back."""

    def fault(self, sentence: str) -> LoadError:
        """Return the error that says ``sentence`` of this place."""
        return LoadError(f"{self.entry.file}:{self.line}: {self.name}: {sentence}")

    def inside(self, data: Marked, name: str) -> "Place":
        """Return the place of the value ``name`` of ``data``, which stands here."""
        return replace(self, line=data.line_of(name), name=f"{self.name}.{name}" if self.name else name)

    def identify(self, data: Marked) -> "Place":
        """Return the place of ``data``, a thing with a key of its own."""
        key = data.get("key")
        if not key or not isinstance(key, str):
            raise replace(self, line=data.line).fault("every one needs a key of its own")
        return replace(self, keys=(*self.keys, key), line=data.line, name=key)

    def identity(self, data: Marked) -> str:
        """Return the id of ``data``: the one written there, else the one that follows from the keys."""
        identity = str(data.get("id") or stable_id(*self.keys))
        self.remember(identity, self.keys[-1])
        return identity

    def chosen(self, value: Any) -> Any:
        """Return what ``value`` gives this language: a mapping of languages gives each its own."""
        if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
            return value.get(self.language)
        return value


class Kind:
    """A kind of value."""

    empty: Raw = ""

    def load(self, value: Any, place: Place) -> Raw:
        """Return what is kept, for what is written at ``place``. Raises ``LoadError``."""
        return self.read(place.chosen(value), place)

    def read(self, value: Any, place: Place) -> Raw:
        """Return what is kept, for what is written for one language."""
        return value

    def dump(self, values: ByLanguage, labels: Labels) -> Any:
        """Return what is written, for what each language keeps; ``None`` when nothing needs to be."""
        written = {language: self.write(value, labels) for language, value in values.items()}
        if all(value in (None, "", []) for value in written.values()):
            return None
        first = next(iter(written.values()))
        return first if all(value == first for value in written.values()) else written

    def write(self, value: Raw, labels: Labels) -> Any:
        """Return what is written for one language."""
        return value


class Words(Kind):
    """Plain words, in each language its own. ``en: null`` says that one language has none, where it may have none."""

    def load(self, value: Any, place: Place) -> str:
        """Return the words; raise ``LoadError`` when this language has none."""
        if isinstance(value, Mapping):
            if place.language in value and value[place.language] is None:
                return ""
            value = value.get(place.language)
            if not isinstance(value, str | int | float) or not str(value).strip():
                raise place.fault(f"no text in {place.language}")
        elif not isinstance(value, str | int | float):
            raise place.fault("must be words")
        return self.read(str(value).strip(), place)

    def dump(self, values: ByLanguage, labels: Labels) -> Any:
        """Return the words, a language beside the other; one string where all languages say the same."""
        written = {language: self.write(value, labels) if value else None for language, value in values.items()}
        if not any(written.values()):
            return None
        is_same = len(written) == len(LANGUAGES) and len(set(written.values())) == 1
        return next(iter(written.values())) if is_same else written


class Markdown(Words):
    """Words with paragraphs, lists, bold, italic and links."""

    def read(self, value: Any, place: Place) -> str:
        """Return rich text. Refuses marks that would show as asterisks, as next to Chinese punctuation."""
        html = rich_text(str(value))
        if "**" in html and re.search(r"(?<!\\)\*\*", str(value)):
            raise place.fault("** would show as it is: write the punctuation outside of the bold words")
        return html

    def write(self, value: Raw, labels: Labels) -> str:
        """Return Markdown."""
        return markdown_of(str(value))


class Flag(Kind):
    """Yes or no."""

    empty = False

    def read(self, value: Any, place: Place) -> bool:
        """Return it."""
        if not isinstance(value, bool):
            raise place.fault("must be true or false")
        return value


class Whole(Kind):
    """A whole number."""

    empty = None

    def read(self, value: Any, place: Place) -> int:
        """Return it."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise place.fault("must be a whole number")
        return value


class Number(Kind):
    """A number, kept as text with all its digits."""

    empty = None

    def read(self, value: Any, place: Place) -> str:
        """Return it."""
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise place.fault("must be a number") from error
        if isinstance(value, bool) or not number.is_finite():
            raise place.fault("must be a number")
        return str(number)

    def write(self, value: Raw, labels: Labels) -> Any:
        """Return a whole number where it is one."""
        number = Decimal(str(value))
        return int(number) if number == number.to_integral_value() else float(number)


class Choice(Kind):
    """One of a few fixed words."""

    def __init__(self, *allowed: str) -> None:
        self.allowed = allowed

    def read(self, value: Any, place: Place) -> str:
        """Return it."""
        if value not in self.allowed:
            raise place.fault(f"«{value}» is none of {', '.join(self.allowed)}")
        return str(value)


class Plain(Kind):
    """Words that are the same in every language, such as a licence."""

    def read(self, value: Any, place: Place) -> str:
        """Return it."""
        if isinstance(value, Mapping | list) or value is None:
            raise place.fault("must be words")
        return str(value).strip()


class Truth(Kind):
    """Yes or no, kept as the word that is the option's id."""

    def read(self, value: Any, place: Place) -> str:
        """Return it."""
        return "true" if Flag().read(value, place) else "false"

    def write(self, value: Raw, labels: Labels) -> bool:
        """Return yes or no."""
        return bool(value == "true")


class Named(Kind):
    """Something on the shelf, by its name: a picture, a file, a practice, a bank."""

    empty = None

    def __init__(self, shelf: str) -> None:
        self.shelf = shelf

    def read(self, value: Any, place: Place) -> int:
        """Return its primary key."""
        try:
            return int(getattr(place.shelf, self.shelf)(str(value)))
        except LookupError as error:
            raise place.fault(f"there is no {self.shelf} «{value}»") from error

    def write(self, value: Raw, labels: Labels) -> Any:
        """Return its name."""
        return getattr(labels, self.shelf)(value) if value else None
