"""The matrix people × steps as table rows: twenty thousand cells, so each is taken from a few that are made once.

All words of people are escaped here. End tags that HTML does not ask for are left out, and names of classes are one
letter: the whole table of a thousand learners is to travel in sixty kilobytes.
"""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext

from cohorts.enums import StepState
from cohorts.rules.concern import Reason
from cohorts.rules.steps import OPEN_STATES
from cohorts.selectors.overview import Board, Row
from foundation.templatetags.terrace import day_format

LATE = "l"
"""The class of a step that is open past its deadline."""


def marks() -> dict[str, tuple[str, str]]:
    """Return the class and the mark of each state of a step, and of being late, in the active language."""
    done = ("d", "✓")
    return {
        StepState.NOTHING.value: ("n", ""),
        StepState.BEGUN.value: ("b", "…"),
        StepState.DONE.value: done,
        StepState.ACCEPTED.value: done,
        StepState.WAITING.value: ("w", pgettext("mark of a step that waits for review, one character", "R")),
        StepState.RETURNED.value: ("r", pgettext("mark of a step that was returned, one character", "↺")),
        LATE: ("l", "!"),
    }


def legend() -> list[tuple[str, str, str]]:
    """Return class, mark and meaning of each kind of cell, in the order of the legend."""
    known = marks()
    meanings = {
        StepState.DONE.value: gettext("done or accepted"),
        StepState.BEGUN.value: gettext("begun"),
        StepState.WAITING.value: gettext("waiting for review"),
        StepState.RETURNED.value: gettext("returned for another try"),
        LATE: gettext("late: not done when it was due"),
        StepState.NOTHING.value: gettext("not begun"),
    }
    return [(*known[state], meaning) for state, meaning in meanings.items()]


def table_rows(board: Board, rows: Sequence[Row], *, linked: Callable[[Row], bool]) -> SafeString:
    """Return the body of the matrix for these learners; a name for which ``linked`` holds leads to the learner."""
    cells, words = _Cells(board), _Words(board)
    return mark_safe(  # noqa: S308  (escaped below)
        "".join(_row(row, cells.by_column(row.past), words, linked(row)) for row in rows)
    )


class _Cells:
    """The cells of each column, by the state of the step. Most learners share one set of deadlines that are over."""

    def __init__(self, board: Board) -> None:
        self.places = [column.place for column in board.columns]
        self.plain = {state: f"<td class={css}>{mark}" for state, (css, mark) in marks().items()}
        self.late = self.plain | {state.value: self.plain[LATE] for state in OPEN_STATES}
        self._made: dict[frozenset[int], list[tuple[int, dict[str, str]]]] = {}

    def by_column(self, past: frozenset[int]) -> list[tuple[int, dict[str, str]]]:
        """Return for each column its place and the cell of each state; past its deadline an open step is late."""
        if past not in self._made:
            self._made[past] = [(place, self.late if place in past else self.plain) for place in self.places]
        return self._made[past]


class _Words:
    """What is said beside the cells, each made once."""

    def __init__(self, board: Board) -> None:
        self.today, self.zone = board.today, board.cohort.zone
        self.labels = {column.place: escape(column.label) for column in board.columns}
        self.completed = f"<span class='chip chip-green'>{escape(gettext('completed'))}</span>"
        self._days: dict[date | None, str] = {None: f"<td class=a>{escape(gettext('not yet'))}"}

    def last(self, row: Row) -> str:
        """Return the cell of the last activity."""
        day = row.last_activity_at.astimezone(self.zone).date() if row.last_activity_at else None
        if day and day not in self._days:
            spoken = escape(days_ago((self.today - day).days))
            self._days[day] = f"<td class=a><time datetime={day}>{spoken}</time>"
        return self._days[day]

    def standing(self, row: Row) -> str:
        """Return what is said of a learner: why a call is needed, or else what there is to say."""
        if row.is_completed:
            return self.completed
        if row.needs_call:
            said = escape(" · ".join(in_words(reason, self.labels) for reason in row.reasons))
            return f"<span class='chip chip-red'>{said}</span>"
        if row.reasons and row.snoozed_until:
            until = date_format(row.snoozed_until, day_format())
            return escape(gettext("put off until %(day)s") % {"day": until})
        if row.is_late:
            number = row.open_and_late
            said = ngettext("%(number)d step late", "%(number)d steps late", number) % {"number": number}
            return f"<span class='chip chip-straw'>{escape(said)}</span>"
        return ""


def in_words(reason: Reason, labels: dict[int, str]) -> str:
    """Return a reason in words, after the step that it is about."""
    return f"{labels[reason.place]} {reason.words}" if reason.place in labels else reason.words


def days_ago(days: int) -> str:
    """Return how long ago a day was, in words."""
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


def _row(row: Row, cells: list[tuple[int, dict[str, str]]], words: _Words, is_linked: bool) -> str:
    name = escape(row.name) or escape(gettext("person without a name"))
    place = " · ".join(escape(part) for part in (row.school, row.region) if part)
    who = f"{name}<small>{place}</small>" if place else name
    who = f"<a href=calls/{row.uuid}/>{who}</a>" if is_linked else who
    letters = row.letters.ljust(row.total, StepState.NOTHING.value)
    line = "".join(cell.get(letters[at : at + 1], "<td class=n>") for at, cell in cells)
    percent = row.percent
    return (
        f"<tr><th scope=row>{who}<td class=s>{words.standing(row)}{line}"
        f"<td class='p p{percent // 10}'>{percent}%{words.last(row)}"
    )
