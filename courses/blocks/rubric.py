"""How a submission is judged, shown to the learner beforehand."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.lists import ListOf

FEWEST: Final = 3
MOST: Final = 6
"""Criteria: with fewer a rubric says little more than the comment, and more nobody taps on a phone."""


class LevelBlock(blocks.StructBlock):
    """One level of a criterion."""

    name = blocks.CharBlock(label=_("Level"), help_text=_("For example: clear, on the way, not yet."))
    text = blocks.TextBlock(label=_("What it looks like"))


class CriterionBlock(blocks.StructBlock):
    """What is looked at, with its levels from the best down."""

    name = blocks.CharBlock(label=_("Criterion"))
    text = blocks.TextBlock(label=_("What is looked at"), required=False)
    levels = ListOf(LevelBlock(), label=_("Levels, from the best down"), min_num=2, max_num=5)

    class Meta:
        icon = "tasks"
        label = _("Criterion")


class Rubric(blocks.StreamBlock):
    """The criteria by which a submission is judged: three to six, or none."""

    criterion = CriterionBlock()

    def clean(self, value: Any) -> Any:
        """Refuse, in words, a rubric of fewer than three or more than six criteria."""
        cleaned = super().clean(value)
        if len(cleaned) and not FEWEST <= len(cleaned) <= MOST:
            sentence = _("A rubric has three to six criteria. Add or remove some, or leave it empty.")
            raise blocks.StreamBlockValidationError(non_block_errors=[ValidationError(sentence)])
        return cleaned
