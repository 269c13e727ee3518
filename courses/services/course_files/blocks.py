"""What each block holds in a course folder: the table of docs/course-files.md, for reading and for writing."""

from collections.abc import Mapping
from typing import Any

from courses.enums import CalloutTone
from courses.services.course_files.kinds import (
    ByLanguage,
    Choice,
    Flag,
    Kind,
    Labels,
    Markdown,
    Named,
    Number,
    Place,
    Plain,
    Raw,
    Truth,
    Whole,
    Words,
)
from courses.services.course_files.marked import Marked
from courses.services.course_files.structure import (
    ABOUT_ITSELF,
    Field,
    Items,
    Shape,
    Single,
    Stream,
    optional,
    refuse_unknown,
)

WORDS, MARKDOWN = Field(Words()), Field(Markdown())


class PictureShape:
    """A picture: file, words for those who cannot see it, caption. Without words it is decorative."""

    FIELDS = ("image", "alt", "caption")

    def load(self, data: Marked, place: Place) -> Raw:
        """Return what is kept."""
        refuse_unknown(data, {*self.FIELDS, *ABOUT_ITSELF}, place)
        alt = optional(Words()).load(data, "alt", place)
        image = Field(Named("picture")).load(data, "image", place)
        return {
            "image": {"image": image, "alt_text": alt, "decorative": not alt},
            "caption": optional(Words()).load(data, "caption", place),
        }

    def dump(self, values: Mapping[str, Any], labels: Labels) -> dict[str, Any]:
        """Return what is written."""
        images = {language: value["image"] for language, value in values.items()}
        written = {
            "image": Named("picture").dump({language: image["image"] for language, image in images.items()}, labels),
            "alt": Words().dump(
                {
                    language: "" if image.get("decorative") else image.get("alt_text")
                    for language, image in images.items()
                },
                labels,
            ),
            "caption": Words().dump({language: value.get("caption") for language, value in values.items()}, labels),
        }
        return {name: value for name, value in written.items() if value is not None}


class Rows(Kind):
    """Rows of cells; each cell is words, in each language its own."""

    def load(self, value: Any, place: Place) -> list[list[str]]:
        """Return the cells as text. An empty cell may be left empty."""
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            raise place.fault("must be a list of lists")
        return [[Words().load(cell, place) if cell not in (None, "") else "" for cell in row] for row in value]

    def dump(self, values: ByLanguage, labels: Labels) -> Any:
        """Return the cells; tables of different size are written each for its language."""
        sizes = {(len(rows), len(rows[0]) if rows else 0) for rows in values.values()}
        if len(sizes) > 1:
            return {language: [[cell or "" for cell in row] for row in rows] for language, rows in values.items()}
        first = next(iter(values.values()))
        return [
            [
                Words().dump({language: rows[r][c] for language, rows in values.items()}, labels) or ""
                for c in range(len(row))
            ]
            for r, row in enumerate(first)
        ]


class TableShape:
    """A table with a caption, kept as Wagtail's table block keeps it."""

    FIELDS = ("caption", "header", "row_header", "rows")

    def load(self, data: Marked, place: Place) -> Raw:
        """Return what is kept."""
        refuse_unknown(data, {*self.FIELDS, *ABOUT_ITSELF}, place)
        header = optional(Flag(), default=True).load(data, "header", place)
        row_header = optional(Flag()).load(data, "row_header", place)
        both = {(True, True): "both", (True, False): "row", (False, True): "column"}
        cells = {
            "data": Field(_EachOrRows()).load(data, "rows", place),
            "cell": [],
            "mergeCells": [],
            "first_row_is_table_header": header,
            "first_col_is_header": row_header,
            "table_header_choice": both.get((header, row_header), "neither"),
            "table_caption": "",
        }
        return {"caption": WORDS.load(data, "caption", place), "cells": cells}

    def dump(self, values: Mapping[str, Any], labels: Labels) -> dict[str, Any]:
        """Return what is written."""
        cells = {language: value["cells"] for language, value in values.items()}
        first = next(iter(cells.values()))
        written: dict[str, Any] = {
            "caption": Words().dump({language: value["caption"] for language, value in values.items()}, labels)
        }
        if not first.get("first_row_is_table_header"):
            written["header"] = False
        if first.get("first_col_is_header"):
            written["row_header"] = True
        return written | {"rows": Rows().dump({language: grid["data"] for language, grid in cells.items()}, labels)}


class _EachOrRows(Kind):
    """Rows, for all languages together or for each its own."""

    def load(self, value: Any, place: Place) -> list[list[str]]:
        """Return the cells as text."""
        return Rows().load(place.chosen(value), place)


class SceneKey(Plain):
    """The key of the scene that a branch leads to; nothing where the story ends."""

    empty = None


