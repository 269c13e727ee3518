"""Principals write practices on the phone: nothing typed is lost, nothing is public, and twice is once."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Comment, WorkflowState

from accounts.enums import MessageEvent
from accounts.models import Message
from courses.enums import DraftState
from courses.models import PracticeDraft, PracticeDraftPhoto, PracticePage, Theme
from courses.selectors.practice_drafts import standing_of
from courses.services.practice_drafts import submit_practice
from courses.services.proofreading import must_be_mended
from foundation.models import AuditLine, Picture
from foundation.refusals import Refused
from tests.factories import photos
from tests.factories.people import a_person, an_operator
from tests.factories.practices import a_practice, library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

WORDS = {
    "title": "大树下谈心",
    "summary": "每周听一个孩子说二十分钟。",
    "problem": "孩子什么也不说。\n\n我们也没有问。",
    "context": "六十个孩子，一半住校。",
    "steps": "1. 约好时间\n2、 并排坐下\n\n（3）先听，再问",
    "people": "班主任一人",
    "effort": "每周一次",
    "cost": "none",
    "risks": "听到危险的事，当天报告 <校长>。",
    "suits": "",
    "evidence": "第三次，他先开口了。",
    "credit_as": "name",
    "author": "林秀英",
    "school": "云岭小学",
    "region": "示例省",
}
TICKED = {"licence": "on", "dignity": "on", "whole": "1"}
WHOLE = WORDS | TICKED


@pytest.fixture
def author() -> Any:
    return a_person(name="林秀英", school="云岭小学", region="示例省")


@pytest.fixture
def phone(author: Any) -> Client:
    client = Client()
    client.force_login(author)
    return client


def form_address(number: uuid.UUID | None = None) -> str:
    return f"/zh-hans/practices/write/{number or uuid.uuid4()}/"


def hand_in(phone: Client, address: str, **changed: Any) -> Any:
    return phone.post(address, WHOLE | {"action": "submit"} | changed)


def the_draft() -> PracticeDraft:
    return PracticeDraft.objects.get()


def the_page() -> PracticePage:
    draft = the_draft()
    assert draft.page is not None
    return draft.page.get_latest_revision_as_object()


def reviewed(page: PracticePage, action: str, comment: str = "") -> None:
    """Let an editor decide on the page's running workflow."""
    state = WorkflowState.objects.get(object_id=str(page.pk), status=WorkflowState.STATUS_IN_PROGRESS)
    task = state.current_task_state
    getattr(task, action)(user=an_operator(), comment=comment)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_an_opened_form_keeps_nothing_and_knows_who_writes(phone: Client) -> None:
    response = phone.get("/zh-hans/practices/write/new/", follow=True)
    assert response.status_code == 200
    assert 'value="云岭小学"' in response.content.decode()
    assert not PracticeDraft.objects.exists()


def test_half_a_practice_is_kept_and_given_back(phone: Client) -> None:
    address = form_address()
    assert phone.post(address, {"title": "大树下", "problem": "他不说话。", "whole": "1"}).status_code == 302
    page = phone.get(address).content.decode()
    assert "他不说话。" in page
    assert "大树下" in phone.get("/zh-hans/practices/write/").content.decode()
    assert standing_of(the_draft()).state == DraftState.DRAFT
    assert not PracticePage.objects.filter(title="大树下").exists()


def test_what_the_phone_saves_by_itself_is_answered_shortly(phone: Client) -> None:
    address = form_address()
    for _again in range(2):
        response = phone.post(address, {"title": "大树下"}, headers={"Accept": "application/json"})
        assert response.json() == {"saved": True}
    phone.post(address, {"problem": "他不说话。"}, headers={"Accept": "application/json"})
    assert the_draft().answers == {"title": "大树下", "problem": "他不说话。"}


def test_a_tick_taken_away_is_away(phone: Client) -> None:
    theme = Theme.objects.create(key="talks", names={"zh-hans": "谈心", "en": "Talks"})
    address = form_address()
    phone.post(address, {"licence": "on", "themes": [theme.key], "whole": "1"})
    assert the_draft().answers["licence"] is True
    assert the_draft().answers["themes"] == ["talks"]
    phone.post(address, {"whole": "1"})
    assert the_draft().answers["licence"] is False
    assert the_draft().answers["themes"] == []


