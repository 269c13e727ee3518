"""Questions answered by typing: a short text, a number."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.questions.base import JudgedBlock


class AcceptedBlock(blocks.StructBlock):
    """One answer that is accepted. Width, case and punctuation do not matter."""

    text = blocks.CharBlock(label=_("Accepted answer"))


class ShortTextBlock(JudgedBlock):
    """A word or two to recall."""

    accepted = blocks.ListBlock(
        AcceptedBlock(),
        label=_("Accepted answers"),
        min_num=1,
        max_num=12,
        help_text=_("Width, case and punctuation do not matter."),
    )

    class Meta:
        label = _("Question: short text")
        description = _("A word or two to recall. Write every answer that is right.")


class NumberBlock(JudgedBlock):
    """A number to recall."""

    answer = blocks.DecimalBlock(label=_("Right number"))
    tolerance = blocks.DecimalBlock(
        label=_("May be off by"), default=0, min_value=0, help_text=_("0 asks for exactly this number.")
    )
    unit = blocks.CharBlock(label=_("Unit"), required=False)

    class Meta:
        label = _("Question: number")
        description = _("A number to recall, with its unit.")
