"""Searching lessons and practices: what is found, in which order, and why."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise
from operator import and_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry
from wagtail.search.query import Or, Phrase, SearchQuery

from courses.enums import CourseAccess
from courses.grams import HAN, cuts, folded, phrase, readings, terms, units
from courses.models import CoursePage, SearchEntry
from foundation.registries import readable_courses

LONGEST_QUERY = 60  # characters; what comes after is not looked at
MOST_TERMS = 6
SHORTEST_TOGETHER, LONGEST_TOGETHER = 4, 8
"""Units of a term that may be two or three words written together; more than that is a sentence."""
AROUND = 36  # characters of a snippet on each side of what was found


@dataclass(frozen=True)
class Found:
    """One result: the entry, with what was found in it marked."""

    entry: SearchEntry
    title: SafeString
    snippet: SafeString
    reason: str
    """Where it was found: ``title``, ``text``, ``people`` or ``pinyin``."""


def search(query: str, *, user: Any, language: str, kind: str = "") -> list[int]:
    """Return the ids of what ``user`` may read and holds every term of ``query``, the best first; titles count most.

    A term of Han characters is found wherever the characters stand beside each other, a word by its stem, and letters
    that read as pinyin also by the sound of title and author. When that finds nothing, words that were written
    together are looked for apart, and pinyin in the sound of the summary.
    """
    asked = terms(query[:LONGEST_QUERY])[:MOST_TERMS]
    if not asked:
        return []
    entries = visible_to(user).filter(locale=language, **({"kind": kind} if kind else {}))
    strictly = [_holding(term) for term in asked]
    if found := _ordered(entries, reduce(and_, strictly), asked):
        return found
    loosely = [held | _in_parts(term) for held, term in zip(strictly, asked, strict=True)]
    return _ordered(entries, reduce(and_, loosely) | _heard_in_summary(asked), _apart(asked) or asked)


def _ordered(entries: QuerySet[SearchEntry], found: set[int], asked: Sequence[str]) -> list[int]:
    """Return which of ``entries`` were found, the best first."""
    rows = entries.filter(pk__in=found).values_list("pk", "title", "summary", "kind", "page__path") if found else ()
    return [row[0] for row in sorted(rows, key=lambda row: (_rank(asked, row[1], row[2]), row[3], row[4]))]


def entries_of(ids: Sequence[int]) -> list[SearchEntry]:
    """Return the entries of those ids with their pages, in that order."""
    found = SearchEntry.objects.select_related("page").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


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


def _holding(term: str) -> set[int]:
    """Return the ids of all entries that hold the term, by the database's full-text index."""
    return _matching([phrase(units(term)), *(phrase(syllables, mark="y") for syllables in readings(term))])


def _in_parts(term: str) -> set[int]:
    """Return the ids of all entries that hold a term's parts apart, when two or three words were written together."""
    sequence = units(term)
    if len(sequence) > LONGEST_TOGETHER:
        return set()
    held = cache(lambda part: _matching([phrase(part)]))
    for pieces in (2, 3):
        found: set[int] = set()
        for parts in cuts(tuple(sequence), pieces):
            found |= reduce(and_, map(held, parts))
        if found:
            return found
    return set()


def _heard_in_summary(asked: Sequence[str]) -> set[int]:
    """Return the ids of all entries in whose summary the terms, all of them pinyin, stand together by their sound."""
    ways = readings("".join(asked)) if all(readings(term) for term in asked) else []
    return _matching([phrase(syllables, mark="h") for syllables in ways]) if ways else set()


def _apart(asked: Sequence[str]) -> list[str]:
    """Return the pairs of characters in the terms that may be words written together."""
    runs = [units(term) for term in asked]
    return ["".join(pair) for run in runs if len(run) >= SHORTEST_TOGETHER for pair in pairwise(run)]


def _matching(ways: Sequence[str]) -> set[int]:
    """Return the ids of all entries that hold one of these phrases of tokens."""
    if connection.vendor == "sqlite":
        return _holding_in_sqlite(ways)
    query: SearchQuery = Or([Phrase(way) for way in ways]) if len(ways) > 1 else Phrase(ways[0])
    found = get_search_backend().search(query, SearchEntry.objects.order_by("id"), order_by_relevance=False)
    return set(found.get_queryset().order_by().values_list("pk", flat=True))


