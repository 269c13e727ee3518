"""Before mammoth: what it would pass over in silence is put into a form that it keeps, or named in the report.

The tree of each part is changed in place, element by element; whoever has no handler here is left to mammoth, and what
it then loses is found by ``account``.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from courses.services.importing.drawings import PICTURE_RELATION, Drawings
from courses.services.importing.equations import (
    SYMBOL_FONTS,
    formula,
    in_plain_characters,
    raised_or_lowered,
    symbol,
)
from courses.services.importing.fields import settle_fields
from courses.services.importing.inline import LINKS
from courses.services.importing.numbering import Numbering, plain_numbering
from courses.services.importing.package import Package
from courses.services.importing.report import Report
from courses.services.importing.styles import Styles
from courses.services.importing.xml import MC, R_OFFICE, RELATION, M, R, W, chosen_children, is_on, run, value, words_of

NOTES = ("footnote", "endnote")
ROLE_PREFIX = "Terrace"
"""Paragraphs get a style of ours, so that one style map fits the files of every producer."""


class Preparer:
    """Prepares one document; ``pictures`` of ``drawings`` are those that the text will hold."""

    def __init__(self, package: Package, report: Report) -> None:
        self.package = package
        self.report = report
        self.styles = Styles(package.tree(package.part("styles")))
        self.numbering = Numbering(package.tree(package.part("numbering")), self.styles)
        self.drawings = Drawings(package, report)
        self.part = package.main
        self.boxed: list[Element] = []
        self.tables = 0
        self.notes = {kind: self._note_ids(kind) for kind in NOTES}

    def prepared(self) -> bytes:
        """Return a Word file with only what mammoth needs. The package's trees are used up."""
        parts: dict[str, Element] = {}
        for kind in NOTES:
            if name := self.package.part(f"{kind}s"):
                parts[f"word/{kind}s.xml"] = self._walked(name)
        parts["word/document.xml"] = self._walked(self.package.main)
        parts["word/numbering.xml"] = plain_numbering()
        self._name_what_stays_behind()
        return _zipped(parts, self._links())

    def _walked(self, name: str) -> Element:
        self.part = name
        tree = self.package.tree(name)
        assert tree is not None  # noqa: S101 - ``part`` returns names of parts that exist
        self._walk(tree)
        return tree

    def _walk(self, parent: Element) -> None:
        parent[:] = self._all(list(parent))

    def _all(self, elements: Iterable[Element]) -> list[Element]:
        return [made for element in elements for made in self._turned(element)]

    def _turned(self, element: Element) -> list[Element]:
        handler = _HANDLERS.get(element.tag)
        if handler is not None:
            return handler(self, element)
        self._walk(element)
        return [element]

    # --- paragraphs and tables -------------------------------------------------------------------------------------

    def paragraph(self, element: Element) -> list[Element]:
        """Give the paragraph its role and its numbering; text boxes that hang on it follow it."""
        properties = element.find(f"{W}pPr")
        if properties is None:
            properties = Element(f"{W}pPr")
            element.insert(0, properties)
        style = value(properties, "pStyle")
        role = self.styles.role(style, properties)
        if role == "Contents":
            self.report.dropped("contents", words_of(element))
            return []
        outer, self.boxed = self.boxed, []
        settle_fields(element, self.report)
        self._walk(element)
        self.numbering.settle(element, properties, style, role, self.report)
        _set_style(properties, f"{ROLE_PREFIX}{role}" if role else "")
        boxed, self.boxed = self.boxed, outer
        return [element, *boxed]

    def table(self, element: Element) -> list[Element]:
        """Name a table within a table, and merged cells."""
        if self.tables:
            self.report.changed("nested_table", words_of(element))
        elif any(_is_merged(cell) for cell in element.iter(f"{W}tcPr")):
            self.report.changed("merged_cells", words_of(element))
        self.tables += 1
        self._walk(element)
        self.tables -= 1
        return [element]

    def section(self, element: Element) -> list[Element]:
        """Name columns; the rest of a section is about paper."""
        columns = element.find(f"{W}cols")
        if columns is not None and (columns.get(f"{W}num") or "1") not in ("0", "1"):
            self.report.changed("columns")
        return []

    # --- runs ------------------------------------------------------------------------------------------------------

    def run(self, element: Element) -> list[Element]:
        """Drop hidden words, name looks that a lesson does not have, and settle what the font means."""
        properties = element.find(f"{W}rPr")
        if is_on(properties, "vanish") and words_of(element).strip():
            self.report.dropped("hidden", words_of(element))
            return []
        self._walk(element)
        if properties is not None:
            self._look(element, properties)
        return [element]

    def _look(self, element: Element, properties: Element) -> None:
        text = words_of(element)
        for style in self.styles.chain(value(properties, "rStyle")):
            for name, has_it in (("b", style.is_bold), ("i", style.is_italic)):
                if has_it and properties.find(f"{W}{name}") is None:
                    SubElement(properties, f"{W}{name}")
        if text.strip():
            for kind in sorted(_looks(properties)):
                self.report.changed(kind, text)
        fonts = properties.find(f"{W}rFonts")
        font = (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else ""
        for words in element.iter(f"{W}t"):
            self._in_other_characters(words, font, value(properties, "vertAlign"))

    def _in_other_characters(self, words: Element, font: str, position: str | None) -> None:
        said = words.text or ""
        other = in_plain_characters(said, font) if font in SYMBOL_FONTS else raised_or_lowered(said, position)
        if other and other != said:
            words.text = self.report.instead(said, other)
            if font in SYMBOL_FONTS:
                self.report.changed("symbol", other)

    def symbol(self, element: Element) -> list[Element]:
        """Write a character of a symbol font as the character it shows."""
        shown = symbol(element)
        if not shown:
            self.report.left_out("symbol", f"{element.get(f'{W}font', '')} {element.get(f'{W}char', '')}")
            return []
        self.report.changed("symbol", shown)
        return [_said(self.report.put_in(shown))]

    def ruby(self, element: Element) -> list[Element]:
        """Write what stands above a character behind it, in brackets."""
        base, above = element.find(f"{W}rubyBase"), element.find(f"{W}rt")
        below = words_of(base) if base is not None else ""
        reading = words_of(above) if above is not None else ""
        self.report.changed("ruby", f"{below}（{reading}）")
        self.report.put_in("（）")
        return [_said(f"{below}（{reading}）")]

    def formula(self, element: Element) -> list[Element]:
        """Write a formula in one line."""
        said = formula(element, self.report)
        self.report.changed("formula", said)
        return [run(said)]

    def page_break(self, element: Element) -> list[Element]:
        """Drop breaks of pages and columns, which a screen does not have; lines are kept."""
        if element.get(f"{W}type") in ("page", "column"):
            self.report.left_out("page_break")
            return []
        return [Element(f"{W}br")]

    def note_reference(self, element: Element) -> list[Element]:
        """Keep the mark of a note that exists."""
        kind = element.tag.removeprefix(W).removesuffix("Reference")
        return [element] if element.get(f"{W}id") in self.notes[kind] else []

    # --- what is drawn, or is not text -----------------------------------------------------------------------------

    def drawing(self, element: Element) -> list[Element]:
        """Keep pictures where they stand, and the words of text boxes behind the paragraph."""
        pictures, boxes = self.drawings.turned(element, self.part)
        for box in boxes:
            self.report.changed("text_box", words_of(box))
            self.boxed += self._all(list(box))
        return pictures

    def embedded(self, element: Element) -> list[Element]:
        """Name an embedded object."""
        return self.drawings.object(element)

    def foreign(self, element: Element) -> list[Element]:
        """Name another file that is included whole."""
        relation = self.package.relations(self.part).get(element.get(f"{R}id") or "")
        self.report.left_out("included_file", relation.target if relation else "")
        return []

    # --- what wraps other things -----------------------------------------------------------------------------------

    def unwrapped(self, element: Element) -> list[Element]:
        """Keep what is inside."""
        return self._all(chosen_children(element))

    def inserted(self, element: Element) -> list[Element]:
        """Accept an insertion that was tracked."""
        if words_of(element).strip():
            self.report.changed("insertion", words_of(element))
        return self._all(list(element))

    def deleted(self, element: Element) -> list[Element]:
        """Accept a deletion that was tracked; the words stand in the report."""
        if words_of(element).strip():
            self.report.dropped("deletion", words_of(element))
        return []

    def control(self, element: Element) -> list[Element]:
        """Keep what was filled in; drop a table of contents, and a prompt that nobody filled in."""
        properties, content = element.find(f"{W}sdtPr"), element.find(f"{W}sdtContent")
        if content is None:
            return []
        gallery = next(properties.iter(f"{W}docPartGallery"), None) if properties is not None else None
        if gallery is not None and gallery.get(f"{W}val") == "Table of Contents":
            self.report.dropped("contents", words_of(content))
            return []
        if is_on(properties, "showingPlcHdr"):
            self.report.dropped("prompt", words_of(content))
            return []
        return self._all(list(content))

    def link(self, element: Element) -> list[Element]:
        """Keep a link that leads to another site; of others the words."""
        relation = self.package.relations(self.part).get(element.get(f"{R}id") or "")
        if relation is not None and relation.target.lower().startswith(LINKS):
            element.attrib.pop(f"{W}anchor", None)
            self._walk(element)
            return [element]
        target = relation.target if relation else f"#{element.get(f'{W}anchor', '')}"
        self.report.changed("inner_link" if target.startswith("#") else "bad_link", f"{words_of(element)} → {target}")
        return self._all(list(element))

    def nothing(self, element: Element) -> list[Element]:
        """Leave out what holds no words."""
        return []

    def as_is(self, element: Element) -> list[Element]:
        """Keep an element untouched."""
        return [element]

    # --- the rest of the file --------------------------------------------------------------------------------------

    def _name_what_stays_behind(self) -> None:
        for kind in ("header", "footer"):
            for name in self.package.parts(kind):
                self._drop_words(kind, self.package.tree(name))
        comments = self.package.tree(self.package.part("comments"))
        for comment in comments.iter(f"{W}comment") if comments is not None else ():
            self._drop_words("comment", comment)

    def _drop_words(self, kind: str, element: Element | None) -> None:
        if element is not None and words_of(element).strip():
            self.report.dropped(kind, words_of(element))

    def _note_ids(self, kind: str) -> set[str | None]:
        tree = self.package.tree(self.package.part(f"{kind}s"))
        return {note.get(f"{W}id") for note in tree.iter(f"{W}{kind}")} if tree is not None else set()

    def _links(self) -> dict[str, dict[str, str]]:
        """Return the addresses that each part of the new file points at."""
        names = {"word/document.xml": self.package.main}
        names |= {f"word/{kind}s.xml": self.package.part(f"{kind}s") for kind in NOTES}
        return {
            new: {key: r.target for key, r in self.package.relations(old).items() if r.kind == "hyperlink"}
            for new, old in names.items()
            if old
        }


_HANDLERS: dict[str, Callable[[Preparer, Element], list[Element]]] = {
    f"{W}p": Preparer.paragraph,
    f"{W}tbl": Preparer.table,
    f"{W}sectPr": Preparer.section,
    f"{W}r": Preparer.run,
    f"{W}sym": Preparer.symbol,
    f"{W}ruby": Preparer.ruby,
    f"{M}oMath": Preparer.formula,
    f"{M}oMathPara": Preparer.unwrapped,
    f"{M}oMathParaPr": Preparer.nothing,
    f"{W}br": Preparer.page_break,
    f"{W}cr": Preparer.page_break,
    f"{W}footnoteReference": Preparer.note_reference,
    f"{W}endnoteReference": Preparer.note_reference,
    f"{W}drawing": Preparer.drawing,
    f"{W}pict": Preparer.drawing,
    f"{W}object": Preparer.embedded,
    f"{W}altChunk": Preparer.foreign,
    f"{W}subDoc": Preparer.foreign,
    f"{MC}AlternateContent": Preparer.unwrapped,
    f"{W}smartTag": Preparer.unwrapped,
    f"{W}customXml": Preparer.unwrapped,
    f"{W}dir": Preparer.unwrapped,
    f"{W}bdo": Preparer.unwrapped,
    f"{W}fldSimple": Preparer.unwrapped,
    f"{W}ins": Preparer.inserted,
    f"{W}moveTo": Preparer.inserted,
    f"{W}del": Preparer.deleted,
    f"{W}moveFrom": Preparer.deleted,
    f"{W}sdt": Preparer.control,
    f"{W}hyperlink": Preparer.link,
    f"{W}commentReference": Preparer.nothing,
    f"{W}pPr": Preparer.as_is,
    f"{W}rPr": Preparer.as_is,
}


def _said(text: str) -> Element:
    element = Element(f"{W}t")
    element.text = text
    return element


def _set_style(properties: Element, style: str) -> None:
    for old in properties.findall(f"{W}pStyle"):
        properties.remove(old)
    if style:
        SubElement(properties, f"{W}pStyle").set(f"{W}val", style)


def _is_merged(cell: Element) -> bool:
    return cell.find(f"{W}vMerge") is not None or (value(cell, "gridSpan") or "1") != "1"


def _looks(properties: Element) -> set[str]:
    """Return the names of looks that a run has and a lesson does not."""
    found = {kind for name, kind in _LOOKS.items() if is_on(properties, name)}
    colour = value(properties, "color")
    if colour and colour.lower() not in ("auto", "000000"):
        found.add("colour")
    return found


_LOOKS = {
    "u": "underline",
    "strike": "strike",
    "dstrike": "strike",
    "highlight": "colour",
    "caps": "capitals",
    "smallCaps": "capitals",
    "vertAlign": "raised",
}


def _zipped(parts: dict[str, Element], links: dict[str, dict[str, str]]) -> bytes:
    """Write a Word file of these parts, with their links and one relation for pictures."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, tree in parts.items():
            archive.writestr(name, tostring(tree, encoding="utf-8", xml_declaration=True))
            folder, _, base = name.rpartition("/")
            archive.writestr(f"{folder}/_rels/{base}.rels", _relations(links.get(name, {})))
    return target.getvalue()


def _relations(links: dict[str, str]) -> bytes:
    root = Element(RELATION.removesuffix("Relationship") + "Relationships")
    SubElement(root, RELATION, Id=PICTURE_RELATION, Type=f"{R_OFFICE}image", Target="media/picture.png")
    for key, address in links.items():
        SubElement(root, RELATION, Id=key, Type=f"{R_OFFICE}hyperlink", Target=address, TargetMode="External")
    return tostring(root, encoding="utf-8", xml_declaration=True)
