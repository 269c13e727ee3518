"""Things side by side: a table, and a comparison of two ways of doing."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StructBlockValidationError
from wagtail.contrib.table_block.blocks import TableBlock as GridBlock
from wagtail_localize.segments import StringSegmentValue

from courses.blocks.grid import CellsInput
from courses.blocks.lists import ListOf

MOST_COLUMNS = 4
MOST_ROWS = 30


def rows_of(value: Any) -> list[list[str]]:
    """Return the words of a grid, without what stands empty at its end: the editor begins with three rows of three."""
    rows = [[str(cell).strip() if cell is not None else "" for cell in row] for row in (value or {}).get("data") or []]
    while rows and not any(rows[-1]):
        rows.pop()
    while rows and all(len(row) == len(rows[0]) and row and not row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    return rows


class CellsBlock(GridBlock):
    """Wagtail's grid of cells, made known to the translators' tool, which passes over blocks that it does not know.

    A cell is known by its place, as the other language's table has it there too. A row put in above moves the places:
    the words that a cell had elsewhere on the page go along (courses/services/translating/stale.py). Numbers alone
    need no translating.
    """

    @cached_property
    def field(self) -> forms.CharField:
        """Wagtail's field, with the grid in the writer's language."""
        return forms.CharField(widget=CellsInput(table_options=self.table_options), **self.field_options)

    def get_translatable_segments(self, value: Any) -> list[StringSegmentValue]:
        """Return the words to translate, cell by cell."""
        return [StringSegmentValue(place, cell) for place, cell in _cells(value) if _has_words(cell)]

    def restore_translated_segments(self, value: Any, segments: Iterable[StringSegmentValue]) -> Any:
        """Return the table with the translated words in their cells; a cell without a translation stays as it is."""
        translated = {segment.path: segment.render_text() for segment in segments}
        data = [
            [translated.get(_place(row, column), cell) for column, cell in enumerate(cells)]
            for row, cells in enumerate((value or {}).get("data") or [])
        ]
        return {**(value or {}), "data": data}


def _cells(value: Any) -> Iterator[tuple[str, str]]:
    for row, cells in enumerate((value or {}).get("data") or []):
        yield from ((_place(row, column), str(cell)) for column, cell in enumerate(cells) if cell)


def _has_words(cell: str) -> bool:
    return any(character.isalpha() for character in cell)


def _place(row: int, column: int) -> str:
    return f"r{row + 1}c{column + 1}"


class TableBlock(blocks.StructBlock):
    """A small table with a caption that says what it shows."""

    caption = blocks.CharBlock(label=_("What the table shows"))
    cells = CellsBlock(
        label=_("Cells"),
        help_text=_("Click to write. The right mouse button adds rows and columns. At most four columns."),
    )

    class Meta:
        icon = "table"
        label = _("Table")
        label_format = "{caption}"
        description = _("A small table: at most four columns, so that it fits on a phone.")
        template = "blocks/table.html"
        sheet = "tables"
        preview_value = {
            "caption": "一周的安排",
            "cells": {
                "data": [["时间", "谁", "做什么"], ["周一", "班主任", "看信箱"], ["周三", "校长", "谈心两次"]],
                "table_header_choice": "row",
                "first_row_is_table_header": True,
                "first_col_is_header": False,
            },
        }

    def clean(self, value: Any) -> Any:
        """Refuse to publish a table that is empty, ragged, too wide or full of holes."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        rows = rows_of(cleaned["cells"])
        if fault := _fault_of(rows, has_header=bool((cleaned["cells"] or {}).get("first_row_is_table_header"))):
            raise StructBlockValidationError(block_errors={"cells": ValidationError(fault)})
        cleaned["cells"] = {**cleaned["cells"], "data": rows}
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Return the rows apart from their head."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        cells, rows = value["cells"] or {}, rows_of(value["cells"])
        has_head = bool(cells.get("first_row_is_table_header")) and bool(rows)
        return context | {
            "head": rows[0] if has_head else None,
            "rows": rows[1:] if has_head else rows,
            "has_row_heads": bool(cells.get("first_col_is_header")),
        }


def _fault_of(rows: list[list[str]], *, has_header: bool) -> Any:
    """Return what is wrong with a table, or nothing."""
    widths = {len(row) for row in rows}
    if not rows or widths == {0} or (has_header and len(rows) == 1):
        return _("The table is empty.")
    if len(widths) > 1:
        return _("Every row needs the same number of cells.")
    if max(widths) > MOST_COLUMNS:
        return _("The table has more than four columns, which no phone can show. Divide it into two.")
    if len(rows) > MOST_ROWS:
        return _("The table has more than 30 rows. Offer it as a file to download instead.")
    if not all(any(row) for row in rows):
        return _("A row is empty. Fill it, or remove it with the right mouse button.")
    if has_header and not all(rows[0][1:]):
        return _("A column has no heading.")
    return None


class ComparisonRowBlock(blocks.StructBlock):
    """One thing, done in two ways."""

    left = blocks.TextBlock(label=_("Left"))
    right = blocks.TextBlock(label=_("Right"))

    class Meta:
        icon = "grip"
        label = _("Row")
        label_format = "{left} · {right}"


class ComparisonBlock(blocks.StructBlock):
    """Two ways side by side, for example what is often said and what helps."""

    left_title = blocks.CharBlock(label=_("Title on the left"))
    right_title = blocks.CharBlock(label=_("Title on the right"))
    rows = ListOf(
        ComparisonRowBlock(), label=_("Rows"), min_num=1, max_num=6, help_text=_("Short: a sentence on each side.")
    )

    class Meta:
        icon = "table"
        label = _("Comparison")
        label_format = "{left_title} · {right_title}"
        description = _("Two ways side by side, for example what is often said and what helps.")
        template = "blocks/comparison.html"
        sheet = "tables"
        preview_value = {
            "left_title": "常说的话",
            "right_title": "更好的话",
            "rows": [
                {"left": "有什么好哭的？", "right": "难过就哭一会儿，我在这儿。"},
                {"left": "你爸妈是为了你好。", "right": "想他们了吧？跟我说说他们。"},
            ],
        }
