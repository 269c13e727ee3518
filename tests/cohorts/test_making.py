"""Making a cohort at the desk: its days in one table, opening, cloning, its archive, and what learners see of them."""

import re
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from cohorts.enums import Pace
from cohorts.models import Cohort, Deadline, Enrolment, Release
from cohorts.rules.pace import Plan
from cohorts.selectors import deadlines_of, plan_of, releases_of, taught_by
from cohorts.services.cloning import clone_cohort
from cohorts.services.joining import join_cohort
from cohorts.services.opening import open_cohort
from cohorts.services.planning import PlanRefused, archive_cohort, change_plan, take_from_archive
from courses.models import CoursePage, LessonPage
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner
from tests.factories.people import a_facilitator, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

START = date(2026, 9, 7)


@pytest.fixture
def leader() -> User:
    return a_facilitator()


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    """The desk of somebody who leads a cohort already, and so may make more."""
    a_cohort(facilitator=leader, name="去年的班")
    client.force_login(leader)
    return client


def fields(**changed: Any) -> dict[str, Any]:
    """What somebody types into the form of a new cohort."""
    course = CoursePage.objects.get(locale__language_code="zh-hans")
    return {
        "course": course.pk,
        "name": "新的班",
        "starts_on": "2026-09-07",
        "ends_on": "2026-11-01",
        "pace": Pace.WEEKLY,
        "language": "zh-hans",
        "time_zone": "Asia/Shanghai",
    } | changed


def made(desk: Client, **changed: Any) -> Cohort:
    answer = desk.post("/zh-hans/desk/new/", fields(**changed))
    assert answer.status_code == 302, answer.context["form"].errors
    return Cohort.objects.get(name=changed.get("name", "新的班"))


def modules() -> list[str]:
    """The keys of the small course's two modules; the assignment is in the first."""
    return [module.key for module in taught_by(CoursePage.objects.get(locale__language_code="zh-hans"))]


def days(**typed: str) -> dict[str, str]:
    """What is typed into the table of the small course: the days of both modules alike, and of the assignment."""
    work = content.assignment().translation_key
    rows = {"opens": modules(), "lessons": modules(), "work": [work]}
    return {f"{kind}-{key}": day for kind, day in typed.items() for key in rows[kind]}


def words_of(answer: Any) -> str:
    """What stands on a page, without its markup."""
    return re.sub(r"<[^>]+>", "", answer.text)


def address(cohort: Cohort, place: str) -> str:
    return f"/zh-hans/desk/{cohort.uuid}/{place}/"


# --- making -----------------------------------------------------------------------------------------------------------


def test_a_cohort_is_made_with_proposed_days_and_nobody_joins_before_it_is_opened(desk: Client, leader: User) -> None:
    cohort = made(desk)
    assert cohort.memberships.get().user == leader
    work = str(content.assignment().translation_key)
    assert releases_of(cohort) == dict(zip(modules(), (START, START + timedelta(weeks=1)), strict=True))
    due = deadlines_of(cohort)
    assert due[work].astimezone(cohort.zone).date() == date(2026, 9, 20)
    assert due[str(content.lesson("ask").translation_key)].astimezone(cohort.zone).date() == date(2026, 9, 13)
    with pytest.raises(Refused) as refused:
        join_cohort(cohort=cohort, user=a_person(), at=timezone.now())
    assert refused.value.status == 403
    answer = Client().get(f"/j/{cohort.join_code}/")
    assert answer.status_code == 403
    assert "还在准备" in answer.text
    assert not Enrolment.objects.filter(cohort=cohort).exists()


@time_machine.travel("2026-09-08T04:00Z", tick=False)
def test_opening_lets_learners_in_and_twice_is_once(desk: Client) -> None:
    cohort = made(desk)
    for _ in range(2):
        assert desk.post(address(cohort, "open")).status_code == 302
    cohort.refresh_from_db()
    assert cohort.is_open
    assert AuditLine.objects.filter(action="cohort.opened", subject__endswith=str(cohort.uuid)).count() == 1
    assert join_cohort(cohort=cohort, user=a_person(), at=timezone.now()).is_learning


def test_what_finishing_takes_is_promised_when_a_cohort_opens_not_when_it_was_made(leader: User) -> None:
    cohort = a_cohort(facilitator=leader, is_open=False)
    lesson = LessonPage.objects.get(pk=content.lesson("ask").pk)
    lesson.unpublish()
    opened = open_cohort(cohort=cohort, actor=leader, at=timezone.now())
    assert str(lesson.translation_key) in cohort.requirements.lessons
    assert str(lesson.translation_key) not in opened.requirements.lessons


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ends_on": "2026-09-01"}, "最后一天早于第一天"),
        ({"ends_on": "2062-11-01"}, "超过三年"),
        ({"starts_on": "soon"}, "年-月-日"),
        ({"name": "  "}, "起个名字"),
        ({"course": "999999"}, ""),
        ({"pace": "faster"}, ""),
        ({"time_zone": "Mars/Base"}, ""),
        ({"name": "长" * 101}, ""),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(
    desk: Client, typed: dict[str, str], words: str
) -> None:
    answer = desk.post("/zh-hans/desk/new/", fields(**typed))
    assert answer.status_code == 422
    assert next(iter(typed)) in answer.context["form"].errors
    assert words in answer.text
    assert 'value="2026-11-01"' in answer.text or "ends_on" in typed
    assert not Cohort.objects.filter(starts_on=START).exists()


