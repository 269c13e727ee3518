"""Questions answered by arranging: putting in order, and matching. Both work without dragging."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.identity import right_hand_id
from courses.blocks.lists import ListOf
from courses.blocks.questions.base import Faults, JudgedBlock, QuestionValue, item_faults, layout, repeated
from courses.drawing import mixed

TWICE = _("This stands here already. Two that are equal cannot be told apart.")


class OrderedItemBlock(blocks.StructBlock):
    """One thing to put in its place. Its identity is the id of its list item."""

    text = blocks.CharBlock(label=_("Text"), max_length=120)

    class Meta:
        label_format = "{text}"


class OrderValue(QuestionValue):
    """Things to put in order."""

    def record(self) -> dict[str, Any]:
        """Return the items in the right order."""
        return {"items": self.numbered("items")}

    def mixed_items(self) -> list[dict[str, Any]]:
        """Return the items as the reader first sees them: mixed, and the same for every reader."""
        items = {item["id"]: item for item in self.numbered("items")}
        return [items[one] for one in mixed(list(items))]

    def key(self) -> str:
        """Return the right answer as the page's script compares it: the ids in order."""
        return ",".join(item["id"] for item in self.numbered("items"))


class OrderBlock(JudgedBlock):
    """Things to put in order. They are written here in the right order and shown in another."""

    items = ListOf(
        OrderedItemBlock(),
        label=_("In the right order"),
        min_num=3,
        max_num=7,
        help_text=_("Write them in the right order. The reader sees them mixed."),
    )

    def faults(self, value: blocks.StructValue) -> Faults:
        """Refuse two items that read the same."""
        twice = repeated([item["text"] for item in value["items"]])
        return {"items": item_faults({place: {"text": ValidationError(TWICE)} for place in twice})} if twice else {}

    class Meta:
        label = _("Question: put in order")
        description = _("Write the items in the right order; the reader sees them mixed.")
        template = "blocks/question_order.html"
        sheet = "asking"
        value_class = OrderValue
        form_layout = layout("items")
        preview_value = {
            "prompt": "一次谈心，先做什么，后做什么？",
            "required": True,
            "items": [{"text": "找个安静的地方"}, {"text": "先听他说"}, {"text": "一起想下一步"}],
            "feedback_right": "对，先听再想办法。",
            "feedback_wrong": "想想：没听完，怎么想办法？",
            "explanation": "",
        }


class PairBlock(blocks.StructBlock):
    """Two things that belong together. Its identity is the id of its list item."""

    left = blocks.CharBlock(label=_("This"), max_length=120)
    right = blocks.CharBlock(label=_("belongs to this"), max_length=120)

    class Meta:
        label_format = "{left} – {right}"


class MatchValue(QuestionValue):
    """Pairs to find again."""

    def numbered_pairs(self) -> list[dict[str, Any]]:
        """Return the pairs as ``{id, left, right_id, right}``."""
        return [{**pair, "right_id": right_hand_id(pair["id"])} for pair in self.numbered("pairs")]

    def record(self) -> dict[str, Any]:
        """Return the pairs, each side with its id."""
        return {"pairs": self.numbered_pairs()}

    def mixed_rights(self) -> list[dict[str, Any]]:
        """Return the right-hand sides mixed, the same for every reader."""
        pairs = {pair["right_id"]: pair for pair in self.numbered_pairs()}
        return [pairs[one] for one in mixed(list(pairs))]

    def key(self) -> str:
        """Return the right answer as the page's script compares it: left and right of each pair in turn."""
        return ",".join(f"{pair['id']},{pair['right_id']}" for pair in self.numbered_pairs())


class MatchBlock(JudgedBlock):
    """Pairs to find again."""

    pairs = ListOf(PairBlock(), label=_("Pairs"), min_num=2, max_num=6)

    def faults(self, value: blocks.StructValue) -> Faults:
        """Refuse two equal sides: there would be two right answers."""
        by_place: dict[int, dict[str, ValidationError]] = {}
        for side in ("left", "right"):
            for place in repeated([pair[side] for pair in value["pairs"]]):
                by_place.setdefault(place, {})[side] = ValidationError(TWICE)
        return {"pairs": item_faults(by_place)} if by_place else {}

    class Meta:
        label = _("Question: match")
        description = _("Pairs that belong together; the reader finds them again.")
        template = "blocks/question_match.html"
        sheet = "asking"
        value_class = MatchValue
        form_layout = layout("pairs")
        preview_value = {
            "prompt": "哪句话接得住孩子？",
            "required": True,
            "pairs": [
                {"left": "“我想妈妈。”", "right": "“想妈妈的时候，你会做什么？”"},
                {"left": "“没人跟我玩。”", "right": "“今天课间，你在哪儿？”"},
            ],
            "feedback_right": "对，都接住了。",
            "feedback_wrong": "再读读孩子说的那一句。",
            "explanation": "",
        }
