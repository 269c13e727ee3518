"""Changing the days of a cohort: when modules open, until when steps are due, when it ends, and its archive."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort, Deadline, Release
from cohorts.rules.pace import Fault, Plan, Taught, day_of, end_of, faults_of
from cohorts.selectors import deadlines_of, taught_by
from foundation.refusals import Refused
from foundation.services.audit import record_audit


class PlanRefused(Refused):
    """Some days of a plan cannot stand; ``faults`` says which and why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            "plan", _("Some days do not fit. Nothing was changed; please look at the rows that are marked."), status=422
        )
        self.faults = faults


@transaction.atomic
def change_plan(*, cohort: Cohort, plan: Plan, actor: Any, at: datetime) -> None:
    """Write the days of a cohort. Raises ``PlanRefused`` when one of them cannot stand, ``Refused`` when archived."""
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("course").get(pk=cohort.pk)
    require_current(cohort)
    modules = taught_by(cohort.course)
    if faults := faults_of(plan, cohort.starts_on, cohort.ends_on, modules):
        raise PlanRefused(faults)
    write_plan(cohort=cohort, plan=plan, modules=modules)
    record_audit(action="cohort.planned", subject=cohort, actor=actor, at=at)


def write_plan(*, cohort: Cohort, plan: Plan, modules: Iterable[Taught]) -> None:
    """Write a plan into rows, inside the caller's transaction. A step whose day stays keeps its moment of that day."""
    modules = list(modules)
    days = {key: plan.lessons_due[m.key] for m in modules if m.key in plan.lessons_due for key in m.lessons}
    days |= {key: plan.assignments_due[key] for m in modules for key in m.assignments if key in plan.assignments_due}
    before = deadlines_of(cohort)
    moments = {key: _moment(day, before.get(key), cohort) for key, day in days.items()}
    planned = {key for module in modules for key in (*module.lessons, *module.assignments)}
    _set_deadlines(cohort, moments, {key for key in before if key in planned})
    Release.objects.filter(cohort=cohort).delete()
    Release.objects.bulk_create(
        Release(cohort=cohort, module_key=uuid.UUID(module.key), opens_on=plan.opens[module.key])
        for module in modules
        if module.key in plan.opens
    )


def _moment(day: date, before: datetime | None, cohort: Cohort) -> datetime:
    return before if before and day_of(before, cohort.zone) == day else end_of(day, cohort.zone)


def _set_deadlines(cohort: Cohort, moments: Mapping[str, datetime], before: set[str]) -> None:
    Deadline.objects.filter(cohort=cohort, step_key__in=before - moments.keys()).delete()
    Deadline.objects.bulk_create(
        (Deadline(cohort=cohort, step_key=uuid.UUID(key), due_at=due) for key, due in moments.items()),
        update_conflicts=True,
        unique_fields=["cohort", "step_key"],
        update_fields=["due_at"],
    )


@transaction.atomic
def change_cohort(
    *, cohort: Cohort, name: str, ends_on: date, joining_closes_on: date | None, language: str, actor: Any, at: datetime
) -> Cohort:
    """Change what may change while a cohort runs. Raises ``Refused`` when a step is due after the new last day."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    require_current(cohort)
    latest = max(deadlines_of(cohort).values(), default=None)
    if latest and day_of(latest, cohort.zone) > ends_on:
        raise Refused(
            "ends_on",
            _("A step is due after that day. Please change its day in the schedule first, or choose a later last day."),
            status=422,
        )
    cohort.name, cohort.ends_on, cohort.language = name, ends_on, language
    cohort.joining_closes_on = joining_closes_on
    cohort.save(update_fields=["name", "ends_on", "joining_closes_on", "language"])
    record_audit(action="cohort.changed", subject=cohort, actor=actor, at=at)
    return cohort


@transaction.atomic
def archive_cohort(*, cohort: Cohort, actor: Any, at: datetime) -> Cohort:
    """Put a cohort away: read only, out of the lists; records and certificates stay. Twice is once.

    Raises ``Refused`` (409) for one that was never opened.
    """
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if not cohort.is_open:
        raise Refused("not_open", _("This cohort was never opened, so there is nothing to archive."), status=409)
    if not cohort.is_archived:
        cohort.archived_at = at
        cohort.save(update_fields=["archived_at"])
        record_audit(action="cohort.archived", subject=cohort, actor=actor, at=at)
    return cohort


@transaction.atomic
def take_from_archive(*, cohort: Cohort, actor: Any, at: datetime) -> Cohort:
    """Let a cohort that was archived be worked in again."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if cohort.is_archived:
        cohort.archived_at = None
        cohort.save(update_fields=["archived_at"])
        record_audit(action="cohort.taken_from_archive", subject=cohort, actor=actor, at=at)
    return cohort


def require_current(cohort: Cohort) -> None:
    """Raise ``Refused`` (409) when the cohort is archived."""
    if cohort.is_archived:
        raise Refused(
            "archived",
            _("This cohort is archived and only read. Take it out of the archive to change something."),
            status=409,
        )
