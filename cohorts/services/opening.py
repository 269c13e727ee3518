"""Opening a cohort, and who helps in it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from cohorts.enums import Role
from cohorts.models import Cohort, Deadline, Membership, RequirementSet
from cohorts.services.codes import new_join_code
from courses.models import CoursePage
from courses.selectors import required_steps
from foundation.services.audit import record_audit


@transaction.atomic
def open_cohort(
    *,
    course: CoursePage,
    name: str,
    starts_on: date,
    ends_on: date,
    facilitator: Any,
    actor: Any,
    at: datetime,
    language: str = "zh-hans",
    joining_closes_on: date | None = None,
    deadlines: Mapping[uuid.UUID, datetime] | None = None,
) -> Cohort:
    """Open a cohort and freeze what finishing the course takes, so that later edits of the course change no promise.

    ``deadlines`` names moments by step; an assignment that is not named is due when the cohort's last day ends.
    """
    cohort = Cohort.objects.create(
        name=name,
        course=course,
        requirements=freeze_requirements(course=course, at=at),
        join_code=new_join_code(),
        joining_closes_on=joining_closes_on,
        starts_on=starts_on,
        ends_on=ends_on,
        language=language,
        created_at=at,
    )
    _set_deadlines(cohort, deadlines or {})
    add_member(cohort=cohort, user=facilitator, role=Role.FACILITATOR, actor=actor, at=at)
    record_audit(action="cohort.opened", subject=cohort, actor=actor, at=at)
    return cohort


def _set_deadlines(cohort: Cohort, named: Mapping[uuid.UUID, datetime]) -> None:
    last_moment = datetime.combine(cohort.ends_on, time.max, tzinfo=cohort.zone)
    due = {uuid.UUID(key): last_moment for key in cohort.requirements.assignments} | dict(named)
    Deadline.objects.bulk_create(Deadline(cohort=cohort, step_key=key, due_at=at) for key, at in due.items())


def freeze_requirements(*, course: CoursePage, at: datetime) -> RequirementSet:
    """Write down what the course requires at this moment."""
    lessons, assignments = required_steps(course)
    return RequirementSet.objects.create(
        course_key=course.translation_key,
        lessons=lessons,
        assignments=assignments,
        minimum_score=course.minimum_score,
        hours=course.hours,
        created_at=at,
    )


def add_member(*, cohort: Cohort, user: Any, role: str, actor: Any, at: datetime) -> Membership:
    """Give a person a role in a cohort; one that had ended begins again."""
    with transaction.atomic():
        membership, is_new = Membership.objects.update_or_create(
            cohort=cohort, user=user, role=role, defaults={"ended_at": None}, create_defaults={"created_at": at}
        )
        if is_new:
            record_audit(action="membership.added", subject=cohort, actor=actor, at=at, member=user.pk, role=str(role))
    return membership
