"""What the pages of the practice library show."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from courses.enums import CostBand, LibraryOrder
from courses.models import PracticeIndexPage, PracticePage, PracticeStats
from courses.selectors.bodies import read_body
from courses.selectors.library import Wanted, known_cost, known_order, practices_wanted, themes_with_counts
from courses.selectors.pages import open_to_all
from courses.selectors.practices import adaptations_of, credit_chain, related_practices, steps_that_use

Screen = dict[str, Any]
ON_A_PAGE = 20
KEPT = "kept"
"""Query parameter of a practice in the form that is kept with a module (courses/rendering/bundles.py)."""


def library_screen(page: PracticeIndexPage, request: HttpRequest) -> Screen:
    """The practices of this language that the reader asks for by theme and cost, a page at a time."""
    practices = PracticePage.objects.live().child_of(page)
    if not getattr(page, "is_restricted", False):  # into a private library only those come whom its rules let in
        practices = open_to_all(practices)
    cost = known_cost(request.GET.get("cost", ""))
    themes = themes_with_counts(practices, cost=cost)
    chosen = next((theme for theme in themes if theme.key == request.GET.get("theme")), None)
    wanted = Wanted(chosen.key if chosen else "", cost, known_order(request.GET.get("order", "")))
    total = practices.count()
    pages = Paginator(practices_wanted(practices, wanted), ON_A_PAGE)
    if not wanted.is_narrow:
        pages.count = total  # counted already
    shown = pages.get_page(request.GET.get("page"))
    for practice in shown.object_list:
        practice.locale = page.locale  # saves a query a card
    return {
        "practices": shown,
        "total": total,
        "wanted": wanted,
        "all_query": wanted.query(theme=""),
        "themes": [(theme, theme == chosen, wanted.query(theme=theme.key)) for theme in themes],
        "chosen_theme": chosen,
        "costs": CostBand.choices,
        "orders": LibraryOrder.choices,
        "pager_query": f"{wanted.query()}&" if wanted.query() else "",
    }


def practice_screen(page: PracticePage, request: HttpRequest) -> Screen:
    """Where the practice comes from, who tried it, what leads to it, and what stands beside it.

    Kept on a phone with a module (``?kept=1``) it is without what other schools bring about, such as how many
    of them tried it: a module has a new version when its words change, not each time somebody tries something.
    """
    themes = list(page.themes.all())
    read_body(page.body, locale_id=page.locale_id)
    if KEPT in request.GET:
        return {"themes": themes, "chain": credit_chain(page)}
    stats = PracticeStats.objects.filter(practice_key=page.translation_key).first()
    return {
        "themes": themes,
        "schools": stats.schools_tried if stats else 0,
        "chain": credit_chain(page),
        "adaptations": adaptations_of(page),
        "steps": steps_that_use(page),
        "related": related_practices(page, themes),
    }
