"""Questions answered by choosing. Every option has feedback: a wrong answer is where the teaching happens."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.lists import ListOf
from courses.blocks.questions.base import EXPLANATION_HELP, Faults, QuestionBlock, QuestionValue, layout
from courses.enums import FALSE, TRUE


class OptionBlock(blocks.StructBlock):
    """One answer to choose. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("Answer"))
    is_correct = blocks.BooleanBlock(label=_("Correct"), required=False)
    feedback = blocks.TextBlock(label=_("What the reader learns by choosing it"))

    class Meta:
        label_format = "{text}"


class ChoiceValue(QuestionValue):
    """A question with options from a list."""

    def numbered_options(self) -> list[dict[str, Any]]:
        """Return the options as ``{id, text, is_correct, feedback}``, in the order written."""
        return self.numbered("options")

    def record(self) -> dict[str, Any]:
        """Return the options as plain data."""
        return {
            "options": [
                {
                    "id": option["id"],
                    "text": str(option["text"]),
                    "is_correct": bool(option["is_correct"]),
                    "feedback": option["feedback"],
                }
                for option in self.numbered_options()
            ]
        }


class ChoiceBlock(QuestionBlock):
    """The fields of a question with options, and the rule for how many are correct."""

    options = ListOf(OptionBlock(), label=_("Answers"), min_num=2, max_num=6)
    explanation = blocks.TextBlock(label=_("Explanation"), required=False, help_text=EXPLANATION_HELP)

    def faults(self, value: blocks.StructValue) -> Faults:
        """Refuse a question whose number of correct answers does not fit its kind."""
        correct = sum(bool(option["is_correct"]) for option in value["options"])
        fault = self.fault_in_number_correct(correct)
        return {"options": ValidationError(fault)} if fault else {}

    def fault_in_number_correct(self, correct: int) -> str:
        """Return the sentence to show, or an empty string when the number is right: at least one."""
        return "" if correct >= 1 else str(_("Mark at least one answer as correct."))

    class Meta:
        value_class = ChoiceValue
        form_layout = layout("options", feedback=())


class SingleChoiceBlock(ChoiceBlock):
    """Exactly one answer is correct."""

    def fault_in_number_correct(self, correct: int) -> str:
        """Ask for exactly one."""
        return "" if correct == 1 else str(_("Mark exactly one answer as correct."))

    class Meta:
        label = _("Question: one answer")
        description = _("One answer is right. Each answer has its feedback.")
        preview_value = {
            "prompt": "谈心时孩子不说话，先做什么？",
            "required": True,
            "options": [
                {"text": "安静地陪他一会儿", "is_correct": True, "feedback": "有人愿意等，孩子才愿意说。"},
                {"text": "连问几个问题", "is_correct": False, "feedback": "问得越急，孩子越不说。"},
            ],
            "explanation": "",
        }


class MultipleChoiceBlock(ChoiceBlock):
    """At least one answer is correct, and all correct ones must be chosen."""

    class Meta:
        label = _("Question: several answers")
        description = _("Several answers can be right. Each answer has its feedback.")
        preview_value = {
            "prompt": "信箱放在哪里合适？",
            "required": True,
            "options": [
                {"text": "孩子天天经过的走廊", "is_correct": True, "feedback": "顺路，才会用。"},
                {"text": "没有摄像头的地方", "is_correct": True, "feedback": "没人看见，才敢投。"},
                {"text": "校长办公室门口", "is_correct": False, "feedback": "孩子不敢来。"},
            ],
            "explanation": "",
        }


class TrueFalseValue(ChoiceValue):
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
    explanation = blocks.TextBlock(label=_("Explanation"), required=False, help_text=EXPLANATION_HELP)

    class Meta:
        value_class = TrueFalseValue
        label = _("Question: true or false")
        description = _("A statement to judge. Both answers have feedback.")
        form_layout = layout("answer", feedback=("feedback_true", "feedback_false"))
        preview_value = {
            "prompt": "孩子停顿的时候，要等一等。",
            "required": True,
            "answer": TRUE,
            "feedback_true": "对，停顿里有话。",
            "feedback_false": "再等等，他还在想。",
            "explanation": "",
        }
