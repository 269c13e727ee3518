"""The catalogue of blocks that volunteers write with, one file a family. Blocks store meaning, templates the looks.

``LessonBody`` is for lessons, ``PracticeBody`` for practices, ``BankQuestions`` for question banks, ``Rubric`` and
``AssignmentPrompts`` for assignments. A question's identity is its block id, an option's the id of its list item.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamBlock, StreamBlockValidationError

from courses.blocks.media import AudioBlock, DownloadBlock, PictureBlock, VideoBlock
from courses.blocks.practice import CaseBlock, ChecklistBlock, PracticeCardBlock, StepsBlock
from courses.blocks.prompts import PhotosPromptBlock, TextPromptBlock
from courses.blocks.questions import (
    DrawBlock,
    MatchBlock,
    MultipleChoiceBlock,
    NumberBlock,
    OrderBlock,
    ScenarioBlock,
    ShortTextBlock,
    SingleChoiceBlock,
    TrueFalseBlock,
    drawn_twice,
)
from courses.blocks.rubric import Rubric
from courses.blocks.tables import ComparisonBlock, TableBlock
from courses.blocks.unjudged import PollBlock, ReflectionBlock
from courses.blocks.words import CalloutBlock, HeadingBlock, QuotationBlock, WordsBlock

__all__ = ["AssignmentPrompts", "BankQuestions", "LessonBody", "PracticeBody", "Rubric"]

READING, DOING, ASKING = _("To read"), _("To do"), _("Questions")
"""The groups in which the editor offers the blocks."""


class PracticeBody(StreamBlock):
    """What a practice is told with."""

    text = WordsBlock(group=READING)
    heading = HeadingBlock(group=READING)
    picture = PictureBlock(group=READING)
    quotation = QuotationBlock(group=READING)
    callout = CalloutBlock(group=READING)
    table = TableBlock(group=READING)
    comparison = ComparisonBlock(group=READING)
    audio = AudioBlock(group=READING)
    video = VideoBlock(group=READING)
    download = DownloadBlock(group=READING)
    steps = StepsBlock(group=DOING)
    checklist = ChecklistBlock(group=DOING)


class BankQuestions(StreamBlock):
    """The questions that a lesson or a bank asks."""

    single_choice = SingleChoiceBlock(group=ASKING)
    multiple_choice = MultipleChoiceBlock(group=ASKING)
    true_false = TrueFalseBlock(group=ASKING)
    order = OrderBlock(group=ASKING)
    match = MatchBlock(group=ASKING)
    short_text = ShortTextBlock(group=ASKING)
    number = NumberBlock(group=ASKING)
    scenario = ScenarioBlock(group=ASKING)


class LessonBody(PracticeBody, BankQuestions):
    """What a lesson is told with: a practice's blocks, cases, practice cards, and what it asks."""

    case = CaseBlock(group=READING)
    practice = PracticeCardBlock(group=DOING)
    draw = DrawBlock(group=ASKING)
    reflection = ReflectionBlock(group=ASKING)
    poll = PollBlock(group=ASKING)

    def clean(self, value: Any) -> Any:
        """Refuse to draw from one bank twice: a learner would be asked the same question in two places."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (twice := drawn_twice(cleaned)):
            raise StreamBlockValidationError(block_errors=twice)
        return cleaned


class AssignmentPrompts(StreamBlock):
    """What an assignment asks for, one block a question."""

    text = TextPromptBlock()
    photos = PhotosPromptBlock()
