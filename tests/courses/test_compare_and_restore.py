"""Old versions: every kind of block compares in the admin, and what is restored keeps the ids that answers hang on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from courses.blocks import LessonBody, PracticeBody
from courses.blocks.identity import raw_blocks
from courses.models import AssignmentPage, LessonPage, LessonVersion
from tests.factories import content
from tests.factories.editorial import a_lesson_by, a_practice_by, a_volunteer, an_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(small_course) -> Client:
    client = Client()
    client.force_login(an_editor())
    return client


def compare(client: Client, page: Page) -> str:
    response = client.get(f"/admin/pages/{page.pk}/revisions/compare/earliest...latest/")
    assert response.status_code == 200
    return str(response.content.decode())


def default_of(block: Any) -> Any:
    """Return a block as the editor begins it, in the form that is kept."""
    return block.get_prep_value(block.normalize(block.get_default()))


@pytest.mark.parametrize("kind", sorted(LessonBody().child_blocks))
def test_every_block_of_a_lesson_compares_when_it_comes_and_when_it_changes(browser, kind: str) -> None:
    _compares(browser, a_lesson_by(a_volunteer()), LessonBody(), kind)


@pytest.mark.parametrize("kind", sorted(PracticeBody().child_blocks))
def test_every_block_of_a_practice_compares_when_it_comes_and_when_it_changes(browser, kind: str) -> None:
    _compares(browser, a_practice_by(a_volunteer()), PracticeBody(), kind)


def _compares(client: Client, page: Any, stream: Any, kind: str) -> None:
    block = {"type": kind, "value": default_of(stream.child_blocks[kind]), "id": "5a2f7a0e-6d3a-4c6e-8d0c-1f0f3c1f4a01"}
    for number, blocks in enumerate(([block], [{**block, "id": block["id"][:-1] + "2"}, block])):
        latest = page.get_latest_revision_as_object()
        latest.body = stream.to_python(blocks)
        latest.summary = f"第 {number} 版"
        latest.save_revision(clean=False)
        assert "第" in compare(client, page)


def test_a_lesson_and_an_assignment_with_content_compare(browser) -> None:
    for page in (content.lesson("ask"), content.assignment()):
        latest = page.get_latest_revision_as_object()
        latest.title += "（改）"
        stream = latest.body if isinstance(page, LessonPage) else latest.prompts
        del stream[0]
        latest.save_revision(clean=False)
        assert "（改）" in compare(browser, page)


@pytest.mark.parametrize("find", [lambda: content.lesson("ask"), content.assignment])
def test_what_is_restored_keeps_the_ids_of_blocks_and_options(browser, find) -> None:
    page = find()
    old, before = page.get_latest_revision(), ids_of(page)
    assert before
    latest = page.get_latest_revision_as_object()
    del (latest.body if isinstance(page, LessonPage) else latest.prompts)[0]
    latest.save_revision(clean=False)
    form = browser.get(f"/admin/pages/{page.pk}/revisions/{old.pk}/revert/")
    assert form.status_code == 200
    assert ids_of(form.context["page"]) == before
    old.as_object().save_revision(previous_revision=old).publish()
    assert ids_of(type(page).objects.get(pk=page.pk)) == before


def test_restoring_asks_again_what_was_asked_before(small_course) -> None:
    page = content.lesson("ask")
    old = page.get_latest_revision()
    asked = content.version("ask").required_ids("")
    latest = page.get_latest_revision_as_object()
    for number in reversed(range(len(latest.body))):
        if latest.body[number].id in asked:
            del latest.body[number]
    latest.save_revision(clean=False).publish()
    assert not content.version("ask").required_ids("")
    old.as_object().save_revision(previous_revision=old).publish()
    assert content.version("ask").required_ids("") == asked
    assert LessonVersion.objects.filter(translation_key=page.translation_key, locale="zh-hans").count() == 3


def ids_of(page: LessonPage | AssignmentPage | Any) -> list[str]:
    """Return every id in the page's stream, in order: of blocks, and of the items in their lists."""
    stream = page.body if isinstance(page, LessonPage) else page.prompts
    return list(_ids(raw_blocks(stream)))


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _ids(item)
    elif isinstance(value, dict):
        if value.get("id"):
            yield str(value["id"])
        for item in value.values():
            yield from _ids(item)
