"""The lists of a document: which paragraph is an item, how deep, and whose numbers will look different."""

import re
from xml.etree.ElementTree import Element, SubElement

from courses.services.importing.report import Report
from courses.services.importing.styles import Styles
from courses.services.importing.xml import W, value, words_of

DEEPEST = 4
"""Lists are nested five deep at most (0 to 4); what Word nests deeper is put on the last level."""

UNORDERED, ORDERED = "1", "2"
"""The two lists of :func:`plain_numbering`."""

_PLAIN_NUMBER = re.compile(r"[(（]?%\d[.)、．）。]?")


class Numbering:
    """The numbering of a document."""

    def __init__(self, tree: Element | None, styles: Styles) -> None:
        self.styles = styles
        abstract = {e.get(f"{W}abstractNumId"): e for e in tree.iter(f"{W}abstractNum")} if tree is not None else {}
        numbers = list(tree.iter(f"{W}num")) if tree is not None else []
        self.seen: set[str | None] = set()
        self.is_apart = True
        self.levels = {e.get(f"{W}numId", ""): _levels(abstract.get(value(e, "abstractNumId"))) for e in numbers}

    def settle(self, paragraph: Element, properties: Element, style: str | None, role: str, report: Report) -> None:
        """Write a paragraph's numbering where mammoth looks for it, or take it away from a heading."""
        own = properties.find(f"{W}numPr")
        numbering = own if own is not None else self.styles.numbering(style)
        number = value(numbering, "numId")
        if own is not None:
            properties.remove(own)
        kind, text = self._level(number, value(numbering, "ilvl"))
        if not kind or kind == "none" or role:
            self.is_apart = True
            if role and kind not in ("", "none", "bullet"):
                report.changed("heading_number", words_of(paragraph))
            return
        is_ordered = kind != "bullet"
        if is_ordered and (kind != "decimal" or not _PLAIN_NUMBER.fullmatch(text.strip())):
            report.changed("list_number", words_of(paragraph))
        if is_ordered and self.is_apart and number in self.seen:
            report.changed("list_goes_on", words_of(paragraph))
        self.seen.add(number)
        self.is_apart = False
        level = value(numbering, "ilvl") or "0"
        depth = max(int(level) if level.isdigit() else 0, self.styles.list_depth(style))
        made = SubElement(properties, f"{W}numPr")
        SubElement(made, f"{W}ilvl").set(f"{W}val", str(min(depth, DEEPEST)))
        SubElement(made, f"{W}numId").set(f"{W}val", ORDERED if is_ordered else UNORDERED)

    def _level(self, number: str | None, level: str | None) -> tuple[str, str]:
        """Return the format and the text of a level: ``("decimal", "%1.")``; nothing where it is no list."""
        levels = self.levels.get(number or "", {})
        return levels.get(level or "0") or next(iter(levels.values()), ("", ""))


def _levels(abstract: Element | None) -> dict[str, tuple[str, str]]:
    if abstract is None:
        return {}
    return {
        level.get(f"{W}ilvl", "0"): (value(level, "numFmt") or "decimal", value(level, "lvlText") or "")
        for level in abstract.iter(f"{W}lvl")
    }


def plain_numbering() -> Element:
    """Return a numbering with one list of points and one of numbers, each with all levels."""
    root = Element(f"{W}numbering")
    for number, form in ((UNORDERED, "bullet"), (ORDERED, "decimal")):
        abstract = SubElement(root, f"{W}abstractNum")
        abstract.set(f"{W}abstractNumId", number)
        for depth in range(DEEPEST + 1):
            level = SubElement(abstract, f"{W}lvl")
            level.set(f"{W}ilvl", str(depth))
            SubElement(level, f"{W}numFmt").set(f"{W}val", form)
    for number in (UNORDERED, ORDERED):
        made = SubElement(root, f"{W}num")
        made.set(f"{W}numId", number)
        SubElement(made, f"{W}abstractNumId").set(f"{W}val", number)
    return root
