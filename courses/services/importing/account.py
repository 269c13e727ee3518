"""The law of an import: every word of the document is in the draft, or in the report. What is in neither is found."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from courses.services.importing.package import Package
from courses.services.importing.report import Report
from courses.services.importing.xml import MC, TEXT, W

KINDS = ("footnotes", "endnotes", "comments")
SIDES = ("header", "footer", "diagramData", "chart")
_SILENT = "\u2011\u00ad\u200b\ufeff\u200d\u200c"


def source_words(package: Package) -> list[str]:
    """Return the words of all parts of a document, piece by piece, read straight from the file."""
    names = [package.main, *(package.part(kind) for kind in KINDS)]
    names += [name for kind in SIDES for name in package.parts(kind)]
    fresh = Package(package.content)
    trees = (fresh.tree(name) for name in dict.fromkeys(names) if name)
    return [piece for tree in trees if tree is not None for piece in _pieces(tree)]


def name_what_is_missing(source: list[str], kept: str, report: Report) -> None:
    """Report each piece of the source whose words are neither in ``kept`` nor in the report."""
    there = letters(kept) + letters("".join(report.replaced)) + letters(report.dropped_words())
    missing = letters("".join(source)) + letters("".join(report.added)) - there
    if not missing.total():
        return
    everything = folded(kept + "".join(report.replaced) + report.dropped_words())
    for piece in source:
        if (plain := folded(piece)) and plain not in everything:
            report.dropped("other", piece)


def letters(text: str) -> Counter[str]:
    """Return how often each character stands in ``text``, spaces and widths aside."""
    return Counter(folded(text))


def folded(text: str) -> str:
    """Return ``text`` without what an import may settle: spaces, invisible signs, and forms of one character."""
    plain = unicodedata.normalize("NFKC", "".join(sign for sign in text if sign not in _SILENT))
    return "".join(sign for sign in plain if not sign.isspace())


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in TEXT:
        yield element.text or ""
        return
    children = list(element)
    if element.tag == f"{MC}AlternateContent":
        children = list(next((child for child in children if len(child)), ()))
    if element.tag == f"{W}pPr":
        return
    for child in children:
        yield from _pieces(child)
