"""The list of learners' pages that are looked at in a browser is whole: it is held against the site's own addresses."""

import uuid
from collections import defaultdict
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import translation
from wagtail.models import Page, get_page_models

from tests.journeys.screens import DEEDS, NOT_LEARNERS, SCREENS

OTHERS = ("api/", "admin/", "documents/")
"""What is called by scripts, the team's rooms, and Wagtail's own way to files."""

WAGTAIL = "wagtail_serve"
LANGUAGES = ("zh-hans", "en")


def views(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the name of every view below ``resolver``, with those of its rooms."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if str(entry.pattern) not in OTHERS:
                yield from views(entry, (*names, entry.namespace) if entry.namespace else names)
        elif isinstance(entry, URLPattern):
            yield ":".join((*names, entry.name or "without a name"))


def view_of(path: str, language: str) -> str:
    keys: dict[str, str] = defaultdict(lambda: str(uuid.uuid4()), lang=language)
    with translation.override(language):
        return resolve("/" + path.partition("?")[0].format_map(keys)).view_name


def test_every_view_is_a_learners_page_that_is_looked_at_or_told_to_be_none() -> None:
    found = set(views(get_resolver()))
    looked_at = {view_of(screen.path, "zh-hans") for screen in SCREENS.values()} | set(DEEDS.values())
    assert looked_at & set(NOT_LEARNERS) == {"courses:new_practice"}, "leads on to a form, which is looked at"
    assert found == looked_at | set(NOT_LEARNERS)


def test_every_type_of_the_editors_pages_is_looked_at() -> None:
    types = {model._meta.label for model in get_page_models() if model is not Page}
    assert {screen.page_type for screen in SCREENS.values() if screen.page_type} == types
    for name, screen in SCREENS.items():
        for language in LANGUAGES:
            assert (view_of(screen.path, language) == WAGTAIL) == bool(screen.page_type), name
