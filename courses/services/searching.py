"""Keeping the search's rows in step with what is published."""

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.html import strip_tags
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from courses.enums import QUESTION_TYPES, SearchKind
from courses.models import LessonPage, PracticePage, SearchEntry
from courses.selectors.pages import course_of

KINDS: dict[type[Page], SearchKind] = {LessonPage: SearchKind.LESSON, PracticePage: SearchKind.PRACTICE}
RICH_WORDS = ("problem", "context", "risks", "suits", "evidence", "sources")
"""Rich texts beside the body; a lesson has only the last."""

BATCH = 200


def record_search_entry(*, page: Page) -> None:
    """Write the row of a published lesson or practice anew, or take it away when the page is not published."""
    if not page.live:
        SearchEntry.objects.filter(page=page.pk).delete()
        return
    with transaction.atomic():
        SearchEntry.objects.update_or_create(page_id=page.pk, defaults=_words_of(page))


def record_search_entries(*, below: Page) -> None:
    """Write the rows of ``below`` and of everything under it anew."""
    for model in KINDS:
        for page in model.objects.live().descendant_of(below, inclusive=True).select_related("locale"):
            record_search_entry(page=page)


def rebuild_search() -> int:
    """Write every row of the search anew and return how many there are. For a site older than its search."""
    SearchEntry.objects.exclude(page__live=True).delete()
    for model in KINDS:
        for page in model.objects.live().select_related("locale").iterator(chunk_size=BATCH):
            record_search_entry(page=page)
    return SearchEntry.objects.count()


def _words_of(page: Page) -> dict[str, Any]:
    course = course_of(page) if isinstance(page, LessonPage) else None
    with translation.override(page.locale.language_code):
        return {
            "kind": KINDS[type(page)],
            "locale": page.locale.language_code,
            "translation_key": page.translation_key,
            "course_key": course.translation_key if course else None,
            "title": page.title,
            "summary": page.summary,
            "people": "\n".join(filter(None, _people(page))),
            "text": "\n".join(filter(None, map(str.strip, _texts(page)))),
        }


def _people(page: Page) -> list[str]:
    if isinstance(page, PracticePage):
        return list(dict.fromkeys([page.author, page.school, page.credit]))
    return [page.credit]


def _texts(page: Page) -> list[str]:
    """Return the page's words piece by piece, without what would tell the answer to a question."""
    texts = [get_text_for_indexing(getattr(page, name)) for name in RICH_WORDS if hasattr(page, name)]
    if isinstance(page, PracticePage):
        texts += [page.region, *(theme.name_in(page.locale.language_code) for theme in page.themes.all())]
    for block in page.body:
        if block.block_type in QUESTION_TYPES:
            texts.append(block.value["prompt"])
        else:
            texts += map(strip_tags, block.block.get_searchable_content(block.value))
    return texts
