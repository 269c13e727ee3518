"""One learner as the cohort's helpers see them, who helps, who waits for a place."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cohorts.enums import HELPING_ROLES, SEATED_STATUSES, Change, Joining, RequestStatus, Role
from cohorts.models import Cohort, Enrolment, EnrolmentChange, JoinRequest, Membership


def history_of(enrolment: Enrolment) -> list[EnrolmentChange]:
    """Return what happened to a membership, the newest first; what is older than these rows begins as joined."""
    changes = list(enrolment.changes.select_related("actor", "cohort", "moved_to"))
    if not changes or changes[-1].kind not in (Change.JOINED, Change.INVITED):
        first = changes[-1].cohort if changes else enrolment.cohort
        changes.append(
            EnrolmentChange(
                enrolment=enrolment, kind=Change.JOINED, at=enrolment.enrolled_at, actor=enrolment.user, cohort=first
            )
        )
    return changes


def moved_away(cohort: Cohort) -> QuerySet[EnrolmentChange]:
    """Return who left this cohort for another one, the latest first."""
    moves = EnrolmentChange.objects.filter(cohort=cohort, kind=Change.MOVED).exclude(enrolment__cohort=cohort)
    return moves.select_related("enrolment__user", "moved_to")


def destinations(enrolment: Enrolment, actor: Any) -> QuerySet[Cohort]:
    """Return the cohorts to which ``actor`` may move this learner."""
    course = enrolment.cohort.course.translation_key
    same = Cohort.objects.led_by(actor).current().filter(course__translation_key=course)
    return same.exclude(pk=enrolment.cohort_id)


def helpers_of(cohort: Cohort) -> list[Membership]:
    """Return who helps in the cohort now, facilitators first."""
    order = {role: place for place, role in enumerate(HELPING_ROLES)}
    helping = Membership.objects.filter(cohort=cohort, role__in=HELPING_ROLES, ended_at=None).select_related("user")
    return sorted(helping, key=lambda one: (order[Role(one.role)], one.user.sort_key))


def is_facilitator(user: Any, cohort: Cohort) -> bool:
    """Tell whether the person decides who helps in the cohort."""
    return Membership.objects.filter(cohort=cohort, user=user, role=Role.FACILITATOR, ended_at=None).exists()


def requests_of(cohort: Cohort) -> QuerySet[JoinRequest]:
    """Return who waits for a place, the longest wait first."""
    return JoinRequest.objects.filter(cohort=cohort, status=RequestStatus.WAITING).select_related("user")


def request_of(user: Any, cohort: Cohort) -> JoinRequest | None:
    """Return the person's newest request for a place, if it waits or was declined."""
    if not getattr(user, "is_authenticated", False):
        return None
    mine = JoinRequest.objects.filter(cohort=cohort, user=user).order_by("-asked_at", "-pk").first()
    return mine if mine and mine.status != RequestStatus.APPROVED else None


@dataclass(frozen=True)
class Places:
    """How full a cohort is."""

    taken: int
    capacity: int | None
    waiting: int

    @property
    def left(self) -> int | None:
        """How many places are free, if they are counted."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)


def places_of(cohort: Cohort) -> Places:
    """Return how full the cohort is and how many wait: for showing, not for giving places away."""
    taken = Enrolment.objects.filter(cohort=cohort, status__in=SEATED_STATUSES).count()
    return Places(taken, cohort.capacity, requests_of(cohort).count())


def must_wait(cohort: Cohort) -> bool:
    """Tell whether who comes now is put on the waiting list."""
    return cohort.joining == Joining.APPROVAL or places_of(cohort).left == 0
