"""A cohort's progress over time as a drawing: what was done as a line, the plan as a broken one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from cohorts.rules.expected import Point

WIDTH, HEIGHT = 330, 190
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
"""Units of the drawing; it is as wide as its place."""


@dataclass(frozen=True)
class _Frame:
    """Where a point lies."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Return how far to the right the end of a day lies."""
        length = (self.last - self.first).days + 1
        return round(LEFT + (WIDTH - LEFT - RIGHT) * ((day - self.first).days + 1) / length, 1)

    def y(self, percent: float) -> float:
        """Return how far down a share lies."""
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (100 - percent) / 100, 1)


def progress_chart(points: Sequence[Point], title: str) -> SafeString:
    """Return the drawing as SVG. What it shows also stands in a table beside it."""
    frame = _Frame(points[0].day, points[-1].day)
    done = [(point.day, point.done) for point in points if point.done is not None]
    parts = [
        f"<svg class=chart viewBox='0 0 {WIDTH} {HEIGHT}' role=img aria-labelledby=chart-title>",
        f"<title id=chart-title>{escape(title)}</title>",
        *(_grid(frame, percent) for percent in (0, 50, 100)),
        _line("plan", frame, [(point.day, point.planned) for point in points]),
        _line("done", frame, done) if done else "",
        _mark(frame, *done[-1]) if done else "",
        _day(frame.first, LEFT, "start"),
        _day(frame.last, WIDTH - RIGHT, "end"),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308  (numbers, days and an escaped title)


def _grid(frame: _Frame, percent: int) -> str:
    y = frame.y(percent)
    line = f"<path class=grid d='M{LEFT} {y}H{WIDTH - RIGHT}'/>"
    return f"{line}<text x={LEFT - 6} y={y + 4} text-anchor=end>{percent}%</text>"


def _line(name: str, frame: _Frame, points: Sequence[tuple[date, int]]) -> str:
    steps = " ".join(f"{frame.x(day)},{frame.y(percent)}" for day, percent in points)
    return f"<polyline class={name} points='{LEFT},{frame.y(0)} {steps}'/>"


def _mark(frame: _Frame, day: date, percent: int) -> str:
    x, y = frame.x(day), frame.y(percent)
    anchor = "end" if x > WIDTH / 2 else "start"
    label = escape(gettext("done %(percent)d%%") % {"percent": percent})
    return (
        f"<circle class=now cx={x} cy={y} r=4 />"
        f"<text class=said x={x + (-8 if anchor == 'end' else 8)} y={max(y - 10, TOP + 12)} text-anchor={anchor}>"
        f"{label}</text>"
    )


def _day(day: date, x: int, anchor: str) -> str:
    said = escape(date_format(day, gettext("j M")))
    return f"<text x={x} y={HEIGHT - 8} text-anchor={anchor}>{said}</text>"
