"""A facilitator gives a learner of theirs a code at the desk, and nobody else one."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SignInCode, User
from cohorts.enums import EnrolmentStatus, Role
from cohorts.models import Cohort, Enrolment
from cohorts.services.helpers import add_helper
from tests.cohorts.test_people import door
from tests.factories.learning import a_cohort, a_learner, withdraw
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


def code_on(page: str) -> str:
    found = re.search(r'class="code-large"[^>]*>([^<]+)<', page)
    assert found
    return found[1]


def test_a_learner_is_in_by_the_code_that_is_read_aloud(desk: Client, cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    response = desk.post(door(learner, "code/"))
    assert response.status_code == 200
    page = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "<svg" in page
    assert 'class="qr"' in page
    phone = Client()
    assert phone.post("/zh-hans/account/sign-in/code/", {"code": code_on(page)}).status_code == 302
    assert phone.session["_auth_user_id"] == str(learner.user.pk)
    assert code_on(page) not in desk.get(door(learner)).content.decode(), "shown once"


def test_a_reset_ends_the_old_phone_and_lets_the_new_one_in(desk: Client, cohort: Cohort) -> None:
    learner = a_learner(cohort=cohort)
    old, new = Client(), Client()
    old.force_login(learner.user)
    page = desk.post(door(learner, "reset/")).content.decode()
    assert old.get("/zh-hans/me/").status_code == 302
    assert new.post("/zh-hans/account/sign-in/code/", {"code": code_on(page)}).status_code == 302
    assert new.get("/zh-hans/me/").status_code == 200


def invited(cohort: Cohort, person: User) -> Enrolment:
    return Enrolment.objects.create(
        cohort=cohort, user=person, status=EnrolmentStatus.INVITED, enrolled_at=timezone.now()
    )


def test_a_list_of_numbers_makes_nobodys_account_ones_own(desk: Client, cohort: Cohort) -> None:
    with_account = invited(cohort, a_person())
    new = invited(cohort, User.objects.create_user(full_name="示例新", phone="+8613800138005"))
    for deed in ("code/", "reset/"):
        assert desk.post(door(with_account, deed)).status_code == 403
    assert not SignInCode.objects.exists()
    assert desk.post(door(new, "code/")).status_code == 200
    User.objects.filter(pk=new.user.pk).update(last_login=timezone.now() - timedelta(days=1))
    assert desk.post(door(new, "code/")).status_code == 403


def test_neither_helpers_nor_who_left_are_given_one(desk: Client, cohort: Cohort, leader: User) -> None:
    helper = a_learner(cohort=cohort)
    add_helper(cohort=cohort, person=helper.user, role=Role.REVIEWER, actor=leader, at=timezone.now())
    gone = withdraw(a_learner(cohort=cohort))
    own = a_learner(cohort=cohort, user=leader)
    for enrolment in (helper, gone, own):
        assert desk.post(door(enrolment, "code/")).status_code == 403
        assert desk.post(door(enrolment, "reset/")).status_code == 403
        enrolment.user.refresh_from_db()
        assert enrolment.user.sessions_ended == 0
