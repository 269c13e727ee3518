"""Longer time for one, several or all: with a reason, all or nobody, and honoured wherever a deadline is read."""

import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from cohorts.models import Cohort, Deadline, Enrolment, Extension, Submission, SubmissionAttempt
from cohorts.selectors import due_at, dues_of, facilitators_of, learners_of
from cohorts.selectors.overview import board_of
from cohorts.services.clocks import Stamp
from cohorts.services.drafts import Saving
from cohorts.services.extensions import extend_deadline
from cohorts.services.submissions import hand_in, submission_for
from courses.models import CoursePage
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner, a_report, a_review, withdraw
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

DAY = timedelta(days=1)


@pytest.fixture
def cohort() -> Cohort:
    made = a_cohort()
    Deadline.objects.filter(cohort=made).update(due_at=timezone.now() - DAY)
    return made


@pytest.fixture
def leader(cohort: Cohort) -> User:
    leader: User = facilitators_of(cohort)[0]
    return leader


@pytest.fixture
def desk(leader: User) -> Client:
    client = Client()
    client.force_login(leader)
    return client


def step() -> uuid.UUID:
    return content.assignment().translation_key


def extend(cohort: Cohort, *learners: Enrolment, until: datetime | None = None, **changed: Any) -> list[Extension]:
    named: dict[str, Any] = {
        "cohort": cohort,
        "step_key": step(),
        "enrolments": [one.uuid for one in learners],
        "until": until or timezone.now() + 3 * DAY,
        "reason": "示例：山路断了三天。",
        "actor": facilitators_of(cohort)[0],
        "at": timezone.now(),
    }
    return extend_deadline(**named | changed)


def address(cohort: Cohort) -> str:
    return f"/zh-hans/desk/{cohort.uuid}/schedule/longer/"


def form(*learners: Enrolment, days: int = 3, **changed: Any) -> dict[str, Any]:
    return {
        "step": str(step()),
        "learners": [str(one.uuid) for one in learners],
        "until": (timezone.localdate() + days * DAY).isoformat(),
        "reason": "示例：停电。",
    } | changed


@pytest.mark.database
def test_it_holds_wherever_a_deadline_is_read(cohort: Cohort) -> None:
    late, given = a_learner(cohort=cohort, name="示例甲"), a_learner(cohort=cohort, name="示例乙")
    for learner in (late, given):
        a_report(learner)
    until = timezone.now() + 3 * DAY
    extend(cohort, given, until=until)
    attempts = {one.submission.enrolment_id: one for one in SubmissionAttempt.objects.with_due()}
    assert attempts[late.pk].is_late
    assert not attempts[given.pk].is_late
    assert [one.submission.enrolment_id for one in SubmissionAttempt.objects.late()] == [late.pk]
    assert {one.pk: vars(one)["late"] for one in learners_of(cohort)} == {late.pk: 1, given.pk: 0}
    assert due_at(given, step()) == until == dues_of(given)[str(step())]
    assert due_at(late, step()) == dues_of(late)[str(step())] < timezone.now()


@pytest.mark.database
def test_the_latest_of_all_holds_in_whichever_order_they_came(cohort: Cohort) -> None:
    learner, now = a_learner(cohort=cohort), timezone.now()
    extend(cohort, learner, until=now + DAY)
    extend(cohort, learner, until=now + 5 * DAY)
    assert due_at(learner, step()) == now + 5 * DAY
    Deadline.objects.update(due_at=now + 9 * DAY)
    assert due_at(learner, step()) == now + 9 * DAY, "the whole cohort has longer"
    Deadline.objects.all().delete()
    assert due_at(learner, step()) is None, "nothing is due any more"
    a_report(learner)
    assert SubmissionAttempt.objects.with_due().get().due_at is None
    assert not SubmissionAttempt.objects.late().exists()


def test_the_overview_marks_nobody_late_who_has_longer(desk: Client, cohort: Cohort) -> None:
    late, given, now = a_learner(cohort=cohort), a_learner(cohort=cohort), timezone.now()
    extend(cohort, given)
    assert {row.pk: bool(row.late) for row in board_of(cohort, now, "zh-hans").rows} == {late.pk: True, given.pk: False}
    Deadline.objects.update(due_at=now + 9 * DAY)
    assert not any(row.late for row in board_of(cohort, now + 5 * DAY, "zh-hans").rows), "the cohort's later day holds"


