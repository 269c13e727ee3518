"""Questions answered by choosing. Every option has feedback: a wrong answer is where the teaching happens."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.questions.base import QuestionBlock
from courses.enums import FALSE, TRUE


class OptionBlock(blocks.StructBlock):
    """One answer to choose. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("Answer"))
    is_correct = blocks.BooleanBlock(label=_("Correct"), required=False)
    feedback = blocks.TextBlock(label=_("What the reader learns by choosing it"))


class QuestionValue(blocks.StructValue):
    """A question with options from a list."""

    def numbered_options(self) -> list[dict[str, Any]]:
        """Return the options as ``{id, text, is_correct, feedback}``, in the order written."""
        return [{"id": child.id, **child.value} for child in self["options"].bound_blocks]


class ChoiceBlock(QuestionBlock):
    """The fields of a question with options, and the rule for how many are correct."""

    options = blocks.ListBlock(OptionBlock(), label=_("Answers"), min_num=2, max_num=6)
    explanation = blocks.TextBlock(label=_("Explanation"), required=False)

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Refuse a question whose number of correct answers does not fit its kind."""
        cleaned = super().clean(value)
        correct = sum(bool(option["is_correct"]) for option in cleaned["options"])
        if fault := self.fault_in_number_correct(correct):
            raise StructBlockValidationError(block_errors={"options": ValidationError(fault)})
        return cleaned

    def fault_in_number_correct(self, correct: int) -> str:
        """Return the sentence to show, or an empty string when the number is right: at least one."""
        return "" if correct >= 1 else str(_("Mark at least one answer as correct."))

    class Meta:
        value_class = QuestionValue


class SingleChoiceBlock(ChoiceBlock):
    """Exactly one answer is correct."""

    def fault_in_number_correct(self, correct: int) -> str:
        """Ask for exactly one."""
        return "" if correct == 1 else str(_("Mark exactly one answer as correct."))

    class Meta:
        label = _("Question: one answer")
        description = _("One answer is right. Each answer has its feedback.")


class MultipleChoiceBlock(ChoiceBlock):
    """At least one answer is correct, and all correct ones must be chosen."""

    class Meta:
        label = _("Question: several answers")
        description = _("Several answers can be right. Each answer has its feedback.")


class TrueFalseValue(blocks.StructValue):
    """A statement to judge, seen as a question with two options."""

    def numbered_options(self) -> list[dict[str, Any]]:
        """Return the two options as ``{id, text, is_correct, feedback}``; their ids are the words true and false."""
        is_true = self["answer"] == TRUE
        return [
            {"id": TRUE, "text": _("True"), "is_correct": is_true, "feedback": self["feedback_true"]},
            {"id": FALSE, "text": _("False"), "is_correct": not is_true, "feedback": self["feedback_false"]},
        ]


class TrueFalseBlock(QuestionBlock):
    """A statement that is true or false."""

    prompt = blocks.TextBlock(label=_("Statement"))
    answer = blocks.ChoiceBlock(label=_("It is"), choices=[(TRUE, _("True")), (FALSE, _("False"))])
    feedback_true = blocks.TextBlock(label=_("Feedback to those who choose “true”"))
    feedback_false = blocks.TextBlock(label=_("Feedback to those who choose “false”"))
    explanation = blocks.TextBlock(label=_("Explanation"), required=False)

    class Meta:
        value_class = TrueFalseValue
        label = _("Question: true or false")
        description = _("A statement to judge. Both answers have feedback.")
