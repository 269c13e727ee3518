"""Giving learners longer for a step, with a reason (docs/decisions/0076)."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cohorts.enums import EnrolmentStatus
from cohorts.models import Cohort, Deadline, Enrolment, Extension
from cohorts.selectors import longer_dues
from cohorts.services.drafts import plain_words
from cohorts.services.planning import require_current
from foundation.refusals import Refused
from foundation.services.audit import record_audit

LONGEST_REASON: Final = 500
"""Characters."""

AT_MOST: Final = timedelta(days=366)
"""After the deadline; more is a slip of the finger."""


@transaction.atomic
def extend_deadline(
    *,
    cohort: Cohort,
    step_key: uuid.UUID,
    enrolments: Collection[uuid.UUID],
    until: datetime,
    reason: str,
    actor: Any,
    at: datetime,
) -> list[Extension]:
    """Give learners of a cohort longer for one step, all of them or nobody; return the rows, those made now first.

    The same again changes nothing. Raises ``Refused``: 422 without a reason, without learners, for a step without a
    deadline, and for a moment that is not after the present deadline of each; 409 for somebody who was withdrawn, and
    in a cohort that is archived; 404 for somebody who is not in the cohort.
    """
    require_current(cohort)
    reason = plain_words(reason).strip()[:LONGEST_REASON]
    if not reason:
        raise Refused("reason", _("Please write why. The others who lead this cohort will want to know."), status=422)
    if not enrolments:
        raise Refused("nobody", _("Please choose who gets longer."), status=422)
    deadline = Deadline.objects.filter(cohort=cohort, step_key=step_key).first()
    if deadline is None:
        raise Refused("no_deadline", _("This step has no last day in this cohort, so nobody is late."), status=422)
    learners = _learners(cohort, enrolments)
    known = {one.enrolment_id: one for one in _same(step_key, learners, until)}
    _require_later(deadline, [one for one in learners if one.pk not in known], until)
    made = Extension.objects.bulk_create(
        Extension(enrolment=learner, step_key=step_key, due_at=until, reason=reason, granted_by=actor, granted_at=at)
        for learner in learners
        if learner.pk not in known
    )
    for extension in made:
        record_audit(
            action="deadline.extended",
            subject=extension.enrolment,
            actor=actor,
            at=at,
            step=step_key,
            until=until.isoformat(),
        )
    return [*made, *known.values()]


def _learners(cohort: Cohort, enrolments: Collection[uuid.UUID]) -> list[Enrolment]:
    """Lock those learners, always in one order. Raises ``Refused`` (404, 409)."""
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(cohort=cohort, uuid__in=enrolments)
    learners = list(rows.select_related("user").order_by("pk"))
    if len(learners) != len(set(enrolments)):
        raise Refused("unknown", _("Somebody you chose is not in this cohort. Nothing was changed."), status=404)
    left = [one for one in learners if one.status == EnrolmentStatus.WITHDRAWN]
    if left:
        raise Refused(
            "withdrawn",
            _("Nothing was changed: %(names)s was withdrawn from this cohort. Take them back first.")
            % {"names": _named(left)},
            status=409,
        )
    return learners


def _same(step_key: uuid.UUID, learners: Collection[Enrolment], until: datetime) -> list[Extension]:
    """Return the extensions that give just this: a second tap finds them."""
    return list(Extension.objects.filter(step_key=step_key, enrolment__in=learners, due_at=until))


def _require_later(deadline: Deadline, learners: Collection[Enrolment], until: datetime) -> None:
    if until > deadline.due_at + AT_MOST:
        raise Refused("too_late", _("This is more than a year after the last day. Please check the date."), status=422)
    longer = longer_dues(deadline.cohort)
    key = str(deadline.step_key)
    over = [one for one in learners if max(deadline.due_at, longer.get(one.pk, {}).get(key, until)) > until]
    if until <= deadline.due_at or over:
        raise Refused(
            "not_later",
            _("Nothing was changed: this is not after the last day that holds for %(names)s.")
            % {"names": _named(over or learners)},
            status=422,
        )


def _named(learners: Collection[Enrolment], most: int = 5) -> str:
    """Return names for a sentence; of many the first and how many more."""
    names = ", ".join(str(one.user) for one in list(learners)[:most])
    more = len(learners) - most
    return (
        names
        if more <= 0
        else ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more)
        % {
            "names": names,
            "more": more,
        }
    )
