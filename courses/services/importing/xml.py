"""The names of what is in a Word file (ECMA-376), and small helpers for its trees."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

_OPEN = "http://schemas.openxmlformats.org/"
W = f"{{{_OPEN}wordprocessingml/2006/main}}"
A = f"{{{_OPEN}drawingml/2006/main}}"
M = f"{{{_OPEN}officeDocument/2006/math}}"
R = f"{{{_OPEN}officeDocument/2006/relationships}}"
PIC = f"{{{_OPEN}drawingml/2006/picture}}"
WP = f"{{{_OPEN}drawingml/2006/wordprocessingDrawing}}"
CHART = f"{{{_OPEN}drawingml/2006/chart}}"
DIAGRAM = f"{{{_OPEN}drawingml/2006/diagram}}"
MC = f"{{{_OPEN}markup-compatibility/2006}}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
RELATION = f"{{{_OPEN}package/2006/relationships}}Relationship"
R_OFFICE = f"{_OPEN}officeDocument/2006/relationships/"

STRICT_NAMESPACES = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/drawingml/main": A.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": M.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/drawingml/picture": PIC.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": WP.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/drawingml/chart": CHART.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/drawingml/diagram": DIAGRAM.strip("{}").encode(),
}
"""Word can save in a strict form that says the same under other names."""

TEXT = {f"{W}t", f"{W}delText", f"{M}t", f"{A}t"}
"""The elements that hold words."""


def words_of(element: Element) -> str:
    """Return all words below an element; of two alternatives only the first, since both say the same."""
    return "".join(_words(element))


def _words(element: Element) -> Iterator[str]:
    if element.tag in TEXT:
        yield element.text or ""
    elif element.tag == f"{W}p":
        yield from (piece for child in element for piece in _words(child))
        yield "\n"
    elif element.tag in (f"{W}br", f"{W}cr", f"{W}tab"):
        yield " "
    else:
        for child in chosen_children(element):
            yield from _words(child)


def chosen_children(element: Element) -> list[Element]:
    """Return the children; of ``AlternateContent`` those of the first alternative that holds anything."""
    if element.tag != f"{MC}AlternateContent":
        return list(element)
    for alternative in element:
        if len(alternative):
            return list(alternative)
    return []


def value(element: Element | None, name: str) -> str | None:
    """Return ``w:val`` of the child called ``name``, or nothing."""
    child = element.find(f"{W}{name}") if element is not None else None
    return child.get(f"{W}val") if child is not None else None


def is_on(element: Element | None, name: str) -> bool:
    """Whether a property that is on by being there is on."""
    if element is None or element.find(f"{W}{name}") is None:
        return False
    return value(element, name) not in ("0", "false", "off", "none")


def run(text: str, properties: Element | None = None) -> Element:
    """Return a run that says ``text``."""
    made = Element(f"{W}r")
    if properties is not None:
        made.append(properties)
    SubElement(made, f"{W}t").text = text
    return made
