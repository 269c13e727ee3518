"""Pairs of pages known to each other, and what happens to their sources."""

import json
from collections.abc import Callable
from typing import Any

from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from courses.selectors import translation_into

Blocks = list[dict[str, Any]]


def publish_with(page: Page, edit: Callable[[Blocks], None] | None = None, **fields: Any) -> Page:
    """Change the page's blocks in place, or fields of it, as an author does, and publish it."""
    page = type(page).objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    if edit is not None:
        blocks = [dict(block) for block in page.body.get_prep_value()]
        edit(blocks)
        page.body = json.dumps(blocks)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def into(page: Page) -> Translation:
    """Return the translation that ends in ``page``."""
    found = translation_into(page)
    assert found is not None
    return found


def say(page: Page, path_ends: str, words: str, *, user: Any = None, source_has: str = "") -> StringTranslation:
    """Translate a passage as the side-by-side editor does; ``page`` is the translated page."""
    translation = into(page)
    segments = StringSegment.objects.filter(source=translation.source, context__path__endswith=path_ends)
    segment = segments.filter(string__data__contains=source_has).get()
    row, _made = StringTranslation.objects.update_or_create(
        translation_of_id=segment.string_id,
        locale_id=translation.target_locale_id,
        context_id=segment.context_id,
        defaults={"data": words, "translation_type": "manual", "last_translated_by": user, "has_error": False},
    )
    return row


def say_all(page: Page, *, user: Any = None, prefix: str = "EN ") -> None:
    """Translate whatever has no words yet: the source's words with a mark before them."""
    translation = into(page)
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string"):
        StringTranslation.objects.get_or_create(
            translation_of_id=segment.string_id,
            locale_id=translation.target_locale_id,
            context_id=segment.context_id,
            defaults={
                "data": f"{prefix}{segment.string_id}",
                "translation_type": "manual",
                "last_translated_by": user,
            },
        )
