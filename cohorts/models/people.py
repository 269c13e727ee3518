"""How people come into a cohort, leave it and come back: facts that are only ever added to, and lists of people."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import Change, ImportStatus, RequestStatus
from cohorts.models.cohort import Cohort
from cohorts.models.enrolment import Enrolment
from foundation.fields import public_uuid
from foundation.models import LeasedWork


class EnrolmentChange(models.Model):
    """One thing that happened to a membership. Never edited: the enrolment says how it stands, this how it came to."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("what happened"), max_length=10, choices=Change.choices)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="changes")
    """Where it happened; of a move, the cohort that was left."""
    moved_to = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("change of a membership")
        verbose_name_plural = _("changes of memberships")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Change.MOVED, moved_to__isnull=False) | (~Q(kind=Change.MOVED) & Q(moved_to=None)),
                name="change_moved_says_where_to",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Change.WITHDRAWN) | ~Q(reason=""), name="change_withdrawn_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.kind} {self.at:%Y-%m-%d}"


class JoinRequest(models.Model):
    """Somebody asks for a place in a cohort that is full or that approves each one.

    A row of its own and no enrolment: whoever waits learns nothing yet and counts nowhere.
    """

    uuid = public_uuid()
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="join_requests")
    status = models.CharField(_("status"), max_length=10, choices=RequestStatus.choices, default=RequestStatus.WAITING)
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    word = models.CharField(_("a word to the person"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("request for a place")
        verbose_name_plural = _("requests for a place")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"], condition=Q(status=RequestStatus.WAITING), name="request_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.WAITING) | Q(answered_at__isnull=False),
                name="request_answered_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.status} {self.cohort_id}"


class PeopleImport(LeasedWork):
    """A list of people on its way into a cohort. The row outlives the request, the worker and the browser's tab.

    ``table`` is what was read from the file, which itself is not kept; ``mapping`` says which column is what, and
    ``report`` what became of each row so far (``services.roster``).
    """

    PENDING = ImportStatus.PENDING
    RUNNING = ImportStatus.RUNNING
    FAILED = ImportStatus.FAILED
    TASK = "cohorts.tasks.import_people"

    uuid = public_uuid()
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="imports")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("name of the file"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.READY)
    table = models.JSONField(_("what was read"), default=dict)
    mapping = models.JSONField(_("which column is what"), default=dict)
    report = models.JSONField(_("what became of the rows"), default=list)
    rows_done = models.PositiveSmallIntegerField(_("rows done"), default=0)
    rows = models.PositiveSmallIntegerField(_("rows"), default=0)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["status", "queued_at"], name="people_import_queue")]
        constraints = [
            models.CheckConstraint(condition=Q(rows_done__lte=F("rows")), name="people_import_is_at_most_done"),
            models.CheckConstraint(
                condition=~Q(status=ImportStatus.FAILED) | ~Q(reason=""), name="people_import_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        """Whether the rows are still being worked on."""
        return self.status in (ImportStatus.PENDING, ImportStatus.RUNNING)
