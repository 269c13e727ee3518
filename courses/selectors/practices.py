"""Reading practices: by key in the reader's language, and those that assignments ask to try."""

import uuid
from collections.abc import Iterable

from courses.models import AssignmentPage, PracticePage

Key = uuid.UUID


def practices_by_key(keys: Iterable[Key], locale_id: int) -> dict[Key, PracticePage]:
    """Return the live practices of those keys: in the language asked for, else in any, in one query."""
    pages = PracticePage.objects.live().filter(translation_key__in=list(keys)).select_related("locale")
    found: dict[Key, PracticePage] = {}
    for page in pages:
        if page.locale_id == locale_id or page.translation_key not in found:
            found[page.translation_key] = page
    return found


def practices_of_assignments(keys: Iterable[str]) -> list[PracticePage]:
    """Return the practices that these assignments ask to try, each once, whatever the language of the assignment."""
    assignments = AssignmentPage.objects.filter(translation_key__in=list(keys), practice__isnull=False)
    found: dict[Key, PracticePage] = {}
    for assignment in assignments.select_related("practice", "practice__locale").order_by("path"):
        found.setdefault(assignment.practice.translation_key, assignment.practice)
    return list(found.values())
