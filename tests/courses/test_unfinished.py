"""Nothing unfinished reaches a learner, by whichever door it is published, and none of the doors breaks over it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from courses.models import ModulePage
from foundation.models import Picture, Recording
from foundation.refusals import Refused
from tests.factories import photos
from tests.factories.editorial import a_lesson_by, a_practice_by, a_volunteer, an_editor, hand_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("small_course"),
    # Wagtail leaves the temporary files of thumbnails to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Make = Callable[[User], Any]


def kept(page: Any, author: User, **fields: Any) -> Any:
    """Save a draft as autosave does: without asking for what is required."""
    latest = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(latest, name, value)
    latest.save_revision(user=author, clean=False)
    return type(page).objects.get(pk=page.pk)


def block(kind: str, **value: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "id": str(uuid.uuid4()), "value": value}]


def a_practice_without_protection(author: User) -> Any:
    return kept(a_practice_by(author), author, risks="", credit="", licence="")


def a_lesson_with_a_question_without_answers(author: User) -> Any:
    question = block("single_choice", prompt="", required=True, explanation="", options=[])
    return kept(a_lesson_by(author), author, body=question)


def a_lesson_with_a_picture_nobody_described(author: User) -> Any:
    picture = Picture(title="图")
    picture.file.save("a.jpg", ContentFile(photos.a_jpeg(60, 40)), save=False)
    picture.width, picture.height = 60, 40
    picture.save()
    image = {"image": picture.pk, "alt_text": "", "decorative": False}
    return kept(a_lesson_by(author), author, body=block("picture", image=image, caption=""))


def a_lesson_with_a_recording_without_transcript(author: User) -> Any:
    recording = Recording.objects.create(title="录音", original=ContentFile(b"x", "a.mp3"), queued_at=timezone.now())
    return kept(a_lesson_by(author), author, body=block("audio", recording=recording.pk, title="谈心", transcript=""))


UNFINISHED = [
    a_practice_without_protection,
    a_lesson_with_a_question_without_answers,
    a_lesson_with_a_picture_nobody_described,
    a_lesson_with_a_recording_without_transcript,
]
every_kind = pytest.mark.parametrize("make", UNFINISHED)


@pytest.fixture
def editor() -> User:
    return an_editor()


@pytest.fixture
def browser(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def is_live(page: Any) -> bool:
    return bool(Page.objects.get(pk=page.pk).live)


@every_kind
def test_it_is_not_approved_and_the_editor_is_told_what_is_missing(make: Make, browser: Client) -> None:
    author = a_volunteer()
    page = make(author)
    task = hand_in(page, author).current_task_state
    response = browser.post(f"/admin/pages/workflow/action/{page.pk}/approve/{task.pk}/", {"comment": ""}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == f"/admin/pages/{page.pk}/edit/"
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not is_live(page)
    task.refresh_from_db()
    assert task.status == task.STATUS_IN_PROGRESS, "the review goes on waiting"


def test_the_window_over_the_list_of_reviews_leads_to_the_editor(browser: Client) -> None:
    author = a_volunteer()
    page = a_practice_without_protection(author)
    task = hand_in(page, author).current_task_state
    address = f"/admin/pages/workflow/action/{page.pk}/approve/{task.pk}/"
    response = browser.post(address, {"comment": ""}, headers={"x-requested-with": "XMLHttpRequest"})
    assert response.json() == {"step": "success", "redirect": f"/admin/pages/{page.pk}/edit/"}
    said = [str(message) for message in browser.get(f"/admin/pages/{page.pk}/edit/").context["messages"]]
    assert "风险与儿童保护" in said[0]


@every_kind
def test_it_is_not_published_among_many(make: Make, browser: Client) -> None:
    page = make(a_volunteer())
    response = browser.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}&next=/admin/", follow=True)
    assert response.status_code == 200
    assert not is_live(page)


@every_kind
def test_it_is_not_published_with_the_page_above(make: Make, browser: Client) -> None:
    page, whole = make(a_volunteer()), a_lesson_by(a_volunteer())
    above = page.get_parent()
    address = f"/admin/bulk/wagtailcore/page/publish/?id={above.pk}&next=/admin/"
    response = browser.post(address, {"include_descendants": "on"}, follow=True)
    assert response.status_code == 200
    assert not is_live(page)
    assert not is_live(whole), "all of them or none"


@every_kind
def test_it_gets_no_date(make: Make, editor: User) -> None:
    author = a_volunteer()
    page = kept(make(author), author, go_live_at=timezone.now() + timedelta(days=1))
    with pytest.raises(Refused, match=page.title):
        page.get_latest_revision().publish(user=editor)
    assert page.latest_revision.approved_go_live_at is None


@every_kind
def test_the_admin_s_own_interface_refuses_it_with_status_and_sentence(make: Make, browser: Client) -> None:
    page = make(a_volunteer())
    response = browser.post(f"/admin/api/main/pages/{page.pk}/action/publish/")
    assert response.status_code == 422
    assert page.title in response.json()["detail"]
    assert not is_live(page)


def test_blanks_are_no_words_for_a_picture_at_any_door(browser: Client) -> None:
    page = a_lesson_with_a_picture_nobody_described(a_volunteer())
    body = page.get_latest_revision_as_object().body.get_prep_value()
    body[0]["value"]["image"]["alt_text"] = "  "
    kept(page, a_volunteer(), body=body)
    response = browser.post(f"/admin/api/main/pages/{page.pk}/action/publish/")
    assert response.status_code == 422
    assert "看不见图的读者" in response.json()["detail"]
    response = browser.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}&next=/admin/", follow=True)
    assert "看不见图的读者" in response.text
    assert not is_live(page)


def test_what_is_whole_passes(editor: User) -> None:
    module = ModulePage.objects.first()
    assert module
    module.save_revision(user=a_volunteer()).publish(user=editor)
    page = a_lesson_by(a_volunteer())
    page.get_latest_revision().publish(user=editor)
    assert is_live(page)
