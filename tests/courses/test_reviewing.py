"""A review in the editor: the words it was given back with, one way to hand in, and what the reviewer is told."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.admin.action_menu import PageActionMenu

from accounts.models import User
from courses.models import ModulePage
from tests.factories import content
from tests.factories.editorial import a_lesson_by, a_volunteer, an_editor, answer, hand_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fresh(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk)


def edit_address(page: Any) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def returned(author: User, words: str) -> Any:
    page = a_lesson_by(author)
    hand_in(page, author)
    answer(fresh(page), an_editor(name="周敏"), "reject", words)
    return page


def actions(client: Client, page: Any) -> list[str]:
    """Return the names of what the editor's menu offers, in order."""
    menu = client.get(edit_address(page)).context["action_menu"]
    assert isinstance(menu, PageActionMenu)
    return [item.name for item in [menu.default_item, *menu.menu_items] if item is not None]


def answered(page: Any, action: str, **dates: str) -> str:
    """Answer a review in the editor, as its menu does, and return what the reviewer is told."""
    client = signed_in(an_editor())
    form = client.get(edit_address(page)).context["form"]
    fields = {name: form[name].value() for name in ("title", "slug", "summary", "minutes", "pass_mark", "tries")}
    typed = {name: value for name, value in fields.items() if value is not None} | {
        "body-count": "0",
        "sources": json.dumps({"blocks": [], "entityMap": {}}),
        **dates,
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-workflow-action": "true",
        "workflow-action-name": action,
        "workflow-action-extra-data": json.dumps({"comment": "请加一个例子。"}),
    }
    response = client.post(edit_address(page), typed)
    assert response.status_code == 302
    return "".join(str(message) for message in client.get("/admin/").context["messages"])


def test_a_page_that_came_back_shows_the_reviewers_words_to_whoever_opens_it() -> None:
    author = a_volunteer()
    page = returned(author, "请加一个 <b>例子</b>。")
    shown = signed_in(author).get(edit_address(page)).text
    assert "周敏把这一页退回来请您修改：“请加一个 &lt;b&gt;例子&lt;/b&gt;。”" in shown
    fresh(page).current_workflow_state.resume(author)
    assert "退回来" not in signed_in(author).get(edit_address(page)).text


def test_a_volunteer_has_one_way_on_and_it_says_so() -> None:
    author = a_volunteer()
    page = returned(author, "请加一个例子。")
    client = signed_in(author)
    offered = actions(client, page)
    assert "action-submit" in offered
    assert not {"action-cancel-workflow", "action-restart-workflow"} & set(offered)
    assert "修改好了，再次提交" in client.get(edit_address(page)).text
    new = a_lesson_by(author)
    assert "修改好了" not in client.get(edit_address(new)).text
    assert "提交审核" in client.get(edit_address(new)).text


def test_an_editor_is_told_what_became_of_the_review() -> None:
    author = a_volunteer()
    ModulePage.objects.update(live=True)
    page = a_lesson_by(author, title="一课")
    hand_in(page, author)
    assert "“一课”已退回给作者" in answered(page, "reject")
    fresh(page).current_workflow_state.resume(author)
    assert "“一课”已通过并发布" in answered(page, "approve")
    later = a_lesson_by(author, title="下一课")
    hand_in(later, author)
    goes_live = f"{timezone.now() + timedelta(days=2):%Y-%m-%d %H:%M}"
    assert "“下一课”已通过，到了设定的时间就会发布" in answered(later, "approve", go_live_at=goes_live)


def test_handing_in_stands_before_publishing_where_only_new_words_could_be_published() -> None:
    client = signed_in(an_editor())
    lesson = content.lesson("ask")
    assert lesson.live
    offered = actions(client, lesson)
    assert offered.index("action-submit") < offered.index("action-publish"), "dates alone an editor may still publish"
    waiting = a_lesson_by(a_volunteer())
    offered = actions(client, waiting)
    assert offered.index("action-publish") < offered.index("action-submit")
