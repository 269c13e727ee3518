"""Bodies of every block there is, in any number, with all that the blocks name."""

import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from courses.models import LessonPage, PracticePage, QuestionBank
from foundation.models import Handout, Picture, Recording, Rendition
from foundation.pictures import PICTURE_SPECS

FAMILIES = ("text", "picture", "practice", "audio", "download", "video", "table", "case", "draw", "steps")


def a_drawing() -> Picture:
    """Return a picture with its renditions, as rows: their files do not lie anywhere."""
    picture = Picture(title="画", file=f"original_images/{uuid.uuid4().hex}.png", width=1600, height=900)
    Picture.objects.bulk_create([picture])
    Rendition.objects.bulk_create(
        Rendition(
            image=picture,
            filter_spec=spec,
            file=f"images/{uuid.uuid4().hex}.{spec[7:11]}",
            width=int(spec.rpartition("-")[2]),
            height=int(spec.rpartition("-")[2]) * 9 // 16,
        )
        for spec in PICTURE_SPECS
    )
    return picture


def a_handout(name: str = "form.docx", content: bytes = b"x" * 2_000) -> Handout:
    """Return a stored handout."""
    handout = Handout(title="谈心记录表", file=ContentFile(content, name=name))
    handout._set_document_file_metadata()
    handout.save()
    return handout


def a_heard_recording(at: datetime) -> Recording:
    """Return a recording that can be heard, as a row: its files do not lie anywhere."""
    return Recording.objects.create(
        title="一段话",
        original="recordings/a.m4a",
        status="done",
        seconds=245,
        opus=f"recordings/{uuid.uuid4().hex}.opus",
        opus_size=735_000,
        mp3=f"recordings/{uuid.uuid4().hex}.mp3",
        mp3_size=980_000,
        queued_at=at,
    )


def a_bank(locale: Any) -> QuestionBank:
    """Return a bank with one question."""
    question = {
        "type": "true_false",
        "id": str(uuid.uuid4()),
        "value": {
            "prompt": "先听再问。",
            "required": True,
            "answer": "true",
            "feedback_true": "对",
            "feedback_false": "再想想",
        },
    }
    return QuestionBank.objects.create(title="谈心", locale=locale, questions=[question])


def block(kind: str, value: Any) -> dict[str, Any]:
    """Return a raw block with an id."""
    return {"type": kind, "id": str(uuid.uuid4()), "value": value}


def items(*values: Any) -> list[dict[str, Any]]:
    """Return the raw items of a list block."""
    return [{"type": "item", "id": str(uuid.uuid4()), "value": value} for value in values]


def raw_block(kind: str, *, lesson: LessonPage, at: datetime) -> dict[str, Any]:
    """Return one raw block of that kind, with rows of its own for whatever it names."""
    makers = {
        "text": lambda: f'<p>请看<a linktype="page" id="{lesson.pk}">这一课</a>。</p>',
        "picture": lambda: {
            "image": {"image": a_drawing().pk, "alt_text": "长凳", "decorative": False},
            "caption": "操场",
        },
        "practice": lambda: {"page": PracticePage.objects.filter(locale=lesson.locale).first().pk, "note": "看看"},
        "audio": lambda: {"recording": a_heard_recording(at).pk, "title": "录音", "transcript": "<p>全文。</p>"},
        "download": lambda: {"file": a_handout().pk, "title": "记录表", "note": ""},
        "video": lambda: {
            "title": "午餐",
            "link": "",
            "file": a_handout("lunch.mp4").pk,
            "megabytes": None,
            "poster": a_drawing().pk,
            "summary": "一起吃饭。",
        },
        "table": lambda: {"caption": "安排", "cells": grid([["时间", "事"], ["周一", "谈心"]])},
        "case": lambda: {
            "title": "一件事",
            "situation": "<p>起初。</p>",
            "turning_point": f'<p>见<a linktype="page" id="{lesson.pk}">前一课</a>。</p>',
            "outcome": "<p>后来。</p>",
            "source": "合写",
        },
        "draw": lambda: {"bank": a_bank(lesson.locale).pk, "count": 1},
        "steps": lambda: {"title": "怎么做", "items": items({"title": "先听", "text": ""})},
    }
    return block(kind, makers[kind]())


def grid(rows: list[list[Any]], header: str = "row") -> dict[str, Any]:
    """Return the raw cells of a table as the editor sends them."""
    return {
        "data": rows,
        "cell": [],
        "mergeCells": [],
        "first_row_is_table_header": header in ("row", "both"),
        "first_col_is_header": header in ("column", "both"),
        "table_header_choice": header,
        "table_caption": "",
    }


def fill(lesson: LessonPage, number: int, *, at: datetime, families: tuple[str, ...] = FAMILIES) -> None:
    """Publish ``lesson`` with that many blocks, the families in turn."""
    body = [raw_block(families[i % len(families)], lesson=lesson, at=at) for i in range(number)]
    lesson.body = body
    lesson.save_revision().publish()
