"""A draft that is read on a phone without signing in: for a day, for reading only, and nothing else with it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from courses.enums import CourseAccess
from courses.models import CoursePage, LessonPage
from courses.services.drafts import PURPOSE, share_draft
from foundation.models import AuditLine
from tests.factories import content
from tests.factories.people import a_facilitator, an_operator
from tests.factories.practices import a_practice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def a_link(page: Page, *, at: Any = None) -> str:
    shared = share_draft(page=page, actor=an_operator(), at=at or timezone.now())
    return f"/d/{shared.token}/"


def a_draft_of(page: LessonPage, **changes: Any) -> LessonPage:
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision()
    return page


def raw(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "id": str(uuid.uuid4()), "value": value}


def test_the_newest_draft_is_read_without_signing_in() -> None:
    lesson = content.lesson("ask")
    link = a_link(lesson)
    a_draft_of(lesson, summary="草稿里的新摘要。")
    response = Client().get(link)
    assert response.status_code == 200
    text = response.text
    assert "草稿里的新摘要。" in text
    assert "草稿，仅供阅读" in text
    assert "/mistakes/" not in text, "mistakes are reported in what is published"
    assert "草稿里的新摘要。" not in Client().get(lesson.url).text


def test_a_page_that_was_never_published_is_read_too() -> None:
    twin = content.lesson("ask").copy(update_attrs={"slug": "twin", "title": "从未发布"}, keep_live=False)
    assert Client().get(twin.url).status_code == 404
    assert "从未发布" in Client().get(a_link(twin)).text


def test_a_members_lesson_is_read_by_its_link() -> None:
    CoursePage.objects.update(access=CourseAccess.MEMBERS)
    lesson = content.lesson("ask")
    assert Client().get(lesson.url).status_code == 403
    assert Client().get(a_link(lesson)).status_code == 200


def test_nobody_keeps_it_and_nobody_is_told_where_it_lies() -> None:
    response = Client().get(a_link(content.lesson("ask")))
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.has_header("ETag")


def test_answers_are_not_recorded() -> None:
    link = a_link(content.lesson("ask"))
    text = Client().get(link).text
    version = content.version("ask")
    assert str(version.uuid) not in text
    assert "data-finish" not in text
    assert "data-version" not in text
    assert f'action="{link}"' in text
    answer = Client().post(link, {"question": content.question("ask", "who"), "option": "x"})
    assert answer.status_code == 200
    assert "草稿的回答不会保存" in answer.text


def test_the_name_of_whoever_reads_it_is_not_on_it() -> None:
    person = a_facilitator(name="周老师")
    client = Client()
    client.force_login(person)
    link = a_link(content.lesson("ask"))
    assert client.get(link).text == Client().get(link).text


def test_it_leads_to_no_other_draft() -> None:
    lesson = content.lesson("ask")
    a_draft_of(content.lesson("read"), title="另一课的草稿标题")
    assert "另一课的草稿标题" not in Client().get(a_link(lesson)).text


@pytest.mark.parametrize("is_published", [False, True], ids=["draft", "live"])
def test_neither_a_draft_nor_a_page_tells_of_a_practice_that_is_unpublished_or_private(is_published: bool) -> None:
    lesson, hidden, private = (
        content.lesson("ask"),
        a_practice(title="没发布的做法", live=False),
        a_practice(title="内部的做法"),
    )
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    link_to_it = f'<p><a linktype="page" id="{hidden.pk}">看这里</a></p>'
    lesson.body = [
        *lesson.body.get_prep_value(),
        *(raw("practice", {"page": page.pk, "note": ""}) for page in (hidden, private)),
        raw("text", link_to_it),
    ]
    lesson.sources = link_to_it
    revision = lesson.save_revision()
    if is_published:
        revision.publish()
    text = Client().get(lesson.url if is_published else a_link(lesson)).text
    assert text.count("<a>看这里</a>") == 2
    for word in ("没发布的做法", "内部的做法", hidden.slug, private.slug):
        assert word not in text


@pytest.mark.parametrize("is_private", [False, True], ids=["unpublished", "private"])
def test_an_assignment_tells_of_no_practice_that_is_not_for_all(is_private: bool) -> None:
    assignment, practice = content.assignment(), a_practice(title="不公开的做法", live=is_private)
    if is_private:
        PageViewRestriction.objects.create(page=practice, restriction_type=PageViewRestriction.LOGIN)
    assignment.practice = practice
    assignment.save_revision()
    text = Client().get(a_link(assignment)).text
    assert practice.title not in text
    assert practice.slug not in text


def test_it_is_shown_in_the_language_of_the_page() -> None:
    text = Client().get(a_link(content.lesson("ask", "en")), HTTP_ACCEPT_LANGUAGE="zh").text
    assert '<html lang="en">' in text
    assert "Draft, for reading only." in text


def test_it_runs_out_after_a_day() -> None:
    now = timezone.now()
    link = a_link(content.lesson("ask"), at=now)
    with time_machine.travel(now + timedelta(hours=23, minutes=59)):
        assert Client().get(link).status_code == 200
    with time_machine.travel(now + timedelta(hours=24, seconds=1)):
        response = Client().get(link)
    assert response.status_code == 410
    assert "请向发给您的人要一个新的链接" in response.text


@pytest.mark.parametrize("change", ["cut", "swapped", "other purpose", "nonsense"])
def test_a_link_that_was_changed_opens_nothing(change: str) -> None:
    link = a_link(content.lesson("ask"))
    other = content.lesson("read").translation_key.hex
    changed = {
        "cut": link[:-4] + "/",
        "swapped": link.replace(content.lesson("ask").translation_key.hex, other),
        "other purpose": f"/d/{Signer(salt=PURPOSE + 'x').sign(f'{other}.zh-hans.ffffffff')}/",
        "nonsense": "/d/abc/",
    }[change]
    response = Client().get(changed)
    assert response.status_code == 404
    assert "这个链接打不开草稿" in response.text


def test_a_page_that_was_deleted_is_told_so() -> None:
    twin = content.lesson("ask").copy(update_attrs={"slug": "twin"})
    link = a_link(twin)
    twin.delete()
    response = Client().get(link)
    assert response.status_code == 404
    assert "已经被删除" in response.text


def test_sharing_is_written_down() -> None:
    a_link(content.lesson("ask"))
    line = AuditLine.objects.latest("pk")
    assert line.action == "draft shared"
    assert str(content.lesson("ask").translation_key) in line.subject
