"""The fonts of a sheet: which they are, what they hold, how wide a text runs in them.

A sheet uses these files and no other font of the machine, so that it is the same everywhere. The order is the order of
search: a character is taken from the first family that holds it.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from certificates.rendering.errors import SheetError, SheetReason

if TYPE_CHECKING:
    from uharfbuzz import Font

FONT_DIR = Path(__file__).resolve().parents[2] / "static" / "fonts"

FONT_HASHES = MappingProxyType(
    {
        "NotoSerifSC-Bold.ttf": "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
        "NotoSerifSC-Regular.ttf": "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
        "SourceSerif4-Regular.ttf": "d47da11c5f55f031d9ec54c3172865d76009b2cbab5c706dfa73866b00096639",
        "SourceSerif4-SemiBold.ttf": "d31cd1fb273e5399efc04691e9ac14b581eae836d783f6cf3c560225ebcf95c0",
        "TerraceRare-Bold.otf": "3341fb79cec7b4eef00ba85bd765b28f2272da7e642d224c95bbfec7f85baea0",
        "TerraceRare-Regular.otf": "3033dd0e18bee7393ac52a23ba7d428a0044110ebf9a34324c2cbb09cefcc6e7",
        "TerraceRarest-Regular.ttf": "e38647f3a8ce7377652226496299db100143e8090551964928d76c1928faaa4a",
    }
)
"""SHA-256 of each file. A sheet drawn with other bytes would be another sheet."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family as the style sheet names it. The name is our own, so that no font of the machine answers to it."""

    css_name: str
    regular: str
    bold: str


FAMILIES = (
    Family("Terrace Sheet", "NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"),
    # Its semi-bold has the strokes of Noto Serif SC's bold Latin letters; its bold is a fifth heavier.
    Family("Terrace Sheet Latin", "SourceSerif4-Regular.ttf", "SourceSerif4-SemiBold.ttf"),
    Family("Terrace Sheet Rare", "TerraceRare-Regular.otf", "TerraceRare-Bold.otf"),
    # HanaMin comes in one weight only: a character this rare is printed a little lighter in a bold line.
    Family("Terrace Sheet Rarest", "TerraceRarest-Regular.ttf", "TerraceRarest-Regular.ttf"),
)


def verify_fonts() -> list[str]:
    """Names of the font files that are missing or differ from :data:`FONT_HASHES`; empty when all is well."""
    return [name for name, expected in FONT_HASHES.items() if _file_hash(FONT_DIR / name) != expected]


def missing_libraries() -> list[str]:
    """System libraries without which a sheet cannot be drawn as it should, by their Debian package.

    WeasyPrint falls back to a subsetter in Python when HarfBuzz's is absent: 1 to 8 seconds a sheet, and a warning,
    which counts as a fault here. Loads WeasyPrint: for system checks and health pages, not for requests.
    """
    from weasyprint.text.ffi import harfbuzz_subset

    return [] if harfbuzz_subset else ["libharfbuzz-subset0"]


def missing_glyphs(text: str) -> list[str]:
    """Characters of a text that cannot be printed, each once, in order.

    Control and formatting characters (line ends, direction marks, joiners, variation selectors) count as missing: they
    would change what is seen without being seen.
    """
    return [character for character in dict.fromkeys(text) if not _printable(character)]


def shared_glyphs(text: str, surroundings: Iterable[str]) -> list[str]:
    """Characters of a text whose glyph also stands for another character that is used on the same sheet.

    A PDF maps each glyph back to one character only, so such a text would be copied, searched and read aloud as
    another than was typed (the radical ⼈ and the character 人, for one).
    """
    others: dict[tuple[int, int], set[str]] = {}
    for character in set(surroundings) | set(text):
        glyph = _glyph(character)
        if glyph is not None:
            others.setdefault(glyph, set()).add(character)
    return [
        character
        for character in dict.fromkeys(text)
        if (glyph := _glyph(character)) is not None and len(others[glyph]) > 1
    ]


def text_width(text: str) -> float:
    """Width of a line in the bold fonts, in units of the type size (1.0 is one em). Kerning is left out."""
    return sum(_advance(character) for character in text)


def outline(character: str) -> tuple[str, float]:
    """A character's bold outline as SVG path data and its advance, both for a type size of 1000, y upwards.

    Raises SheetError when no font holds it.
    """
    from fontTools.pens.svgPathPen import SVGPathPen

    glyph = _glyph(character)
    if glyph is None:
        raise SheetError(SheetReason.MISSING_GLYPH, detail=character)
    family, index = glyph
    font = _font(FAMILIES[family].bold)
    scale = 1000 / font.face.upem
    pen = SVGPathPen(None, ntos=lambda value: f"{value * scale:.0f}")
    font.draw_glyph_with_pen(index, pen)
    return pen.getCommands(), font.get_glyph_h_advance(index) * scale


def _printable(character: str) -> bool:
    """Whether a character may stand on a sheet: a font holds it, and it is no control, format or line character."""
    category = unicodedata.category(character)
    return category[0] != "C" and category not in {"Zl", "Zp"} and _glyph(character) is not None


@lru_cache(maxsize=8192)
def _glyph(character: str) -> tuple[int, int] | None:
    """The family (by its place) that prints a character, and the glyph in it."""
    for place, family in enumerate(FAMILIES):
        index = _font(family.bold).get_nominal_glyph(ord(character))
        if index:
            return place, index
    return None


@lru_cache(maxsize=8192)
def _advance(character: str) -> float:
    """Width of one character in ems; a missing one counts as one em, and is refused elsewhere."""
    glyph = _glyph(character)
    if glyph is None:
        return 1.0
    font = _font(FAMILIES[glyph[0]].bold)
    return float(font.get_glyph_h_advance(glyph[1])) / font.face.upem


@cache
def _font(name: str) -> "Font":
    """A font file, mapped into memory (its pages are shared between processes). Raises SheetError if it is gone."""
    import uharfbuzz

    path = FONT_DIR / name
    if not path.is_file():
        raise SheetError(SheetReason.FONT_ALTERED, detail=name)
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))


def _file_hash(path: Path) -> str:
    """SHA-256 of a file as hexadecimal; empty when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
