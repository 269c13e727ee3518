"""The practice library: what a reader looks for, and what of it is found. Bodies are never loaded for a list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.enums import CostBand, LibraryOrder
from courses.models import PracticePage, PracticeStats, Theme

ON_A_CARD = ("title", "slug", "url_path", "locale", "translation_key", "summary", "region", "effort", "cost", "credit")
"""What a card shows; everything else of a page stays in the database."""


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of the library. Each part is one of a known list, or empty."""

    theme: str = ""
    cost: str = ""
    order: str = LibraryOrder.TRIED

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.theme or self.cost)

    def query(self, **changed: str) -> str:
        """Return the address's query for this with some parts changed; what goes without saying is left out."""
        parts = {"theme": self.theme, "cost": self.cost, "order": self.order, **changed}
        said = {name: value for name, value in parts.items() if value and value != LibraryOrder.TRIED}
        return urlencode(said)


def with_schools(practices: QuerySet[PracticePage]) -> QuerySet[PracticePage]:
    """Return the practices with ``schools``: how many schools tried each, in whatever language."""
    tried = PracticeStats.objects.filter(practice_key=OuterRef("translation_key")).values("schools_tried")[:1]
    return practices.annotate(schools=Coalesce(Subquery(tried), 0))


def practices_wanted(practices: QuerySet[PracticePage], wanted: Wanted) -> QuerySet[PracticePage]:
    """Return the cards of those practices that are wanted, in the order asked for."""
    found = practices.only(*ON_A_CARD)
    if wanted.theme:
        found = found.filter(themes__key=wanted.theme)
    if wanted.cost:
        found = found.filter(cost=wanted.cost)
    newest = (F("first_published_at").desc(nulls_last=True), "path")
    order = newest if wanted.order == LibraryOrder.NEW else (F("schools").desc(), *newest)
    return with_schools(found).order_by(*order)


def themes_with_counts(practices: QuerySet[PracticePage], *, cost: str = "") -> list[Theme]:
    """Return the themes with ``count``: how many of the practices stand under each, of that cost where one is given."""
    stand = Q(practices__in=practices.order_by().values("pk"))
    narrowed = stand & Q(practices__cost=cost) if cost else stand
    return list(Theme.objects.filter(stand).annotate(count=Count("practices", filter=narrowed, distinct=True)))


def known_cost(value: str) -> str:
    """Return ``value`` when it is a cost band, else nothing."""
    return value if value in CostBand.values else ""


def known_order(value: str) -> str:
    """Return ``value`` when it is an order of the library, else the usual one."""
    return value if value in LibraryOrder.values else LibraryOrder.TRIED
