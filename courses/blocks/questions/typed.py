"""Questions answered by typing: a short text, a number."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.lists import ListOf
from courses.blocks.questions.base import Faults, JudgedBlock, QuestionValue, item_faults, layout
from courses.folding import LONGEST_TYPED, fold


class AcceptedBlock(blocks.StructBlock):
    """One answer that is accepted. Width, case and punctuation do not matter."""

    text = blocks.CharBlock(label=_("Accepted answer"), max_length=LONGEST_TYPED)

    class Meta:
        label_format = "{text}"


class ShortTextValue(QuestionValue):
    """A word or two to recall."""

    def record(self) -> dict[str, Any]:
        """Return the accepted answers as they were written."""
        return {"accepted": [item["text"] for item in self.numbered("accepted")]}

    def key(self) -> str:
        """Return the accepted answers as the page's script compares them: folded, so that no comma is left in one."""
        return ",".join(fold(item["text"]) for item in self.numbered("accepted"))


class ShortTextBlock(JudgedBlock):
    """A word or two to recall."""

    accepted = ListOf(
        AcceptedBlock(),
        label=_("Accepted answers"),
        min_num=1,
        max_num=12,
        help_text=_("Every way to say it that is right. Width, case, spaces and punctuation do not matter."),
    )

    def faults(self, value: blocks.StructValue) -> Faults:
        """Refuse an accepted answer of nothing but punctuation, which anything and nothing would match."""
        empty = [place for place, item in enumerate(value["accepted"]) if not fold(item["text"])]
        fault = ValidationError(_("Write a word: punctuation alone does not count."))
        return {"accepted": item_faults({place: {"text": fault} for place in empty})} if empty else {}

    class Meta:
        label = _("Question: short text")
        description = _("A word or two to recall. Write every answer that is right.")
        template = "blocks/question_short_text.html"
        sheet = "asking"
        value_class = ShortTextValue
        form_layout = layout("accepted")
        preview_value = {
            "prompt": "孩子不写名字也能写信的那只箱子，叫什么？",
            "required": True,
            "accepted": [{"text": "心里话信箱"}, {"text": "信箱"}],
            "feedback_right": "对，就叫心里话信箱。",
            "feedback_wrong": "想想走廊上的那只箱子。",
            "explanation": "",
        }


class NumberValue(QuestionValue):
    """A number to recall."""

    def record(self) -> dict[str, Any]:
        """Return number, tolerance and unit as text: a decimal in JSON would lose its digits."""
        return {"answer": self.key(), "tolerance": self.off(), "unit": self["unit"]}

    def key(self) -> str:
        """Return the right number as the page's script compares it, whatever the language's decimal sign."""
        return _plain(self["answer"])

    def off(self) -> str:
        """Return by how much an answer may be off."""
        return _plain(self["tolerance"])


def _plain(number: Any) -> str:
    """Return a decimal without exponent or trailing noughts; 0 where a draft has none."""
    text = format(number or 0, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class NumberBlock(JudgedBlock):
    """A number to recall."""

    answer = blocks.DecimalBlock(label=_("Right number"), max_digits=18, decimal_places=6)
    tolerance = blocks.DecimalBlock(
        label=_("May be off by"),
        default=0,
        min_value=0,
        max_digits=18,
        decimal_places=6,
        help_text=_("0 asks for exactly this number."),
    )
    unit = blocks.CharBlock(
        label=_("Unit"), required=False, max_length=30, help_text=_("Stands behind the field, so it need not be typed.")
    )

    class Meta:
        label = _("Question: number")
        description = _("A number to recall, with its unit.")
        template = "blocks/question_number.html"
        sheet = "asking"
        value_class = NumberValue
        form_layout = layout("answer", "tolerance", "unit")
        preview_value = {
            "prompt": "一次谈心，最好留多长时间？",
            "required": True,
            "answer": 15,
            "tolerance": 5,
            "unit": "分钟",
            "feedback_right": "对，十到二十分钟正好。",
            "feedback_wrong": "太短说不开，太长孩子会累。",
            "explanation": "",
        }
