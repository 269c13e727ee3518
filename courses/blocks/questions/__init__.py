"""Recall questions, one file a way of answering. All can be answered by keyboard and without dragging."""

from courses.blocks.questions.arranged import MatchBlock, OrderBlock
from courses.blocks.questions.choice import MultipleChoiceBlock, SingleChoiceBlock, TrueFalseBlock
from courses.blocks.questions.draw import DrawBlock, drawn_twice
from courses.blocks.questions.scenario import ScenarioBlock
from courses.blocks.questions.typed import NumberBlock, ShortTextBlock

__all__ = [
    "DrawBlock",
    "MatchBlock",
    "MultipleChoiceBlock",
    "NumberBlock",
    "OrderBlock",
    "ScenarioBlock",
    "ShortTextBlock",
    "SingleChoiceBlock",
    "TrueFalseBlock",
    "drawn_twice",
]
