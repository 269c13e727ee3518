"""Making a cohort, opening it, and who helps in it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from cohorts.enums import Joining, Pace, Role
from cohorts.models import Cohort, Membership, RequirementSet
from cohorts.rules.pace import Plan, proposed
from cohorts.selectors import taught_by
from cohorts.services.codes import new_join_code
from cohorts.services.planning import write_plan
from courses.models import CoursePage
from courses.selectors import required_steps
from foundation.services.audit import record_audit


@transaction.atomic
def make_cohort(
    *,
    course: CoursePage,
    name: str,
    starts_on: date,
    ends_on: date,
    facilitator: Any,
    actor: Any,
    at: datetime,
    language: str = "zh-hans",
    time_zone: str = "Asia/Shanghai",
    pace: str = Pace.OPEN,
    capacity: int | None = None,
    joining: str = Joining.OPEN,
    joining_closes_on: date | None = None,
    plan: Plan | None = None,
    cloned_from: Cohort | None = None,
) -> Cohort:
    """Make a cohort to be prepared: nobody can join until it is opened.

    Without a ``plan`` its days are those that the pace proposes; with every pace an assignment has a last day.
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
        time_zone=time_zone,
        pace=pace,
        capacity=capacity,
        joining=joining,
        cloned_from=cloned_from,
        created_at=at,
    )
    modules = taught_by(course)
    write_plan(cohort=cohort, plan=plan or proposed(pace, starts_on, ends_on, modules), modules=modules)
    add_member(cohort=cohort, user=facilitator, role=Role.FACILITATOR, actor=actor, at=at)
    record_audit(action="cohort.made", subject=cohort, actor=actor, at=at)
    return cohort


@transaction.atomic
def open_cohort(*, cohort: Cohort, actor: Any, at: datetime) -> Cohort:
    """Let learners in, and promise them what finishing takes: the course as it is now; opening twice is opening once.

    From then on later edits of the course change no promise.
    """
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("course", "requirements").get(pk=cohort.pk)
    if cohort.is_open:
        return cohort
    lessons, assignments = required_steps(cohort.course)
    if (lessons, assignments) != (cohort.requirements.lessons, cohort.requirements.assignments):
        cohort.requirements = freeze_requirements(course=cohort.course, at=at)
    cohort.opened_at = at
    cohort.save(update_fields=["requirements", "opened_at"])
    record_audit(action="cohort.opened", subject=cohort, actor=actor, at=at)
    return cohort


def freeze_requirements(*, course: CoursePage, at: datetime) -> RequirementSet:
    """Write down what the course requires at this moment."""
    lessons, assignments = required_steps(course)
    return RequirementSet.objects.create(
        course_key=course.translation_key,
        lessons=lessons,
        assignments=assignments,
        minimum_score=course.minimum_score,
        hours=course.hours,
        late_days=course.late_days,
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
