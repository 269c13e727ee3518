"""What a lesson asks without judging: a reflection for oneself, and a poll of the cohort."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.lists import ListOf
from courses.blocks.questions.base import item_faults, repeated


class ReflectionValue(blocks.StructValue):
    """A question to answer for oneself."""

    def numbered_options(self) -> list[dict[str, Any]]:
        """Return no options: there is nothing to choose from."""
        return []


class ReflectionBlock(blocks.StructBlock):
    """A question to answer for oneself. What is written is kept, and nobody else reads it."""

    prompt = blocks.TextBlock(label=_("Question"))
    help = blocks.CharBlock(label=_("Help"), required=False, help_text=_("How much, or where to begin."))

    class Meta:
        icon = "edit"
        label = _("Reflection")
        description = _("A question to answer for oneself. Nobody else reads the answer.")
        template = "blocks/reflection.html"
        sheet = "asking"
        value_class = ReflectionValue
        preview_value = {"prompt": "最近一次您认真听一个孩子说话，是什么时候？", "help": "写几句就好。"}


class PollOptionBlock(blocks.StructBlock):
    """One answer of a poll. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("Answer"))

    class Meta:
        label_format = "{text}"


class PollValue(blocks.StructValue):
    """A question to the cohort."""

    def numbered_options(self) -> list[dict[str, Any]]:
        """Return the answers as ``{id, text}``, in the order written."""
        return [{"id": child.id, "text": child.value["text"]} for child in self["options"].bound_blocks]


class PollBlock(blocks.StructBlock):
    """A question to the whole cohort; who answered sees how many chose what."""

    prompt = blocks.TextBlock(label=_("Question"))
    options = ListOf(
        PollOptionBlock(),
        label=_("Answers"),
        min_num=2,
        max_num=6,
        help_text=_("The figures are shown from three answers on, so that nobody can be guessed."),
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Refuse two answers that read the same. A draft may be unfinished."""
        cleaned = super().clean(value)
        twice = repeated([option["text"] for option in cleaned["options"]])
        if twice and not self.is_deferred_validation:
            fault = ValidationError(_("This answer stands here already."))
            errors = {"options": item_faults({place: {"text": fault} for place in twice})}
            raise StructBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        icon = "group"
        label = _("Poll of the cohort")
        description = _("Asks the cohort. There is no right answer; who answered sees how many chose what.")
        template = "blocks/poll.html"
        sheet = "asking"
        value_class = PollValue
        preview_value = {
            "prompt": "您学校的孩子，最常跟谁说心里话？",
            "options": [{"text": "同学"}, {"text": "班主任"}, {"text": "很少跟人说"}],
        }
