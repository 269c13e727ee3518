"""Judging a report: once, in words, by those who may; and what follows from an acceptance."""

import uuid

import pytest
from django.test import Client

from accounts.models import Message
from certificates.models import Certificate
from cohorts.enums import Decision, EnrolmentStatus, Role, SubmissionStatus
from cohorts.models import Enrolment, Review, Submission, SubmissionAttempt
from cohorts.selectors import facilitators_of
from cohorts.services.judging import Judgement
from cohorts.services.opening import add_member
from cohorts.services.reviews import review_attempt
from cohorts.signals import enrolment_completed
from foundation.refusals import Refused
from tests.factories.learning import a_cohort, a_learner, a_report, a_review, all_lessons, send, time_to_undo_is_over
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def learner() -> Enrolment:
    return a_learner(is_confirmed=True)


@pytest.fixture
def report(learner: Enrolment) -> SubmissionAttempt:
    return a_report(learner)


@pytest.fixture
def desk(client: Client, learner: Enrolment) -> Client:
    client.force_login(facilitators_of(learner.cohort)[0])
    return client


def address(attempt: SubmissionAttempt) -> str:
    return f"/zh-hans/desk/reviews/{attempt.uuid}/"


def judge(desk: Client, attempt: SubmissionAttempt, decision: str = "accepted", feedback: str = "写得很实在。"):
    return desk.post(address(attempt), {"decision": decision, "feedback": feedback})


def test_accepting_counts_and_tells_the_learner_when_it_cannot_be_undone(desk, report, learner) -> None:
    response = judge(desk, report)
    assert response.status_code == 302
    assert response["Location"].endswith("/reviews/"), "nothing else waits"
    learner.refresh_from_db()
    assert (learner.assignments_accepted, learner.steps_done) == (0, 0)
    assert not Message.objects.exists()
    time_to_undo_is_over()
    learner.refresh_from_db()
    assert (learner.assignments_accepted, learner.steps_done) == (1, 1)
    assert learner.status == EnrolmentStatus.ACTIVE
    assert Message.objects.get(recipient=learner.user).event == "accepted"
    assert Review.objects.get().feedback == "写得很实在。"


def test_the_next_report_that_waits_follows(desk: Client, report: SubmissionAttempt, learner) -> None:
    following = a_report(a_learner(cohort=learner.cohort))
    a_report(a_learner(cohort=a_cohort(name="另一班", facilitator=a_facilitator())))
    assert judge(desk, report)["Location"].endswith(address(following))


def test_the_last_acceptance_completes_the_course_and_says_so_once(desk: Client, report, learner) -> None:
    heard: list[Enrolment] = []

    def hear(enrolment: Enrolment, **_: object) -> None:
        heard.append(enrolment)

    send(learner, *all_lessons(learner))
    enrolment_completed.connect(hear)
    try:
        judge(desk, report)
        assert not heard
        time_to_undo_is_over()
        time_to_undo_is_over()
        send(learner, *all_lessons(learner))
    finally:
        enrolment_completed.disconnect(hear)
    assert heard == [learner]
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.COMPLETED
    assert Certificate.objects.get().enrolment == learner