def test_who_leads_no_cohort_and_does_not_run_the_site_makes_none(client: Client) -> None:
    client.force_login(a_person())
    assert client.get("/zh-hans/desk/new/").status_code == 404
    assert client.post("/zh-hans/desk/new/", fields()).status_code == 404
    assert not Cohort.objects.exists()


def test_who_runs_the_site_names_the_facilitator_by_address(client: Client, leader: User) -> None:
    operator = a_person(is_superuser=True)
    client.force_login(operator)
    answer = client.post("/zh-hans/desk/new/", fields(facilitator="nobody@terrace.example"))
    assert answer.status_code == 422
    assert "没有人用这个邮箱" in answer.text
    client.post("/zh-hans/desk/new/", fields(facilitator=leader.email))
    assert Cohort.objects.get(name="新的班").memberships.get().user == leader


# --- the days ---------------------------------------------------------------------------------------------------------


def test_days_are_changed_in_one_table_and_an_empty_day_is_none(desk: Client) -> None:
    cohort = made(desk)
    answer = desk.post(address(cohort, "schedule"), days(opens="2026-09-14", lessons="", work="2026-10-01"))
    assert answer.status_code == 302
    plan = plan_of(cohort, taught_by(cohort.course))
    assert plan.opens == dict.fromkeys(modules(), date(2026, 9, 14))
    assert plan.lessons_due == {}
    assert list(plan.assignments_due.values()) == [date(2026, 10, 1)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"opens": "2026-09-06"}, "早于本班的第一天"),
        ({"work": "2026-11-02"}, "晚于本班的最后一天"),
        ({"opens": "2026-09-20", "lessons": "2026-09-19"}, "在模块开放之前"),
        ({"work": "yesterday"}, "年-月-日"),
    ],
)
def test_a_day_that_cannot_stand_changes_nothing_and_is_told_in_its_row(
    desk: Client, typed: dict[str, str], words: str
) -> None:
    cohort = made(desk)
    before = plan_of(cohort, taught_by(cohort.course))
    answer = desk.post(address(cohort, "schedule"), days(**typed))
    assert answer.status_code == 422
    assert words in answer.text
    assert next(iter(typed.values())) in answer.text, "what was typed stays"
    assert plan_of(cohort, taught_by(cohort.course)) == before


def test_a_step_whose_day_stays_keeps_its_moment(leader: User) -> None:
    noon = timezone.make_aware(datetime(2026, 9, 20, 12), timezone=timezone.get_default_timezone())
    key = content.assignment().translation_key
    with time_machine.travel("2026-09-07T02:00Z"):
        cohort = a_cohort(facilitator=leader, deadlines={key: noon})
    plan = plan_of(cohort, taught_by(cohort.course))
    change_plan(cohort=cohort, plan=plan, actor=leader, at=timezone.now())
    assert Deadline.objects.get(cohort=cohort, step_key=key).due_at == noon


def test_a_plan_with_a_fault_is_refused_by_the_service_too(leader: User) -> None:
    cohort = a_cohort(facilitator=leader)
    plan = Plan(opens={str(content.module().translation_key): cohort.ends_on + timedelta(days=1)})
    with pytest.raises(PlanRefused) as refused:
        change_plan(cohort=cohort, plan=plan, actor=leader, at=timezone.now())
    assert [fault.code for fault in refused.value.faults] == ["after_end"]
    assert not Release.objects.filter(cohort=cohort).exists()


@pytest.mark.database
def test_the_database_holds_one_day_a_module_and_no_archive_of_what_never_opened(leader: User) -> None:
    cohort = a_cohort(facilitator=leader, is_open=False)
    key = uuid.uuid4()
    Release.objects.create(cohort=cohort, module_key=key, opens_on=cohort.starts_on)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(cohort=cohort, module_key=key, opens_on=cohort.ends_on)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cohort.objects.filter(pk=cohort.pk).update(archived_at=timezone.now())


def test_the_last_day_cannot_lie_before_a_deadline(desk: Client) -> None:
    cohort = made(desk)
    typed = {"name": "改过的名字", "ends_on": "2026-09-15", "joining_closes_on": "", "language": "zh-hans"}
    answer = desk.post(address(cohort, "settings"), typed)
    assert answer.status_code == 422
    assert "先在日程里" in answer.text
    assert "改过的名字" in answer.text
    assert desk.post(address(cohort, "settings"), typed | {"ends_on": "2026-10-15"}).status_code == 302
    cohort.refresh_from_db()
    assert (cohort.name, cohort.ends_on) == ("改过的名字", date(2026, 10, 15))


