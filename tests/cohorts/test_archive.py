"""In the archive nothing is planned, judged or changed by those who lead; what learners bring late is taken."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from cohorts.enums import Decision, EnrolmentStatus, Joining, Role
from cohorts.models import Cohort, Enrolment, JoinRequest, Membership, Review
from cohorts.selectors import destinations, facilitators_of
from cohorts.services.helpers import add_helper
from cohorts.services.joining import approve_request, ask_to_join, change_joining
from cohorts.services.judging import Judgement
from cohorts.services.membership import move_learner, withdraw_learner
from cohorts.services.planning import archive_cohort
from cohorts.services.reviews import review_attempt
from cohorts.services.roster.work import run_import, start_import
from foundation.refusals import Refused
from tests.factories.learning import a_cohort, a_learner, a_report, all_lessons, send
from tests.factories.people import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

LIST = "姓名,手机\n示例甲,19900000021\n".encode()


class Past:
    """A cohort with a learner who reported and somebody who waits, archived since."""

    def __init__(self) -> None:
        now = timezone.now()
        self.cohort = a_cohort()
        self.leader: User = facilitators_of(self.cohort)[0]
        self.learner: Enrolment = a_learner(cohort=self.cohort)
        self.report = a_report(self.learner)
        change_joining(cohort=self.cohort, joining=Joining.APPROVAL, capacity=None, actor=self.leader, at=now)
        self.cohort.refresh_from_db()
        request = ask_to_join(cohort=self.cohort, user=a_person(), at=now)
        assert isinstance(request, JoinRequest)
        self.request = request
        self.list = start_import(
            cohort=self.cohort, file=ContentFile(LIST, "list.csv"), name="list.csv", who=self.leader, at=now
        )
        self.cohort = archive_cohort(cohort=self.cohort, actor=self.leader, at=now)
        self.list.refresh_from_db()
        self.told = {"actor": self.leader, "at": now}


def _move(past: Past) -> None:
    other = a_cohort(name="另一班", facilitator=past.leader)
    move_learner(enrolment=past.learner, to=other, **past.told)


def _review(past: Past) -> None:
    review_attempt(
        attempt=past.report,
        decision=Decision.RETURNED,
        judgement=Judgement("请补照片。"),
        reviewer=past.leader,
        at=past.told["at"],
    )


DEEDS: dict[str, Callable[[Past], object]] = {
    "withdraw": lambda past: withdraw_learner(enrolment=past.learner, reason="调走了", **past.told),
    "move": _move,
    "add a helper": lambda past: add_helper(cohort=past.cohort, person=a_person(), role=Role.REVIEWER, **past.told),
    "approve": lambda past: approve_request(request=past.request, **past.told),
    "change places": lambda past: change_joining(cohort=past.cohort, joining=Joining.OPEN, capacity=3, **past.told),
    "review": _review,
    "import": lambda past: run_import(row=past.list, **past.told),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_changed_in_the_archive(deed: str) -> None:
    past = Past()
    before = (Membership.objects.filter(cohort=past.cohort).count(), past.cohort.enrolments.count())
    with pytest.raises(Refused) as refused:
        DEEDS[deed](past)
    assert (refused.value.code, refused.value.status) == ("archived", 409)
    past.learner.refresh_from_db()
    assert (past.learner.status, past.learner.cohort) == (EnrolmentStatus.ACTIVE, past.cohort)
    assert not Review.objects.exists()
    assert (Membership.objects.filter(cohort=past.cohort).count(), past.cohort.enrolments.count()) == before


def test_what_a_phone_brings_late_is_taken_also_into_the_archive() -> None:
    past = Past()
    results = send(past.learner, *all_lessons(past.learner))
    assert {result.status for result in results} == {"ok"}


def test_nobody_is_moved_into_an_archived_cohort() -> None:
    past = Past()
    running = a_learner(cohort=a_cohort(name="在开的班", facilitator=past.leader))
    assert past.cohort not in destinations(running, past.leader)
    with pytest.raises(Refused) as refused:
        move_learner(enrolment=running, to=past.cohort, **past.told)
    assert refused.value.code == "archived"
    assert Cohort.objects.get(pk=running.cohort_id).enrolments.filter(uuid=running.uuid).exists()
