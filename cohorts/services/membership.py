"""A learner leaves a cohort, comes back, or goes to another one. What was done before is kept in each case."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.services.messages import tell
from cohorts.enums import Change, EnrolmentStatus, Role
from cohorts.models import Cohort, Enrolment, EnrolmentChange, Membership
from cohorts.services.opening import add_member
from cohorts.services.places import locked_cohort, require_place
from cohorts.services.planning import require_current
from cohorts.services.progress import refresh_enrolment
from cohorts.services.tallies import move_tallies
from foundation.refusals import Refused
from foundation.services.audit import record_audit

LONGEST_REASON = 300  # characters


def plain(text: str) -> str:
    """Return what was typed on one line, as it is kept: no NUL, which PostgreSQL refuses, and not too long."""
    return " ".join(text.replace("\0", "").split())[:LONGEST_REASON]


def note_change(*, enrolment: Enrolment, kind: str, actor: Any, at: datetime, **more: Any) -> EnrolmentChange:
    """Add one line to the history of a membership, inside the transaction of the change."""
    cohort = more.pop("cohort", None) or enrolment.cohort
    return EnrolmentChange.objects.create(enrolment=enrolment, kind=kind, actor=actor, at=at, cohort=cohort, **more)


@transaction.atomic
def withdraw_learner(*, enrolment: Enrolment, reason: str, actor: Any, at: datetime) -> Enrolment:
    """End somebody's learning in the cohort, with the reason. Everything they did stays, and they can be taken back.

    Withdrawing twice is withdrawing once. Raises ``Refused`` (422) without a reason. The reason is the facilitators';
    the learner is told that they are no longer in the cohort, and whom to ask.
    """
    reason = plain(reason)
    enrolment = _locked(enrolment)
    if enrolment.status == EnrolmentStatus.WITHDRAWN:
        return enrolment
    require_current(enrolment.cohort)
    if not reason:
        raise Refused("reason", _("Please write why. The others who lead this cohort will want to know."), status=422)
    enrolment.status = EnrolmentStatus.WITHDRAWN
    enrolment.save(update_fields=["status"])
    membership = Membership.objects.filter(cohort=enrolment.cohort, user=enrolment.user, role=Role.LEARNER)
    membership.filter(ended_at=None).update(ended_at=at)
    change = note_change(enrolment=enrolment, kind=Change.WITHDRAWN, actor=actor, at=at, reason=reason)
    record_audit(action="enrolment.withdrawn", subject=enrolment, actor=actor, at=at)
    _tell(enrolment, MessageEvent.COHORT_LEFT, change)
    return enrolment


@transaction.atomic
def take_back(*, enrolment: Enrolment, actor: Any, at: datetime) -> Enrolment:
    """Let somebody who was withdrawn learn again, with everything done before.

    Raises ``Refused`` (409) when the cohort is full meanwhile. Whoever is in already stays as they are.
    """
    locked_cohort(enrolment.cohort_id)
    enrolment = _locked(enrolment)
    if enrolment.status != EnrolmentStatus.WITHDRAWN:
        return enrolment
    require_current(enrolment.cohort)
    require_place(enrolment.cohort)
    seat(enrolment=enrolment, actor=actor, at=at)
    change = note_change(enrolment=enrolment, kind=Change.BACK, actor=actor, at=at)
    record_audit(action="enrolment.taken_back", subject=enrolment, actor=actor, at=at)
    _tell(enrolment, MessageEvent.COHORT_BACK, change)
    return enrolment


def seat(*, enrolment: Enrolment, actor: Any, at: datetime) -> None:
    """Let the learner learn: active, or completed where the course was. Call it with the enrolment's row locked."""
    enrolment.status = EnrolmentStatus.COMPLETED if enrolment.is_completed else EnrolmentStatus.ACTIVE
    enrolment.save(update_fields=["status"])
    add_member(cohort=enrolment.cohort, user=enrolment.user, role=Role.LEARNER, actor=actor, at=at)
    refresh_enrolment(enrolment=enrolment, at=at)


@transaction.atomic
def move_learner(*, enrolment: Enrolment, to: Cohort, actor: Any, at: datetime) -> Enrolment:
    """Move a learner to another cohort of the same course that the actor leads as well.

    The enrolment itself moves, with its number, so that all that hangs on it goes along and nothing is there twice:
    facts, drafts, reports, reviews, and what still waits on the learner's phone (decision 0077). What is required, and
    until when, is the new cohort's from now on.

    Raises ``Refused``: 422 for another course or the same cohort, 409 for somebody who is not learning here, who has
    completed, who was in the other cohort before, or when that one is full.
    """
    for pk in sorted({enrolment.cohort_id, to.pk}):  # in one order, so that two moves never wait for each other
        locked_cohort(pk)
    to = Cohort.objects.select_related("course", "requirements").get(pk=to.pk)
    enrolment = _locked(enrolment)
    origin = enrolment.cohort
    require_current(origin)
    require_current(to)
    _require_movable(enrolment, to, actor)
    require_place(to)
    is_invited = enrolment.status == EnrolmentStatus.INVITED
    Membership.objects.filter(cohort=origin, user=enrolment.user, role=Role.LEARNER).update(ended_at=at)
    enrolment.cohort = to
    enrolment.save(update_fields=["cohort"])
    move_tallies(enrolment=enrolment, origin=origin)
    if is_invited:
        refresh_enrolment(enrolment=enrolment, at=at)
    else:
        seat(enrolment=enrolment, actor=actor, at=at)
    change = note_change(enrolment=enrolment, kind=Change.MOVED, actor=actor, at=at, cohort=origin, moved_to=to)
    record_audit(
        action="enrolment.moved", subject=enrolment, actor=actor, at=at, origin=str(origin.uuid), to=str(to.uuid)
    )
    _tell(enrolment, MessageEvent.COHORT_MOVED, change)
    return enrolment


def _require_movable(enrolment: Enrolment, to: Cohort, actor: Any) -> None:
    origin = enrolment.cohort
    leads_both = Cohort.objects.led_by(actor).filter(pk__in=[origin.pk, to.pk]).count() == 2
    if origin.pk == to.pk or not leads_both or to.course.translation_key != origin.course.translation_key:
        raise Refused(
            "other_course", _("Please choose another cohort of the same course that you lead yourself."), status=422
        )
    if enrolment.status == EnrolmentStatus.WITHDRAWN:
        raise Refused("withdrawn", _("This person was withdrawn. Take them back first, then move them."), status=409)
    if enrolment.is_completed:
        raise Refused(
            "completed",
            _("This person has completed the course; the record stays in this cohort."),
            status=409,
        )
    if Enrolment.objects.filter(cohort=to, user=enrolment.user).exists():
        raise Refused(
            "already_there",
            _("This person is on the list of that cohort already. Take them back there instead; nothing was moved."),
            status=409,
        )


def _locked(enrolment: Enrolment) -> Enrolment:
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("cohort", "cohort__requirements", "cohort__course", "user")
        .get(pk=enrolment.pk)
    )


def _tell(enrolment: Enrolment, event: str, change: EnrolmentChange) -> None:
    tell(
        recipient=enrolment.user,
        event=event,
        key=f"membership:{change.pk}",
        params={"cohort": enrolment.cohort.name},
        at=change.at,
    )
