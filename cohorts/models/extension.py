"""Until when a step is due: for a cohort, and for a learner who was given longer. The one place that says it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from cohorts.models.cohort import Deadline
from cohorts.models.enrolment import Enrolment
from foundation.fields import public_uuid


class Extension(models.Model):
    """Longer time for one learner and one step, with the reason. Rows are added and never changed.

    The latest of them all and of the cohort's deadline holds; so an extension is never shortened by another, and one
    that a later deadline of the whole cohort overtakes does no harm.
    """

    uuid = public_uuid()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="extensions")
    step_key = models.UUIDField(_("lesson or assignment"))
    due_at = models.DateTimeField(_("due at"))
    reason = models.TextField(_("reason"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(_("granted at"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-granted_at", "-id"]
        indexes = [models.Index(fields=["enrolment", "step_key"], name="extension_by_step")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="extension_says_why"),
            models.UniqueConstraint(fields=["enrolment", "step_key", "due_at"], name="extension_once_per_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step_key} {self.due_at:%Y-%m-%d}"


def due_moment(*, cohort: str, enrolment: str, step: str) -> Any:
    """Return the expression for when a step is due for a learner; nothing where the cohort has no deadline for it.

    The arguments name, for the rows of the query, the fields with the cohort's id, the enrolment's id and the step.
    """
    deadline = Deadline.objects.filter(cohort=OuterRef(cohort), step_key=OuterRef(step))
    longer = Extension.objects.filter(enrolment=OuterRef(enrolment), step_key=OuterRef(step))
    latest = _later(Subquery(deadline.values("due_at")[:1]), Subquery(longer.order_by("-due_at").values("due_at")[:1]))
    return Case(When(Exists(deadline), then=latest), default=None, output_field=models.DateTimeField())


def moment_for(enrolment: Enrolment) -> Any:
    """Return the expression for when a step is due for one learner, in a query of the cohort's deadlines."""
    longer = Extension.objects.filter(enrolment=enrolment, step_key=OuterRef("step_key"))
    return _later(F("due_at"), Subquery(longer.order_by("-due_at").values("due_at")[:1]))


def _later(deadline: Any, longer: Any) -> Any:
    """Return the later of two moments of which the second may be missing; SQLite and PostgreSQL differ about that."""
    return Greatest(deadline, Coalesce(longer, deadline), output_field=models.DateTimeField())
