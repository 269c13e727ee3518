"""Guilloche: the woven frame and the rosettes of a sheet, as SVG drawn from a few formulas.

All lengths are millimetres. Curves are cubic Béziers fitted through points of the formula with its slope at each, which
needs a tenth of the numbers that short straight lines would.
"""

from collections.abc import Callable
from functools import lru_cache
from math import cos, pi, sin

Point = tuple[float, float]
Curve = Callable[[float], Point]

PAGE_WIDTH = 297.0
PAGE_HEIGHT = 210.0
BAND_MIDDLE = 11.5
"""From the edge of the paper to the middle line of the band. A printer's margin of 6 mm stays clear."""
BAND_REACH = 3.0
"""How far the waves swing to either side of the middle line."""
CORNER_RADIUS = 6.2
"""Of the rosette at each corner, behind which the bands end."""

GREEN = "#6fa690"
GOLD = "#c9b07a"
WATERMARK = "#e7f0eb"


@lru_cache(maxsize=1)
def frame_svg() -> str:
    """The frame of an A4 landscape page: four woven bands, two rules and a rosette at each corner."""
    middle_x, middle_y = PAGE_WIDTH / 2, PAGE_HEIGHT / 2
    across = PAGE_WIDTH - 2 * BAND_MIDDLE
    down = PAGE_HEIGHT - 2 * BAND_MIDDLE
    # Whole numbers of waves, of nearly one length on both sides, so that each band meets its corners alike.
    horizontal = _band(across, waves=26)
    vertical = _band(down, waves=18)
    bands = [
        f'<g transform="translate({middle_x} {BAND_MIDDLE})">{horizontal}</g>',
        f'<g transform="translate({middle_x} {PAGE_HEIGHT - BAND_MIDDLE})">{horizontal}</g>',
        f'<g transform="translate({BAND_MIDDLE} {middle_y}) rotate(90)">{vertical}</g>',
        f'<g transform="translate({PAGE_WIDTH - BAND_MIDDLE} {middle_y}) rotate(90)">{vertical}</g>',
    ]
    corners = [
        f'<g transform="translate({x} {y})">{_corner()}</g>'
        for x in (BAND_MIDDLE, PAGE_WIDTH - BAND_MIDDLE)
        for y in (BAND_MIDDLE, PAGE_HEIGHT - BAND_MIDDLE)
    ]
    rules = _rule(BAND_MIDDLE - BAND_REACH - 1.0, 0.35, GREEN) + _rule(BAND_MIDDLE + BAND_REACH + 1.0, 0.35, GREEN)
    rules += _rule(BAND_MIDDLE + BAND_REACH + 2.0, 0.15, GOLD)
    return _svg(PAGE_WIDTH, PAGE_HEIGHT, rules + "".join(bands + corners))


@lru_cache(maxsize=1)
def watermark_svg() -> str:
    """The large pale rosette behind the text: 124 mm across, light enough to read over."""
    turns = [
        _stroke(_closed(_rosette(radius, depth, petals, turn), petals * 4), 0.16, WATERMARK)
        for radius, depth, petals, turn in _watermark_strands()
    ]
    return _svg(124, 124, f'<g transform="translate(62 62)">{"".join(turns)}</g>')


def _watermark_strands() -> list[tuple[float, float, int, float]]:
    """Radius, depth of the petals, their number and the turn of each closed strand, outside in."""
    outer = [(52.0, 9.0, 24, step / 6) for step in range(6)]
    inner = [(34.0, 8.0, 16, step / 4) for step in range(4)]
    return outer + inner


def _band(length: float, *, waves: int) -> str:
    """One straight band about the origin, its ends at the centres of two corners: green waves that cross, gold within.

    Each strand is the same whole number of waves, moved along by a share of one. It therefore starts and ends at a
    crest, where two Bézier pieces a wave are exact enough, and its ends lie half a wave beyond a corner's centre at
    most: under the ground of the rosette there.
    """
    strands = [_strand(length, waves, step / 6 - 0.5, BAND_REACH, 0.13, GREEN) for step in range(6)]
    strands += [_strand(length, waves, step / 3 - 0.5, BAND_REACH * 0.4, 0.1, GOLD) for step in range(3)]
    return "".join(strands)