# --- cloning and the archive -----------------------------------------------------------------------------------------


def test_a_clone_has_every_day_moved_and_no_member(desk: Client, leader: User) -> None:
    source = made(desk)
    desk.post(address(source, "open"))
    source.refresh_from_db()
    desk.post(address(source, "schedule"), days(opens="2026-09-08", lessons="2026-09-18", work="2026-10-30"))
    a_learner(cohort=source, at=timezone.make_aware(datetime(2026, 9, 8)))
    answer = desk.post(address(source, "clone"), {"name": "下一班", "starts_on": "2027-03-01"})
    assert answer.status_code == 302
    clone = Cohort.objects.get(name="下一班")
    by = date(2027, 3, 1) - START
    assert clone.ends_on == source.ends_on + by
    assert plan_of(clone, taught_by(clone.course)) == plan_of(source, taught_by(source.course)).moved(by)
    assert [member.user for member in clone.memberships.all()] == [leader]
    assert not clone.enrolments.exists()
    assert not clone.is_open
    assert clone.cloned_from == source
    assert clone.join_code != source.join_code


def test_a_clone_over_a_change_of_clocks_keeps_its_days(leader: User) -> None:
    with time_machine.travel("2026-03-02T12:00Z"):
        source = a_cohort(facilitator=leader, time_zone="Europe/London", pace=Pace.WEEKLY)
    clone = clone_cohort(
        source=source, name="summer", starts_on=source.starts_on + timedelta(days=98), actor=leader, at=timezone.now()
    )
    days_of = [sorted(due.astimezone(c.zone).time() for due in deadlines_of(c).values()) for c in (source, clone)]
    assert days_of[0] == days_of[1]


def test_the_archive_takes_a_cohort_off_the_list_and_lets_nothing_be_changed(desk: Client, leader: User) -> None:
    cohort = made(desk)
    desk.post(address(cohort, "archive"))
    cohort.refresh_from_db()
    assert not cohort.is_archived, "what was never opened is not archived"
    desk.post(address(cohort, "open"))
    desk.post(address(cohort, "archive"))
    cohort.refresh_from_db()
    assert cohort.is_archived
    page = desk.get("/zh-hans/desk/")
    assert [row.cohort for row in page.context["archived"]] == [cohort]
    assert cohort not in [row.cohort for row in page.context["current"]]
    answer = desk.post(address(cohort, "schedule"), days(work="2026-09-30"))
    assert answer.status_code == 409
    assert "已归档" in answer.text
    with pytest.raises(Refused):
        join_cohort(cohort=cohort, user=a_person(), at=timezone.now())
    assert desk.get(address(cohort, "schedule")).status_code == 200, "it can still be read"
    desk.post(address(cohort, "archive"), {"deed": "out"})
    cohort.refresh_from_db()
    assert not cohort.is_archived


def test_archiving_twice_keeps_the_first_moment(leader: User) -> None:
    cohort = a_cohort(facilitator=leader)
    first = timezone.now()
    archive_cohort(cohort=cohort, actor=leader, at=first)
    again = archive_cohort(cohort=cohort, actor=leader, at=first + timedelta(days=1))
    assert again.archived_at == first
    assert take_from_archive(cohort=cohort, actor=leader, at=first).archived_at is None


# --- what learners see -----------------------------------------------------------------------------------------------


@time_machine.travel("2026-09-08T04:00Z", tick=False)
def test_a_module_that_opens_later_is_shown_with_its_day_and_not_proposed(client: Client, leader: User) -> None:
    cohort = a_cohort(facilitator=leader, pace=Pace.WEEKLY)
    learner = a_learner(cohort=cohort)
    Release.objects.filter(cohort=cohort).update(opens_on=date(2026, 9, 10))
    client.force_login(learner.user)
    today = client.get("/zh-hans/today/")
    assert today.context["journey"].next_step is None
    assert "2026年9月10日开放" in words_of(today)
    assert words_of(client.get("/zh-hans/course/")).count("2026年9月10日开放") == 2
    with time_machine.travel("2026-09-09T16:00Z", tick=False):  # the tenth has begun in Shanghai
        today = client.get("/zh-hans/today/")
    assert today.context["journey"].next_step.step.key == content.lesson("ask").translation_key
    assert client.get(content.lesson("ask").url).status_code == 200, "its address is closed to nobody"


@pytest.mark.parametrize(("day", "shown"), [("1", 1), ("15", 15), ("9999", 56), ("0", 1), ("-3", 1), ("", 1), ("²", 1)])
def test_any_day_can_be_seen_as_a_learner_finds_it(desk: Client, day: str, shown: int) -> None:
    cohort = made(desk)
    desk.post(address(cohort, "schedule"), days(opens="2026-09-14", work="2026-10-01"))
    answer = desk.get(address(cohort, "day"), {"day": day})
    assert answer.status_code == 200
    assert answer.context["shown"].number == shown
    assert words_of(answer).count("2026年9月14日开放") == (2 if shown < 8 else 0)
    assert ("还没有模块开放" in answer.text) == (shown < 8)
