"""What a document says, thing by thing, between HTML and blocks."""

from dataclasses import dataclass, field

GUESSED = 9
"""Many documents have no headings by style, only bold lines; they are headings where there are no others."""


@dataclass
class Heading:
    """A heading; ``level`` is Word's, 1 to 6, or ``GUESSED`` for a short bold line that may be meant as one."""

    level: int
    text: str


@dataclass
class Words:
    """Paragraphs and lists, as the rich text that Wagtail keeps."""

    html: str


@dataclass
class PictureNode:
    """A picture by its number in the document."""

    number: int
    caption: str = ""


@dataclass
class Quotation:
    """Somebody's words, and where they come from."""

    text: str
    source: str = ""


@dataclass
class Table:
    """A table of plain text."""

    rows: list[list[str]]
    has_header: bool
    caption: str = ""


Node = Heading | Words | PictureNode | Quotation | Table


@dataclass
class Outline:
    """A whole document: its title and summary where it names them, and what follows."""

    title: str = ""
    summary: str = ""
    nodes: list[Node] = field(default_factory=list)
