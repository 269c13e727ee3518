"""A facilitator helps a learner of theirs to sign in where no text message comes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.services.sign_in_codes import (
    end_all_sessions,
    give_sign_in_code,
    is_protected,
    readable_code,
)
from cohorts.enums import HELPING_ROLES, EnrolmentStatus
from cohorts.models import Cohort, Enrolment, Membership
from foundation.refusals import Refused


@dataclass(frozen=True)
class GivenCode:
    """A code as it is shown, once."""

    code: str
    door: str
    """Where it is typed: a path of this site."""
    path: str
    """The same with the code filled in, for a QR code."""
    has_ended_sessions: bool

    @property
    def spoken(self) -> str:
        """The code as it is read aloud."""
        return readable_code(self.code)


def may_give_code(enrolment: Enrolment) -> Any:
    """Return why no code is given to this person, as a sentence; empty when one may be given.

    A list of numbers makes nobody's account one's own: who was only invited and has an account of their own signs in by
    themselves. Nor do helpers of any cohort get codes, for with a code one would be in their place.
    """
    person = enrolment.user
    if enrolment.status == EnrolmentStatus.WITHDRAWN:
        return _("This person was withdrawn. Take them back first.")
    if enrolment.status == EnrolmentStatus.INVITED and (person.last_login or person.phone_verified_at):
        return _("This person has an account of their own and has not accepted the invitation yet.")
    helps = Membership.objects.filter(user=person, role__in=HELPING_ROLES, ended_at=None)
    if is_protected(person) or helps.exists():
        return _("This person also works on the site or helps in a cohort, and signs in by themselves only.")
    return ""


def give_code(*, enrolment: Enrolment, actor: Any, at: datetime) -> GivenCode:
    """Give a learner a code for signing in once. Raises ``Refused`` (403, 429) where none may be given."""
    return _give(enrolment, actor, at)


@transaction.atomic
def reset_sign_in(*, enrolment: Enrolment, actor: Any, at: datetime) -> GivenCode:
    """Sign a learner out everywhere, as after a lost phone, and give a code for the new one. Refused as above."""
    given = _give(enrolment, actor, at, has_ended_sessions=True)
    end_all_sessions(user=enrolment.user, actor=actor, at=at)
    return given


def _give(enrolment: Enrolment, actor: Any, at: datetime, *, has_ended_sessions: bool = False) -> GivenCode:
    if not Cohort.objects.led_by(actor).filter(pk=enrolment.cohort_id).exists():
        raise Refused("not_facilitator", _("Only those who lead this cohort give its learners codes."), status=403)
    if why := may_give_code(enrolment):
        raise Refused("no_code", why, status=403)
    code = give_sign_in_code(user=enrolment.user, actor=actor, at=at)
    door = reverse("accounts:sign_in_with_code")
    onward = {"code": code, "next": reverse("join:join", args=[enrolment.cohort.join_code])}
    return GivenCode(code, door, f"{door}?{urlencode(onward)}", has_ended_sessions)
