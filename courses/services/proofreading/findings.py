"""What a reading finds, and the parts of a page that readings look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from html import unescape
from typing import Any

from bs4 import BeautifulSoup
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText

Draft = Any
"""A page, or a question bank: whatever has words and a language."""


class Severity(IntEnum):
    """How much it matters; the more the lower, so that lists sort by it."""

    MUST = 1
    SHOULD = 2


@dataclass(frozen=True)
class Finding:
    """One thing to look at. ``block`` is the id of the block it is about, empty for the page as a whole."""

    code: str
    sentence: str
    severity: Severity = Severity.SHOULD
    block: str = ""

    @property
    def is_must(self) -> bool:
        """Whether the page cannot be published with it."""
        return self.severity is Severity.MUST


@dataclass(frozen=True)
class Part:
    """A block at the top of a page's body, or a field of rich text. ``kind`` is the block's name, else empty."""

    kind: str
    value: Any
    block: str = ""

    @property
    def texts(self) -> Iterator[str]:
        """All that a reader reads in it, piece by piece, without mark-up."""
        yield from texts_in(self.value)

    @property
    def html(self) -> Iterator[str]:
        """The rich text in it."""
        yield from html_in(self.value)


def plain_parts_of(page: Draft) -> Iterator[Part]:
    """Yield what stands in plain fields of a page and is read in lists too: its title and its summary."""
    for name in ("title", "summary"):
        if text := getattr(page, name, ""):
            yield Part("", text)


def parts_of(page: Draft) -> Iterator[Part]:
    """Yield the parts of a page in the order of its fields."""
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField):
            yield Part("", RichText(getattr(page, field.name) or ""))
        elif isinstance(field, StreamField):
            for block in getattr(page, field.name):
                yield Part(block.block_type, block.value, str(block.id or ""))


def html_in(value: Any) -> Iterator[str]:
    """Yield every piece of rich text inside a block's value, however deep."""
    if isinstance(value, RichText):
        yield value.source
    for inner in _inside(value):
        yield from html_in(inner)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every piece of text inside a block's value, however deep; rich text by its paragraphs."""
    if isinstance(value, RichText):
        yield from paragraphs(value.source)
    elif isinstance(value, str):
        yield value
    for inner in _inside(value):
        yield from texts_in(inner)


def structures_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the value itself and every structure of named fields inside it."""
    if isinstance(value, Mapping):
        yield value
    for inner in _inside(value):
        yield from structures_in(inner)


def paragraphs(html: str) -> list[str]:
    """Return the text of each paragraph, heading and list item of rich text."""
    soup = BeautifulSoup(html, "html.parser")
    found = soup.find_all(["p", "li", "h2", "h3", "h4", "blockquote", "td"])
    texts = [element.get_text(" ", strip=True) for element in found] or [soup.get_text(" ", strip=True)]
    return [unescape(text) for text in texts if text]


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, StreamValue):
        yield from (block.value for block in value)
    elif not isinstance(value, str | bytes) and hasattr(value, "__iter__"):
        yield from value