class Scenes(Items):
    """The scenes of a story. A branch names the scene it leads to by key, and keeps its number."""

    def load(self, value: Any, place: Place) -> list[dict[str, Raw]]:
        """Return the scenes in order."""
        scenes = super().load(value, place)
        numbers = {data["key"]: number for number, data in enumerate(value, 1)}
        for scene in scenes:
            for branch in scene["value"]["branches"]:
                to = branch["value"]["leads_to"]
                if to is not None and to not in numbers:
                    raise place.fault(f"there is no scene «{to}» to lead to")
                branch["value"]["leads_to"] = numbers.get(to)
        return scenes

    def dump(self, values: ByLanguage, labels: Labels) -> Any:
        """Return the scenes, branches leading to keys."""
        written = super().dump(values, labels)
        for scene in written:
            for branch in scene["branches"]:
                if "leads_to" in branch:
                    branch["leads_to"] = written[int(branch["leads_to"]) - 1]["key"]
        return written


JUDGED = {"feedback_right": WORDS, "feedback_wrong": WORDS}
EVERY_QUESTION = {"required": optional(Flag(), default=True), "explanation": optional(Words())}
OPTIONS = Items(Shape({"text": WORDS, "correct": optional(Flag(), raw="is_correct"), "feedback": WORDS}))
CHOICE = Shape({"prompt": WORDS, "options": Field(OPTIONS), **EVERY_QUESTION})
BRANCHES = Items(
    Shape(
        {
            "text": WORDS,
            "correct": optional(Flag(), raw="is_correct"),
            "feedback": WORDS,
            "leads_to": optional(SceneKey()),
        }
    )
)

QUESTIONS: dict[str, Any] = {
    "single_choice": CHOICE,
    "multiple_choice": CHOICE,
    "true_false": Shape(
        {
            "prompt": WORDS,
            "answer": Field(Truth()),
            "feedback_true": WORDS,
            "feedback_false": WORDS,
            **EVERY_QUESTION,
        }
    ),
    "order": Shape({"prompt": WORDS, "items": Field(Items(Shape({"text": WORDS}))), **JUDGED, **EVERY_QUESTION}),
    "match": Shape(
        {"prompt": WORDS, "pairs": Field(Items(Shape({"left": WORDS, "right": WORDS}))), **JUDGED, **EVERY_QUESTION}
    ),
    "short_text": Shape(
        {"prompt": WORDS, "accepted": Field(Items(Shape({"text": WORDS}))), **JUDGED, **EVERY_QUESTION}
    ),
    "number": Shape(
        {
            "prompt": WORDS,
            "answer": Field(Number()),
            "tolerance": optional(Number(), default="0"),
            "unit": optional(Words()),
            **JUDGED,
            **EVERY_QUESTION,
        }
    ),
    "scenario": Shape(
        {
            "prompt": WORDS,
            "scenes": Field(Scenes(Shape({"text": WORDS, "branches": Field(BRANCHES)}))),
            **EVERY_QUESTION,
        }
    ),
}

PRACTICE_BLOCKS: dict[str, Any] = {
    "text": Single("text", MARKDOWN),
    "heading": Single("text", WORDS),
    "picture": PictureShape(),
    "quotation": Shape({"text": WORDS, "source": WORDS}),
    "callout": Shape({"tone": optional(Choice(*CalloutTone.values), default="note"), "title": WORDS, "text": MARKDOWN}),
    "table": TableShape(),
    "comparison": Shape(
        {"left_title": WORDS, "right_title": WORDS, "rows": Field(Items(Shape({"left": WORDS, "right": WORDS})))}
    ),
    "audio": Shape({"recording": Field(Named("recording")), "title": WORDS, "transcript": MARKDOWN}),
    "video": Shape(
        {
            "title": WORDS,
            "link": optional(Plain()),
            "file": optional(Named("handout")),
            "megabytes": optional(Number()),
            "poster": optional(Named("picture")),
            "summary": WORDS,
        }
    ),
    "download": Shape({"file": Field(Named("handout")), "title": WORDS, "note": optional(Words())}),
    "steps": Shape(
        {
            "title": optional(Words()),
            "items": Field(Items(Shape({"title": WORDS, "text": optional(Words())}))),
        }
    ),
    "checklist": Shape({"title": WORDS, "items": Field(Items(Shape({"text": WORDS})))}),
}

LESSON_BLOCKS: dict[str, Any] = {
    **PRACTICE_BLOCKS,
    **QUESTIONS,
    "case": Shape(
        {"title": WORDS, "situation": MARKDOWN, "turning_point": MARKDOWN, "outcome": MARKDOWN, "source": WORDS}
    ),
    "practice": Shape({"practice": Field(Named("practice"), raw="page"), "note": optional(Words())}),
    "reflection": Shape({"prompt": WORDS, "help": optional(Words())}),
    "poll": Shape({"prompt": WORDS, "options": Field(Items(Shape({"text": WORDS})))}),
    "draw": Shape({"bank": Field(Named("bank")), "count": Field(Whole())}),
}

_PROMPT = Shape({"label": WORDS, "help": optional(Words()), "required": optional(Flag(), default=True)})
PROMPTS = Stream({"text": _PROMPT, "photos": _PROMPT}, type_name="kind")
LEVELS = Items(Shape({"name": WORDS, "text": WORDS}))
RUBRIC = Stream({"criterion": Shape({"name": WORDS, "text": optional(Words()), "levels": Field(LEVELS)})})
