"""What every question has in common."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class QuestionBlock(blocks.StructBlock):
    """A recall question. Its identity is its block id; any answer counts, the best one stands."""

    prompt = blocks.TextBlock(label=_("Question"))
    required = blocks.BooleanBlock(label=_("Counts for finishing the lesson"), required=False, default=True)

    class Meta:
        icon = "help"
        template = "blocks/question.html"


class JudgedValue(blocks.StructValue):
    """A question whose answer as a whole is right or wrong."""

    def numbered_options(self) -> list[dict[str, Any]]:
        """Return no options: there is nothing to choose from."""
        return []


class JudgedBlock(QuestionBlock):
    """A question without options: feedback for a right and for a wrong answer."""

    feedback_right = blocks.TextBlock(label=_("Feedback to a right answer"))
    feedback_wrong = blocks.TextBlock(label=_("Feedback to a wrong answer"))
    explanation = blocks.TextBlock(label=_("Explanation"), required=False)

    class Meta:
        value_class = JudgedValue
