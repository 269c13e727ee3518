"""Making a text fit: smaller in steps, then on two lines, then not at all.

Widths come from the fonts' own advances, before anything is laid out, so a refusal costs no drawing.
"""

from dataclasses import dataclass

from certificates.rendering.errors import SheetError, SheetReason
from certificates.rendering.fonts import text_width

MM_PER_POINT = 25.4 / 72
SAFETY = 1.02
"""Kerning and the rounding of the layout engine are not in the sum of advances."""

_BREAK_AFTER = frozenset(" -·•・‧/—–,，、;；:：.")
_NOT_AT_START = frozenset("·•・‧，、；：。！？）》」』”’)]-")
_NOT_AT_END = frozenset("（《「『“‘([")


@dataclass(frozen=True, slots=True)
class Step:
    """One size to try, in points, on so many lines."""

    points: float
    lines: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text cut into lines at the first step that holds it. The lines, joined by nothing, are the text."""

    lines: tuple[str, ...]
    step: int
    points: float


@dataclass(frozen=True, slots=True)
class Measure:
    """The room for one kind of text: its width in millimetres, letter spacing in ems, and the steps in order."""

    width: float
    steps: tuple[Step, ...]
    reason: SheetReason
    spacing: float = 0.0


NAME = Measure(
    width=214,
    steps=(Step(36, 1), Step(31, 1), Step(27, 1), Step(23, 1), Step(20, 1), Step(20, 2), Step(18, 2), Step(16, 2)),
    reason=SheetReason.NAME_TOO_LONG,
)
TITLE_ZH = Measure(
    width=224, steps=(Step(21, 1), Step(18, 1), Step(15.5, 1), Step(14, 2)), reason=SheetReason.TEXT_TOO_LONG
)
TITLE_EN = Measure(
    width=224, steps=(Step(13, 1), Step(11.5, 1), Step(10, 1), Step(10, 2)), reason=SheetReason.TEXT_TOO_LONG
)
LINE = Measure(width=224, steps=(Step(10, 1), Step(8.5, 1), Step(7.5, 1)), reason=SheetReason.TEXT_TOO_LONG)
ISSUER_ZH = Measure(width=108, steps=(Step(11, 1), Step(9, 1)), reason=SheetReason.TEXT_TOO_LONG, spacing=0.09)
ISSUER_EN = Measure(width=108, steps=(Step(10, 1), Step(8.5, 1)), reason=SheetReason.TEXT_TOO_LONG)
SIGNATORY = Measure(width=43, steps=(Step(11, 1), Step(9.5, 1), Step(8, 1)), reason=SheetReason.TEXT_TOO_LONG)
ROLE = Measure(width=43, steps=(Step(8, 1), Step(7, 1), Step(7, 2), Step(6, 2)), reason=SheetReason.TEXT_TOO_LONG)
ADDRESS = Measure(width=110, steps=(Step(7.5, 1), Step(6.5, 1), Step(5.5, 1)), reason=SheetReason.TEXT_TOO_LONG)


def fit(text: str, measure: Measure, *, field: str) -> Fitted:
    """Cut a text for its room. Raises SheetError with the measure's reason when no step holds it."""
    for place, step in enumerate(measure.steps):
        lines = _lines(text, step.lines)
        if lines and all(_width(line, step, measure) <= measure.width for line in lines):
            return Fitted(lines=lines, step=place, points=step.points)
    raise SheetError(measure.reason, field=field, detail=f"{len(text)} characters")


def _width(line: str, step: Step, measure: Measure) -> float:
    """Width of one line in millimetres."""
    ems = text_width(line.strip()) * SAFETY + measure.spacing * len(line)
    return ems * step.points * MM_PER_POINT


def _lines(text: str, count: int) -> tuple[str, ...]:
    """The text on one line, or cut in two halves as even as may be; empty when it may not be cut."""
    if count == 1:
        return (text,)
    cuts = [place for place in range(1, len(text)) if _may_cut(text[place - 1], text[place])]
    if not cuts:
        return ()

    def badness(place: int) -> float:
        """The longer part; a cut that is not at a space has to be a fifth better."""
        longer = max(text_width(text[:place].strip()), text_width(text[place:].strip()))
        return longer if text[place - 1].isspace() else longer * 1.2

    best = min(cuts, key=badness)
    return text[:best], text[best:]


def _may_cut(before: str, after: str) -> bool:
    """Whether a line may end between two characters: after a space or a joint, or beside a Han character."""
    if after in _NOT_AT_START or before in _NOT_AT_END or after.isspace():
        return False
    return before in _BREAK_AFTER or _is_ideograph(before) or _is_ideograph(after)


def _is_ideograph(character: str) -> bool:
    """Whether a character is set solid, one em each, and may be parted from its neighbours."""
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"
