"""Reading translations: which have gone stale, and what of them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from courses.models import QuestionBank, StalePassage

Place = tuple[uuid.UUID, int]
"""(translation key, locale id): where a translation ends."""


@dataclass(frozen=True)
class StaleTranslation:
    """A translated page or bank whose source changed since."""

    translation_id: int
    target: Page | QuestionBank
    language: str
    passages: tuple[StalePassage, ...]

    @property
    def title(self) -> str:
        """The translated page's title."""
        return str(self.target)

    @property
    def edit_url(self) -> str:
        """Where the source and its translation stand side by side."""
        return editor_of(self.target)

    @property
    def count(self) -> int:
        """How many passages wait."""
        return len(self.passages)

    @property
    def new_count(self) -> int:
        """How many of them are new in the source."""
        return sum(passage.is_new for passage in self.passages)

    @property
    def block_ids(self) -> tuple[str, ...]:
        """The blocks, or the names of plain fields, that changed: each once."""
        return tuple(dict.fromkeys(passage.block_id for passage in self.passages))

    @property
    def since(self) -> datetime:
        """When the oldest of the changes was published."""
        return min(passage.since for passage in self.passages)


def stale_translations(
    pages: QuerySet[Page] | None = None, banks: QuerySet[QuestionBank] | None = None
) -> list[StaleTranslation]:
    """Return what has gone stale, the longest first: four queries at most, however many pages.

    ``pages`` and ``banks`` narrow it to translations among these, for instance to those that a person may edit.
    """
    passages: dict[int, list[StalePassage]] = defaultdict(list)
    translations: dict[int, Translation] = {}
    rows = StalePassage.objects.filter(translation__enabled=True).select_related("translation__source").order_by("pk")
    for row in rows:
        translations[row.translation_id] = row.translation
        passages[row.translation_id].append(row)
    languages = dict(Locale.objects.values_list("pk", "language_code")) if translations else {}
    targets = _targets(translations.values(), pages, banks)
    found = [
        StaleTranslation(pk, targets[place], languages[place[1]], tuple(passages[pk]))
        for pk, translation in translations.items()
        if (place := _place(translation)) in targets
    ]
    return sorted(found, key=lambda stale: stale.since)


def editor_of(draft: Page | QuestionBank) -> str:
    """Return the address of a page's or a bank's editor."""
    if isinstance(draft, Page):
        return reverse("wagtailadmin_pages:edit", args=[draft.pk])
    return reverse("wagtailsnippets_courses_questionbank:edit", args=[draft.pk])


def stale_passages(translation: Translation) -> list[StalePassage]:
    """Return what of one translation waits for a translator."""
    return list(StalePassage.objects.filter(translation=translation).order_by("pk"))


def translation_into(page: Page | QuestionBank) -> Translation | None:
    """Return the translation that ends in ``page``: the one its side-by-side editor shows; none where it is written
    by itself.
    """
    found: Translation | None = (
        Translation.objects.filter(source__object_id=page.translation_key, target_locale_id=page.locale_id)
        .select_related("source__locale", "target_locale")
        .first()
    )
    return found


def _place(translation: Translation) -> Place:
    return (translation.source.object_id, translation.target_locale_id)


def _targets(
    translations: Iterable[Translation], pages: QuerySet[Page] | None, banks: QuerySet[QuestionBank] | None
) -> dict[Place, Page | QuestionBank]:
    places = {_place(translation) for translation in translations}
    keys = Q(translation_key__in={key for key, _locale in places})
    rows: list[Page | QuestionBank] = []
    if places:
        rows += (Page.objects.all() if pages is None else pages).filter(keys)
        rows += (QuestionBank.objects.all() if banks is None else banks).filter(keys)
    return {(row.translation_key, row.locale_id): row for row in rows if (row.translation_key, row.locale_id) in places}
