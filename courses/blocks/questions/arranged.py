"""Questions answered by arranging: putting in order, and matching. Both work without dragging."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.questions.base import JudgedBlock


class OrderedItemBlock(blocks.StructBlock):
    """One thing to put in its place. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("Text"))


class OrderBlock(JudgedBlock):
    """Things to put in order. They are written here in the right order and shown in another."""

    items = blocks.ListBlock(OrderedItemBlock(), label=_("In the right order"), min_num=3, max_num=7)

    class Meta:
        label = _("Question: put in order")
        description = _("Write the items in the right order; the reader sees them mixed.")


class PairBlock(blocks.StructBlock):
    """Two things that belong together. Its identity is the id of its list item."""

    left = blocks.CharBlock(label=_("This"))
    right = blocks.CharBlock(label=_("belongs to this"))


class MatchBlock(JudgedBlock):
    """Pairs to find again."""

    pairs = blocks.ListBlock(PairBlock(), label=_("Pairs"), min_num=2, max_num=6)

    class Meta:
        label = _("Question: match")
        description = _("Pairs that belong together; the reader finds them again.")
