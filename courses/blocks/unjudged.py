"""What a lesson asks without judging: a reflection for oneself, and a poll of the cohort."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ReflectionBlock(blocks.StructBlock):
    """A question to answer for oneself. What is written is kept, and nobody else reads it."""

    prompt = blocks.TextBlock(label=_("Question"))
    help = blocks.CharBlock(label=_("Help"), required=False)

    class Meta:
        icon = "edit"
        label = _("Reflection")
        description = _("A question to answer for oneself. Nobody else reads the answer.")
        template = "blocks/reflection.html"
        preview_value = {"prompt": "最近一次您认真听一个孩子说话，是什么时候？", "help": "写几句就好。"}


class PollOptionBlock(blocks.StructBlock):
    """One answer of a poll. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("Answer"))


class PollBlock(blocks.StructBlock):
    """A question to the whole cohort; who answered sees how many chose what."""

    prompt = blocks.TextBlock(label=_("Question"))
    options = blocks.ListBlock(PollOptionBlock(), label=_("Answers"), min_num=2, max_num=6)

    class Meta:
        icon = "group"
        label = _("Poll of the cohort")
        description = _("Asks the cohort. There is no right answer; who answered sees how many chose what.")
        template = "blocks/poll.html"
