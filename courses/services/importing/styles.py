"""What a paragraph is, by the style it has: Word's names, LibreOffice's, WPS's, in English and in Chinese."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from courses.services.importing.xml import W, is_on, value

HEADING = re.compile(r"(?:heading|标题)\s*([1-9])(?:\s*(?:char|字符))?")
CONTENTS = re.compile(r"(?:toc|目录|contents)\s*(?:\d|heading|标题)?")
LIST = re.compile(r"(?:list(?: bullet| number)?|列表(?:项目符号|编号)?)\s*([2-5])")
NAMES = {
    "Title": {"title", "标题", "文档标题", "大标题", "文章标题"},
    "Subtitle": {"subtitle", "副标题"},
    "Quote": {
        "quote",
        "intense quote",
        "quotations",
        "block text",
        "block quotation",
        "引用",
        "明显引用",
        "强烈引用",
        "块引用",
    },
    "Caption": {"caption", "题注", "图题", "表题", "figure", "table", "illustration", "drawing", "图注"},
}
"""Roles other than heading and contents, with the names of the styles that say so, in lower case."""

_DEPTH = 20
"""How long a chain of styles is followed; a chain that is longer runs in a circle."""


@dataclass(frozen=True)
class Style:
    """One paragraph or character style, as far as it matters here."""

    name: str
    based_on: str
    outline: int | None
    numbering: Element | None
    is_bold: bool
    is_italic: bool


class Styles:
    """The styles of a document by id."""

    def __init__(self, tree: Element | None) -> None:
        elements = list(tree.iter(f"{W}style")) if tree is not None else []
        self.by_id = {element.get(f"{W}styleId", ""): _style(element) for element in reversed(elements)}

    def chain(self, style_id: str | None) -> list[Style]:
        """Return the style and those it is based on, nearest first."""
        found: list[Style] = []
        while style_id in self.by_id and len(found) < _DEPTH:
            style = self.by_id[style_id]
            found.append(style)
            style_id = style.based_on
        return found

    def role(self, style_id: str | None, properties: Element | None) -> str:
        """Return what a paragraph is: Title, Subtitle, Heading1 to 6, Quote, Caption, Contents, or nothing."""
        chain = self.chain(style_id)
        for style in chain or [_unnamed(style_id)]:
            if role := _role_by_name(style.name):
                return role
        outline = value(properties, "outlineLvl")
        own = [int(outline)] if outline and outline.isdigit() else []
        levels = own or [style.outline for style in chain if style.outline is not None]
        return f"Heading{min(levels[0] + 1, 6)}" if levels and levels[0] < 9 else ""

    def list_depth(self, style_id: str | None) -> int:
        """Return how deep a list style such as "List Bullet 2" stands, from 0."""
        found = (LIST.fullmatch(style.name.strip().lower()) for style in self.chain(style_id))
        return next((int(depth[1]) - 1 for depth in found if depth), 0)

    def numbering(self, style_id: str | None) -> Element | None:
        """Return the numbering that a paragraph has by its style."""
        return next((style.numbering for style in self.chain(style_id) if style.numbering is not None), None)


def _unnamed(style_id: str | None) -> Style:
    """A style that the document uses and does not define: its id is all there is to go by."""
    return Style(style_id or "", "", None, None, False, False)


def _role_by_name(name: str) -> str:
    plain = re.sub(r"\s+", " ", name).strip().lower()
    if heading := HEADING.fullmatch(plain):
        return f"Heading{min(int(heading[1]), 6)}"
    if CONTENTS.fullmatch(plain):
        return "Contents"
    return next((role for role, names in NAMES.items() if plain in names), "")


def _style(element: Element) -> Style:
    paragraph, characters = element.find(f"{W}pPr"), element.find(f"{W}rPr")
    outline = value(paragraph, "outlineLvl")
    return Style(
        name=value(element, "name") or element.get(f"{W}styleId") or "",
        based_on=value(element, "basedOn") or "",
        outline=int(outline) if outline and outline.isdigit() else None,
        numbering=paragraph.find(f"{W}numPr") if paragraph is not None else None,
        is_bold=is_on(characters, "b"),
        is_italic=is_on(characters, "i"),
    )
