"""What is drawn in a Word file: pictures that can be taken, and all that a lesson has no place for."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from courses.services.importing.package import Package, Relation
from courses.services.importing.report import Report
from courses.services.importing.xml import CHART, DIAGRAM, PIC, WP, A, O, R, V, W, chosen_children, run, words_of

PICTURE_RELATION = "picture"
"""The one relation that all pictures share in the file that is given to mammoth: it only needs to exist."""

METAFILE_ENDS = (".emf", ".wmf", ".emz", ".wmz")
BOX = f"{W}txbxContent"


@dataclass(frozen=True)
class FoundPicture:
    """One use of a picture: the part that holds it, and the words for those who cannot see it."""

    part: str
    alt: str
    is_decorative: bool

    @property
    def name(self) -> str:
        """The file's name, for the report."""
        return f"{self.part.rpartition('/')[2]} {self.alt}".strip()


class Drawings:
    """Collects the pictures of one document and reports everything else that is drawn."""

    def __init__(self, package: Package, report: Report) -> None:
        self.package = package
        self.report = report
        self.pictures: list[FoundPicture] = []

    def turned(self, drawing: Element, part: str) -> tuple[list[Element], list[Element]]:
        """Return what stands in for a drawing within its run, and the text boxes it holds, as they were found.

        ``part`` is the part in which the drawing lies, since its relations are counted there.
        """
        relations = self.package.relations(part)
        alt, is_decorative = _alternative(drawing)
        pictures: list[Element] = []
        boxes: list[Element] = []
        before = sum(entry.count for entry in self.report.entries.values())
        for found in _things(drawing):
            if found.tag == BOX:
                boxes.append(found)
            elif found.tag in _PICTURES:
                pictures += self._picture(found, relations, alt, is_decorative)
            else:
                boxes += self._other(found, relations)
        says_nothing = not pictures and not boxes
        if says_nothing and before == sum(entry.count for entry in self.report.entries.values()):
            self.report.left_out("shape", alt)
        return pictures, boxes

    def object(self, element: Element) -> list[Element]:
        """Report an embedded object; the picture that stands for it is of no use without it."""
        embedded = next(element.iter(f"{O}OLEObject"), None)
        kind = embedded.get("ProgID", "") if embedded is not None else ""
        self.report.left_out("equation_object" if kind.startswith("Equation") else "object", kind)
        return []

    def _picture(
        self, element: Element, relations: dict[str, Relation], alt: str, is_decorative: bool
    ) -> list[Element]:
        wanted = element.get(f"{R}embed") or element.get(f"{R}id") or element.get(f"{R}link") or ""
        relation = relations.get(wanted)
        alt = alt or (element.get(f"{O}title") or "").strip()
        if relation is None:
            self.report.left_out("missing_picture", alt)
        elif relation.is_external:
            self.report.left_out("linked_picture", f"{relation.target} {alt}")
        elif relation.target not in self.package.names:
            self.report.left_out("missing_picture", f"{relation.target.rpartition('/')[2]} {alt}")
        else:
            return self._stored(FoundPicture(relation.target, alt, is_decorative))
        return []

    def _stored(self, picture: FoundPicture) -> list[Element]:
        if picture.part.lower().endswith(METAFILE_ENDS):
            self.report.left_out("metafile", picture.name)
            return []
        self.pictures.append(picture)
        return [_picture_element(len(self.pictures) - 1)]

    def _other(self, element: Element, relations: dict[str, Relation]) -> list[Element]:
        """Report a chart, a SmartArt or the like. Returns a text box for WordArt, whose words can be kept."""
        if element.tag == f"{V}textpath":
            return [_word_art(element.get("string", ""), self.report)]
        kind, wanted = _NAMED[element.tag]
        relation = relations.get(element.get(f"{R}{wanted}") or "")
        tree = self.package.tree(relation.target) if relation and not relation.is_external else None
        self.report.dropped(kind, words_of(tree) if tree is not None else "")
        return []


_PICTURES = (f"{A}blip", f"{V}imagedata")
_NAMED = {f"{CHART}chart": ("chart", "id"), f"{DIAGRAM}relIds": ("smart_art", "dm")}
_THINGS = {BOX, *_PICTURES, *_NAMED, f"{V}textpath"}


def _things(element: Element) -> Iterator[Element]:
    """Yield what a drawing holds, from the outside in; what lies inside a text box belongs to the box."""
    for child in chosen_children(element):
        if child.tag in _THINGS:
            yield child
        else:
            yield from _things(child)


def _alternative(drawing: Element) -> tuple[str, bool]:
    properties = next(drawing.iter(f"{WP}docPr"), None)
    is_decorative = any(e.tag.endswith("}decorative") and e.get("val") in ("1", "true") for e in drawing.iter())
    if properties is None:
        shape = next((e for e in drawing.iter() if e.tag.startswith(V) and e.get("alt")), None)
        return (shape.get("alt", "").strip() if shape is not None else ""), is_decorative
    return (properties.get("descr") or properties.get("title") or "").strip(), is_decorative


def _picture_element(number: int) -> Element:
    """Return the least that mammoth takes for a picture; its description carries our number."""
    drawing = Element(f"{W}drawing")
    inline = SubElement(drawing, f"{WP}inline")
    SubElement(inline, f"{WP}docPr", descr=str(number))
    data = SubElement(SubElement(inline, f"{A}graphic"), f"{A}graphicData")
    fill = SubElement(SubElement(data, f"{PIC}pic"), f"{PIC}blipFill")
    SubElement(fill, f"{A}blip").set(f"{R}embed", PICTURE_RELATION)
    return drawing


def _word_art(text: str, report: Report) -> Element:
    box = Element(BOX)
    SubElement(box, f"{W}p").append(run(report.put_in(text)))
    return box
