"""Two at the same moment at the desk and at the door. Commits for real, on both databases."""

from functools import partial

import pytest
from django.utils import timezone

from accounts.models import SignInCode
from accounts.services.sign_in_codes import give_sign_in_code, use_sign_in_code
from cohorts.enums import Joining, Role
from cohorts.models import Cohort, Enrolment, JoinRequest, Membership
from cohorts.services.helpers import add_helper, end_helper
from cohorts.services.joining import approve_request, ask_to_join, change_joining
from foundation.refusals import Refused
from tests.cohorts.test_at_once import at_once
from tests.factories import content
from tests.factories.learning import a_cohort
from tests.factories.people import a_facilitator, a_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture(autouse=True)
def course() -> None:
    content.site_with_course()


def a_full_cohort(places: int, joining: str = Joining.OPEN) -> Cohort:
    leader = a_facilitator()
    cohort = a_cohort(facilitator=leader)
    return change_joining(cohort=cohort, joining=joining, capacity=places, actor=leader, at=timezone.now())


def test_six_who_come_at_once_never_take_more_places_than_there_are() -> None:
    cohort, now = a_full_cohort(2), timezone.now()
    people = [a_person() for _one in range(6)]
    came = at_once(*[partial(ask_to_join, cohort=cohort, user=person, at=now) for person in people])
    assert sorted(type(one).__name__ for one in came) == ["Enrolment"] * 2 + ["JoinRequest"] * 4
    assert Enrolment.objects.filter(cohort=cohort).count() == 2


def test_two_approvals_at_once_give_the_last_place_once() -> None:
    cohort, now = a_full_cohort(1, Joining.APPROVAL), timezone.now()
    leader = Membership.objects.get(cohort=cohort, role=Role.FACILITATOR).user
    for _one in range(2):
        ask_to_join(cohort=cohort, user=a_person(), at=now)
    asked = JoinRequest.objects.filter(cohort=cohort)
    got = at_once(*[partial(approve_request, request=one, actor=leader, at=now) for one in asked])
    assert sorted(type(one).__name__ for one in got) == ["Enrolment", "Refused"]
    assert Enrolment.objects.filter(cohort=cohort).count() == 1


def test_asking_twice_at_once_is_asking_once() -> None:
    cohort, now, person = a_full_cohort(1, Joining.APPROVAL), timezone.now(), a_person()
    at_once(*[partial(ask_to_join, cohort=cohort, user=person, at=now)] * 3)
    assert JoinRequest.objects.filter(user=person).count() == 1


def test_two_facilitators_who_end_each_other_leave_one() -> None:
    first, second, now = a_facilitator(), a_facilitator(name="示例二"), timezone.now()
    cohort = a_cohort(facilitator=first)
    add_helper(cohort=cohort, person=second, role=Role.FACILITATOR, actor=first, at=now)
    ended = at_once(
        partial(end_helper, cohort=cohort, person=second, role=Role.FACILITATOR, actor=first, at=now),
        partial(end_helper, cohort=cohort, person=first, role=Role.FACILITATOR, actor=second, at=now),
    )
    assert sum(isinstance(one, Refused) for one in ended) == 1
    assert Membership.objects.filter(cohort=cohort, role=Role.FACILITATOR, ended_at=None).count() == 1


def test_one_code_used_twice_at_once_signs_in_once() -> None:
    person, now = a_person(), timezone.now()
    code = give_sign_in_code(user=person, actor=a_facilitator(), at=now)
    got = at_once(*[partial(use_sign_in_code, typed=code, at=now)] * 3)
    assert sum(one == person for one in got) == 1


def test_two_codes_given_at_once_leave_one_good() -> None:
    person, giver, now = a_person(), a_facilitator(), timezone.now()
    codes = at_once(*[partial(give_sign_in_code, user=person, actor=giver, at=now)] * 3)
    assert all(isinstance(code, str) for code in codes)
    assert SignInCode.objects.filter(user=person, ended_at=None).count() == 1
