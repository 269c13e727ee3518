"""Who helps in a cohort: co-facilitators, reviewers, observers, and a second facilitator."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.models import User
from accounts.phones import normalise_phone
from accounts.services.messages import tell
from cohorts.enums import HELPING_ROLES, Role
from cohorts.models import Cohort, Membership
from cohorts.services.places import locked_cohort
from cohorts.services.planning import require_current
from foundation.refusals import Refused
from foundation.services.audit import record_audit


def person_by_contact(typed: str) -> User:
    """Return whose phone number or e-mail address this is. Raises ``Refused`` (422) when it is nobody's."""
    typed = typed.strip()
    if "@" in typed:
        person = User.objects.filter(email=typed.lower(), is_active=True).first()
    else:
        try:
            person = User.objects.filter(phone=normalise_phone(typed), is_active=True).first()
        except ValidationError as fault:
            raise Refused("contact", fault.messages[0], status=422) from fault
    if person is None or not person.full_name:
        raise Refused(
            "unknown",
            _("Nobody here has this number or address yet. Ask the person to sign in once, then add them."),
            status=422,
        )
    return person


@transaction.atomic
def add_helper(*, cohort: Cohort, person: User, role: str, actor: Any, at: datetime) -> Membership:
    """Give somebody a helping role. Giving it twice is giving it once; one that had ended begins again.

    Raises ``Refused``: 403 unless the actor is a facilitator of the cohort, 422 for a role that helps nobody.
    """
    require_facilitator(cohort, actor)
    require_current(cohort)
    if role not in HELPING_ROLES:
        raise Refused("role", _("Please choose what this person does in the cohort."), status=422)
    membership, is_new = Membership.objects.select_for_update().get_or_create(
        cohort=cohort, user=person, role=role, defaults={"created_at": at}
    )
    if not is_new and membership.ended_at is None:
        return membership
    membership.ended_at = None
    membership.save(update_fields=["ended_at"])
    line = record_audit(action="helper.added", subject=cohort, actor=actor, at=at, member=person.pk, role=str(role))
    tell(
        recipient=person,
        event=MessageEvent.COHORT_HELPS,
        key=f"helper:{line.uuid}",
        params={"cohort": cohort.name, "role": _in_languages(Role(role))},
        link="cohorts:desk",
        at=at,
    )
    return membership


@transaction.atomic
def end_helper(*, cohort: Cohort, person: User, role: str, actor: Any, at: datetime) -> None:
    """End somebody's helping role; what they reviewed stays theirs.

    Raises ``Refused``: 403 unless the actor is a facilitator of the cohort, 409 for its last facilitator. The cohort's
    row is locked meanwhile: two facilitators who end each other at the same moment leave one.
    """
    locked_cohort(cohort.pk)
    require_facilitator(cohort, actor)
    helping = Membership.objects.filter(cohort=cohort, ended_at=None, role__in=HELPING_ROLES)
    membership = helping.filter(user=person, role=role).first()
    if membership is None:
        return
    if role == Role.FACILITATOR and not helping.filter(role=role).exclude(pk=membership.pk).exists():
        raise Refused(
            "last_facilitator",
            _("A cohort cannot be without a facilitator. Add another one first; nothing was changed."),
            status=409,
        )
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    record_audit(action="helper.ended", subject=cohort, actor=actor, at=at, member=person.pk, role=str(role))


def require_facilitator(cohort: Cohort, actor: Any) -> None:
    """Raise ``Refused`` (403) unless the actor decides who helps in the cohort."""
    leads = Membership.objects.filter(cohort=cohort, user=actor, role=Role.FACILITATOR, ended_at=None)
    if not leads.exists():
        raise Refused("not_facilitator", _("Only a facilitator of this cohort decides who helps in it."), status=403)


def _in_languages(role: Role) -> dict[str, str]:
    said = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said[language] = str(role.label)
    return said
