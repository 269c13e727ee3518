"""Mistakes that readers report: by anybody, without script, kept once, closed with a word by whoever may mend them."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from accounts.enums import MessageEvent
from accounts.models import Message, User
from accounts.rendering import text_of
from courses.enums import CourseAccess, ReportState
from courses.models import CoursePage, MistakeReport, PracticePage
from courses.services.mistakes import close_report, report_mistake
from courses.views.mistakes import REPORTS_A_PERSON, REPORTS_AN_ADDRESS
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories import content
from tests.factories.learning import a_learner
from tests.factories.people import a_person, an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

WORDS = {"text": "第二段有一个错字。", "quotation": "先听再间"}


def address(page: Page, language: str = "zh-hans") -> str:
    return f"/{language}/mistakes/{page.translation_key}/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_report(page: Page | None = None, *, reporter: Any = None) -> MistakeReport:
    return report_mistake(page=page or content.lesson("ask"), reporter=reporter, at=timezone.now(), **WORDS)


def a_writer() -> User:
    """Return somebody who may enter the admin and nothing more."""
    group = Group.objects.create(name=uuid.uuid4().hex)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user = a_person(email=f"{uuid.uuid4().hex}@terrace.example")
    user.groups.add(group)
    return user


# --- reporting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_lesson_and_practice_leads_to_the_form(language: str) -> None:
    practice = PracticePage.objects.filter(locale__language_code=language).select_related("locale").first()
    assert practice
    for page in (content.lesson("ask", language), practice):
        text = Client().get(page.url).text
        assert f'href="{address(page, language)}"' in text
        assert Client().get(address(page, language)).status_code == 200


def test_a_lesson_names_who_wrote_it() -> None:
    lesson = content.lesson("ask")
    lesson.credit = "清溪小学 林秀英"
    lesson.save_revision().publish()
    assert "作者：清溪小学 林秀英" in Client().get(lesson.url).text


def test_a_guest_reports() -> None:
    lesson = content.lesson("ask")
    response = Client().post(address(lesson), WORDS)
    assert response.status_code == 302
    assert "谢谢您" in Client().get(response["Location"]).text
    report = MistakeReport.objects.get()
    assert (report.translation_key, report.locale, report.title) == (lesson.translation_key, "zh-hans", lesson.title)
    assert (report.text, report.quotation, report.reporter) == ("第二段有一个错字。", "先听再间", None)
    assert AuditLine.objects.latest("pk").action == "mistake reported"


def test_somebody_signed_in_is_remembered() -> None:
    person = a_person()
    signed_in(person).post(address(content.lesson("ask")), WORDS)
    assert MistakeReport.objects.get().reporter == person


def test_a_form_without_its_token_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(address(content.lesson("ask")), WORDS).status_code == 403
    assert not MistakeReport.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "请写明哪里不对"), (" \n", "请写明哪里不对"), ("字" * 1001, "1000")]
)
def test_what_is_not_well_filled_in_is_said_beside_it_and_kept(text: str, sentence: str) -> None:
    response = Client().post(address(content.lesson("ask")), {"text": text, "quotation": "这一句要留着"})
    assert response.status_code == 422
    assert sentence in response.text
    assert "这一句要留着" in response.text
    assert not MistakeReport.objects.exists()


def test_a_null_character_is_no_fault_of_ours() -> None:
    assert Client().post(address(content.lesson("ask")), {"text": "错\x00字"}).status_code == 422


def test_a_program_is_thanked_and_not_kept() -> None:
    response = Client().post(address(content.lesson("ask")), {**WORDS, "website": "https://spam.example"})
    assert response.status_code == 302
    assert not MistakeReport.objects.exists()


def test_what_was_written_is_shown_as_text() -> None:
    a_report()
    MistakeReport.objects.update(text="<script>alert(1)</script>")
    text = signed_in(an_operator()).get("/admin/teaching/mistakes/").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_one_device_sends_so_many_and_another_is_not_kept_from_it() -> None:
    lesson = content.lesson("ask")
    phone = Client()
    phone.get(address(lesson))
    for _ in range(REPORTS_A_PERSON):
        assert phone.post(address(lesson), WORDS).status_code == 302
    refused = phone.post(address(lesson), WORDS)
    assert refused.status_code == 429
    assert "第二段有一个错字。" in refused.text
    assert int(refused["Retry-After"]) > 0
    other = Client()
    other.get(address(lesson))
    assert other.post(address(lesson), WORDS).status_code == 302
    assert MistakeReport.objects.count() == REPORTS_A_PERSON + 1


def test_an_address_without_cookies_is_stopped_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.views.mistakes.REPORTS_AN_ADDRESS", 3)
    lesson = content.lesson("ask")
    statuses = [Client().post(address(lesson), WORDS).status_code for _ in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    assert REPORTS_AN_ADDRESS > 5 * REPORTS_A_PERSON, "a school shares one address"


def test_a_page_that_is_not_there_or_not_published_has_no_form() -> None:
    lesson = content.lesson("read")
    assert Client().get(f"/zh-hans/mistakes/{uuid.uuid4()}/").status_code == 404
    for twin in [lesson, *lesson.get_translations()]:
        twin.unpublish()
    assert Client().get(address(lesson)).status_code == 404


def test_a_page_missing_in_a_language_is_reported_in_the_other() -> None:
    lesson = content.lesson("ask", "en")
    lesson.unpublish()
    Client().post(address(lesson, "en"), WORDS)
    assert MistakeReport.objects.get().locale == "zh-hans"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_members_page_takes_reports_from_its_members_only(method: str) -> None:
    lesson, member = content.lesson("ask"), a_learner().user
    CoursePage.objects.update(access=CourseAccess.MEMBERS)
    for stranger in (Client(), signed_in(a_person())):
        response = getattr(stranger, method)(address(lesson), WORDS)
        assert response.status_code == 403
        assert "这一课面向班级成员" in response.text
    assert not MistakeReport.objects.exists()
    assert signed_in(member).get(address(lesson)).status_code == 200
    assert signed_in(member).post(address(lesson), WORDS).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_that_an_editor_made_private_is_not_named_to_whoever_may_not_read_it(method: str) -> None:
    lesson = content.lesson("ask")
    PageViewRestriction.objects.create(page=lesson.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    response = getattr(Client(), method)(address(lesson), WORDS)
    assert response.status_code == 404
    assert lesson.title not in response.text
    assert not MistakeReport.objects.exists()
    assert signed_in(a_person()).post(address(lesson), WORDS).status_code == 302


# --- closing ----------------------------------------------------------------------------------------------------------


def test_an_editor_sees_all_and_an_author_their_own() -> None:
    lesson, other = content.lesson("ask"), content.lesson("read")
    mine, theirs = a_report(lesson), a_report(other)
    author = a_writer()
    Page.objects.filter(pk=lesson.pk).update(owner=author)
    editor = a_writer()
    editor.groups.get().permissions.add(Permission.objects.get(codename="change_mistakereport"))
    assert set(MistakeReport.objects.visible_to(author)) == {mine}
    assert set(MistakeReport.objects.visible_to(User.objects.get(pk=editor.pk))) == {mine, theirs}
    assert not MistakeReport.objects.visible_to(a_writer()).exists()
    client = signed_in(author)
    assert client.get(f"/admin/teaching/mistakes/{mine.uuid}/").status_code == 200
    assert client.get(f"/admin/teaching/mistakes/{theirs.uuid}/").status_code == 404
    closing = {"state": "mended", "answer": "改了。"}
    assert client.post(f"/admin/teaching/mistakes/{theirs.uuid}/", closing).status_code == 404
    assert client.post(f"/admin/teaching/mistakes/{mine.uuid}/", closing).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.answer, mine.closed_by) == ("mended", "改了。", author)


def test_the_reporter_is_told() -> None:
    person = a_person()
    report = close_report(
        report=a_report(reporter=person), state="mended", answer="多谢提醒。", actor=an_operator(), at=timezone.now()
    )
    message = Message.objects.get(event=MessageEvent.MISTAKE_CLOSED)
    assert message.recipient == person
    assert text_of(message) == f"谢谢您：您在“{report.title}”里发现的错误已经改正。多谢提醒。"


def test_a_guest_is_not_told_and_nothing_fails() -> None:
    close_report(report=a_report(), state="declined", answer="原文如此。", actor=an_operator(), at=timezone.now())
    assert not Message.objects.filter(event=MessageEvent.MISTAKE_CLOSED).exists()


def test_the_first_answer_stands() -> None:
    report = a_report()
    close_report(report=report, state="mended", answer="一", actor=an_operator(), at=timezone.now())
    with pytest.raises(Refused) as refused:
        close_report(report=report, state="declined", answer="二", actor=an_operator(), at=timezone.now())
    assert refused.value.status == 409
    report.refresh_from_db()
    assert (report.state, report.answer) == ("mended", "一")
    again = signed_in(an_operator()).post(
        f"/admin/teaching/mistakes/{report.uuid}/", {"state": "declined", "answer": "三"}, follow=True
    )
    assert "已经有人处理了" in again.text


def test_closing_asks_for_a_word() -> None:
    report = a_report()
    response = signed_in(an_operator()).post(f"/admin/teaching/mistakes/{report.uuid}/", {"state": "mended"})
    assert response.status_code == 422
    report.refresh_from_db()
    assert report.state == ReportState.OPEN


@pytest.mark.database
def test_the_database_keeps_a_closed_report_whole() -> None:
    report = a_report()
    with pytest.raises(IntegrityError), transaction.atomic():
        MistakeReport.objects.filter(pk=report.pk).update(state=ReportState.MENDED)
    with pytest.raises(IntegrityError), transaction.atomic():
        MistakeReport.objects.filter(pk=report.pk).update(text="")


def test_a_report_outlives_its_page() -> None:
    twin = content.lesson("ask").copy(update_attrs={"slug": "twin", "title": "要删的课"})
    report = a_report(twin)
    twin.delete()
    client = signed_in(an_operator())
    for path in ("/admin/teaching/mistakes/", f"/admin/teaching/mistakes/{report.uuid}/"):
        assert "要删的课" in client.get(path).text


def test_the_list_is_turned_by_pages_and_by_state() -> None:
    for _ in range(52):
        a_report()
    client = signed_in(an_operator())
    assert client.get("/admin/teaching/mistakes/").text.count('class="title"') == 50
    assert client.get("/admin/teaching/mistakes/?p=2").text.count('class="title"') == 2
    assert "还没有处理过任何反映" in client.get("/admin/teaching/mistakes/?closed").text
