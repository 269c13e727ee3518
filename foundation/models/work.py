"""Outside effects as rows: the state machine that survives a worker killed at any step.

A row is queued as ``pending``. A worker claims it with one conditional UPDATE that counts the attempt and takes a
lease; the count is committed before the heavy work begins, because a task that kills its worker is never counted by
the queue. A lease that ran out may be claimed again. After ``MAX_ATTEMPTS`` the row fails, visibly, with a reason, and
a person can ask for another try. The queue's own tables prove nothing.
"""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(seconds=120)
"""How long a claim holds. Longer than the queue's task time-out (100 s), so a living task is never overtaken."""

MAX_ATTEMPTS = 3


class LeasedWork(models.Model):
    """The fields of a row that a worker claims. A concrete model has ``status`` and names its words for the states."""

    PENDING: ClassVar[str] = "pending"
    RUNNING: ClassVar[str] = "running"
    FAILED: ClassVar[str] = "failed"
    TASK: ClassVar[str]
    """Dotted name of the task that does the work; it takes the row's id."""

    status: "models.CharField[str, str]"
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_holder = models.CharField(_("worker"), max_length=100, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    queued_at = models.DateTimeField(_("queued at"))
    """Since when it waits: what ``/health/`` measures, so a re-queued row does not look young."""
    requeued_at = models.DateTimeField(_("queued again at"), null=True, blank=True)

    class Meta:
        abstract = True
