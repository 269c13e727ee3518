"""Words that would run as a script stay words: in every block and field, on pages, in lists and in the editor."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.db.models import CharField, TextField
from django.test import Client, override_settings
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

from accounts.models import User
from courses.models import AssignmentPage, CoursePage, LessonPage, MistakeReport, ModulePage, PracticePage, Theme
from courses.services.mistakes import report_mistake
from tests.factories.content import EVERY_BLOCK, kept_for_a_module, site_with_course
from tests.factories.editorial import an_editor
from tests.factories.people import a_person

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary files of thumbnails to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # Wagtail takes the text out of whatever it compares, also where that is an address.
    pytest.mark.filterwarnings("ignore::bs4.MarkupResemblesLocatorWarning"),
]

RUNS = "孩子\"'></script></style><svg onload=alert(1)><img src=x onerror=alert(1)>{{7*7}}"
TYPED_BY_PEOPLE = ("title", "seo_title", "search_description")
IDENTITY = ("id", "type", "bank", "file", "image", "recording", "practice", "poster", "count", "leads_to", "answer")


def hostile(value: Any, name: str = "") -> Any:
    """Return a block's value with words that run in place of every word; identity, numbers and rich text stay.

    Rich text comes from the editor's own converter and from nh3, which have tests of their own.
    """
    if isinstance(value, dict):
        return {key: hostile(below, key) for key, below in value.items()}
    if isinstance(value, list):
        return [hostile(below, name) for below in value]
    if not isinstance(value, str) or name in IDENTITY or value.startswith("<") or value.replace(".", "").isdigit():
        return value
    return RUNS


def spoil() -> list[Page]:
    """Publish the course with such words in every field, and return its pages."""
    site_with_course(EVERY_BLOCK)
    Theme.objects.update(names={"zh-hans": RUNS, "en": RUNS})
    spoiled: list[Page] = []
    for model in (CoursePage, ModulePage, LessonPage, AssignmentPage, PracticePage):
        for page in model.objects.filter(locale__language_code="zh-hans"):
            for field in page._meta.concrete_fields:
                if not field.choices:
                    _put(page, field)
            spoiled.append(_published(page))
    return spoiled


def _put(page: Any, field: Any) -> None:
    """Write them into one field. Of Wagtail's own fields only those that people type in."""
    if isinstance(field, StreamField):
        setattr(page, field.name, hostile(list(getattr(page, field.name).get_prep_value())))
    elif type(field) in (CharField, TextField) and (field.model is not Page or field.name in TYPED_BY_PEOPLE):
        setattr(page, field.name, RUNS[: field.max_length])


def _published(page: Any) -> Page:
    page.draft_title = page.title
    revision = page.save_revision(clean=False)
    page.live_revision = page.latest_revision = revision
    page.save(clean=False)
    revision.publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture(scope="module")
def spoiled(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Page]]:
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
        kept_for_a_module(django_db_blocker, spoil) as pages,
    ):
        yield pages


def require_harmless(address: str, client: Client, *, shows: bool = True) -> None:
    """Fail when the page holds an element or an address that runs, or does not show the words at all."""
    response = client.get(address, follow=True)
    assert response.status_code == 200, (address, response.status_code)
    html = response.content.decode()
    assert not shows or "alert(1)" in html, f"{address} does not show the words"
    soup = BeautifulSoup(html, "html.parser")
    running = [str(tag)[:120] for tag in soup.find_all(True) if {"onload", "onerror"} & set(tag.attrs)]
    assert running == [], address
    links = [str(tag.get(name, "")) for tag in soup.find_all(True) for name in ("href", "src", "action", "formaction")]
    assert [link for link in links if link.strip().lower().startswith(("javascript:", "data:text"))] == [], address
    assert "孩子49" not in html.replace("&gt;", "")


@pytest.fixture
def editor(spoiled) -> Client:
    client = Client()
    client.force_login(an_editor(name="何编"))
    return client


def test_readers_meet_words(spoiled) -> None:
    for page in spoiled:
        require_harmless(page.get_url(), Client())
        if isinstance(page, PracticePage | LessonPage):
            require_harmless(f"/zh-hans/mistakes/{page.translation_key}/", Client())
    require_harmless(f"/zh-hans/search/?q={quote('孩子')}", Client())
    require_harmless(f"/zh-hans/search/?q={quote(RUNS)}", Client())
    require_harmless("/zh-hans/", Client(), shows=False)


def test_editors_meet_words(spoiled, editor: Client) -> None:
    for page in spoiled:
        for door in ("edit/", "view_draft/", "history/", "usage/", "revisions/compare/earliest...latest/"):
            require_harmless(
                f"/admin/pages/{page.pk}/{door}", editor, shows=door != "revisions/compare/earliest...latest/"
            )
        require_harmless(f"/admin/teaching/{page.pk}/reading/", editor, shows=False)
        require_harmless(f"/admin/pages/{page.get_parent().pk}/", editor)


def test_the_desk_and_the_reports_show_words(spoiled, editor: Client) -> None:
    page = next(page for page in spoiled if isinstance(page, LessonPage))
    author = a_person(name="沈青")
    report: MistakeReport = report_mistake(
        page=page, text=RUNS, quotation=RUNS, reporter=User.objects.get(pk=author.pk), at=timezone.now()
    )
    require_harmless("/admin/", editor)
    require_harmless("/admin/teaching/mistakes/", editor)
    require_harmless(f"/admin/teaching/mistakes/{report.uuid}/", editor)
    require_harmless("/admin/snippets/courses/theme/", editor)
    require_harmless(f"/admin/snippets/courses/theme/edit/{Theme.objects.first().pk}/", editor)  # type: ignore[union-attr]
    require_harmless("/admin/word/", editor)
    require_harmless("/admin/reports/site-history/", editor)
