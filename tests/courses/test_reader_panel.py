"""The editor's panel "For the reader": who may ask it, what it says, and what it costs."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission, Page
from wagtail.test.utils.form_data import rich_text

from accounts.models import User
from accounts.rules.whole import what_lacks
from courses.models import LessonPage
from courses.rendering import latest_draft, weigh
from foundation.models import Picture
from foundation.templatetags.terrace import kilobytes
from tests.factories import content
from tests.factories.editorial import a_lesson_by, an_editor
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


def test_figures_made_for_english_and_the_rule_for_search_engines_are_not_shown() -> None:
    text = signed_in(an_operator()).get(f"/admin/pages/{content.lesson('ask').pk}/edit/").text
    assert "<div hidden>" in text.split("data-content-readability-score")[0][-2500:]
    assert '"id": "empty-meta-description"' not in text
    assert "alt-text-quality" in text


PICTURE = "3c2ad64f-5f3b-4bd5-9c59-9f7d6d0f3a12"


# --- at the doors -----------------------------------------------------------------------------------------------------


def a_lesson_with_a_picture(**words: Any) -> LessonPage:
    picture = Picture.objects.create(title="图", file="original_images/none.png", width=10, height=10)
    lesson = content.lesson("ask")
    value = {"image": {"image": picture.pk, **words}, "caption": ""}
    lesson.body = [
        *lesson.body.raw_data,
        {"type": "picture", "id": "3c2ad64f-5f3b-4bd5-9c59-9f7d6d0f3a11", "value": value},
    ]
    lesson.save_revision()
    return lesson


def test_many_pages_are_not_published_while_one_lacks_words_for_a_picture() -> None:
    lesson = a_lesson_with_a_picture(alt_text="", decorative=False)
    client = signed_in(an_operator())
    publish = f"/admin/bulk/wagtailcore/page/publish/?next=/admin/&id={lesson.pk}"
    response = client.post(publish, follow=True)
    assert "没有发布" in response.text
    lesson.refresh_from_db()
    assert lesson.has_unpublished_changes


# Wagtail leaves the temporary files of thumbnails to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("words", "is_published"), [(" ", False), ("两个孩子在树下读信", True)])
def test_a_page_that_must_be_mended_is_kept_as_a_draft(words: str, is_published: bool) -> None:
    author, editor = an_editor(), an_editor()
    lesson = a_lesson_by(author)
    picture = Picture.objects.create(title="图", file="original_images/none.png", width=60, height=40)
    image = {"image": picture.pk, "alt_text": words, "decorative": False}
    lesson.body = [{"type": "picture", "id": PICTURE, "value": {"image": image, "caption": ""}}]
    lesson.save_revision(user=author, clean=False)
    formset = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    fields = ("title", "slug", "summary", "minutes", "pass_mark", "tries", "credit")
    sent = {
        **{name: getattr(lesson, name) for name in fields},
        **{f"comments-{name}": count for name, count in formset.items()},
        "sources": rich_text(""),
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "picture",
        "body-0-id": PICTURE,
        "body-0-value-image-image": str(picture.pk),
        "body-0-value-image-alt_text": words,
        "body-0-value-caption": "",
        "action-publish": "yes",
    }
    response = signed_in(editor).post(f"/admin/pages/{lesson.pk}/edit/", sent, follow=True)
    assert response.status_code == 200
    lesson.refresh_from_db()
    assert lesson.live is is_published, response.context and response.context["form"].errors
    assert ("看不见图的读者" in response.text) is not is_published
    assert lesson.get_latest_revision_as_object().body[0].value["image"].contextual_alt_text == words, "kept as typed"


def test_it_says_what_handing_in_would_refuse_and_praises_nothing_that_is_refused() -> None:
    author = an_editor()
    page = a_lesson_by(author)
    option = {"type": "item", "id": "a", "value": {"text": "是", "is_correct": True, "feedback": "对。"}}
    question = {"prompt": "先做什么？", "required": True, "explanation": "", "options": [option]}
    draft = page.get_latest_revision_as_object()
    draft.body = [{"type": "single_choice", "id": str(uuid.uuid4()), "value": question}]
    draft.save_revision(user=author, clean=False)
    assert what_lacks(LessonPage.objects.get(pk=page.pk).get_latest_revision_as_object())
    text = signed_in(author).get(address(page), **XHR).text
    assert "没有要改的" not in text
    assert "发布前必须改：" in text
    assert "单选题 › 选项" in text
