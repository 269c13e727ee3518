"""From the bytes of a file to rows of words, with notes on what was read otherwise than it looks.

Nothing is corrected in silence: hidden rows, joined cells, formulas, other sheets and numbers that Excel made of phone
numbers are all told. A file with too many rows is refused as soon as that is seen.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from cohorts.services.roster.columns import propose
from foundation.uploads import RefusalCode, Upload, UploadRefused, clean_table, decoded_text

MOST_ROWS: Final = 2000
MOST_LINES: Final = 20_000
"""Rows that are looked at, the empty ones too: an office's sheet may be formatted down to its last row."""

MOST_COLUMNS: Final = 40
LONGEST_CELL: Final = 200  # characters
HEADER_WITHIN: Final = 20
"""The names of the columns stand in one of these first rows: above them there may be a title and a remark."""

NO_RESULT: Final = "\ue000"
"""Stands for a formula whose result is not in the file; a private character, which no cell of a name may hold."""

SMALLEST_PHONE: Final = 10_000_000_000
"""A number of at least 11 digits in a cell of numbers is a phone number that Excel took for a quantity."""


@dataclass
class Table:
    """A list as it was read: the titles of its columns, its rows with their numbers in the file, and notes."""

    header: list[str]
    header_row: int
    rows: list[tuple[int, list[str]]]
    notes: list[dict[str, Any]] = field(default_factory=list)


def read_table(file: Upload, *, name: str) -> Table:
    """Return the list in a CSV or XLSX file. Raises ``UploadRefused`` with a sentence for whatever is none."""
    clean = clean_table(file, name=name)
    notes: dict[str, Any] = {}
    lines = _lines_of_csv(clean.content) if clean.extension == "csv" else _lines_of_xlsx(clean.content, notes)
    header_row, header = _header(lines)
    rows = [(number, cells) for number, cells in lines if number > header_row and any(cells)]
    if len(rows) > MOST_ROWS:
        raise UploadRefused(RefusalCode.TOO_MANY_ROWS, limit=MOST_ROWS)
    return Table(header, header_row, rows, [{"code": code, "value": value} for code, value in notes.items() if value])


def _header(lines: list[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """Return the row that names most columns, and its words; it must name at least one of those that we need."""
    best = max(lines[:HEADER_WITHIN], key=lambda line: len(propose(line[1])), default=None)
    if best is None or not propose(best[1]):
        raise UploadRefused(RefusalCode.NO_TABLE)
    return best


def _require_few(filled: int, seen: int) -> None:
    if filled > MOST_ROWS + HEADER_WITHIN or seen > MOST_LINES:
        raise UploadRefused(RefusalCode.TOO_MANY_ROWS, limit=MOST_ROWS)


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:LONGEST_CELL]


# --- CSV -----------------------------------------------------------------------------------------------------------


def _lines_of_csv(content: bytes) -> list[tuple[int, list[str]]]:
    text = decoded_text(content)
    if text is None:
        raise UploadRefused(RefusalCode.DAMAGED)
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t，", key=first.count)
    lines = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            tidy = [_tidy(cell) for cell in cells[:MOST_COLUMNS]]
            if any(tidy):
                lines.append((number, tidy))
            _require_few(len(lines), number)
    except csv.Error as error:
        raise UploadRefused(RefusalCode.DAMAGED) from error
    return lines


# --- XLSX ----------------------------------------------------------------------------------------------------------


def _lines_of_xlsx(content: bytes, notes: dict[str, Any]) -> list[tuple[int, list[str]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            return _lines_of_book(book, notes)
        finally:
            book.close()
    except UploadRefused:
        raise
    except Exception as error:  # openpyxl raises whatever a strange file leads it to
        raise UploadRefused(RefusalCode.DAMAGED) from error


def _lines_of_book(book: Any, notes: dict[str, Any]) -> list[tuple[int, list[str]]]:
    """Read the first sheet that is shown and holds something; say its name where there are others."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in shown:
        found: dict[str, Any] = {}
        if lines := _lines_of_sheet(sheet, found):
            notes |= found
            notes["sheet"] = sheet.title[:LONGEST_CELL] if len(book.worksheets) > 1 else ""
            return lines
    return []


def _lines_of_sheet(sheet: Any, notes: dict[str, Any]) -> list[tuple[int, list[str]]]:
    parser = _parser(sheet)
    lines: dict[int, list[str]] = {}
    hidden = 0
    for seen, (number, cells) in enumerate(parser.parse(), 1):
        words = _words(cells, notes)
        is_hidden = parser.row_dimensions.get(str(number), {}).get("hidden") in ("1", "true")
        if any(words) and is_hidden:
            hidden += 1
        elif any(words):
            lines[number] = words
        _require_few(len(lines) + hidden, seen)
    notes["hidden"] = hidden
    notes["joined"] = _fill_joined(lines, parser)
    return sorted(lines.items())


def _words(cells: list[dict[str, Any]], notes: dict[str, Any]) -> list[str]:
    words = [""] * min(MOST_COLUMNS, max((cell["column"] for cell in cells), default=0))
    for cell in cells:
        if cell["column"] <= MOST_COLUMNS:
            words[cell["column"] - 1] = _word(cell["value"], notes)
    return words


def _word(value: Any, notes: dict[str, Any]) -> str:
    """Return a cell's value as words. Numbers are exact up to 15 digits, however few of them Excel shows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        value = int(value)
    if isinstance(value, int) and value >= SMALLEST_PHONE:
        notes["numbers"] = notes.get("numbers", 0) + 1
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _tidy(str(value))


def _fill_joined(lines: dict[int, list[str]], parser: Any) -> int:
    """Give each row below a joined cell its value, as the sheet shows it; return how many joined cells that were."""
    filled = 0
    for joined in getattr(parser.merged_cells, "mergeCell", None) or ():
        first, place = lines.get(joined.min_row), joined.min_col - 1
        rows = [row for row in range(joined.min_row + 1, min(joined.max_row, MOST_LINES) + 1) if row in lines]
        if not rows or first is None or place >= len(first):
            continue
        filled += 1
        for row in rows:
            cells = lines[row]
            cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = cells[place] or first[place]
    return filled


def _parser(sheet: Any) -> Any:
    """Return openpyxl's parser of a sheet, which also knows formulas without a result."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                cell["value"] = NO_RESULT
            return cell

        def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
            with sheet._get_source() as source:
                self.source = source
                yield from super().parse()

    book = sheet.parent
    return Parser(
        None,
        sheet._shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )
