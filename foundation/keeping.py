"""What stays although somebody asks Wagtail to remove it: one frame for every room's refusals and warnings.

A room says *why* something stays, as a function from what was chosen to a sentence, or to nothing when it may go. The
frame asks at each door of the admin (one page, many pages, one snippet, many), says the sentence and leads back.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.models import Page

Pages = Sequence[Page]
WhyPagesStay = Callable[[Pages], str]
"""From the pages chosen to a sentence that says why they stay; empty when they may go."""

WhyThingsStay = Callable[[Sequence[Any]], str]
"""The same for snippets of one kind."""

NAMED = 20
"""How many things a sentence names; of more it says how many."""


_why_pages_stay: list[WhyPagesStay] = []
_why_published_stay: list[WhyPagesStay] = []


def named(titles: Sequence[str]) -> str:
    """Return the first of ``titles`` as one text, each once, and say how many more there are."""
    each_once = list(dict.fromkeys(titles))
    more = len(each_once) - NAMED
    rest = [ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}] if more > 0 else []
    return " · ".join([*each_once[:NAMED], *rest])


def among_or_below(pages: Pages, path: str = "path") -> Q:
    """Return the condition that ``path`` is that of one of ``pages`` or of a page below one."""
    return reduce(or_, (Q(**{f"{path}__startswith": page.path}) for page in pages))


def keep_pages(why: WhyPagesStay) -> None:
    """Ask ``why`` before one page or many are deleted; called from a room's ``wagtail_hooks``."""
    _why_pages_stay.append(why)
    _ask_before("delete", why)


def keep_published(why: WhyPagesStay) -> None:
    """Ask ``why`` before one page or many are unpublished."""
    _why_published_stay.append(why)
    _ask_before("unpublish", why)


def why_page_stays(page: Page) -> str:
    """Return why ``page`` is not deleted, by any room's reason; for doors without hooks: the admin's own API."""
    return next(filter(None, (why([page]) for why in _why_pages_stay)), "")


def why_page_stays_published(page: Page) -> str:
    """Return why ``page`` is not unpublished, by any room's reason."""
    return next(filter(None, (why([page]) for why in _why_published_stay)), "")


def warn_of_unpublishing(what_follows: WhyPagesStay) -> None:
    """Say what follows, before the question and after the deed, when pages are unpublished. Nothing is refused."""

    def before_one(request: HttpRequest, page: Page) -> None:
        if sentence := what_follows([page]):
            messages.warning(request, sentence)

    def before_many(request: HttpRequest, action: str, chosen: Sequence[Any], view: Any) -> None:
        if action == "unpublish" and _are_pages(chosen) and (sentence := what_follows(chosen)):
            messages.warning(request, sentence)

    hooks.register("before_unpublish_page", before_one)
    hooks.register("before_bulk_action", before_many)


def keep_snippets(model: type[Model], why: WhyThingsStay) -> None:
    """Ask ``why`` before snippets of this kind are deleted, one or many."""

    def before(request: HttpRequest, chosen: Sequence[Any]) -> HttpResponse | None:
        sentence = why(chosen) if chosen and all(isinstance(thing, model) for thing in chosen) else ""
        if not sentence:
            return None
        messages.error(request, sentence)
        return redirect(model.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]

    hooks.register("before_delete_snippet", before)


def _ask_before(deed: str, why: WhyPagesStay) -> None:
    """Ask ``why`` at both doors of the admin: Wagtail's names of hook and action for one page and for many."""

    def before_one(request: HttpRequest, page: Page) -> HttpResponse | None:
        return _refused(request, [page], why)

    def before_many(request: HttpRequest, action: str, chosen: Sequence[Any], view: Any) -> HttpResponse | None:
        return _refused(request, chosen, why) if action == deed and _are_pages(chosen) else None

    hooks.register(f"before_{deed}_page", before_one)
    hooks.register("before_bulk_action", before_many)


def _are_pages(chosen: Sequence[Any]) -> bool:
    return bool(chosen) and all(isinstance(thing, Page) for thing in chosen)


def _refused(request: HttpRequest, pages: Pages, why: WhyPagesStay) -> HttpResponse | None:
    sentence = why(pages)
    if not sentence:
        return None
    messages.error(request, sentence)
    parent = pages[0].get_parent()
    return redirect("wagtailadmin_explore", parent.pk) if parent else redirect("wagtailadmin_explore_root")
