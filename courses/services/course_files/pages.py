"""What each page and bank holds in a course folder, beyond its key and slug."""

from courses.enums import CostBand, CourseAccess
from courses.services.course_files.blocks import LESSON_BLOCKS, PRACTICE_BLOCKS, PROMPTS, QUESTIONS, RUBRIC
from courses.services.course_files.kinds import Choice, Markdown, Named, Number, Plain, Whole, Words
from courses.services.course_files.structure import Field, Shape, Stream, optional

WORDS = Field(Words())
TITLED = {"slug": Field(Words()), "title": WORDS}

COURSE = Shape(
    {
        **TITLED,
        "summary": WORDS,
        "introduction": optional(Markdown()),
        "hours": optional(Number(), default="0"),
        "access": optional(Choice(*CourseAccess.values), default=CourseAccess.OPEN.value),
        "minimum_score": optional(Whole(), default=0),
        "late_days": optional(Whole()),
    }
)
MODULE = Shape({**TITLED, "summary": optional(Words())})
LESSON = Shape(
    {
        **TITLED,
        "summary": WORDS,
        "minutes": optional(Whole(), default=8),
        "pass_mark": optional(Whole(), default=0),
        "tries": optional(Whole(), default=0),
        "credit": optional(Words()),
        "sources": optional(Markdown()),
        "body": optional(Stream(LESSON_BLOCKS)),
    }
)
ASSIGNMENT = Shape(
    {
        **TITLED,
        "summary": WORDS,
        "introduction": optional(Markdown()),
        "practice": optional(Named("practice"), raw="practice_id"),
        "prompts": Field(PROMPTS),
        "rubric": optional(RUBRIC),
    }
)
PRACTICE = Shape(
    {
        **TITLED,
        "summary": WORDS,
        "problem": optional(Markdown()),
        "context": optional(Markdown()),
        "body": optional(Stream(PRACTICE_BLOCKS)),
        "people": optional(Words()),
        "effort": optional(Words()),
        "cost": optional(Choice(*CostBand.values)),
        "risks": Field(Markdown()),
        "suits": optional(Markdown()),
        "evidence": optional(Markdown()),
        "sources": optional(Markdown()),
        "region": optional(Words()),
        "author": optional(Words()),
        "school": optional(Words()),
        "credit": WORDS,
        "licence": optional(Plain(), default="CC BY 4.0"),
        "edition": optional(Plain(), default="1.0"),
        "adapted_from": optional(Named("practice"), raw="adapted_from_id"),
    }
)
THEME = Shape({"name": WORDS})
BANK = Shape({"title": WORDS, "questions": Field(Stream(QUESTIONS))})

LISTS = {"course": {"modules", "practices", "banks"}, "module": {"lessons", "assignments"}, "practice": {"themes"}}
"""Lists of keys that a file has besides: they say what belongs to it and in which order."""
