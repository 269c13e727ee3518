"""Recording what a lesson asked at the moment it was published (docs/decisions/0005)."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from courses.blocks.identity import raw_blocks, require_identity
from courses.enums import QUESTION_TYPES
from courses.models import LessonPage, LessonVersion


def record_version(*, lesson: LessonPage, at: datetime) -> LessonVersion:
    """Write an immutable version of a published lesson and return it; the newest one, when nothing changed.

    Raises ``ContentWithoutIdentityError`` when an option has no id of its own.
    """
    require_identity(lesson.body, title=lesson.title)
    language = lesson.locale.language_code
    content_hash = hash_of(lesson)
    with transaction.atomic():
        newest = (
            LessonVersion.objects.select_for_update()
            .filter(translation_key=lesson.translation_key, locale=language)
            .order_by("-id")
            .first()
        )
        if newest and newest.content_hash == content_hash:
            return newest
        return LessonVersion.objects.create(
            translation_key=lesson.translation_key,
            locale=language,
            title=lesson.title,
            content_hash=content_hash,
            questions=questions_of(lesson),
            created_at=at,
        )


def hash_of(lesson: LessonPage) -> str:
    """Return the SHA-256 of what a reader of the lesson sees: title, summary and body."""
    content = [lesson.title, lesson.summary, raw_blocks(lesson.body)]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def questions_of(lesson: LessonPage) -> list[dict[str, Any]]:
    """Return the lesson's questions in the form that ``LessonVersion.questions`` keeps."""
    with translation.override(lesson.locale.language_code):
        return [
            {
                "id": block.id,
                "type": block.block_type,
                "required": bool(block.value["required"]),
                "prompt": block.value["prompt"],
                "options": [
                    {
                        "id": option["id"],
                        "text": str(option["text"]),
                        "is_correct": bool(option["is_correct"]),
                        "feedback": option["feedback"],
                    }
                    for option in block.value.numbered_options()
                ],
                "explanation": block.value.get("explanation", ""),
            }
            for block in lesson.body
            if block.block_type in QUESTION_TYPES
        ]
