"""Things side by side: a table, and a comparison of two ways of doing."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock as GridBlock


class TableBlock(blocks.StructBlock):
    """A small table with a caption that says what it shows."""

    caption = blocks.CharBlock(label=_("What the table shows"))
    cells = GridBlock(label=_("Cells"))

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("A small table: at most four columns, so that it fits on a phone.")
        template = "blocks/table.html"


class ComparisonRowBlock(blocks.StructBlock):
    """One thing, done in two ways."""

    left = blocks.TextBlock(label=_("Left"))
    right = blocks.TextBlock(label=_("Right"))


class ComparisonBlock(blocks.StructBlock):
    """Two ways side by side, for example what is often said and what helps."""

    left_title = blocks.CharBlock(label=_("Title on the left"))
    right_title = blocks.CharBlock(label=_("Title on the right"))
    rows = blocks.ListBlock(ComparisonRowBlock(), label=_("Rows"), min_num=1, max_num=6)

    class Meta:
        icon = "arrows-up-down"
        label = _("Comparison")
        description = _("Two ways side by side, for example what is often said and what helps.")
        template = "blocks/comparison.html"
