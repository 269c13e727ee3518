"""What a cohort is told: who sees it and from when, who has read it, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from cohorts.models import Announcement, AnnouncementRead, Cohort, Enrolment
from cohorts.selectors import announcements_for, announcements_of, facilitators_of, reach_of
from cohorts.services.announcing import announce, note_read, pin, take_back
from cohorts.services.planning import archive_cohort
from foundation.refusals import Refused
from tests.factories.learning import a_cohort, a_learner, withdraw
from tests.factories.people import a_facilitator, a_person
from tests.factories.photos import a_jpeg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def leader() -> User:
    return a_facilitator()


@pytest.fixture
def cohort(leader: User) -> Cohort:
    return a_cohort(facilitator=leader)


@pytest.fixture
def reader(cohort: Cohort) -> Enrolment:
    return a_learner(cohort=cohort, name="林秀英")


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


def told(cohort: Cohort, title: str = "周五见", **fields: Any) -> Announcement:
    defaults: dict[str, Any] = {"text": "带上记录本。", "is_pinned": False, "at": timezone.now()}
    return announce(cohort=cohort, title=title, author=facilitators_of(cohort)[0], **(defaults | fields))


def place(cohort: Cohort, *more: str) -> str:
    return "/".join(["/zh-hans/desk", str(cohort.uuid), "announcements", *more, ""])


def titles(person: Any, at: datetime | None = None) -> list[str]:
    return [one.title for one in announcements_for(person, at or timezone.now())]


def test_what_is_told_stands_on_each_learners_first_screen_until_it_is_read(desk: Client, reader: Enrolment) -> None:
    answer = desk.post(place(reader.cohort), {"title": "周五见", "text": "带上记录本。\n还有笔。"})
    assert answer.status_code == 302
    phone = Client()
    phone.force_login(reader.user)
    assert "带上记录本。<br>还有笔。" in phone.get("/zh-hans/today/").text
    one = Announcement.objects.get()
    assert phone.post(f"/zh-hans/announcements/{one.uuid}/read/").status_code == 302
    assert "带上记录本" not in phone.get("/zh-hans/today/").text
    assert "您已读过" in phone.get("/zh-hans/announcements/").text
    assert "1 / 1 人已读" in desk.get(place(reader.cohort)).text


def test_the_readers_and_the_others_are_named(desk: Client, reader: Enrolment) -> None:
    other = a_learner(cohort=reader.cohort, name="石大山")
    gone = a_learner(cohort=reader.cohort, name="走了的人")
    one = told(reader.cohort)
    for person in (reader.user, gone.user):
        note_read(announcement=one, reader=person, at=timezone.now())
    withdraw(gone)
    reach = reach_of(one)
    assert ([str(p) for p in reach.read], [str(p) for p in reach.unread]) == (["林秀英"], [str(other.user)])
    listed: Any = announcements_of(reader.cohort).get()
    assert listed.read_count == 1, "who has left does not count"
    assert "石大山" in desk.get(place(reader.cohort, str(one.uuid))).text


def test_pinned_ones_stand_first_then_the_newest(cohort: Cohort, reader: Enrolment) -> None:
    now = timezone.now()
    for minutes, title in ((30, "最早"), (20, "中间"), (10, "最新")):
        told(cohort, title, at=now - timedelta(minutes=minutes))
    pin(announcement=Announcement.objects.get(title="最早"), is_pinned=True, actor=None, at=now)
    assert titles(reader.user) == ["最早", "最新", "中间"]


@time_machine.travel("2026-09-08T04:00Z", tick=False)
def test_one_that_is_to_come_comes_out_by_itself_in_the_cohorts_own_time(desk: Client, leader: User) -> None:
    cohort = a_cohort(facilitator=leader, time_zone="Asia/Kathmandu")
    reader = a_learner(cohort=cohort)
    desk.post(place(cohort), {"title": "晚上见", "publish_at": "2026-09-08T20:00"})
    out = datetime(2026, 9, 8, 14, 15, tzinfo=UTC)
    assert Announcement.objects.get().publish_at == out
    assert titles(reader.user, out - timedelta(seconds=1)) == []
    assert titles(reader.user, out) == ["晚上见"]


def test_a_moment_that_is_over_means_at_once(cohort: Cohort) -> None:
    now = timezone.now()
    assert told(cohort, at=now, publish_at=now - timedelta(days=3)).publish_at == now


def test_one_taken_back_is_seen_by_nobody_who_learns(desk: Client, reader: Enrolment) -> None:
    one = told(reader.cohort)
    desk.post(place(reader.cohort, str(one.uuid), "change"), {"deed": "take_back"})
    assert titles(reader.user) == []
    assert "已撤回" in desk.get(place(reader.cohort)).text
    first = Announcement.objects.get().withdrawn_at
    take_back(announcement=one, actor=None, at=timezone.now())
    assert Announcement.objects.get().withdrawn_at == first
    with pytest.raises(Refused):
        pin(announcement=one, is_pinned=True, actor=None, at=timezone.now())


def test_nobody_outside_the_cohort_sees_it_or_notes_it(reader: Enrolment) -> None:
    one = told(reader.cohort)
    elsewhere, gone = a_learner(cohort=a_cohort(name="另一班")), withdraw(a_learner(cohort=reader.cohort))
    for person in (elsewhere.user, gone.user, a_person()):
        phone = Client()
        phone.force_login(person)
        assert titles(person) == []
        assert phone.post(f"/zh-hans/announcements/{one.uuid}/read/").status_code == 404
    assert not AnnouncementRead.objects.exists()


def test_a_picture_is_made_small_loses_its_place_and_is_seen_by_the_cohort_only(
    desk: Client, reader: Enrolment, settings: Any, tmp_path: Any
) -> None:
    settings.PRIVATE_MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("活动.jpg", a_jpeg(800, 600), content_type="image/jpeg")
    assert desk.post(place(reader.cohort), {"title": "照片", "picture": file}).status_code == 302
    one = Announcement.objects.get()
    assert "活动" not in str(one.picture.name)
    address = f"/zh-hans/announcements/{one.uuid}/picture/"
    phone = Client()
    assert phone.get(address).status_code == 302
    phone.force_login(reader.user)
    answer = phone.get(address)
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"Exif" not in answer.getvalue()
    phone.force_login(a_person())
    assert phone.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": "  "}, "标题"),
        ({"title": "长" * 101}, "100"),
        ({"publish_at": "tomorrow"}, "2026-09-01 20:00"),
        ({"picture": SimpleUploadedFile("a.jpg", b"no picture", content_type="image/jpeg")}, ""),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    desk: Client, cohort: Cohort, typed: dict[str, Any], words: str
) -> None:
    answer = desk.post(place(cohort), {"title": "好标题", "text": "写好的话"} | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "写好的话" in answer.text
    assert not Announcement.objects.exists()


def test_an_archived_cohort_is_told_nothing_more(desk: Client, cohort: Cohort) -> None:
    archive_cohort(cohort=cohort, actor=None, at=timezone.now())
    answer = desk.post(place(cohort), {"title": "太迟了", "text": "写好的话"})
    assert answer.status_code == 409
    assert "已归档" in answer.text
    assert not Announcement.objects.exists()


@pytest.mark.database
def test_the_database_notes_a_reader_once_and_no_announcement_without_a_title(reader: Enrolment) -> None:
    one = told(reader.cohort, text="字\0符")
    assert one.text == "字符"
    for _ in range(2):
        note_read(announcement=one, reader=reader.user, at=timezone.now())
    assert AnnouncementRead.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.filter(pk=one.pk).update(title="")
