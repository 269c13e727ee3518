"""A situation in which each choice leads on."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.lists import ListOf
from courses.blocks.questions.base import (
    EXPLANATION_HELP,
    Faults,
    QuestionBlock,
    QuestionValue,
    item_faults,
    layout,
)


class BranchBlock(blocks.StructBlock):
    """One choice in a scene. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("What the reader may do"))
    is_correct = blocks.BooleanBlock(label=_("A good choice"), required=False)
    feedback = blocks.TextBlock(label=_("What follows from it"))
    leads_to = blocks.IntegerBlock(
        label=_("Goes on to scene number"),
        required=False,
        min_value=1,
        help_text=_("A scene further down; they are counted from 1. Empty: the story ends here."),
    )

    class Meta:
        label_format = "{text}"


class SceneBlock(blocks.StructBlock):
    """One moment of the story."""

    text = blocks.TextBlock(label=_("What happens"))
    branches = ListOf(BranchBlock(), label=_("Choices"), min_num=2, max_num=4)

    class Meta:
        label_format = "{text}"


class ScenarioValue(QuestionValue):
    """A story with branches."""

    def numbered_scenes(self) -> list[dict[str, Any]]:
        """Return the scenes with their branches: ids instead of numbers, ``number`` and ``leads_to_number`` to show."""
        scenes = self["scenes"].bound_blocks
        ids = dict(enumerate((scene.id for scene in scenes), 1))
        return [
            {
                "id": scene.id,
                "number": number,
                "text": scene.value["text"],
                "branches": [
                    {
                        **branch.value,
                        "id": branch.id,
                        "is_correct": bool(branch.value["is_correct"]),
                        "leads_to": ids.get(branch.value["leads_to"], ""),
                        "leads_to_number": branch.value["leads_to"],
                    }
                    for branch in scene.value["branches"].bound_blocks
                ],
            }
            for number, scene in enumerate(scenes, 1)
        ]

    def record(self) -> dict[str, Any]:
        """Return the scenes as plain data."""
        return {"scenes": self.numbered_scenes()}


class ScenarioBlock(QuestionBlock):
    """A story with branches. It is right when every choice on the way was a good one."""

    scenes = ListOf(
        SceneBlock(),
        label=_("Scenes"),
        min_num=1,
        max_num=8,
        help_text=_("The story begins with the first scene and only goes forward."),
    )
    explanation = blocks.TextBlock(label=_("Explanation"), required=False, help_text=EXPLANATION_HELP)

    def faults(self, value: blocks.StructValue) -> Faults:
        """Refuse a story that leads nowhere, in a circle, or past a scene; or that nobody can get right.

        Branches lead forward only, so there is no circle and the last scene always ends the story.
        """
        scenes = list(value["scenes"])
        by_place = {place: found for place, scene in enumerate(scenes) if (found := _lost(scene, place, len(scenes)))}
        led_to = {branch["leads_to"] for scene in scenes for branch in scene["branches"]}
        for place in range(1, len(scenes)):
            if place + 1 not in led_to:
                by_place.setdefault(place, {})["text"] = ValidationError(
                    _("No choice leads to scene %(number)s."), params={"number": place + 1}
                )
        if by_place:
            return {"scenes": item_faults(by_place)}
        if not _can_be_right(scenes):
            sentence = _("No way through the story is made of good choices only. Mark one good choice in each scene.")
            return {"scenes": ValidationError(sentence)}
        return {}

    class Meta:
        label = _("Question: scenario")
        description = _("A story in which each choice leads on. The first scene is the beginning.")
        template = "blocks/question_scenario.html"
        sheet = "asking"
        value_class = ScenarioValue
        form_layout = layout("scenes", feedback=())
        preview_value = {
            "prompt": "周一早上，小明趴在桌上。",
            "required": True,
            "scenes": [
                {
                    "text": "您从他身边走过。",
                    "branches": [
                        {
                            "text": "轻声问他昨晚睡得好不好",
                            "is_correct": True,
                            "feedback": "他抬起头：“外婆病了。”",
                            "leads_to": 2,
                        },
                        {
                            "text": "叫他坐直",
                            "is_correct": False,
                            "feedback": "他坐直了，什么也没说。",
                            "leads_to": None,
                        },
                    ],
                },
                {
                    "text": "他等着您说话。",
                    "branches": [
                        {
                            "text": "“你很担心她。”",
                            "is_correct": True,
                            "feedback": "他点点头，说了很久。",
                            "leads_to": None,
                        },
                        {"text": "“会好的。”", "is_correct": False, "feedback": "他又趴下了。", "leads_to": None},
                    ],
                },
            ],
            "explanation": "",
        }


def _lost(scene: blocks.StructValue, place: int, count: int) -> dict[str, ValidationError]:
    """Return the fault of a scene (at ``place`` from 0, of ``count``) whose branches do not lead to a later one."""
    lost = {
        number: {
            "leads_to": ValidationError(
                _("There is no scene %(number)s.") if to > count else _("Lead on to a scene further down."),
                params={"number": to},
            )
        }
        for number, to in enumerate(branch["leads_to"] for branch in scene["branches"])
        if to is not None and not place + 1 < to <= count
    }
    return {"branches": item_faults(lost)} if lost else {}


def _can_be_right(scenes: list[blocks.StructValue]) -> bool:
    """Tell whether good choices alone lead from the first scene to an end."""
    leads_well = [False] * len(scenes)
    for place in reversed(range(len(scenes))):
        good = [branch["leads_to"] for branch in scenes[place]["branches"] if branch["is_correct"]]
        leads_well[place] = any(to is None or leads_well[to - 1] for to in good)
    return bool(leads_well) and leads_well[0]