def test_the_learner_sees_the_new_day_and_the_phone_hears_it(cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    phone = Client()
    phone.force_login(learner.user)
    assert 'class="chip chip-red"' in phone.get("/zh-hans/today/").content.decode()
    until = timezone.now() + 3 * DAY
    extend(cohort, learner, until=until)
    today = phone.get("/zh-hans/today/").content.decode()
    assert 'class="chip chip-red"' not in today
    assert "3 天" in today
    told = phone.get(f"/api/submissions/{step()}/").json()["due"]
    assert abs(datetime.fromisoformat(told) - until) < timedelta(seconds=1)


@pytest.mark.database
def test_somebody_who_was_withdrawn_gets_none_and_nobody_else_does_by_the_same_deed(cohort: Cohort) -> None:
    learner, left = a_learner(cohort=cohort), withdraw(a_learner(cohort=cohort, name="示例离开者"))
    with pytest.raises(Refused) as refused:
        extend(cohort, learner, left)
    assert refused.value.status == 409
    assert "示例离开者" in str(refused.value)
    assert not Extension.objects.exists()
    assert not AuditLine.objects.filter(action="deadline.extended").exists()


def test_a_form_that_is_older_than_the_withdrawal_says_so_and_keeps_what_was_typed(desk, cohort) -> None:
    left = withdraw(a_learner(cohort=cohort, name="示例离开者"))
    response = desk.post(address(cohort), form(left))
    assert response.status_code == 422
    page = response.content.decode()
    assert "已退出" in page
    assert "示例：停电。" in page
    assert not Extension.objects.exists()


@pytest.mark.parametrize("days", [-2, -1])
def test_a_day_that_is_not_later_is_refused_with_the_names(desk, cohort, days: int) -> None:
    learner = a_learner(cohort=cohort, name="示例甲")
    Deadline.objects.update(due_at=timezone.now())
    response = desk.post(address(cohort), form(learner, days=days))
    assert response.status_code == 422
    assert "示例甲" in response.content.decode()
    assert not Extension.objects.exists()


def test_one_who_has_longer_already_is_never_shortened_and_the_others_get_none(cohort: Cohort) -> None:
    first, second, now = a_learner(cohort=cohort, name="示例甲"), a_learner(cohort=cohort), timezone.now()
    extend(cohort, first, until=now + 5 * DAY)
    with pytest.raises(Refused) as refused:
        extend(cohort, first, second, until=now + 2 * DAY)
    assert refused.value.status == 422
    assert "示例甲" in str(refused.value)
    assert Extension.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"reason": " \0 "}, 422),
        ({"enrolments": []}, 422),
        ({"step_key": uuid.uuid4()}, 422),
        ({"enrolments": [uuid.uuid4()]}, 404),
        ({"until": timezone.now() + 500 * DAY}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(cohort: Cohort, changed: dict[str, Any], status: int) -> None:
    learner = a_learner(cohort=cohort)
    with pytest.raises(Refused) as refused:
        extend(cohort, learner, **changed)
    assert refused.value.status == status
    assert not Extension.objects.exists()


def test_a_learner_of_another_cohort_is_not_found(cohort: Cohort) -> None:
    with pytest.raises(Refused) as refused:
        extend(cohort, a_learner(cohort=a_cohort(name="另一班", facilitator=a_facilitator())))
    assert refused.value.status == 404


def test_all_get_it_with_one_tap_and_twice_is_once(desk, cohort) -> None:
    learners = [a_learner(cohort=cohort) for _who in range(3)]
    withdraw(a_learner(cohort=cohort))
    for _tap in range(2):
        assert desk.post(address(cohort), form(everybody="on")).status_code == 302
    assert set(Extension.objects.values_list("enrolment", flat=True)) == {one.pk for one in learners}
    assert Extension.objects.count() == 3
    assert AuditLine.objects.filter(action="deadline.extended").count() == 3
    page = desk.get(address(cohort)).content.decode()
    assert page.count("示例：停电。") == 3


def test_the_last_moment_is_the_end_of_the_day_where_the_cohort_is(desk, cohort) -> None:
    learner = a_learner(cohort=cohort)
    Cohort.objects.update(time_zone="Asia/Urumqi")
    desk.post(address(cohort), form(learner))
    local = Extension.objects.get().due_at.astimezone(Cohort.objects.get().zone)
    assert (local.hour, local.minute) == (23, 59)


@pytest.mark.parametrize(
    "typed", [{"until": "明天"}, {"step": "x"}, {"learners": ["x"]}, {"reason": ""}, {"until": ""}]
)
def test_bad_input_is_said_beside_its_field(desk, cohort, typed: dict[str, Any]) -> None:
    response = desk.post(address(cohort), form(a_learner(cohort=cohort)) | typed)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert not Extension.objects.exists()


def test_an_archived_cohort_gives_nobody_longer(cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    cohort.archived_at = timezone.now()
    with pytest.raises(Refused) as refused:
        extend(cohort, learner)
    assert refused.value.status == 409


# --- how long late ones are taken -------------------------------------------------------------------------------------


def policy(cohort: Cohort, days: int | None) -> None:
    """Freeze what the course says, as opening does; the deadline was yesterday."""
    cohort.requirements.late_days = days
    cohort.requirements.save()


def test_a_cohort_keeps_what_its_course_says_when_it_opens() -> None:
    CoursePage.objects.update(late_days=7)
    cohort = a_cohort(name="另一班", facilitator=a_facilitator())
    CoursePage.objects.update(late_days=None)
    assert Cohort.objects.get(pk=cohort.pk).requirements.late_days == 7


@pytest.mark.parametrize(("days", "is_taken"), [(None, True), (0, False), (1, False), (2, True)])
def test_a_late_report_is_taken_for_as_many_days_as_the_course_says(cohort: Cohort, days, is_taken: bool) -> None:
    policy(cohort, days)
    Deadline.objects.update(due_at=timezone.now() - DAY - timedelta(minutes=1))
    learner = a_learner(cohort=cohort)
    if is_taken:
        a_report(learner)
        return
    with pytest.raises(Refused) as refused:
        a_report(learner)
    assert (refused.value.code, refused.value.status) == ("too_late", 409)
    assert Submission.objects.get().answers, "the words are kept"
    extend(cohort, learner)
    a_report(learner)


def test_what_was_returned_is_taken_whenever_it_comes_again(cohort: Cohort, leader: User) -> None:
    Deadline.objects.update(due_at=timezone.now() + DAY)
    learner = a_learner(cohort=cohort)
    a_review(a_report(learner), leader, decision="returned")
    policy(cohort, 0)
    Deadline.objects.update(due_at=timezone.now() - DAY)
    assert a_report(learner, did="改好了").number == 2


def test_the_page_says_until_when_it_is_taken_and_keeps_what_came_too_late(cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    phone, page = Client(), f"/zh-hans/assignments/{step()}/"
    phone.force_login(learner.user)
    assert "晚了也会收下" in phone.get(page).content.decode()
    policy(cohort, 3)
    assert "最晚收到" in phone.get(page).content.decode()
    policy(cohort, 0)
    assert "晚了就不再收" in phone.get(page).content.decode()
    typed = {f"answer-{content.prompt('did')}": "写好了", "action": "submit", "attempt": str(uuid.uuid4())}
    response = phone.post(page, typed)
    assert response.status_code == 409
    assert "可以给您延期" in response.content.decode()
    assert Submission.objects.get().answers == {content.prompt("did"): "写好了"}


def test_a_phone_that_handed_in_before_the_end_is_taken_however_late_it_sends(cohort: Cohort) -> None:
    policy(cohort, 0)
    now = timezone.now()
    learner = a_learner(cohort=cohort, at=now - 9 * DAY)
    work = submission_for(enrolment=learner, assignment=content.assignment(), at=now)
    saved = partial(hand_in, submission=work, assignment=content.assignment(), files=(), actor=learner.user)
    words = {content.prompt("did"): "在山上写的"}
    late = saved(saving=Saving(uuid.uuid4(), words), stamp=Stamp(now, now, now))
    assert (late.status, late.code) == ("rejected", "too_late")
    early = saved(saving=Saving(uuid.uuid4(), words), stamp=Stamp(now - 2 * DAY, now, now))
    assert early.status == "ok", early
