"""What leads to a practice, and what was made from it: asked before it goes."""

from collections.abc import Sequence

from django.db.models import QuerySet
from wagtail.models import Page

from courses.models import PracticePage, PracticeUse, Theme
from foundation.keeping import among_or_below


def practices_among(pages: Sequence[Page]) -> QuerySet[PracticePage]:
    """Return the practices among or below ``pages``."""
    found: QuerySet[PracticePage] = PracticePage.objects.filter(among_or_below(pages))
    return found


def titles_of_users(pages: Sequence[Page]) -> list[str]:
    """Return the titles of lessons and assignments outside ``pages`` that lead to a practice among or below them.

    They are found in whatever language they chose it, and whether they are published or not.
    """
    practices = practices_among(pages)
    if not practices.exists():
        return []
    led = PracticeUse.objects.filter(practice__translation_key__in=practices.values("translation_key"))
    users = Page.objects.filter(pk__in=led.values("page_id"))
    return list(users.exclude(among_or_below(pages)).order_by("path").values_list("title", flat=True))


def titles_of_adaptations(pages: Sequence[Page]) -> list[str]:
    """Return the titles of practices outside ``pages`` that were adapted from one among or below them."""
    practices = practices_among(pages)
    if not practices.exists():
        return []
    adapted = PracticePage.objects.filter(adapted_from__translation_key__in=practices.values("translation_key"))
    return list(adapted.exclude(among_or_below(pages)).order_by("path").values_list("title", flat=True))


def practices_under(themes: Sequence[Theme]) -> list[str]:
    """Return the titles of practices that stand under one of ``themes``."""
    under = PracticePage.objects.filter(themes__in=themes).order_by("path").distinct()
    return list(under.values_list("title", flat=True))
