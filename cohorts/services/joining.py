"""Joining a cohort with its code."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cohorts.enums import EnrolmentStatus, Role
from cohorts.models import Cohort, Enrolment
from cohorts.selectors import is_open_for_joining
from cohorts.services.opening import add_member
from cohorts.services.progress import refresh_enrolment
from foundation.refusals import Refused
from foundation.services.audit import record_audit


@transaction.atomic
def join_cohort(*, cohort: Cohort, user: Any, at: datetime) -> Enrolment:
    """Enrol ``user`` as a learner and return the enrolment; joining twice is joining once.

    Raises ``Refused`` (410) when joining has closed and the person is not in the cohort yet. Somebody who withdrew
    comes back with everything done before.
    """
    enrolment = Enrolment.objects.select_for_update().filter(cohort=cohort, user=user).first()
    if enrolment and enrolment.is_learning:
        return enrolment
    if not is_open_for_joining(cohort, at.astimezone(cohort.zone).date()):
        raise Refused(
            "joining_closed",
            _("Joining this cohort has closed. Ask your facilitator for a new invitation."),
            status=410,
        )
    if enrolment is None:
        # Two taps may both find nobody; the unique constraint lets one of them in, and the other finds what it made.
        made, _is_new = Enrolment.objects.get_or_create(cohort=cohort, user=user, defaults={"enrolled_at": at})
        enrolment = Enrolment.objects.select_for_update().get(pk=made.pk)
    enrolment.status = EnrolmentStatus.COMPLETED if enrolment.is_completed else EnrolmentStatus.ACTIVE
    enrolment.save(update_fields=["status"])
    add_member(cohort=cohort, user=user, role=Role.LEARNER, actor=user, at=at)
    refresh_enrolment(enrolment=enrolment, at=at)
    record_audit(action="enrolment.joined", subject=enrolment, actor=user, at=at)
    return enrolment
