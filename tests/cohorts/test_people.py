"""Who is in a cohort: leaving, coming back, moving, waiting for a place, and who helps."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import MessageEvent
from accounts.models import Message, User
from cohorts.enums import Change, EnrolmentStatus, Joining, RequestStatus, Role
from cohorts.models import Cohort, Enrolment, EnrolmentChange, JoinRequest, LearningEvent, Membership, Submission
from cohorts.selectors import history_of, learners_of, led_cohorts
from cohorts.services.helpers import add_helper, end_helper
from cohorts.services.joining import approve_request, ask_to_join, change_joining, decline_request, join_cohort
from cohorts.services.membership import move_learner, take_back, withdraw_learner
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories.learning import a_cohort, a_learner, a_report, a_review, all_lessons, send
from tests.factories.people import a_facilitator, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def leader() -> User:
    return a_facilitator()


@pytest.fixture
def cohort(leader: User) -> Cohort:
    return a_cohort(facilitator=leader)


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


def door(enrolment: Enrolment, deed: str = "") -> str:
    return f"/zh-hans/desk/{enrolment.cohort.uuid}/learners/{enrolment.uuid}/{deed}"


def kinds(enrolment: Enrolment) -> list[str]:
    return [change.kind for change in history_of(enrolment)]


# --- One learner ---------------------------------------------------------------------------------------------------


def test_the_page_of_a_learner_says_who_and_how_far(desk: Client, cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort, name="示例林", school="示例小学", phone="+8613800138000")
    send(learner, *all_lessons(learner)[:3])
    page = desk.get(door(learner)).content.decode()
    assert "示例林" in page
    assert "示例小学" in page
    assert "138 0013 8000" in page
    assert "1 步" in page or "1/4" in page or "1 / 4" in page


def test_a_reviewer_reads_the_page_without_number_reason_or_deeds(client: Client, cohort: Cohort, leader: User) -> None:
    learner = a_learner(cohort=cohort, phone="+8613800138000")
    withdraw_learner(enrolment=learner, reason="换了学校", actor=leader, at=timezone.now())
    reviewer = a_person()
    add_helper(cohort=cohort, person=reviewer, role=Role.REVIEWER, actor=leader, at=timezone.now())
    client.force_login(reviewer)
    page = client.get(door(learner)).content.decode()
    assert "138 0013 8000" not in page
    assert "换了学校" not in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert client.post(door(learner, "back/")).status_code == 404


def test_no_id_of_another_cohort_opens_anything(desk: Client, cohort: Cohort) -> None:
    elsewhere = a_learner(cohort=a_cohort(name="另一班"))
    mixed = f"/zh-hans/desk/{cohort.uuid}/learners/{elsewhere.uuid}/"
    for deed in ("withdraw/", "back/", "move/", "reading/", "code/", "reset/"):
        assert desk.post(door(elsewhere, deed), {"reason": "x"}).status_code == 404
        assert desk.post(mixed + deed, {"reason": "x"}).status_code == 404
    assert desk.get(mixed).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.status == EnrolmentStatus.ACTIVE


# --- Leaving and coming back ---------------------------------------------------------------------------------------


def test_withdrawing_keeps_what_was_done_and_says_why(desk: Client, cohort: Cohort, leader: User) -> None:
    learner = a_learner(cohort=cohort)
    send(learner, *all_lessons(learner)[:3])
    assert desk.post(door(learner, "withdraw/"), {"reason": " 换了学校\0 "}).status_code == 302
    learner.refresh_from_db()
    assert (learner.status, learner.steps_done) == (EnrolmentStatus.WITHDRAWN, 1)
    assert Membership.objects.get(user=learner.user, role=Role.LEARNER).ended_at
    change = EnrolmentChange.objects.get(enrolment=learner, kind=Change.WITHDRAWN)
    assert (change.reason, change.actor) == ("换了学校", leader)
    assert AuditLine.objects.filter(action="enrolment.withdrawn", actor=leader).count() == 1
    assert Message.objects.get(recipient=learner.user, event=MessageEvent.COHORT_LEFT)
    assert "换了学校" in desk.get(door(learner)).content.decode()

    assert desk.post(door(learner, "back/")).status_code == 302
    learner.refresh_from_db()
    assert (learner.status, learner.steps_done) == (EnrolmentStatus.ACTIVE, 1)
    assert kinds(learner) == [Change.BACK, Change.WITHDRAWN, Change.JOINED]
    assert Membership.objects.get(user=learner.user, role=Role.LEARNER).ended_at is None


def test_without_a_reason_nobody_is_withdrawn(desk: Client, cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    for reason in ("", "   ", "\0"):
        assert desk.post(door(learner, "withdraw/"), {"reason": reason}).status_code == 422
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.ACTIVE
    assert not EnrolmentChange.objects.filter(kind=Change.WITHDRAWN).exists()


def test_tapping_twice_withdraws_once(cohort: Cohort, leader: User) -> None:
    learner = a_learner(cohort=cohort)
    for _tap in range(2):
        withdraw_learner(enrolment=learner, reason="换了学校", actor=leader, at=timezone.now())
        take_back(enrolment=a_learner(cohort=cohort), actor=leader, at=timezone.now())
    assert EnrolmentChange.objects.filter(kind=Change.WITHDRAWN).count() == 1
    assert not EnrolmentChange.objects.filter(kind=Change.BACK).exists()


def test_who_completed_comes_back_completed(cohort: Cohort, leader: User) -> None:
    learner = a_learner(cohort=cohort)
    send(learner, *all_lessons(learner))
    a_review(a_report(learner), leader)
    withdraw_learner(enrolment=learner, reason="误", actor=leader, at=timezone.now())
    assert take_back(enrolment=learner, actor=leader, at=timezone.now()).status == EnrolmentStatus.COMPLETED


# --- Moving --------------------------------------------------------------------------------------------------------


def test_a_move_takes_everything_along_and_copies_nothing(desk: Client, cohort: Cohort, leader: User) -> None:
    other = a_cohort(name="冬季班", facilitator=leader)
    learner = a_learner(cohort=cohort)
    send(learner, *all_lessons(learner)[:3])
    report = a_report(learner)
    before = (LearningEvent.objects.count(), Submission.objects.count(), Enrolment.objects.count())
    assert desk.post(door(learner, "move/"), {"to": str(other.uuid)}).status_code == 302
    learner = Enrolment.objects.get(pk=learner.pk)
    assert (learner.cohort, learner.status, learner.steps_done) == (other, EnrolmentStatus.ACTIVE, 1)
    assert (LearningEvent.objects.count(), Submission.objects.count(), Enrolment.objects.count()) == before
    assert report.submission.enrolment_id == learner.pk
    roles = Membership.objects.filter(user=learner.user, ended_at=None)
    assert [role.cohort for role in roles] == [other]
    assert kinds(learner) == [Change.MOVED, Change.JOINED]
    assert send(learner, *all_lessons(learner))[0].status == "ok", "what waits on the phone still counts"
    assert learner.user.full_name in desk.get(f"/zh-hans/desk/{cohort.uuid}/learners/").content.decode()
    assert learner not in learners_of(cohort)

    back = move_learner(enrolment=learner, to=cohort, actor=leader, at=timezone.now())
    assert back.cohort == cohort


def test_a_move_is_refused_in_words_where_it_would_break_something(cohort: Cohort, leader: User) -> None:
    learner, other = a_learner(cohort=cohort), a_cohort(name="冬季班", facilitator=leader)
    now = timezone.now()

    def refusal(enrolment: Enrolment, to: Cohort, actor: User = leader) -> int:
        with pytest.raises(Refused) as refused:
            move_learner(enrolment=enrolment, to=to, actor=actor, at=now)
        return refused.value.status

    assert refusal(learner, cohort) == 422
    assert refusal(learner, a_cohort(name="别人的班")) == 422
    a_learner(cohort=other, user=learner.user)
    assert refusal(learner, other) == 409, "there already"
    second = a_learner(cohort=cohort)
    change_joining(cohort=other, joining=Joining.OPEN, capacity=1, actor=leader, at=now)
    assert refusal(second, other) == 409, "full"
    withdraw_learner(enrolment=second, reason="误", actor=leader, at=now)
    assert refusal(second, other) == 409, "withdrawn"
    assert not EnrolmentChange.objects.filter(kind=Change.MOVED).exists()


# --- Places and the waiting list -----------------------------------------------------------------------------------


def test_who_comes_when_it_is_full_waits_and_learns_nothing(client: Client, cohort: Cohort, leader: User) -> None:
    change_joining(cohort=cohort, joining=Joining.OPEN, capacity=1, actor=leader, at=timezone.now())
    first = ask_to_join(cohort=cohort, user=a_person(), at=timezone.now())
    assert isinstance(first, Enrolment)
    late = a_person(name="示例黄")
    client.force_login(late)
    for _tap in range(2):
        assert client.post(f"/j/{cohort.join_code}/")["Location"] == f"/j/{cohort.join_code}/"
    asked = JoinRequest.objects.get(user=late)
    assert asked.status == RequestStatus.WAITING
    assert not Enrolment.objects.filter(user=late).exists()
    assert led_cohorts(leader)[0].learners == 1
    page = client.get(f"/j/{cohort.join_code}/").content.decode()
    assert 'role="status"' in page
    with pytest.raises(Refused) as refused:
        approve_request(request=asked, actor=leader, at=timezone.now())
    assert refused.value.status == 409
    asked.refresh_from_db()
    assert asked.status == RequestStatus.WAITING, "a refusal changes nothing"
    withdraw_learner(enrolment=first, reason="换了学校", actor=leader, at=timezone.now())
    assert approve_request(request=asked, actor=leader, at=timezone.now()).is_learning
    assert Message.objects.get(recipient=late, event=MessageEvent.COHORT_PLACE)
    with pytest.raises(Refused):
        take_back(enrolment=first, actor=leader, at=timezone.now())


def test_approval_is_given_or_declined_with_a_word(desk: Client, cohort: Cohort, leader: User) -> None:
    change_joining(cohort=cohort, joining=Joining.APPROVAL, capacity=None, actor=leader, at=timezone.now())
    now = timezone.now()
    one, two = (ask_to_join(cohort=cohort, user=a_person(name=name), at=now) for name in ("示例甲", "示例乙"))
    assert isinstance(one, JoinRequest)
    assert isinstance(two, JoinRequest)
    page = f"/zh-hans/desk/{cohort.uuid}/learners/joining/"
    assert "示例甲" in desk.get(page).content.decode()
    assert desk.post(f"{page}{one.uuid}/approve/").status_code == 302
    assert desk.post(f"{page}{two.uuid}/decline/", {"word": ""}).status_code == 422
    assert desk.post(f"{page}{two.uuid}/decline/", {"word": "请参加下一期"}).status_code == 302
    assert Enrolment.objects.get(user=one.user).status == EnrolmentStatus.ACTIVE
    assert not Enrolment.objects.filter(user=two.user).exists()
    message = Message.objects.get(recipient=two.user, event=MessageEvent.COHORT_DECLINED)
    assert message.params["word"] == "请参加下一期"
    assert desk.post(f"{page}{two.uuid}/approve/").status_code == 409, "answered already"
    other = Client()
    other.force_login(two.user)
    assert "请参加下一期" in other.get(f"/j/{cohort.join_code}/").content.decode()
    other.post(f"/j/{cohort.join_code}/")
    assert JoinRequest.objects.filter(user=two.user, status=RequestStatus.WAITING).count() == 1, "they may ask again"


def test_a_request_of_another_cohort_is_nobodys_here(desk: Client, cohort: Cohort) -> None:
    asked = JoinRequest.objects.create(cohort=a_cohort(name="另一班"), user=a_person(), asked_at=timezone.now())
    page = f"/zh-hans/desk/{cohort.uuid}/learners/joining/{asked.uuid}/approve/"
    assert desk.post(page).status_code == 404
    decline_request(request=asked, word="不", actor=a_facilitator(), at=timezone.now())


@pytest.mark.parametrize("capacity", ["0", "-1", "5001", "x", "1.5"])
def test_places_that_are_none_are_refused_beside_the_field(desk: Client, cohort: Cohort, capacity: str) -> None:
    page = f"/zh-hans/desk/{cohort.uuid}/learners/joining/"
    response = desk.post(page, {"joining": "open", "capacity": capacity})
    assert response.status_code == 422
    assert "capacity" in response.context["form"].errors
    assert desk.post(page, {"joining": "approval", "capacity": "48"}).status_code == 302
    cohort.refresh_from_db()
    assert (cohort.joining, cohort.capacity) == (Joining.APPROVAL, 48)


def test_who_is_invited_comes_in_though_it_is_full_closed_or_by_approval(cohort: Cohort, leader: User) -> None:
    invited = a_person()
    Enrolment.objects.create(cohort=cohort, user=invited, status=EnrolmentStatus.INVITED, enrolled_at=timezone.now())
    change_joining(cohort=cohort, joining=Joining.APPROVAL, capacity=1, actor=leader, at=timezone.now())
    cohort.joining_closes_on = timezone.localdate() - timedelta(days=1)
    cohort.save()
    came = ask_to_join(cohort=cohort, user=invited, at=timezone.now())
    assert isinstance(came, Enrolment)
    assert came.status == EnrolmentStatus.ACTIVE
    with pytest.raises(Refused):
        join_cohort(cohort=cohort, user=a_person(), at=timezone.now())


# --- Who helps -----------------------------------------------------------------------------------------------------


def test_a_facilitator_adds_and_ends_helpers_by_number_or_address(desk: Client, cohort: Cohort, leader: User) -> None:
    page = f"/zh-hans/desk/{cohort.uuid}/helpers/"
    by_phone = a_person(name="示例助", phone="+8613800138001")
    assert desk.post(page, {"contact": "138 0013 8001", "role": "observer"}).status_code == 302
    assert desk.post(page, {"contact": "138 0013 8001", "role": "observer"}).status_code == 302
    assert desk.post(page, {"contact": leader.email, "role": "reviewer"}).status_code == 302
    assert Membership.objects.filter(cohort=cohort, user=by_phone, ended_at=None).count() == 1
    assert Message.objects.filter(recipient=by_phone, event=MessageEvent.COHORT_HELPS).count() == 1
    ended = desk.post(f"{page}end/", {"person": by_phone.username, "role": "observer"})
    assert ended.status_code == 302
    assert Membership.objects.get(user=by_phone).ended_at
    assert desk.post(page, {"contact": "138 0013 8001", "role": "observer"}).status_code == 302
    assert Membership.objects.get(user=by_phone).ended_at is None
    actions = AuditLine.objects.filter(action__startswith="helper.", data__member=by_phone.pk)
    assert [line.action for line in actions] == ["helper.added", "helper.ended", "helper.added"]


@pytest.mark.parametrize(
    ("contact", "role"),
    [("13800138009", "observer"), ("nobody@x.example", "observer"), ("", "observer"), ("\0", "observer"), ("林", "x")],
)
def test_who_is_not_here_is_told_in_words_and_what_was_typed_stays(
    desk: Client, cohort: Cohort, contact: str, role: str
) -> None:
    response = desk.post(f"/zh-hans/desk/{cohort.uuid}/helpers/", {"contact": contact, "role": role})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert Membership.objects.filter(cohort=cohort).count() == 1


def test_only_a_facilitator_decides_who_helps(client: Client, cohort: Cohort, leader: User) -> None:
    second = a_facilitator(name="示例协")
    add_helper(cohort=cohort, person=second, role=Role.CO_FACILITATOR, actor=leader, at=timezone.now())
    client.force_login(second)
    page = f"/zh-hans/desk/{cohort.uuid}/helpers/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"contact": leader.email, "role": "facilitator"}).status_code == 403
    ended = client.post(f"{page}end/", {"person": leader.username, "role": "facilitator"})
    assert ended.status_code == 403
    assert Membership.objects.filter(cohort=cohort, ended_at=None).count() == 2


def test_the_last_facilitator_stays(cohort: Cohort, leader: User) -> None:
    with pytest.raises(Refused) as refused:
        end_helper(cohort=cohort, person=leader, role=Role.FACILITATOR, actor=leader, at=timezone.now())
    assert refused.value.status == 409
    second = a_facilitator(name="示例二")
    add_helper(cohort=cohort, person=second, role=Role.FACILITATOR, actor=leader, at=timezone.now())
    end_helper(cohort=cohort, person=leader, role=Role.FACILITATOR, actor=leader, at=timezone.now())
    assert not Cohort.objects.led_by(leader).exists()


# --- The order of names --------------------------------------------------------------------------------------------


def test_a_surname_is_sorted_as_its_owner_reads_it(desk: Client, cohort: Cohort) -> None:
    for name in ("示例", "盖老师", "高老师", "康老师"):
        a_learner(cohort=cohort, name=name)
    names = [enrolment.user.full_name for enrolment in learners_of(cohort)]
    assert names.index("盖老师") > names.index("高老师"), "ge after gao"
    gai = learners_of(cohort).get(user__full_name="盖老师")
    assert desk.post(door(gai, "reading/"), {"reading": " GAI "}).status_code == 302
    names = [enrolment.user.full_name for enrolment in learners_of(cohort)]
    assert names.index("盖老师") < names.index("高老师"), "gai before gao"
    assert 'value="gai"' in desk.get(door(gai)).content.decode()
    for wrong in ("ge1!", "盖", "a b c d", "zhuangx"):
        assert desk.post(door(gai, "reading/"), {"reading": wrong}).status_code == 422
    assert desk.post(door(gai, "reading/"), {"reading": ""}).status_code == 302
    gai.user.refresh_from_db()
    assert gai.user.surname_reading == ""
