"""Recording what a lesson asked at the moment it was published (docs/decisions/0005 and 0023)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from courses.blocks.identity import raw_blocks, require_identity
from courses.enums import QUESTION_TYPES, UNJUDGED_TYPES
from courses.models import LessonPage, LessonVersion, QuestionBank
from courses.selectors.banks import lessons_drawing_from
from courses.signals import lesson_version_recorded


def record_version(*, lesson: LessonPage, at: datetime) -> LessonVersion:
    """Write an immutable version of a published lesson and return it; the newest one, when nothing changed.

    Raises ``ContentWithoutIdentityError`` when an option has no id of its own.
    """
    require_identity(lesson.body, title=lesson.title)
    language = lesson.locale.language_code
    questions = questions_of(lesson)
    content_hash = hash_of(lesson, questions)
    with transaction.atomic():
        newest = (
            LessonVersion.objects.select_for_update()
            .filter(translation_key=lesson.translation_key, locale=language)
            .order_by("-id")
            .first()
        )
        if newest and newest.content_hash == content_hash:
            return newest
        version = LessonVersion.objects.create(
            translation_key=lesson.translation_key,
            locale=language,
            title=lesson.title,
            content_hash=content_hash,
            questions=questions,
            unjudged=unjudged_of(lesson),
            pass_mark=lesson.pass_mark,
            tries=lesson.tries,
            created_at=at,
        )
        lesson_version_recorded.send(sender=LessonVersion, version=version, at=at)
        return version


def record_versions_of_bank(*, bank: QuestionBank, at: datetime) -> list[LessonVersion]:
    """Record anew the live lessons that draw from ``bank``, in every language, and return their versions."""
    with transaction.atomic():
        return [record_version(lesson=lesson, at=at) for lesson in lessons_drawing_from([bank]) if lesson.live]


def hash_of(lesson: LessonPage, questions: list[dict[str, Any]]) -> str:
    """Return the SHA-256 of what a reader of the lesson sees: title, summary, body, what is drawn, and how it counts.

    Lessons without any of the last three have the hash that they had before there were banks and pass marks.
    """
    drawn = [question for question in questions if "draw" in question]
    content = [lesson.title, lesson.summary, raw_blocks(lesson.body)]
    if drawn or lesson.pass_mark or lesson.tries:
        content += [drawn, lesson.pass_mark, lesson.tries]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def questions_of(lesson: LessonPage) -> list[dict[str, Any]]:
    """Return the lesson's questions, with those of its banks, as ``LessonVersion.questions`` keeps them."""
    with translation.override(lesson.locale.language_code):
        return list(_questions(lesson))


def _questions(lesson: LessonPage) -> Iterator[dict[str, Any]]:
    for block in lesson.body:
        if block.block_type in QUESTION_TYPES:
            yield _record(block)
        elif block.block_type == "draw":
            draw = {"id": block.id, "count": block.value["count"]}
            for question in block.value.questions(lesson.locale_id):
                yield _record(question) | {"draw": draw}


def _record(block: Any) -> dict[str, Any]:
    """Return one question: what all have in common, the feedback to the whole of an answer, and its own type's part."""
    common = {
        "id": block.id,
        "type": block.block_type,
        "required": bool(block.value["required"]),
        "prompt": block.value["prompt"],
        "explanation": block.value.get("explanation", ""),
    }
    feedback = {name: block.value[name] for name in ("feedback_right", "feedback_wrong") if name in block.value}
    record: dict[str, Any] = block.value.record()
    return common | feedback | record


def unjudged_of(lesson: LessonPage) -> list[dict[str, Any]]:
    """Return the lesson's reflections and polls as ``LessonVersion.unjudged`` keeps them."""
    return [
        {
            "id": block.id,
            "type": block.block_type,
            "prompt": block.value["prompt"],
            "options": block.value.numbered_options(),
        }
        for block in lesson.body
        if block.block_type in UNJUDGED_TYPES
    ]
