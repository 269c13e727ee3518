"""What asking for a second person costs: it grows neither with how often a page was saved nor with a list of pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.rules import why_not_publish
from accounts.rules.second_person import MOST_NAMES
from courses.models import LessonPage
from tests.factories.editorial import a_lesson_by, a_volunteer, an_editor, change

pytestmark = pytest.mark.django_db

MOST_OF_THE_EDITOR = 80
"""How many queries the editor of a page may take."""


@pytest.fixture
def browser(course) -> Client:
    client = Client()
    client.force_login(an_editor())
    return client


LOCALIZE_ASKS_OF_EACH_ROW = (
    "wagtail_localize_translatableobject",
    "wagtail_localize_translation",
    '"wagtailcore_locale" WHERE NOT',
)
"""wagtail-localize's own two buttons beside each page of a list: which languages are there, and is it a source."""


def queries_of(browser: Client, address: str) -> list[str]:
    browser.get(address)  # what is remembered once for everybody
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


def test_the_editor_costs_the_same_however_often_a_page_was_saved(browser) -> None:
    author, editor = a_volunteer(), User.objects.get(pk=browser.session["_auth_user_id"])
    page = a_lesson_by(author)
    edit = f"/admin/pages/{page.pk}/edit/"
    for _number in range(4):
        change(page, editor, summary=page.summary)
    few = queries_of(browser, edit)
    for _number in range(55):
        change(page, editor, summary=page.summary)
    many = queries_of(browser, edit)
    assert 'name="action-publish"' in browser.get(edit).text, "saving without a change is no writing"
    assert len(many) == len(few) <= MOST_OF_THE_EDITOR


def test_whom_to_ask_costs_the_same_for_one_editor_and_for_many(browser) -> None:
    editor = User.objects.get(pk=browser.session["_auth_user_id"])
    page = a_lesson_by(editor)
    with CaptureQueriesContext(connection) as few:
        why_not_publish(user=editor, page=LessonPage.objects.get(pk=page.pk))
    names = [an_editor().full_name for _number in range(9)]
    with CaptureQueriesContext(connection) as many:
        sentence = why_not_publish(user=editor, page=LessonPage.objects.get(pk=page.pk))
    assert len(many) == len(few)
    assert sum(name in sentence for name in names) == MOST_NAMES


def test_the_list_of_pages_reads_no_history(browser) -> None:
    pages = [a_lesson_by(a_volunteer()) for _number in range(5)]
    address = f"/admin/pages/{pages[0].get_parent().pk}/"
    few = ours(queries_of(browser, address))
    for _number in range(30):
        a_lesson_by(a_volunteer())
    assert len(ours(queries_of(browser, address))) == len(few)


def ours(queries: list[str]) -> list[str]:
    return [sql for sql in queries if not any(words in sql for words in LOCALIZE_ASKS_OF_EACH_ROW)]
