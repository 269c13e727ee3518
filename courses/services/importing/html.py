"""From the prepared Word file to clean HTML: mammoth with one style map for all producers, then nh3."""

import io
from typing import Any

import mammoth
import nh3

ROLES = ("Title", "Subtitle", "Caption")
_LISTS = "\n".join(
    f"p:{kind}-list({depth}) => {'ul|ol > li > ' * (depth - 1)}{tag} > li:fresh"
    for depth in range(1, 6)
    for kind, tag in (("unordered", "ul"), ("ordered", "ol"))
)
STYLE_MAP = "\n".join(
    [
        *(f"p.Terrace{role} => p.{role.lower()}:fresh" for role in ROLES),
        *(f"p.TerraceHeading{level} => h{level}:fresh" for level in range(1, 7)),
        "p.TerraceQuote => blockquote > p:fresh",
        "b => b",
        "i => i",
        "strike =>",
        _LISTS,
    ]
)

PICTURE = "picture:"
"""Scheme of the address that stands for a picture of the document, followed by its number."""

TAGS = {"p", "b", "i", "ul", "ol", "li", "a", "br", "table", "thead", "tbody", "tr", "td", "th", "img", "blockquote"}
TAGS |= {"sup", "input"} | {f"h{level}" for level in range(1, 7)}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src"},
    "p": {"class"},
    "li": {"id"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "input": {"checked"},
}
SCHEMES = {"http", "https", "mailto", "tel", PICTURE.removesuffix(":")}


def html_of(prepared: bytes) -> str:
    """Return a prepared Word file as HTML of a few known tags. Nothing outside the file is opened."""
    converted = mammoth.convert_to_html(
        io.BytesIO(prepared),
        style_map=STYLE_MAP,
        include_default_style_map=False,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=_numbered,
    )
    return nh3.clean(converted.value, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


def _numbered(image: Any) -> list[Any]:
    """Return the element for a picture; its description is the number that ``prepare`` gave it."""
    from mammoth import html

    return [html.element("img", {"src": f"{PICTURE}{image.alt_text}"})]
