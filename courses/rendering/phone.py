"""Which of a picture's files a reader's phone picks: Chromium on a screen of 360 px at two device pixels a pixel."""

import re

from courses.rendering.markup import Attributes, PictureMarkup

WIDTH = 360  # CSS pixels
DENSITY = 2.0  # device pixels a CSS pixel
FONT_SIZE = 16  # CSS pixels: what rem and em in conditions are counted in, whatever the page's own size
FORMATS = {"", "image/avif", "image/webp", "image/jpeg", "image/png", "image/gif", "image/svg+xml"}
"""What Chromium shows since version 85."""

_LENGTH = re.compile(r"^([\d.]+)(px|vw|rem|em)$")
_CONDITION = re.compile(r"\((min|max)-width:\s*([\d.]+(?:px|rem|em))\)")
_UNITS = {"px": 1.0, "vw": WIDTH / 100, "rem": FONT_SIZE, "em": FONT_SIZE}


def picked(picture: PictureMarkup) -> str:
    """Return the address of the file that the phone fetches for this picture."""
    for source in picture.sources:
        if source.get("type", "") in FORMATS and _holds(source.get("media", "")):
            return _from_srcset(source) or picture.image.get("src", "")
    return _from_srcset(picture.image) or picture.image.get("src", "")


def _from_srcset(element: Attributes) -> str:
    """Return what Chromium takes (tried in Chromium): the smallest that is sharp enough, else the largest.

    An empty string when there is no ``srcset``.
    """
    width = _slot(element.get("sizes", ""))
    candidates = sorted(_candidates(element.get("srcset", ""), width))
    return next((url for density, url in candidates if density >= DENSITY), candidates[-1][1] if candidates else "")


def _candidates(srcset: str, slot: float) -> list[tuple[float, str]]:
    """Return pairs of density and address: ``a.avif 640w`` in a slot of 320 px has the density 2."""
    found = []
    for part in re.split(r",\s+|,$", srcset.strip()):
        url, _, descriptor = part.strip().partition(" ")
        if not url:
            continue
        size = descriptor.strip()
        if size.endswith("w"):
            found.append((float(size[:-1]) / slot, url))
        else:
            found.append((float(size[:-1]) if size.endswith("x") else 1.0, url))
    return found


def _slot(sizes: str) -> float:
    """Return how wide the picture stands on the page, in CSS pixels; the whole screen when nothing else is said."""
    for part in re.split(r",\s*(?![^()]*\))", sizes.strip()):
        condition, _, length = part.strip().rpartition(" ")
        if length and _holds(condition):
            return _pixels(length)
    return float(WIDTH)


def _holds(condition: str) -> bool:
    """Tell whether a condition on the width of the screen holds; one on anything else counts as held."""
    for bound, length in _CONDITION.findall(condition):
        limit = _pixels(length)
        if (bound == "min" and limit > WIDTH) or (bound == "max" and limit < WIDTH):
            return False
    return True


def _pixels(length: str) -> float:
    match = _LENGTH.match(length)
    return float(match[1]) * _UNITS[match[2]] if match else float(WIDTH)