def test_what_lacks_is_said_beside_the_field_and_all_of_it_is_kept(phone: Client) -> None:
    address = form_address()
    response = hand_in(phone, address, risks="", licence="")
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count('class="field-error"') == 1, "the tick was sent, though empty"
    assert "孩子什么也不说。" in page
    assert the_draft().answers["title"] == "大树下谈心"
    assert the_draft().page is None


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"credit_as": "name", "author": ""}, "author"),
        ({"credit_as": "school", "school": " "}, "school"),
        ({"credit_as": "region", "region": ""}, "region"),
        ({"credit_as": "elsewhere"}, "credit_as"),
        ({"steps": "\n".join(str(number) for number in range(13))}, "steps"),
        ({"cost": "a million"}, "cost"),
        ({"title": "长" * 81}, "title"),
    ],
)
def test_what_cannot_be_printed_is_asked_for(phone: Client, changed: dict[str, str], missing: str) -> None:
    response = hand_in(phone, form_address(), **changed)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]


def test_what_looks_like_a_childs_name_is_asked_about_and_refuses_nothing(phone: Client) -> None:
    address = form_address()
    phone.post(address, WORDS | {"problem": "王小雨同学什么也不说。"})
    page = phone.get(address).content.decode()
    assert page.count("王小雨”") == 1
    assert "林秀英”" not in page, "the author's own name is meant to be there"
    assert hand_in(phone, address, problem="王小雨同学什么也不说。").status_code == 302


def test_odd_input_is_no_crash(phone: Client) -> None:
    address = form_address()
    assert (
        phone.post(address, {"title": "a\0b", "problem": "\r\n" * 9000, "remove": "x", "themes": "no"}).status_code
        == 302
    )
    assert the_draft().answers["title"] == "ab"
    assert len(the_draft().answers["problem"]) <= 5000
    assert phone.get("/zh-hans/practices/write/new/?adapts=%00").status_code == 302
    assert phone.get(f"{form_address()}?adapts=nothing").status_code == 200


# --- handing in -------------------------------------------------------------------------------------------------------


def test_handed_in_it_is_a_draft_page_that_waits_for_an_editor(phone: Client, author: Any) -> None:
    assert hand_in(phone, form_address()).status_code == 302
    page = the_page()
    assert (page.live, page.owner_id, page.get_parent().pk) == (False, author.pk, library().pk)
    assert page.slug == "da-shu-xia-tan-xin"
    assert page.problem == "<p>孩子什么也不说。</p>\n\n<p>我们也没有问。</p>"
    assert "&lt;校长&gt;" in page.risks
    assert [item["title"] for item in page.body[0].value["items"]] == ["约好时间", "并排坐下", "先听，再问"]
    assert (page.credit, page.author, page.school, page.licence) == (
        "林秀英，云岭小学",
        "林秀英",
        "云岭小学",
        "CC BY 4.0",
    )
    assert page.workflow_in_progress
    assert standing_of(the_draft()).state == DraftState.IN_REVIEW
    assert AuditLine.objects.filter(action="practice.submitted", actor_id=author.pk).count() == 1
    page.full_clean()
    assert Client().get(f"{library().url}{page.slug}/").status_code == 404
    assert page.title not in Client().get(library().url).content.decode()


@pytest.mark.parametrize(
    ("agreed", "credit", "named"),
    [("school", "云岭小学", ("", "云岭小学")), ("region", "示例省的一位校长", ("", ""))],
)
def test_no_more_is_told_of_the_author_than_was_agreed(
    phone: Client, agreed: str, credit: str, named: tuple[str, str]
) -> None:
    hand_in(phone, form_address(), credit_as=agreed)
    page = the_page()
    assert page.credit == credit
    assert (page.author, page.school) == named
    assert "林秀英" not in str(page.serializable_data())


def test_twice_is_once(phone: Client) -> None:
    address = form_address()
    hand_in(phone, address)
    before = PracticePage.objects.count()
    assert hand_in(phone, address).status_code == 302
    assert PracticePage.objects.count() == before
    assert WorkflowState.objects.count() == 1


