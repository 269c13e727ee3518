"""The field in which a table is written: Wagtail's grid, in the writer's language and with one caption."""

from typing import Any

from django.forms import Media
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register
from wagtail.contrib.table_block.blocks import TableInput, TableInputAdapter


class CellsInput(TableInput):
    """Wagtail's grid with the script that gives its menu words: it brings them in American English only."""

    @cached_property
    def media(self) -> Media:
        """Wagtail's sheet and script, and ours after it: one list, since only within a list the order is kept."""
        theirs = super().media
        return Media(css=theirs._css, js=[*theirs._js, versioned_static("js/admin/table.js")])


class CellsInputAdapter(TableInputAdapter):
    """What the page's script is told of the field, for whoever opens the editor."""

    js_constructor = "terrace.widgets.CellsInput"

    def js_args(self, widget: CellsInput) -> list[Any]:
        """Add the words of the menu under the right mouse button, and ask for the reader's language."""
        options, strings = super().js_args(widget)
        return [{**options, "language": get_language()}, strings, _words_of_menu()]


def _words_of_menu() -> dict[str, str | list[str]]:
    """Return the menu's words by the names that its library has for them; two forms where it counts."""
    return {
        "CONTEXTMENU_ITEMS_ROW_ABOVE": _("Add a row above"),
        "CONTEXTMENU_ITEMS_ROW_BELOW": _("Add a row below"),
        "CONTEXTMENU_ITEMS_INSERT_LEFT": _("Add a column on the left"),
        "CONTEXTMENU_ITEMS_INSERT_RIGHT": _("Add a column on the right"),
        "CONTEXTMENU_ITEMS_REMOVE_ROW": [_("Remove the row"), _("Remove the rows")],
        "CONTEXTMENU_ITEMS_REMOVE_COLUMN": [_("Remove the column"), _("Remove the columns")],
        "CONTEXTMENU_ITEMS_UNDO": _("Take the last step back"),
        "CONTEXTMENU_ITEMS_REDO": _("Do it again"),
    }


register(CellsInputAdapter(), CellsInput)
