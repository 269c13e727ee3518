"""Questions drawn from a bank."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class DrawBlock(blocks.StructBlock):
    """Some questions out of a bank: the same ones for a learner every time, others for others."""

    bank = SnippetChooserBlock("courses.QuestionBank", label=_("Question bank"))
    count = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=10, default=2)

    class Meta:
        icon = "list-ul"
        label = _("Questions from a bank")
        description = _("Draws some questions from a bank. A learner gets the same ones every time.")
        template = "blocks/draw.html"