def test_a_receiver_that_fails_keeps_nobody_from_completing(desk: Client, report, learner, monkeypatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no certificate today")

    monkeypatch.setattr("certificates.receivers.issue_certificate", fail)
    send(learner, *all_lessons(learner))
    assert judge(desk, report).status_code == 302
    time_to_undo_is_over()
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.COMPLETED
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("feedback", ["", "  \n "])
def test_returning_needs_a_word(desk: Client, report: SubmissionAttempt, feedback: str) -> None:
    response = judge(desk, report, "returned", feedback)
    assert response.status_code == 422
    assert "请写" in response.content.decode()
    assert not Review.objects.exists()
    assert Submission.objects.get().status == SubmissionStatus.SUBMITTED


@pytest.mark.parametrize("decision", ["", "maybe", "accepted\0"])
def test_a_decision_that_is_none_is_refused_with_the_words_kept(desk: Client, report, decision: str) -> None:
    response = judge(desk, report, decision, "我写的评语")
    assert response.status_code == 422
    assert "我写的评语" in response.content.decode()


def test_returning_with_words_opens_it_again(desk: Client, report: SubmissionAttempt, learner) -> None:
    judge(desk, report, "returned", "请写写孩子的变化。")
    assert Submission.objects.get().status == SubmissionStatus.SUBMITTED
    time_to_undo_is_over()
    assert Submission.objects.get().status == SubmissionStatus.RETURNED
    assert Message.objects.get(recipient=learner.user).event == "returned"
    assert a_report(learner, did="改好了").number == 2


def test_the_second_reviewer_is_told_and_keeps_the_words(desk: Client, report: SubmissionAttempt, learner) -> None:
    a_review(report, a_facilitator(name="先到的人"), feedback="先到的评语")
    response = judge(desk, report, "returned", "后到的评语")
    assert response.status_code == 409
    page = response.content.decode()
    assert "后到的评语" in page
    assert "先到的评语" in page
    assert Review.objects.get().decision == Decision.ACCEPTED
    assert Message.objects.filter(recipient=learner.user).count() == 1


def test_an_older_attempt_is_not_judged_any_more(desk: Client, report: SubmissionAttempt, learner) -> None:
    a_review(report, a_facilitator(), decision="returned")
    a_report(learner, did="第二次")
    assert judge(desk, report).status_code == 409
    assert Submission.objects.get().status == SubmissionStatus.SUBMITTED


@pytest.mark.parametrize("now_is", [{"status": "returned"}, {"status": "accepted"}, {"attempt": 2}], ids=str)
def test_what_does_not_wait_is_not_judged_even_if_no_judgement_is_in_force(desk: Client, report, now_is: dict) -> None:
    Submission.objects.update(**now_is)
    assert judge(desk, report).status_code == 409
    assert not Review.objects.exists()


def test_who_reviews_another_cohort_finds_nothing(client: Client, report: SubmissionAttempt) -> None:
    client.force_login(facilitators_of(a_cohort(name="另一班"))[0])
    assert client.get(address(report)).status_code == 404
    assert judge(client, report).status_code == 404
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.FACILITATOR, 200),
        (Role.CO_FACILITATOR, 200),
        (Role.REVIEWER, 200),
        (Role.OBSERVER, 404),
        (Role.LEARNER, 404),
    ],
)
def test_only_some_roles_review(client: Client, report: SubmissionAttempt, learner, role: Role, status: int) -> None:
    person = a_facilitator(name="同事")
    add_member(cohort=learner.cohort, user=person, role=role, actor=person, at=report.submitted_at)
    client.force_login(person)
    assert client.get(address(report)).status_code == status


def test_a_membership_that_ended_opens_nothing(client: Client, report: SubmissionAttempt, learner) -> None:
    leader = facilitators_of(learner.cohort)[0]
    leader.memberships.update(ended_at=report.submitted_at)
    client.force_login(leader)
    assert client.get(address(report)).status_code == 404
    assert client.get("/zh-hans/desk/").status_code == 404


def test_nobody_judges_their_own_report(client: Client) -> None:
    leader = a_facilitator()
    cohort = a_cohort(facilitator=leader)
    own = a_report(a_learner(cohort=cohort, user=leader))
    client.force_login(leader)
    assert client.get(address(own)).status_code == 404
    assert str(own.uuid) not in client.get(f"/zh-hans/desk/{cohort.uuid}/reviews/").content.decode()
    with pytest.raises(Refused):
        review_attempt(
            attempt=own, decision=Decision.ACCEPTED, judgement=Judgement(), reviewer=leader, at=own.submitted_at
        )


def test_a_report_that_does_not_exist_is_404(desk: Client) -> None:
    assert desk.get(f"/zh-hans/desk/reviews/{uuid.uuid4()}/").status_code == 404


@pytest.mark.database
def test_characters_that_no_database_takes_are_left_out(desk: Client, report: SubmissionAttempt) -> None:
    assert judge(desk, report, "accepted", "很\0好").status_code == 302
    assert Review.objects.get().feedback == "很好"
