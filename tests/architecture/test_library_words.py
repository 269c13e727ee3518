"""What Wagtail and wagtail-localize leave in English in their Chinese catalogues stands in ours (locale/admin)."""

import importlib.util
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from django.views.i18n import JavaScriptCatalog

from tests.architecture.test_translations import PLACEHOLDER, words_of

OURS = Path(settings.BASE_DIR) / "locale" / "admin" / "zh_Hans" / "LC_MESSAGES"
LIBRARIES = (
    *("wagtail", "wagtail.admin", "wagtail.users", "wagtail.images", "wagtail.documents", "wagtail.snippets"),
    *(
        "wagtail.contrib.redirects",
        "wagtail.contrib.table_block",
        "wagtail.embeds",
        "wagtail.locales",
        "wagtail.search",
        "wagtail.sites",
    ),
    *("wagtail_localize", "taggit"),
)
"""Whose sentences people meet in the admin."""
DOMAINS = ("django", "djangojs")
Message = tuple[str | None, str, str]


def message(entry: polib.POEntry) -> Message:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def catalogue_of(library: str, language: str, domain: str) -> list[polib.POEntry]:
    """Return the entries of an installed library's catalogue; none if it has no such catalogue."""
    spec = importlib.util.find_spec(library)
    assert spec is not None, f"{library} is not installed"
    assert spec.origin is not None
    path = Path(spec.origin).parent / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    return list(polib.pofile(str(path))) if path.is_file() else []


def said_by_libraries(domain: str) -> dict[Message, str]:
    return {message(entry): library for library in LIBRARIES for entry in catalogue_of(library, "en", domain)}


@pytest.mark.parametrize("domain", DOMAINS)
def test_nothing_that_a_library_says_is_left_in_english(domain: str) -> None:
    said = said_by_libraries(domain)
    assert len(said) > 100, "the libraries' own catalogues were not found"
    ours = {message(entry) for entry in polib.pofile(str(OURS / f"{domain}.po")) if entry.translated()}
    theirs = {
        message(entry)
        for library in LIBRARIES
        for entry in catalogue_of(library, "zh_Hans", domain)
        if entry.translated()
    }
    assert not sorted(str(left) for left in said.keys() - ours - theirs)


@pytest.mark.parametrize("domain", DOMAINS)
def test_we_translate_only_what_a_library_still_says(domain: str) -> None:
    said = said_by_libraries(domain)
    assert not [entry.msgid for entry in polib.pofile(str(OURS / f"{domain}.po")) if message(entry) not in said]


@pytest.mark.parametrize("domain", DOMAINS)
def test_our_words_keep_the_placeholders(domain: str) -> None:
    for entry in polib.pofile(str(OURS / f"{domain}.po")):
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for words in words_of(entry):
            assert set(PLACEHOLDER.findall(words)) == wanted, entry.msgid


def words_of_scripts(language: str) -> str:
    """Return what Wagtail's scripts get of the catalogue."""
    with translation.override(language):
        answer = JavaScriptCatalog.as_view(packages=["wagtail.admin"])(RequestFactory().get("/"))
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def test_both_kinds_of_catalogue_reach_the_admin() -> None:
    assert translation.gettext("Search all pages…") == "搜索全部页面…"
    assert '"Insert a block": "\\u63d2' in words_of_scripts("zh-hans"), "插入内容块"
    with translation.override("en"):
        assert translation.gettext("Search all pages…") == "Search all pages…"
    assert "\\u63d2" not in words_of_scripts("en")
