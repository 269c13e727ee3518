"""Blocks that lead from reading to doing: practice cards, cases, steps and the small step of the week."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.words import INLINE_FEATURES


class PracticeCardBlock(blocks.StructBlock):
    """A card that leads to a practice. Shown in the reader's language, whichever language was chosen here."""

    page = blocks.PageChooserBlock(label=_("Practice"), page_type="courses.PracticePage")
    note = blocks.TextBlock(label=_("Why it stands here"), required=False)

    class Meta:
        icon = "success"
        label = _("Practice card")
        description = _("Leads to a practice from the library.")
        template = "blocks/practice.html"


class CaseBlock(blocks.StructBlock):
    """Something that happened at a school, told up to its turning point and beyond."""

    title = blocks.CharBlock(label=_("Title"))
    situation = blocks.RichTextBlock(label=_("What happened"), features=INLINE_FEATURES)
    turning_point = blocks.RichTextBlock(label=_("The turning point"), features=INLINE_FEATURES)
    outcome = blocks.RichTextBlock(label=_("What came of it"), features=INLINE_FEATURES)
    source = blocks.CharBlock(label=_("Where the case comes from"))

    class Meta:
        icon = "doc-full-inverse"
        label = _("Case")
        description = _("Something that happened at a school, with the moment at which it turned.")
        template = "blocks/case.html"


class InstructionBlock(blocks.StructBlock):
    """One of several steps in order."""

    title = blocks.CharBlock(label=_("What is done"))
    text = blocks.TextBlock(label=_("How"), required=False)


class StepsBlock(blocks.StructBlock):
    """What is done, in order."""

    title = blocks.CharBlock(label=_("Title"), required=False)
    items = blocks.ListBlock(InstructionBlock(), label=_("Steps"), min_num=1, max_num=12)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("What is done, in order.")
        template = "blocks/steps.html"


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
