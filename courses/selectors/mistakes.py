"""Reading mistakes that readers reported, and the pages they are about."""

import uuid
from collections.abc import Iterable

from wagtail.models import Page

from courses.models import MistakeReport

Key = uuid.UUID
REPORTABLE = ("coursepage", "modulepage", "lessonpage", "assignmentpage", "practicepage")
"""Kinds of pages that carry the link "report a mistake", or could."""


def reportable_page(translation_key: Key, language: str) -> Page | None:
    """Return the live page of that key in ``language``, else in any language."""
    kinds = Page.objects.live().filter(content_type__app_label="courses", content_type__model__in=REPORTABLE)
    pages = list(kinds.filter(translation_key=translation_key).select_related("locale"))
    return next((page for page in pages if page.locale.language_code == language), pages[0] if pages else None)


def pages_of_reports(reports: Iterable[MistakeReport]) -> dict[tuple[Key, str], Page]:
    """Return the pages that reports are about, by key and language, in one query; deleted ones are not in it."""
    keys = {report.translation_key for report in reports}
    pages = Page.objects.filter(translation_key__in=keys).select_related("locale") if keys else []
    return {(page.translation_key, page.locale.language_code): page for page in pages}