def test_other_words_after_that_are_refused_and_shown(phone: Client) -> None:
    address = form_address()
    hand_in(phone, address)
    response = phone.post(address, WHOLE | {"problem": "后来又想到的", "action": "submit"})
    assert response.status_code == 409
    assert "后来又想到的" in response.content.decode()
    assert "后来" not in the_page().problem
    answer = phone.post(address, {"problem": "再想到的"}, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json()["sentence"]


def test_returned_it_is_written_on_and_an_editors_corrections_stay(phone: Client) -> None:
    address = form_address()
    hand_in(phone, address)
    page = the_page()
    page.evidence = "<p>第三次谈话时，他先开口了。</p>"
    page.save_revision()
    reviewed(page, "reject", "谁来接手危险的事？")
    Comment.objects.create(page=page, user=an_operator(), text="写清楚时间", contentpath="effort")
    assert standing_of(the_draft()).comments == ("谁来接手危险的事？", "写清楚时间")
    shown = phone.get(address).content.decode()
    assert "谁来接手危险的事？" in shown
    assert 'name="risks"' in shown
    assert hand_in(phone, address, risks="校长当天接手。", steps="先听\n再问").status_code == 302
    again = the_page()
    assert again.pk == page.pk
    assert "校长当天接手" in again.risks
    assert "第三次谈话时" in again.evidence, "what the author did not change stays as the editor left it"
    assert [item["title"] for item in again.body[0].value["items"]] == ["先听", "再问"]
    assert standing_of(the_draft()).state == DraftState.IN_REVIEW
    assert WorkflowState.objects.count() == 1


def test_the_author_is_told_of_comments_and_led_to_the_form(phone: Client, author: Any) -> None:
    address = form_address()
    hand_in(phone, address)
    reviewed(the_page(), "reject", "谁来接手危险的事？")
    message = Message.objects.get(recipient=author, event=MessageEvent.CONTENT_RETURNED)
    assert message.link == f"courses:write_practice|{the_draft().uuid}"
    opened = phone.post(f"/zh-hans/account/messages/{message.uuid}/read/", follow=True)
    assert "谁来接手危险的事？" in opened.content.decode()
    Message.objects.update(read_at=None)
    hand_in(phone, address, risks="校长当天接手。")
    message.refresh_from_db()
    assert message.read_at, "handed in again: nothing is asked any more"


def test_published_it_is_read_in_the_library(phone: Client) -> None:
    address = form_address()
    hand_in(phone, address)
    reviewed(the_page(), "approve")
    assert standing_of(the_draft()).state == DraftState.PUBLISHED
    live = PracticePage.objects.get(pk=the_page().pk)
    assert live.live
    assert live.url in phone.get("/zh-hans/practices/write/").content.decode()
    assert "大树下谈心" in Client().get(live.url).content.decode()


def test_when_an_editor_deletes_it_the_words_are_kept_and_may_go_again(phone: Client) -> None:
    address = form_address()
    hand_in(phone, address)
    the_page().delete()
    assert standing_of(the_draft()).state == DraftState.GONE
    assert "孩子什么也不说。" in phone.get(address).content.decode()
    assert hand_in(phone, address).status_code == 302
    assert the_page().title == "大树下谈心"


def test_without_a_workflow_it_is_a_draft_all_the_same(phone: Client) -> None:
    from wagtail.models import WorkflowPage

    WorkflowPage.objects.all().delete()
    hand_in(phone, form_address())
    assert not the_page().live
    assert standing_of(the_draft()).state == DraftState.IN_REVIEW


def test_two_of_one_title_get_two_addresses(phone: Client) -> None:
    hand_in(phone, form_address())
    hand_in(phone, form_address())
    slugs = PracticePage.objects.filter(title="大树下谈心").values_list("slug", flat=True)
    assert len(set(slugs)) == 2


def test_an_adaptation_names_what_it_adapts(phone: Client) -> None:
    original = a_practice(title="原来的")
    address = phone.get(f"/zh-hans/practices/write/new/?adapts={original.translation_key}")["Location"]
    assert "原来的" in phone.get(address).content.decode()
    hand_in(phone, address)
    assert the_page().adapted_from_id == original.pk


def test_in_english_it_lands_in_the_english_library(phone: Client) -> None:
    hand_in(phone, form_address().replace("/zh-hans/", "/en/"))
    page = the_page()
    assert page.get_parent().pk == library("en").pk
    assert page.credit == "林秀英, 云岭小学"


# --- photos -----------------------------------------------------------------------------------------------------------


def a_file(colour: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"photo-{colour}.jpg", photos.a_jpeg(64, 48, colour=colour), "image/jpeg")


def test_photos_are_kept_described_and_become_pictures_of_the_page(phone: Client) -> None:
    address = form_address()
    phone.post(address, {"photos": [a_file(1), a_file(2)]})
    first, second = PracticeDraftPhoto.objects.all()
    assert not Picture.objects.filter(licence="CC BY 4.0", title__contains="大树下").exists()
    served = phone.get(f"/zh-hans/practices/write/photos/{first.uuid}/")
    assert b"".join(served.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]
    hand_in(phone, address, **{f"alt-{first.uuid}": "大树下的两张凳子", f"alt-{second.uuid}": "两杯水"})
    pictures = [block.value for block in the_page().body if block.block_type == "picture"]
    assert [(p["image"].contextual_alt_text, p["image"].decorative) for p in pictures] == [
        ("大树下的两张凳子", False),
        ("两杯水", False),
    ]
    assert must_be_mended(the_page()) == []
    assert pictures[0]["image"].credit == "林秀英，云岭小学"

    reviewed(the_page(), "reject", "第二张不要")
    phone.post(address, {"remove": str(second.uuid)})
    hand_in(phone, address)
    assert [block.value["image"].pk for block in the_page().body if block.block_type == "picture"] == [
        pictures[0]["image"].pk
    ]
    assert Picture.objects.filter(title__contains="大树下").count() == 2, "no picture is made twice"


def test_a_photo_without_words_is_not_handed_in_and_its_author_is_told_beside_it(phone: Client, author: Any) -> None:
    address = form_address()
    phone.post(address, WORDS | {"photos": [a_file(1), a_file(2)]})
    first, second = PracticeDraftPhoto.objects.all()
    assert 'class="field-error"' not in phone.get(address).content.decode(), "a draft may be without"
    response = hand_in(phone, address, **{f"alt-{first.uuid}": "大树下的两张凳子", f"alt-{second.uuid}": "  "})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count('class="field-error"') == 1
    assert f'id="alt-{second.uuid}-error"' in page
    assert "大树下的两张凳子" in page
    assert the_draft().page is None
    with pytest.raises(Refused):
        submit_practice(draft=the_draft(), cleaned=WHOLE, actor=author, at=timezone.now())
    assert hand_in(phone, address, **{f"alt-{second.uuid}": "两杯水"}).status_code == 302


def test_a_bad_photo_loses_nothing_else(phone: Client) -> None:
    address = form_address()
    broken = SimpleUploadedFile("broken.jpg", photos.a_truncated_jpeg(), "image/jpeg")
    response = phone.post(address, {"title": "大树下", "photos": [broken, a_file(3)]})
    assert response.status_code == 422
    assert "broken.jpg" in response.content.decode()
    assert the_draft().answers["title"] == "大树下"
    assert PracticeDraftPhoto.objects.count() == 1


def test_four_photos_are_enough(phone: Client) -> None:
    address = form_address()
    response = phone.post(address, {"photos": [a_file(number) for number in range(5)]})
    assert response.status_code == 422
    assert PracticeDraftPhoto.objects.count() == 4
    phone.post(address, {"photos": [a_file(0)]})
    assert PracticeDraftPhoto.objects.count() == 4, "the same photo is one photo"


# --- whose it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [a_person, an_operator])
def test_a_draft_is_its_authors_alone(phone: Client, make: Any) -> None:
    address = form_address()
    phone.post(address, {"title": "大树下", "photos": [a_file()]})
    photo = PracticeDraftPhoto.objects.get()
    other = Client()
    other.force_login(make())
    assert other.get(address).status_code == 404
    assert other.post(address, {"title": "别人"}).status_code == 404
    assert other.post(address, {"title": "别人"}, headers={"Accept": "application/json"}).status_code == 404
    assert other.get(f"/zh-hans/practices/write/photos/{photo.uuid}/").status_code == 404
    assert "大树下" not in other.get("/zh-hans/practices/write/").content.decode()
    assert the_draft().answers == {"title": "大树下"}


def test_who_was_signed_out_meanwhile_finds_the_words_after_signing_in(author: Any) -> None:
    client, address = Client(), form_address()
    response = client.post(address, WORDS | {"action": "submit"})
    assert "/account/sign-in/" in response["Location"]
    assert not PracticeDraft.objects.exists()
    answer = client.post(address, WORDS, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    client.force_login(author)
    assert "孩子什么也不说。" in client.get(address).content.decode()
    assert "孩子什么也不说。" not in client.get(address).content.decode(), "given back once; then it is the phone's"
