"""What every question has in common."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError

Faults = Mapping[str, ValidationError]
"""What is wrong with a question, by the field that it is shown at."""

REQUIRED_HELP = _("Without it the question may be skipped, and is not part of the score.")
EXPLANATION_HELP = _("Shown after every answer, or after the last try where tries are limited.")
PROMPT_HELP = _(
    "Mend the wording freely. To ask something else, delete this question and add a new one: "
    "answers given so far belong to this one."
)


class QuestionValue(blocks.StructValue):
    """A question as it was written; each way of answering adds what its template and the grading need."""

    def record(self) -> dict[str, Any]:
        """Return what grading needs of this type, as plain data with ids. Each type says its own.

        An abstract method would guard nothing: Python lets abstract subclasses of ``dict`` be made.
        """
        raise NotImplementedError

    def numbered(self, name: str) -> list[dict[str, Any]]:
        """Return the items of the list ``name`` with their ids: ``[{"id": …, **fields}]``."""
        return [{"id": child.id, **child.value} for child in self[name].bound_blocks]


class QuestionBlock(blocks.StructBlock):
    """A recall question. Its identity is its block id; any answer counts, the best one stands."""

    prompt = blocks.TextBlock(label=_("Question"), help_text=PROMPT_HELP)
    required = blocks.BooleanBlock(
        label=_("Counts for finishing the lesson"), required=False, default=True, help_text=REQUIRED_HELP
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Refuse a question that cannot be asked. A draft may be unfinished; what is published may not."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (faults := self.faults(cleaned)):
            raise StructBlockValidationError(block_errors=faults)
        return cleaned

    def faults(self, value: blocks.StructValue) -> Faults:
        """Return what is wrong beyond what each field checks by itself; empty when nothing is."""
        return {}

    class Meta:
        icon = "help"
        template = "blocks/question.html"
        value_class = QuestionValue


class JudgedBlock(QuestionBlock):
    """A question without options: feedback for a right and for a wrong answer."""

    feedback_right = blocks.TextBlock(label=_("Feedback to a right answer"))
    feedback_wrong = blocks.TextBlock(
        label=_("Feedback to a wrong answer"), help_text=_("Help the reader on; this is where the teaching happens.")
    )
    explanation = blocks.TextBlock(label=_("Explanation"), required=False, help_text=EXPLANATION_HELP)


def layout(*first: str, feedback: tuple[str, ...] = ("feedback_right", "feedback_wrong")) -> BlockGroup:
    """Return the form's layout: what is asked stands open, what is rarely changed is folded away."""
    return BlockGroup(children=["prompt", *first, *feedback], settings=["explanation", "required"])


def item_faults(by_place: Mapping[int, Faults]) -> ListBlockValidationError:
    """Return the error of a list whose items have faults in their fields, by place from 0."""
    return ListBlockValidationError(
        block_errors={place: StructBlockValidationError(block_errors=faults) for place, faults in by_place.items()}
    )


def repeated(texts: list[str]) -> list[int]:
    """Return the places of texts that stand further up already, spaces and case apart."""
    plain = ["".join(text.split()).casefold() for text in texts]
    return [place for place, text in enumerate(plain) if text in plain[:place]]
