"""Blocks that lead from reading to doing."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class PracticeCardBlock(blocks.StructBlock):
    """A card that leads to a practice. Shown in the reader's language, whichever language was chosen here."""

    page = blocks.PageChooserBlock(label=_("Practice"), page_type="courses.PracticePage")
    note = blocks.TextBlock(label=_("Why it stands here"), required=False)

    class Meta:
        icon = "success"
        label = _("Practice card")
        description = _("Leads to a practice from the library.")
        template = "blocks/practice.html"


class StepBlock(blocks.StructBlock):
    """One line of a checklist."""

    text = blocks.CharBlock(label=_("Step"))


class ChecklistBlock(blocks.StructBlock):
    """A small step to try at school this week."""

    title = blocks.CharBlock(label=_("Title"))
    items = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        icon = "tick-inverse"
        label = _("A small step")
        description = _("Two to five things to do at school this week.")
        template = "blocks/checklist.html"
        preview_value = {"title": "这周的一小步", "items": [{"text": "找一个孩子，听他说十分钟。"}]}
