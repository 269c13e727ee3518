"""What a page says in another language than its own."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, Doctype, NavigableString

HAN = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3,}")
SPOKEN = ("title", "alt", "aria-label", "placeholder")
NEUTRAL = re.compile(
    r"https?://\S+|\S+@\S+|\b[A-Z0-9]{4}[ -]?[A-Z0-9]{4}\b"
    r"|(?<![A-Za-z])(?:Terrace|Word|WPS|LibreOffice|PDF|PNG|JPE?G|WEBP|MP3|M4A|CSV|XLSX)(?![A-Za-z])"
)
"""What is written alike in both languages: addresses, codes, the brand, kinds of files."""
UNSEEN = ("script", "style", "template", "noscript")


def said(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """Yield what a page says to eyes and ears, with the element that says it."""
    for text in soup.find_all(string=True):
        if isinstance(text, NavigableString) and not isinstance(text, Comment | Doctype) and text.parent is not None:
            yield text.parent, " ".join(text.split())
    for element in soup.find_all(True):
        for name in SPOKEN:
            if isinstance(words := element.get(name), str):
                yield element, " ".join(words.split())


def is_seen(element: Tag) -> bool:
    """Tell whether somebody can see it; Wagtail writes "None" into hidden counters that scripts fill."""
    is_counter = element.has_attr("data-side-panel-toggle-counter")
    return not is_counter and not any(parent.name in UNSEEN for parent in (element, *element.parents))


def language_of(element: Tag) -> str:
    """Return the language that an element is marked with, by itself or from outside."""
    return next((str(one["lang"]) for one in (element, *element.parents) if one.has_attr("lang")), "")


def foreign(html: str, *, names: str = "") -> list[str]:
    """Return what a page says in the other language without marking it; ``names`` is a pattern of people's names."""
    allowed = re.compile(f"{NEUTRAL.pattern}|{names}" if names else NEUTRAL.pattern)
    soup = BeautifulSoup(html, "html.parser")
    found = []
    for element, words in said(soup):
        wrong = HAN if language_of(element) == "en" else WORD
        if words and wrong.search(allowed.sub("", words)) and is_seen(element):
            found.append(words)
    return found
