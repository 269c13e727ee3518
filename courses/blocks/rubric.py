"""How a submission is judged, shown to the learner beforehand."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.lists import ListOf


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
    """The criteria by which a submission is judged: three to six."""

    criterion = CriterionBlock()