def _strand(length: float, waves: int, shift: float, reach: float, width: float, colour: str) -> str:
    """One wave from crest to crest; ``shift`` is a share of one wave."""
    half = length / waves / 2
    handle = 0.3642 * half  # the handle with which one Bézier piece stays within 0.1 % of half a cosine wave
    x = -length / 2 + shift * length / waves
    parts = [f"M{x:.2f} {reach:.2f}"]
    for place in range(2 * waves):
        end = x + (place + 1) * half
        y = -reach if place % 2 == 0 else reach
        first = f"C{x + handle:.2f} {reach:.2f} " if place == 0 else "S"
        parts.append(f"{first}{end - handle:.2f} {y:.2f} {end:.2f} {y:.2f}")
    return _stroke("".join(parts), width, colour)


def _corner() -> str:
    """A corner rosette on a white ground that hides the ends of the bands."""
    ground = f'<circle r="{CORNER_RADIUS}" fill="#ffffff"/>'
    ring = f'<circle r="{CORNER_RADIUS}" fill="none" stroke="{GREEN}" stroke-width="0.3"/>'
    strands = [_stroke(_closed(_rosette(4.1, 1.8, 12, step / 4), 48), 0.12, GREEN) for step in range(4)]
    strands += [_stroke(_closed(_rosette(1.5, 0.6, 8, step / 2), 32), 0.1, GOLD) for step in range(2)]
    return ground + "".join(strands) + ring


def _rosette(radius: float, depth: float, petals: int, turn: float) -> Curve:
    """A closed line of so many petals about a circle, for t from 0 to 1; ``turn`` is a share of one petal."""

    def point(t: float) -> Point:
        angle = 2 * pi * t
        distance = radius + depth * cos(petals * angle - 2 * pi * turn)
        return distance * cos(angle), distance * sin(angle)

    return point


def _closed(curve: Curve, pieces: int) -> str:
    """Path data of a closed curve: Bézier pieces through equally spaced points, with the curve's own slope at each."""
    span = 1 / pieces
    points = [curve(place * span) for place in range(pieces + 1)]
    slopes = [_slope(curve, place * span, span / 3) for place in range(pieces + 1)]
    parts = [f"M{_pair(points[0])}"]
    # After the first piece "S" is enough: its first handle mirrors the last one, as the spacing is even.
    for place in range(pieces):
        end, slope = points[place + 1], slopes[place + 1]
        second = (end[0] - slope[0], end[1] - slope[1])
        if place == 0:
            first = (points[0][0] + slopes[0][0], points[0][1] + slopes[0][1])
            parts.append(f"C{_pair(first)} {_pair(second)} {_pair(end)}")
        else:
            parts.append(f"S{_pair(second)} {_pair(end)}")
    return "".join(parts) + "z"


def _slope(curve: Curve, t: float, handle: float) -> Point:
    """The handle of a Bézier piece at ``t``: the derivative times a third of the piece's span."""
    tiny = 1e-6
    before, after = curve(t - tiny), curve(t + tiny)
    factor = handle / (2 * tiny)
    return (after[0] - before[0]) * factor, (after[1] - before[1]) * factor


def _pair(point: Point) -> str:
    """A point with a hundredth of a millimetre, which no printer shows."""
    return f"{point[0]:.2f} {point[1]:.2f}"


def _stroke(path: str, width: float, colour: str) -> str:
    """A line without filling."""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _rule(inset: float, width: float, colour: str) -> str:
    """A rectangle of one line, ``inset`` from the edge of the paper all round."""
    across, down = PAGE_WIDTH - 2 * inset, PAGE_HEIGHT - 2 * inset
    return (
        f'<rect x="{inset}" y="{inset}" width="{across}" height="{down}" '
        f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
    )


def _svg(width: float, height: float, body: str) -> str:
    """A whole SVG document in millimetres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{body}</svg>'
    )
