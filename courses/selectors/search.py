"""Searching lessons and practices: what is found, in which order, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend
from wagtail.search.query import Or, Phrase, SearchQuery

from courses.enums import CourseAccess
from courses.grams import folded, phrase, readings, terms, units
from courses.models import CoursePage, SearchEntry
from foundation.registries import readable_courses

LONGEST_QUERY = 60  # characters; what comes after is not looked at
MOST_TERMS = 6
AROUND = 36  # characters of a snippet on each side of what was found


@dataclass(frozen=True)
class Found:
    """One result: the entry, with what was found in it marked."""

    entry: SearchEntry
    title: SafeString
    snippet: SafeString
    reason: str
    """Where it was found: ``title``, ``text``, ``people`` or ``pinyin``."""


def search(query: str, *, user: Any, language: str, kind: str = "") -> QuerySet[SearchEntry]:
    """Return what ``user`` may read and holds every term of ``query``, the best first; titles count most.

    A term of Han characters is found wherever the characters stand beside each other, a word by its stem, and letters
    that read as pinyin also by the sound of title and author.
    """
    entries = visible_to(user).filter(locale=language, **({"kind": kind} if kind else {}))
    asked = terms(query[:LONGEST_QUERY])[:MOST_TERMS]
    if not asked:
        return entries.none()
    for term in asked:
        entries = entries.filter(pk__in=_holding(term))
    return _ranked(entries, asked)


def visible_to(user: Any) -> QuerySet[SearchEntry]:
    """Return the entries of live pages that ``user`` may read in full: no cohort's own course, nothing private."""
    members_only = CoursePage.objects.filter(access=CourseAccess.MEMBERS).values("translation_key")
    above = PageViewRestriction.objects.annotate(asked=_path_of_entry()).filter(asked__startswith=F("page__path"))
    entries = SearchEntry.objects.filter(~Exists(above), page__live=True)
    if getattr(user, "is_superuser", False) or getattr(user, "has_perm", lambda _: False)("wagtailadmin.access_admin"):
        return entries
    mine = set().union(*(courses(user) for courses in readable_courses)) if user.is_authenticated else set()
    return entries.filter(Q(course_key=None) | ~Q(course_key__in=members_only) | Q(course_key__in=mine))


def _path_of_entry() -> Any:
    return Cast(OuterRef("page__path"), output_field=CharField())


def _holding(term: str) -> QuerySet[SearchEntry, Any]:
    """Return the ids of all entries that hold the term, by the database's full-text index."""
    found = get_search_backend().search(_query(term), SearchEntry.objects.order_by("id"), order_by_relevance=False)
    rows: QuerySet[SearchEntry, Any] = found.get_queryset()
    return rows.order_by().values("pk")


def _query(term: str) -> SearchQuery:
    """Return the index's query for one term: as it is written, or as it sounds."""
    ways = [Phrase(phrase(units(term))), *(Phrase(phrase(syllables, mark="y")) for syllables in readings(term))]
    return ways[0] if len(ways) == 1 else Or(ways)


def _ranked(entries: QuerySet[SearchEntry], asked: Sequence[str]) -> QuerySet[SearchEntry]:
    """Order by where the terms stand: the title is them, the title holds them, the summary does, the rest."""
    whole = "".join(asked)
    in_title = reduce(and_, (Q(title__icontains=term) for term in asked))
    in_summary = reduce(and_, (Q(summary__icontains=term) for term in asked))
    somewhere_in_title = reduce(or_, (Q(title__icontains=term) for term in asked))
    rank = Case(
        When(title__iexact=whole, then=Value(0)),
        When(in_title, then=Value(1)),
        When(in_summary, then=Value(2)),
        When(somewhere_in_title, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    return entries.alias(rank=rank).order_by("rank", "kind", "page__path").select_related("page")


def explained(entry: SearchEntry, query: str) -> Found:
    """Return the entry with what was found marked, and the words around it, so that one sees why it is there."""
    asked = terms(query[:LONGEST_QUERY])[:MOST_TERMS]
    pattern = _pattern(asked)
    snippet = next((text for text in (_around(text, pattern) for text in _passages(entry)) if text), "")
    return Found(
        entry=entry,
        title=_marked(entry.title, pattern),
        snippet=_marked(snippet or entry.summary, pattern),
        reason=_reason(entry, pattern, snippet),
    )


def _passages(entry: SearchEntry) -> list[str]:
    return [entry.summary, *entry.text.split("\n"), *entry.people.split("\n")]


def _reason(entry: SearchEntry, pattern: re.Pattern[str], snippet: str) -> str:
    if pattern.search(_same_length(entry.title)):
        return "title"
    if any(pattern.search(_same_length(name)) for name in entry.people.split("\n")):
        return "people"
    return "text" if snippet else "pinyin"


def _pattern(asked: Sequence[str]) -> re.Pattern[str]:
    """Return what finds the terms in a text as it reads, whatever punctuation stands between their units."""
    return re.compile("|".join(_written(term) for term in sorted(asked, key=len, reverse=True)) or r"(?!)")


def _written(term: str) -> str:
    parts = [rf"\b{re.escape(unit)}\w*" if unit.isascii() else re.escape(unit) for unit in units(term)]
    return r"[\W_]*".join(parts)


def _around(text: str, pattern: re.Pattern[str]) -> str:
    found = pattern.search(_same_length(text))
    if not found:
        return ""
    start, end = max(0, found.start() - AROUND), min(len(text), found.end() + AROUND)
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    """Return ``text`` as HTML with what ``pattern`` finds in ``<b>``, as key words are."""
    pieces, last = [], 0
    for found in pattern.finditer(_same_length(text)):
        pieces += [conditional_escape(text[last : found.start()]), "<b>", conditional_escape(found[0]), "</b>"]
        pieces[-2] = conditional_escape(text[found.start() : found.end()])
        last = found.end()
    return mark_safe("".join([*pieces, conditional_escape(text[last:])]))  # noqa: S308  (escaped piece by piece)


def _same_length(text: str) -> str:
    """Return ``text`` folded a character at a time, so that a place in it is the same place in ``text``."""
    return "".join(one if len(one := folded(character)) == 1 else character for character in text)
