"""Joining a cohort with its code: at once, or by way of the waiting list."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.services.messages import settle, tell
from cohorts.enums import Change, EnrolmentStatus, Joining, RequestStatus
from cohorts.models import Cohort, Enrolment, JoinRequest
from cohorts.selectors import is_open_for_joining
from cohorts.services.membership import note_change, plain, seat
from cohorts.services.places import locked_cohort, places_left, require_place
from cohorts.services.planning import require_current
from foundation.refusals import Refused
from foundation.services.audit import record_audit


@transaction.atomic
def ask_to_join(*, cohort: Cohort, user: Any, at: datetime) -> Enrolment | JoinRequest:
    """Let somebody with the join code in, or put them on the waiting list. Asking twice is asking once.

    Straight in comes who was invited, and everybody where joining is open and a place is free; the others wait for a
    facilitator's word. Raises ``Refused`` as ``join_cohort`` does.
    """
    cohort = locked_cohort(cohort.pk)
    enrolment = Enrolment.objects.filter(cohort=cohort, user=user).first()
    is_expected = enrolment is not None and (enrolment.is_learning or enrolment.status == EnrolmentStatus.INVITED)
    if is_expected or (cohort.joining == Joining.OPEN and places_left(cohort) != 0):
        return join_cohort(cohort=cohort, user=user, at=at)
    _require_opened(cohort)
    _require_open(cohort, at)
    request, is_new = JoinRequest.objects.get_or_create(
        cohort=cohort, user=user, status=RequestStatus.WAITING, defaults={"asked_at": at}
    )
    if is_new:
        record_audit(action="request.asked", subject=request, actor=user, at=at)
    return request


@transaction.atomic
def join_cohort(*, cohort: Cohort, user: Any, at: datetime) -> Enrolment:
    """Enrol ``user`` as a learner and return the enrolment; joining twice is joining once.

    Raises ``Refused`` when the person is not in the cohort yet: 403 while it is being prepared, 410 when joining has
    closed, 409 when the cohort is full. Somebody who withdrew comes back with everything done before; who was invited
    has a place.
    """
    cohort = locked_cohort(cohort.pk)
    enrolment = Enrolment.objects.select_for_update().filter(cohort=cohort, user=user).first()
    if enrolment and enrolment.is_learning:
        return enrolment
    _require_opened(cohort)
    is_invited = enrolment is not None and enrolment.status == EnrolmentStatus.INVITED
    if not is_invited:
        _require_open(cohort, at)
        require_place(cohort)
    return _enrol(cohort, enrolment, user, user, at)


def _require_opened(cohort: Cohort) -> None:
    if not cohort.is_open:
        raise Refused(
            "not_open",
            _("This cohort is still being prepared. Your facilitator will tell you when it opens."),
            status=403,
        )


def _require_open(cohort: Cohort, at: datetime) -> None:
    if not is_open_for_joining(cohort, at.astimezone(cohort.zone).date()):
        raise Refused(
            "joining_closed",
            _("Joining this cohort has closed. Ask your facilitator for a new invitation."),
            status=410,
        )


def _enrol(cohort: Cohort, enrolment: Enrolment | None, user: Any, actor: Any, at: datetime) -> Enrolment:
    """Enrol with the cohort locked; ``enrolment`` is what there was."""
    kind = Change.BACK if enrolment and enrolment.status == EnrolmentStatus.WITHDRAWN else Change.JOINED
    enrolment = enrolment or Enrolment(cohort=cohort, user=user, enrolled_at=at)
    enrolment.cohort = cohort
    if enrolment.pk is None:
        enrolment.save()
    seat(enrolment=enrolment, actor=actor, at=at)
    note_change(enrolment=enrolment, kind=kind, actor=actor, at=at)
    record_audit(action="enrolment.joined", subject=enrolment, actor=actor, at=at)
    _close_requests(enrolment, actor, at)
    settle(recipient=user, event=MessageEvent.COHORT_INVITED, link=f"join:join|{cohort.join_code}", at=at)
    return enrolment


def _close_requests(enrolment: Enrolment, actor: Any, at: datetime) -> None:
    """Somebody who is in waits no longer, however they came in."""
    waiting = JoinRequest.objects.filter(
        cohort=enrolment.cohort_id, user=enrolment.user_id, status=RequestStatus.WAITING
    )
    waiting.update(status=RequestStatus.APPROVED, answered_at=at, answered_by=actor)


@transaction.atomic
def approve_request(*, request: JoinRequest, actor: Any, at: datetime, word: str = "") -> Enrolment:
    """Give somebody who waits a place, also after the last day to join, and tell them. Twice is once.

    Raises ``Refused`` (409) when the cohort is full, or when the request was declined meanwhile.
    """
    cohort = locked_cohort(request.cohort_id)
    request = JoinRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=request.pk)
    enrolment = Enrolment.objects.select_for_update().filter(cohort=cohort, user=request.user).first()
    if request.status == RequestStatus.APPROVED and enrolment:
        return enrolment
    if request.status != RequestStatus.WAITING:
        raise _answered()
    require_current(cohort)
    require_place(cohort)
    enrolment = _enrol(cohort, enrolment, request.user, actor, at)
    _answer(request, RequestStatus.APPROVED, word, actor, at)
    return enrolment


@transaction.atomic
def decline_request(*, request: JoinRequest, word: str, actor: Any, at: datetime) -> JoinRequest:
    """Tell somebody who waits that there is no place for them, with a word why. Twice is once; they may ask again.

    Raises ``Refused``: 422 without a word, 409 when the request was approved meanwhile.
    """
    request = JoinRequest.objects.select_for_update(of=("self",)).select_related("user", "cohort").get(pk=request.pk)
    if request.status == RequestStatus.DECLINED:
        return request
    if request.status != RequestStatus.WAITING:
        raise _answered()
    if not plain(word):
        raise Refused(
            "word", _("Please write a word to the person: why not now, and what they can do instead."), status=422
        )
    _answer(request, RequestStatus.DECLINED, word, actor, at)
    return request


def _answer(request: JoinRequest, status: RequestStatus, word: str, actor: Any, at: datetime) -> None:
    request.status, request.word = status, plain(word)
    request.answered_at, request.answered_by = at, actor
    request.save(update_fields=["status", "word", "answered_at", "answered_by"])
    record_audit(action=f"request.{status.value}", subject=request, actor=actor, at=at)
    is_in = status == RequestStatus.APPROVED
    tell(
        recipient=request.user,
        event=MessageEvent.COHORT_PLACE if is_in else MessageEvent.COHORT_DECLINED,
        key=f"request:{request.uuid}:{status.value}",
        params={"cohort": request.cohort.name, "word": request.word},
        link="today" if is_in else f"join:join|{request.cohort.join_code}",
        at=at,
    )


def _answered() -> Refused:
    return Refused("answered", _("Somebody has answered this request already; nothing was changed."), status=409)


@transaction.atomic
def change_joining(*, cohort: Cohort, joining: str, capacity: int | None, actor: Any, at: datetime) -> Cohort:
    """Set how people come in and how many places there are. Fewer places than people are in puts nobody out."""
    if joining not in Joining.values:
        raise Refused("joining", _("Please choose how people come into the cohort."), status=422)
    cohort = locked_cohort(cohort.pk)
    require_current(cohort)
    cohort.joining, cohort.capacity = joining, capacity
    cohort.save(update_fields=["joining", "capacity"])
    record_audit(action="cohort.joining_changed", subject=cohort, actor=actor, at=at, joining=joining, places=capacity)
    return cohort
