"""Reading question banks: which lessons draw from them."""

from collections.abc import Iterable

from django.db.models import TextField
from django.db.models.functions import Cast

from courses.models import LessonPage, QuestionBank


def lessons_drawing_from(banks: Iterable[QuestionBank]) -> list[LessonPage]:
    """Return the lessons, live or not and in every language, that draw from one of ``banks`` or its translations."""
    keys = {bank.translation_key for bank in banks}
    lessons = LessonPage.objects.annotate(body_text=Cast("body", TextField())).filter(body_text__contains='"draw"')
    return [lesson for lesson in lessons.select_related("locale").order_by("path") if keys & _banks_of(lesson)]


def _banks_of(lesson: LessonPage) -> set[object]:
    banks = [block.value["bank"] for block in lesson.body if block.block_type == "draw"]
    return {bank.translation_key for bank in banks if bank}
