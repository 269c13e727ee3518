"""Blocks that lead from reading to doing: practice cards, cases, steps and the small step of the week."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import BlockGroup

from courses.blocks.lists import ListOf
from courses.blocks.samples import a_practice
from courses.blocks.shelf import PageChooser
from courses.blocks.words import INLINE_FEATURES


class PracticeCardBlock(blocks.StructBlock):
    """A card that leads to a practice. Shown in the reader's language, whichever language was chosen here."""

    page = PageChooser(
        label=_("Practice"),
        page_type="courses.PracticePage",
        help_text=_("In either language: a reader sees it in their own."),
    )
    note = blocks.TextBlock(
        label=_("Why it stands here"), required=False, help_text=_("One sentence that ties it to this lesson.")
    )

    class Meta:
        icon = "success"
        label = _("Practice card")
        label_format = "{page}"
        description = _("Leads to a practice from the library.")
        template = "blocks/practice.html"

    def get_preview_value(self) -> Any:
        """Return the newest practice there is, for the preview beside the list of blocks."""
        return self.normalize({"page": a_practice(), "note": "这节课讲的，这所学校已经做了三年。"})


class CaseBlock(blocks.StructBlock):
    """Something that happened at a school, told up to its turning point and beyond."""

    title = blocks.CharBlock(label=_("Title"))
    situation = blocks.RichTextBlock(
        label=_("What happened"),
        features=INLINE_FEATURES,
        help_text=_("Change names and whatever would let a child be recognised."),
    )
    turning_point = blocks.RichTextBlock(
        label=_("The turning point"),
        features=INLINE_FEATURES,
        help_text=_("What somebody did or saw that changed the course of things."),
    )
    outcome = blocks.RichTextBlock(
        label=_("What came of it"), features=INLINE_FEATURES, help_text=_("Also what did not work.")
    )
    source = blocks.CharBlock(label=_("Where the case comes from"), help_text=_("A school, a book, or: put together."))

    class Meta:
        icon = "doc-full-inverse"
        label = _("Case")
        label_format = "{title}"
        description = _("Something that happened at a school, with the moment at which it turned.")
        template = "blocks/case.html"
        sheet = "doing"
        preview_value = {
            "title": "上课总趴着的孩子",
            "situation": "<p>四年级的他连着两周上课趴着，作业也不交。任课老师觉得他懒。</p>",
            "turning_point": (
                "<p>校长没有叫他到办公室，而是在放学路上和他并排走了一段。他说，奶奶住院，夜里他一个人睡不着。</p>"
            ),
            "outcome": "<p>学校安排他先住校，班主任每晚去看一眼。一个月以后，他又举手了。</p>",
            "source": "根据几所学校的经历合写",
        }
        form_layout = BlockGroup(
            children=[
                "title",
                "situation",
                "turning_point",
                "outcome",
                BlockGroup(heading=_("Source"), children=["source"], icon="openquote", label_format="{source}"),
            ]
        )


class InstructionBlock(blocks.StructBlock):
    """One of several steps in order."""

    title = blocks.CharBlock(label=_("What is done"))
    text = blocks.TextBlock(label=_("How"), required=False)

    class Meta:
        icon = "list-ol"
        label = _("Step")
        label_format = "{title}"


class StepsBlock(blocks.StructBlock):
    """What is done, in order."""

    title = blocks.CharBlock(label=_("Title"), required=False)
    items = ListOf(InstructionBlock(), label=_("Steps"), min_num=1, max_num=12, help_text=_("Begin each with a verb."))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        label_format = "{title}"
        description = _("What is done, in order.")
        template = "blocks/steps.html"
        sheet = "doing"
        preview_value = {
            "title": "一次谈心怎么走",
            "items": [
                {"title": "选一个安静的地方", "text": "看得见人、听不见话：操场边的长凳比办公室好。"},
                {"title": "先说自己为什么来", "text": "“我就是想听你说说话，不是出了什么事。”"},
                {"title": "记下一件要做的事", "text": ""},
            ],
        }


class StepBlock(blocks.StructBlock):
    """One line of a checklist."""

    text = blocks.CharBlock(label=_("Step"))

    class Meta:
        icon = "check"
        label = _("Step")
        label_format = "{text}"


class ChecklistBlock(blocks.StructBlock):
    """A small step to try at school this week."""

    title = blocks.CharBlock(label=_("Title"))
    items = ListOf(
        StepBlock(),
        label=_("Steps"),
        min_num=1,
        max_num=8,
        help_text=_("So small that it fits into this week, whatever else happens."),
    )

    class Meta:
        icon = "tick-inverse"
        label = _("A small step")
        label_format = "{title}"
        description = _("Two to five things to do at school this week.")
        template = "blocks/checklist.html"
        preview_value = {
            "title": "这周的一小步",
            "items": [{"text": "找一个孩子，听他说十分钟。"}, {"text": "只记一句他的原话。"}],
        }
