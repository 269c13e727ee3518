"""The editor's panel "For the reader": who may ask it, what it says, and what it costs."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from accounts.models import User
from courses.models import LessonPage
from courses.rendering import latest_draft, weigh
from foundation.templatetags.terrace import kilobytes
from tests.factories import content
from tests.factories.people import a_person, an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

XHR: dict[str, Any] = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_volunteer(page: Page) -> User:
    """Return somebody who may add pages beside ``page`` and edit only their own."""
    group = Group.objects.create(name="写作的人")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group, page=page.get_parent(), permission=Permission.objects.get(codename="add_page")
    )
    user = a_person(email="volunteer@terrace.example")
    user.groups.add(group)
    return user


def address(page: Page, what: str = "reading") -> str:
    return f"/admin/teaching/{page.pk}/{what}/"


def test_the_editor_carries_the_panel() -> None:
    lesson = content.lesson("ask")
    text = signed_in(an_operator()).get(f"/admin/pages/{lesson.pk}/edit/").text
    assert f'data-reading-url="{address(lesson)}"' in text
    assert "js/admin/reader-panel.js" in text
    assert 'data-device-width="360"' in text


@pytest.mark.parametrize("model", ["course", "module", "assignment", "practice"])
def test_every_kind_of_page_has_it(model: str) -> None:
    page = Page.objects.filter(content_type__model=f"{model}page").select_related("locale").first()
    assert page
    client = signed_in(an_operator())
    assert "data-reader-panel" in client.get(f"/admin/pages/{page.pk}/edit/").text
    assert client.get(address(page), **XHR).status_code == 200


def test_it_shows_what_the_saved_draft_weighs() -> None:
    lesson = content.lesson("ask")
    lesson.summary = "摘要" * 40
    lesson.save_revision()
    weight = weigh(latest_draft(lesson))
    text = signed_in(an_operator()).get(address(lesson), **XHR).text
    assert f"{kilobytes(weight.total)} kB" in text
    assert f"{kilobytes(weight.text_only)} kB" in text
    assert weight.total != weigh(LessonPage.objects.get(pk=lesson.pk)).total


def test_it_turns_red_over_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = content.lesson("ask")
    client = signed_in(an_operator())
    assert "data-over" not in client.get(address(lesson), **XHR).text
    monkeypatch.setattr("courses.rendering.weight.BEFORE_INTERACTION", 3_000)
    assert "data-over" in client.get(address(lesson), **XHR).text


def test_a_volunteer_asks_about_their_own_pages_only() -> None:
    lesson = content.lesson("ask")
    volunteer = a_volunteer(lesson)
    client = signed_in(volunteer)
    assert client.get(address(lesson), **XHR).status_code == 403
    assert client.post(address(lesson, "draft-link"), **XHR).status_code == 403
    mine = lesson.copy(update_attrs={"slug": "mine", "owner": volunteer}, keep_live=False)
    assert client.get(address(mine), **XHR).status_code == 200
    assert client.post(address(mine, "draft-link"), **XHR).status_code == 200


def test_a_guest_and_a_learner_ask_nothing() -> None:
    lesson = content.lesson("ask")
    assert Client().get(address(lesson), **XHR).status_code == 403
    assert signed_in(a_person()).get(address(lesson), **XHR).status_code in (302, 403)


def test_a_page_that_is_not_there() -> None:
    assert signed_in(an_operator()).get("/admin/teaching/999999/reading/", **XHR).status_code == 404


def test_the_code_opens_the_draft() -> None:
    import re

    lesson = content.lesson("ask")
    client = signed_in(an_operator())
    assert client.get(address(lesson, "draft-link")).status_code == 405
    text = client.post(address(lesson, "draft-link"), **XHR).text
    assert "data:image/svg+xml" in text
    link = re.search(r'value="http://testserver(/d/[^"]+)"', text)
    assert link
    assert Client().get(link[1]).status_code == 200


def test_a_draft_half_filled_in_is_told_and_not_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    from courses.rendering import PageNotRenderedError

    def fails(page: Any) -> None:
        raise PageNotRenderedError(page)

    monkeypatch.setattr("courses.views.editing.weigh", fails)
    response = signed_in(an_operator()).get(address(content.lesson("ask")), **XHR)
    assert response.status_code == 200
    assert "还不能称重" in response.text