def _holding_in_sqlite(ways: Sequence[str]) -> set[int]:
    """Ask SQLite's index by itself, then which rows it names.

    The library's query joins both, and SQLite then looks into the index once for every row: 60 ms for 1,200 of them
    instead of 2. Phrases of our tokens are plain letters and digits, so nothing in them needs to be quoted.
    """
    matching = RawSQL(
        "SELECT rowid FROM wagtailsearch_indexentry_fts WHERE wagtailsearch_indexentry_fts MATCH %s",
        [" OR ".join(f'"{way}"' for way in ways)],
    )
    about = ContentType.objects.get_for_model(SearchEntry)
    rows = IndexEntry.objects.filter(content_type=about, pk__in=matching)
    return {int(pk) for pk in rows.values_list("object_id", flat=True)}


def _rank(asked: Sequence[str], title: str, summary: str) -> int:
    """Return where the terms stand: the title is them (0), holds them (1), the summary (2), the title one (3)."""
    title, summary = folded(title), folded(summary)
    if title == "".join(asked):
        return 0
    in_title = [term in title for term in asked]
    if all(in_title):
        return 1
    if all(term in summary for term in asked):
        return 2
    return 3 if any(in_title) else 4


@dataclass(frozen=True)
class Wanted:
    """Terms as they are looked for in a text as it reads, whatever punctuation stands between their units."""

    pattern: re.Pattern[str]
    sequences: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, asked: Sequence[str]) -> "Wanted":
        """Return the terms ``asked``."""
        pattern = "|".join(_written(term) for term in sorted(asked, key=len, reverse=True)) or r"(?!)"
        return cls(re.compile(pattern), frozenset(tuple(units(term)) for term in asked))

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where they stand. What only begins alike has another stem, and is passed over."""
        for found in self.pattern.finditer(_same_length(text)):
            if tuple(units(found[0])) in self.sequences:
                yield found.span()

    def is_in(self, text: str) -> bool:
        """Tell whether one of them stands in ``text``."""
        return next(self.places(text), None) is not None


def explained(entry: SearchEntry, query: str) -> Found:
    """Return the entry with what was found marked, and the words around it, so that one sees why it is there."""
    asked = terms(query[:LONGEST_QUERY])[:MOST_TERMS]
    wanted = Wanted.of(asked)
    if not any(wanted.is_in(text) for text in (entry.title, *_passages(entry))):
        wanted = Wanted.of(_apart(asked))
    snippet = next((text for text in (_around(text, wanted) for text in _passages(entry)) if text), "")
    return Found(
        entry=entry,
        title=_marked(entry.title, wanted),
        snippet=_marked(snippet or entry.summary, wanted),
        reason=_reason(entry, wanted, snippet),
    )


def _passages(entry: SearchEntry) -> list[str]:
    return [entry.summary, *entry.text.split("\n"), *entry.people.split("\n")]


def _reason(entry: SearchEntry, wanted: Wanted, snippet: str) -> str:
    if wanted.is_in(entry.title):
        return "title"
    if any(wanted.is_in(name) for name in entry.people.split("\n")):
        return "people"
    return "text" if snippet else "pinyin"


def _written(term: str) -> str:
    """Return a pattern for the units of a term; of a word only what all forms of it begin with."""
    return r"[\W_]*".join(_written_unit(unit) for unit in units(term))


def _written_unit(unit: str) -> str:
    if not unit.isascii():
        return re.escape(unit)
    letters = rf"[^\W_{HAN}]"
    return rf"(?<!{letters}){re.escape(unit[: max(2, len(unit) - 2)])}{letters}*"


def _around(text: str, wanted: Wanted) -> str:
    found = next(wanted.places(text), None)
    if not found:
        return ""
    start, end = max(0, found[0] - AROUND), min(len(text), found[1] + AROUND)
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def _marked(text: str, wanted: Wanted) -> SafeString:
    """Return ``text`` as HTML with what is ``wanted`` in ``<b>``, as key words are."""
    pieces, last = [], 0
    for start, end in wanted.places(text):
        pieces += [conditional_escape(text[last:start]), "<b>", conditional_escape(text[start:end]), "</b>"]
        last = end
    return mark_safe("".join([*pieces, conditional_escape(text[last:])]))  # noqa: S308  (escaped piece by piece)


def _same_length(text: str) -> str:
    """Return ``text`` folded a character at a time, so that a place in it is the same place in ``text``."""
    return "".join(one if len(one := folded(character)) == 1 else character for character in text)
