"""A situation in which each choice leads on."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.questions.base import QuestionBlock


class BranchBlock(blocks.StructBlock):
    """One choice in a scene. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("What the reader may do"))
    is_correct = blocks.BooleanBlock(label=_("A good choice"), required=False)
    feedback = blocks.TextBlock(label=_("What follows from it"))
    leads_to = blocks.IntegerBlock(
        label=_("Goes on to scene number"), required=False, min_value=1, help_text=_("Empty: the story ends here.")
    )


class SceneBlock(blocks.StructBlock):
    """One moment of the story."""

    text = blocks.TextBlock(label=_("What happens"))
    branches = blocks.ListBlock(BranchBlock(), label=_("Choices"), min_num=2, max_num=4)


class ScenarioBlock(QuestionBlock):
    """A story with branches. It is right when every choice on the way was a good one."""

    scenes = blocks.ListBlock(SceneBlock(), label=_("Scenes"), min_num=1, max_num=8)
    explanation = blocks.TextBlock(label=_("Explanation"), required=False)

    class Meta:
        label = _("Question: scenario")
        description = _("A story in which each choice leads on. The first scene is the beginning.")
