"""What is wrong with the rows of a list, by row and column, in words. Reads no database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.phones import normalise_phone
from accounts.services.people import clean_name
from cohorts.services.roster.columns import NAME, PHONE, REGION, SCHOOL
from cohorts.services.roster.reading import NO_RESULT

LONGEST: Final = {SCHOOL: 100, REGION: 60}
SHORTENED: Final = re.compile(r"(\d(?:\.\d+)?)[eE]\+?(\d{1,2})")
ERRORS: Final = ("#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")

LABELS: Final = {
    NAME: _("Full name"),
    PHONE: _("Mobile number"),
    SCHOOL: _("School"),
    REGION: _("Province or region"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell. ``field`` names the column; the sentence says what to do."""

    field: str
    sentence: Any

    @property
    def label(self) -> Any:
        """The column, as the form calls it."""
        return LABELS[self.field]


@dataclass
class Entry:
    """One row: its number in the file, what it says in our terms, and what is wrong with it."""

    row: int
    name: str = ""
    phone: str = ""
    school: str = ""
    region: str = ""
    faults: list[Fault] = field(default_factory=list)
    same_as: int = 0
    """The row that says the same already, if there is one."""

    @property
    def is_good(self) -> bool:
        """Whether the row is taken in."""
        return not self.faults and not self.same_as


def check_rows(rows: Sequence[tuple[int, Sequence[str]]], mapping: Mapping[str, int]) -> list[Entry]:
    """Return each row in our terms, with its faults; two rows with one phone number are compared."""
    entries = [_entry(number, cells, mapping) for number, cells in rows]
    first: dict[str, Entry] = {}
    for entry in entries:
        if not entry.phone:
            continue
        other = first.setdefault(entry.phone, entry)
        if other is entry:
            continue
        if other.name == entry.name:
            entry.same_as = other.row
        else:
            _tell_apart(entry, other)
    return entries


def _tell_apart(entry: Entry, other: Entry) -> None:
    """Two people with one phone: nobody but the facilitator knows whose it is, so neither is taken."""
    sentence = _("Rows %(first)d and %(second)d have the same number and different names. Whose number is it?")
    for one in (entry, other):
        if not any(fault.field == PHONE for fault in one.faults):
            one.faults.append(Fault(PHONE, sentence % {"first": other.row, "second": entry.row}))


def _entry(number: int, cells: Sequence[str], mapping: Mapping[str, int]) -> Entry:
    entry = Entry(number)
    said = {name: cells[place] if place < len(cells) else "" for name, place in mapping.items()}
    for name, text in said.items():
        if text == NO_RESULT:
            entry.faults.append(
                Fault(name, _("A formula whose result is not in the file. Copy the column and paste it as values."))
            )
        elif text in ERRORS:
            entry.faults.append(Fault(name, _("A formula that failed: %(text)s.") % {"text": text}))
        else:
            _take(entry, name, text)
    return entry


def _take(entry: Entry, name: str, text: str) -> None:
    try:
        value = _TAKERS[name](text)
    except ValidationError as fault:
        entry.faults.append(Fault(name, fault.messages[0]))
    else:
        setattr(entry, name, value)


def _phone(text: str) -> str:
    if not text:
        raise ValidationError(_("The number is missing."))
    if shortened := SHORTENED.fullmatch(text):
        text = _exact(shortened)
    return normalise_phone(text.removeprefix("'"))


def _exact(shortened: re.Match[str]) -> str:
    """Return the number that Excel wrote as 1.3800138E+10, where every digit is still there."""
    digits = len(shortened[1].replace(".", ""))
    if digits != int(shortened[2]) + 1:
        raise ValidationError(
            _("Excel shortened this to %(text)s; its digits are lost. Format the column as text and type it again."),
            params={"text": shortened[0]},
        )
    return str(int(Decimal(shortened[0])))


def _name(text: str) -> str:
    if not text:
        raise ValidationError(_("The name is missing."))
    return clean_name(text)


def _school(text: str) -> str:
    return text[: LONGEST[SCHOOL]]


def _region(text: str) -> str:
    return text[: LONGEST[REGION]]


_TAKERS: Final = {NAME: _name, PHONE: _phone, SCHOOL: _school, REGION: _region}
