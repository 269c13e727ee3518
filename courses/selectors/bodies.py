"""Reading a body: everything that its blocks name in a few queries, however many blocks there are."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from wagtail.blocks import StreamValue
from wagtail.models import Page

from courses.blocks.shelf import chosen_in, laid_out, pages_linked_in, with_links
from courses.models import PracticePage, QuestionBank
from courses.selectors.pages import with_restrictions
from foundation.models import Picture, Rendition
from foundation.pictures import PICTURE_SPECS

Key = uuid.UUID


def is_for_all(page: Page) -> bool:
    """Tell of a page that was found ``with_restrictions`` whether everybody may be shown what it says."""
    return page.live and not page.is_restricted


@dataclass(frozen=True)
class PagesAtHand:
    """Pages that a body leads to, with their translations."""

    pages: tuple[Page, ...]
    locale_id: int

    def practices(self, pks: Iterable[int]) -> dict[Key, PracticePage]:
        """Return what practice cards show: the practice that all may read, in the reader's language, else in any."""
        keys = {page.translation_key for page in self.pages if page.pk in pks}
        found: dict[Key, PracticePage] = {}
        for page in self.pages:
            is_shown = is_for_all(page) and page.translation_key in keys and hasattr(page, "practicepage")
            if is_shown and (page.locale_id == self.locale_id or page.translation_key not in found):
                found[page.translation_key] = page.practicepage
        return found

    def addresses(self, pks: Iterable[int]) -> dict[int, str]:
        """Return where links lead: to the live page in the reader's language, else to the page that was chosen.

        A page that is not published has no address: its name would tell the title of a draft.
        """
        by_key: dict[Key, Page] = {p.translation_key: p for p in self.pages if p.live and p.locale_id == self.locale_id}
        chosen = {page.pk: by_key.get(page.translation_key, page) for page in self.pages if page.pk in set(pks)}
        return {pk: (page.get_url() or "") if page.live else "" for pk, page in chosen.items()}


def read_body(body: StreamValue, *, locale_id: int) -> dict[Key, PracticePage]:
    """Load all that the blocks of ``body`` name, in one query a model, and return the practices of its cards by key.

    Pictures come with their renditions, links with their addresses. At most five queries: pictures, handouts,
    recordings, question banks, pages; none for what the body does not name. It renders without another one.
    """
    raw = list(body.raw_data)
    chosen = chosen_in(body.stream_block, raw)
    cards, linked = chosen.pop(PracticePage, set()), pages_linked_in(raw)
    at_hand = PagesAtHand(_pages(cards | linked), locale_id)
    shelf: dict[type[Model], Mapping[int, Any]] = {
        model: _rows(model, pks, locale_id=locale_id) for model, pks in chosen.items()
    }
    if cards:
        shelf[PracticePage] = {p.pk: p.practicepage for p in at_hand.pages if hasattr(p, "practicepage")}
    addresses = at_hand.addresses(linked)
    with laid_out(shelf):
        for child in body:
            child.value = with_links(child.value, addresses)
    return at_hand.practices(cards)


def _rows(model: type[Model], pks: set[int], *, locale_id: int) -> Mapping[int, Any]:
    if model is Picture:
        return _pictures(pks)
    return _banks(pks, locale_id) if model is QuestionBank else model._default_manager.in_bulk(pks)


def _banks(pks: set[int], locale_id: int) -> dict[int, QuestionBank]:
    """Return for each of these banks the one in the reader's language, where there is one."""
    keys = QuestionBank.objects.filter(pk__in=pks).values("translation_key")
    rows = list(QuestionBank.objects.filter(translation_key__in=keys))
    for row in rows:
        row.was_looked_up = True
    own = {row.translation_key: row for row in rows if row.locale_id == locale_id and row.live}
    return {row.pk: own.get(row.translation_key, row) for row in rows if row.pk in pks}


def _pages(pks: set[int]) -> tuple[Page, ...]:
    """Return these pages and all their translations, practices as such."""
    if not pks:
        return ()
    keys = Page.objects.filter(pk__in=pks).values("translation_key")
    found = with_restrictions(Page.objects.filter(translation_key__in=keys))
    return tuple(found.select_related("practicepage").order_by("pk"))


def _pictures(pks: set[int]) -> dict[int, Picture]:
    """Return these pictures with the renditions that pages show: one query, and one more where some were never made."""
    renditions = Rendition.objects.filter(image__in=pks, filter_spec__in=PICTURE_SPECS).select_related("image")
    found: dict[int, Picture] = {}
    for rendition in renditions:
        picture = found.setdefault(rendition.image_id, rendition.image)
        rendition.image = picture
        picture.__dict__.setdefault("prefetched_renditions", []).append(rendition)
    for picture in Picture.objects.filter(pk__in=pks - set(found)) if pks - set(found) else ():
        picture.__dict__["prefetched_renditions"] = []
        found[picture.pk] = picture
    return found
