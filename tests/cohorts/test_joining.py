"""Joining a cohort: with the code as people type it, in time, once, and back again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cohorts.enums import EnrolmentStatus, Role
from cohorts.models import Cohort, Enrolment, Membership
from cohorts.selectors import cohort_by_code
from cohorts.services.joining import join_cohort
from foundation.refusals import Refused
from tests.factories.learning import a_cohort, a_learner, a_report, a_review, all_lessons, send, withdraw
from tests.factories.people import a_facilitator, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def cohort() -> Cohort:
    cohort = a_cohort()
    Cohort.objects.filter(pk=cohort.pk).update(join_code="K7QM2PXW")
    cohort.refresh_from_db()
    return cohort


def closed(cohort: Cohort) -> Cohort:
    cohort.joining_closes_on = timezone.localdate() - timedelta(days=1)
    cohort.save(update_fields=["joining_closes_on"])
    return cohort


@pytest.mark.parametrize(
    "typed",
    [
        "K7QM2PXW",
        "k7qm2pxw",
        " K7QM 2PXW ",
        "k7qm-2pxw",
        "K7QM—2PXW",
        "Ｋ７ＱＭ２ＰＸＷ",
        "ｋ７ｑｍ－２ｐｘｗ",
        "\tK7QM\u30002PXW",
    ],
)
def test_a_code_is_known_however_it_was_typed(cohort: Cohort, typed: str) -> None:
    assert cohort_by_code(typed) == cohort


@pytest.mark.parametrize("typed", ["", "  ", "K7QM2PX", "K7QM2PXWW", "%", "\0", "班", "K" * 5000])
def test_another_code_is_nobodys(cohort: Cohort, client: Client, typed: str) -> None:
    assert cohort_by_code(typed) is None
    response = client.get("/j/", {"code": typed})
    assert response.status_code == (404 if typed else 200)


def test_an_unknown_code_is_404_and_says_what_a_code_looks_like(client: Client) -> None:
    for response in (client.get("/j/NOTACODE/"), client.get("/j/", {"code": "NOTACODE"})):
        assert response.status_code == 404
        page = response.content.decode()
        assert "NOTACODE" in page
        assert 'name="code"' in page, "it can be mended on the spot"
    assert "There is no cohort" in client.get("/j/NOTACODE/?lang=en").content.decode()


def test_a_code_typed_by_hand_leads_to_the_cohort(client: Client, cohort: Cohort) -> None:
    response = client.get("/j/", {"code": " k7qm-2pxw"})
    assert response["Location"] == "/j/K7QM2PXW/"
    assert cohort.name in client.get("/j/k7qm-2pxw/").content.decode()


def test_a_cohort_that_is_closed_answers_410_and_names_who_helps(client: Client, cohort: Cohort) -> None:
    closed(cohort)
    client.force_login(a_person())
    for response in (client.get("/j/K7QM2PXW/"), client.post("/j/K7QM2PXW/")):
        assert response.status_code == 410
        assert "周老师" in response.content.decode()
        assert "引导员" in response.content.decode()
    assert not Enrolment.objects.exists()


def test_joining_is_open_until_the_end_of_the_last_day_in_the_cohorts_own_zone(cohort: Cohort) -> None:
    cohort.joining_closes_on = timezone.localdate()
    cohort.save()
    last = timezone.localtime().replace(hour=23, minute=59, second=59)
    assert join_cohort(cohort=cohort, user=a_person(), at=last).is_learning
    with pytest.raises(Refused) as refused:
        join_cohort(cohort=cohort, user=a_person(), at=last + timedelta(seconds=2))
    assert refused.value.status == 410


def test_a_person_who_is_signed_in_joins_with_one_tap(client: Client, cohort: Cohort) -> None:
    user = a_person()
    client.force_login(user)
    assert client.get("/j/K7QM2PXW/").status_code == 200
    assert not Enrolment.objects.exists(), "looking is not joining"
    response = client.post("/j/K7QM2PXW/")
    assert response["Location"].endswith("/today/")
    enrolment = Enrolment.objects.get(user=user)
    assert (enrolment.status, enrolment.steps_done, enrolment.steps_total) == (EnrolmentStatus.ACTIVE, 0, 4)
    assert Membership.objects.get(user=user).role == Role.LEARNER
    assert cohort.name in client.get(response["Location"]).content.decode()


def test_joining_twice_is_joining_once_even_after_it_closed(client: Client, cohort: Cohort) -> None:
    user = a_person()
    first = join_cohort(cohort=cohort, user=user, at=timezone.now())
    assert join_cohort(cohort=closed(cohort), user=user, at=timezone.now()) == first
    client.force_login(user)
    assert client.post("/j/K7QM2PXW/").status_code in (302, 410)
    assert Enrolment.objects.count() == 1


def test_who_is_in_is_not_told_that_it_is_closed(client: Client, cohort: Cohort) -> None:
    enrolment = a_learner(cohort=cohort)
    closed(cohort)
    client.force_login(enrolment.user)
    assert client.get("/j/K7QM2PXW/", follow=True).status_code == 200
    assert client.post("/j/K7QM2PXW/").status_code == 302


def test_who_withdrew_comes_back_with_everything_done_before(cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    send(learner, *all_lessons(learner)[:3])
    learner.refresh_from_db()
    done = (learner.steps_done, learner.lessons_done, learner.score, learner.last_activity_at)
    assert done[0] == 1
    withdraw(learner)
    back = a_learner(cohort=cohort, user=learner.user)
    back.refresh_from_db()
    assert back.pk == learner.pk
    assert back.status == EnrolmentStatus.ACTIVE
    assert (back.steps_done, back.lessons_done, back.score, back.last_activity_at) == done
    assert Membership.objects.filter(user=learner.user).count() == 1


def test_who_completed_and_withdrew_comes_back_completed(cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    send(learner, *all_lessons(learner))
    a_review(a_report(learner), a_facilitator())
    learner.refresh_from_db()
    completed_at = learner.completed_at
    assert completed_at
    back = a_learner(cohort=cohort, user=withdraw(learner).user)
    assert (back.status, back.completed_at) == (EnrolmentStatus.COMPLETED, completed_at)


def test_a_report_accepted_while_away_completes_nothing_until_the_learner_is_back(cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    send(learner, *all_lessons(learner))
    report = a_report(learner)
    withdraw(learner)
    a_review(report, a_facilitator())
    learner.refresh_from_db()
    assert (learner.status, learner.completed_at) == (EnrolmentStatus.WITHDRAWN, None)
    assert learner.assignments_accepted == 1
    back = a_learner(cohort=cohort, user=learner.user)
    assert back.status == EnrolmentStatus.COMPLETED


def test_who_withdrew_cannot_come_back_after_joining_closed(cohort: Cohort) -> None:
    learner = withdraw(a_learner(cohort=cohort))
    with pytest.raises(Refused):
        join_cohort(cohort=closed(cohort), user=learner.user, at=timezone.now())


def test_the_page_speaks_the_cohorts_language_unless_another_was_chosen(client: Client) -> None:
    english = a_cohort(name="Autumn", language="en")
    assert 'lang="en"' in client.get(f"/j/{english.join_code}/").content.decode()
    assert 'lang="zh-hans"' in client.get(f"/j/{english.join_code}/?lang=zh-hans").content.decode()


def test_entering_without_having_asked_joins_nobody(client: Client, cohort: Cohort) -> None:
    client.force_login(a_person())
    assert client.get("/j/K7QM2PXW/enter/")["Location"] == "/j/K7QM2PXW/"
    assert not Enrolment.objects.exists()


def test_a_number_that_is_none_is_said_beside_the_field_and_kept(client: Client, cohort: Cohort) -> None:
    response = client.post("/j/K7QM2PXW/", {"phone": "12345", "consent": "on"})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="12345"' in page
    assert "11" in page
