"""The catalogue of blocks that volunteers write with, one file a family. Blocks store meaning, templates the looks.

``LessonBody`` is for lessons, ``PracticeBody`` for practices (the same without questions), ``AssignmentPrompts`` for
what an assignment asks. A question's identity is its block id, an option's the id of its list item.
"""

from wagtail.blocks import StreamBlock

from courses.blocks.media import PictureBlock
from courses.blocks.practice import ChecklistBlock, PracticeCardBlock
from courses.blocks.prompts import PhotosPromptBlock, TextPromptBlock
from courses.blocks.questions import MultipleChoiceBlock, SingleChoiceBlock, TrueFalseBlock
from courses.blocks.words import CalloutBlock, HeadingBlock, QuotationBlock, WordsBlock

__all__ = ["AssignmentPrompts", "LessonBody", "PracticeBody"]


class PracticeBody(StreamBlock):
    """What a practice is told with."""

    text = WordsBlock()
    heading = HeadingBlock()
    picture = PictureBlock()
    quotation = QuotationBlock()
    callout = CalloutBlock()
    checklist = ChecklistBlock()


class LessonBody(PracticeBody):
    """What a lesson is told with: a practice's blocks, practice cards and recall questions."""

    practice = PracticeCardBlock()
    single_choice = SingleChoiceBlock()
    multiple_choice = MultipleChoiceBlock()
    true_false = TrueFalseBlock()


class AssignmentPrompts(StreamBlock):
    """What an assignment asks for, one block a question."""

    text = TextPromptBlock()
    photos = PhotosPromptBlock()
