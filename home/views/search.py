"""Searching lessons and practices."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from courses.enums import SearchKind
from courses.selectors.search import LONGEST_QUERY, entries_of, explained, search

RESULTS = 20  # on one page
OTHER_RESULTS = 5  # in another language, when this one has nothing


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what was found for ``q``, of one ``kind`` or of both; without ``q`` only the field."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    kind = request.GET.get("kind", "")
    kind = kind if kind in SearchKind.values else ""
    language = translation.get_language() or ""
    results = search(query, user=request.user, language=language, kind=kind)
    page = Paginator(results, RESULTS).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "kind": kind,
        "kinds": SearchKind.choices,
        "page_of_results": page,
        "results": [explained(entry, query) for entry in entries_of(list(page))],
        "elsewhere": _elsewhere(request, query, kind) if query and not page.paginator.count else [],
        "longest_query": LONGEST_QUERY,
        "parameters": f"{urlencode({'q': query, 'kind': kind})}&",
    }
    response = render(request, "home/search.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


def _elsewhere(request: HttpRequest, query: str, kind: str) -> list[Any]:
    """Return what is found in the other languages of the site."""
    own = translation.get_language()
    found = [
        search(query, user=request.user, language=language, kind=kind)[:OTHER_RESULTS]
        for language, _label in settings.LANGUAGES
        if language != own
    ]
    return [explained(entry, query) for ids in found for entry in entries_of(ids)]
