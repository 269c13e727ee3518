"""The red seal of the sample design: a ring, a star, and the programme's name around it.

It is a sample and nobody's official seal: an organisation that issues certificates brings its own image.
The letters are outlines, not text, so the seal adds nothing to what is copied or read aloud from the sheet.
"""

from functools import lru_cache
from math import cos, pi, sin

from certificates.rendering.fonts import outline

RED = "#b93a2b"
SIDE = 40.0
"""Millimetres across; the origin is the centre."""

_LETTER_LINE = 13.2
"""Radius of the base line of the letters above; below, they stand on the inner side of the ring."""


@lru_cache(maxsize=1)
def seal_svg() -> str:
    """The seal as a whole SVG document, SIDE millimetres square."""
    body = (
        f'<circle r="18.6" fill="none" stroke="{RED}" stroke-width="1.1"/>'
        f'<circle r="17.4" fill="none" stroke="{RED}" stroke-width="0.25"/>'
        f'<circle r="10.6" fill="none" stroke="{RED}" stroke-width="0.25"/>'
        f'<path d="{_star(6.2)}" fill="{RED}"/>'
        f'<g fill="{RED}">{_arc("梯田", size=5.2, radius=11.9, step=0.52, upper=True)}'
        f"{_arc('TERRACE', size=3.6, radius=15.4, step=0.24, upper=False)}</g>"
    )
    half = SIDE / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}mm" height="{SIDE}mm" '
        f'viewBox="-{half} -{half} {SIDE} {SIDE}">{body}</svg>'
    )


def _star(radius: float) -> str:
    """Path data of an upright star of five points."""
    corners = []
    for place in range(10):
        reach = radius if place % 2 == 0 else radius * 0.382
        angle = -pi / 2 + place * pi / 5
        corners.append(f"{reach * cos(angle):.2f} {reach * sin(angle):.2f}")
    return "M" + "L".join(corners) + "z"


def _arc(text: str, *, size: float, radius: float, step: float, upper: bool) -> str:
    """Letters along a circle about the origin, an angle of ``step`` radians apart, centred at the top or the bottom.

    ``size`` is the height of the type, ``radius`` that of the base line, both in millimetres. Letters at the bottom
    stand the other way round, so that both halves are read from left to right.
    """
    first = -step * (len(text) - 1) / 2
    letters = []
    for place, character in enumerate(text):
        angle = first + place * step
        turn = angle * 180 / pi if upper else -angle * 180 / pi
        lift = -radius if upper else radius
        letters.append(_letter(character, size=size, turn=turn, lift=lift))
    return "".join(letters)


def _letter(character: str, *, size: float, turn: float, lift: float) -> str:
    """One outline, centred on its base line, ``lift`` from the origin, the whole turned by so many degrees."""
    path, advance = outline(character)
    scale = size / 1000
    return (
        f'<path transform="rotate({turn:.2f}) translate({-advance * scale / 2:.3f} {lift}) '
        f'scale({scale} -{scale})" d="{path}"/>'
    )
