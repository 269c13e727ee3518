"""A group of people who take a course between two dates."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import HELPING_ROLES, LEADING_ROLES, REVIEWING_ROLES, Joining, Pace, Role
from cohorts.rules import Requirements
from foundation.fields import public_uuid


class RequirementSet(models.Model):
    """What finishing a course takes, frozen when a cohort opens. Never edited; a changed promise is a new row."""

    uuid = public_uuid()
    course_key = models.UUIDField(_("course"))
    lessons = models.JSONField(_("required lessons"), default=list)
    assignments = models.JSONField(_("required assignments"), default=list)
    minimum_score = models.PositiveSmallIntegerField(_("minimum score in percent"), default=0)
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1, default=Decimal(0))
    late_days = models.PositiveSmallIntegerField(_("days that late reports are taken"), null=True, blank=True)
    """Without it late is told and never refused (docs/decisions/0045)."""

    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("requirement set")
        verbose_name_plural = _("requirement sets")
        constraints = [
            models.CheckConstraint(condition=Q(minimum_score__lte=100), name="requirements_score_is_a_percentage")
        ]

    def __str__(self) -> str:
        return f"{self.course_key} · {len(self.lessons)} + {len(self.assignments)}"

    def taken_until(self, due: datetime | None) -> datetime | None:
        """Return until when a report that is due at a moment is taken; nothing where it is taken whenever it comes."""
        return None if due is None or self.late_days is None else due + timedelta(days=self.late_days)

    def as_rule(self) -> Requirements:
        """Return the requirements in the form that ``cohorts.rules`` judges by."""
        return Requirements(tuple(self.lessons), tuple(self.assignments), self.minimum_score)


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Cohorts, by who may see them."""

    def current(self) -> "CohortQuerySet":
        """Return those that are not archived."""
        return self.filter(archived_at=None)

    def followed_by(self, user: object) -> "CohortQuerySet":
        """Return the cohorts that ``user`` helps in, as whatever, and may see the progress of; observers too."""
        return self._helped_by(user, HELPING_ROLES)

    def led_by(self, user: object) -> "CohortQuerySet":
        """Return the cohorts that ``user`` plans and changes."""
        return self._helped_by(user, LEADING_ROLES)

    def reviewed_by(self, user: object) -> "CohortQuerySet":
        """Return the cohorts whose submissions ``user`` may read and judge."""
        return self._helped_by(user, REVIEWING_ROLES)

    def with_rights_of(self, user: Any) -> "CohortQuerySet":
        """Return them with ``may_lead`` and ``may_review``: what ``user`` may do there, in the same query."""
        mine = Membership.objects.filter(cohort=OuterRef("pk"), user=user, ended_at=None)
        return self.annotate(
            may_lead=Exists(mine.filter(role__in=LEADING_ROLES)),
            may_review=Exists(mine.filter(role__in=REVIEWING_ROLES)),
        )

    def _helped_by(self, user: object, roles: Collection[str]) -> "CohortQuerySet":
        if not getattr(user, "is_authenticated", False):
            return self.none()
        mine = Q(memberships__user=user, memberships__role__in=roles, memberships__ended_at=None)
        return self.filter(mine).distinct()


class Cohort(models.Model):
    """One run of a course."""

    uuid = public_uuid()
    name = models.CharField(_("name"), max_length=100)
    course = models.ForeignKey("courses.CoursePage", on_delete=models.PROTECT, related_name="cohorts")
    requirements = models.ForeignKey(RequirementSet, on_delete=models.PROTECT, related_name="cohorts")
    join_code = models.CharField(_("join code"), max_length=8, unique=True)
    joining_closes_on = models.DateField(_("last day to join"), null=True, blank=True)
    joining = models.CharField(_("joining"), max_length=10, choices=Joining.choices, default=Joining.OPEN)
    capacity = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    """How many learners there is room for; none is as many as come. Who is invited has a place."""
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Shanghai")
    language = models.CharField(_("language"), max_length=10, default="zh-hans", choices=settings.LANGUAGES)
    pace = models.CharField(_("pace"), max_length=10, choices=Pace.choices, default=Pace.OPEN)
    cloned_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="clones", verbose_name=_("cloned from")
    )
    created_at = models.DateTimeField(_("created at"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    """Since when learners can join; until then it is being prepared."""
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    """Since when nothing is planned or judged any more. What learners have done and earned stays as it is."""

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cohort_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(join_code=""), name="cohort_has_a_join_code"),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="cohort_has_room_for_one"),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(opened_at__isnull=False), name="cohort_archived_was_opened"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the cohort's days begin and end."""
        return ZoneInfo(self.time_zone)

    @property
    def is_open(self) -> bool:
        """Whether learners can be in it: it is not being prepared any more."""
        return self.opened_at is not None

    @property
    def is_archived(self) -> bool:
        """Whether it is kept for reading only."""
        return self.archived_at is not None

    @property
    def weeks(self) -> int:
        """How many weeks the cohort takes; one begun counts, and a last day of its own does not."""
        return max(1, -(-(self.ends_on - self.starts_on).days // 7))

    def week_of(self, at: datetime) -> int | None:
        """Return which week it is at a moment, from 1, in the cohort's own days; none before and after the cohort."""
        today = at.astimezone(self.zone).date()
        if not self.starts_on <= today <= self.ends_on:
            return None
        return min((today - self.starts_on).days // 7 + 1, self.weeks)

    @property
    def readable_code(self) -> str:
        """The join code in two halves, as it is read out on the phone."""
        return f"{self.join_code[:4]}-{self.join_code[4:]}"


class Release(models.Model):
    """On which day of a cohort a module opens. A module without a row is open from the start.

    What opens later is shown with its day and proposed to nobody; its address is closed to nobody.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="releases")
    module_key = models.UUIDField(_("module"))
    opens_on = models.DateField(_("opens on"))

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [models.UniqueConstraint(fields=["cohort", "module_key"], name="release_once_per_module")]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.module_key} {self.opens_on}"


class Deadline(models.Model):
    """Until when a step is due in a cohort. What comes later is told to be late; see ``RequirementSet.late_days``."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="deadlines")
    step_key = models.UUIDField(_("lesson or assignment"))
    due_at = models.DateTimeField(_("due at"))

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [models.UniqueConstraint(fields=["cohort", "step_key"], name="deadline_once_per_step")]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.step_key} {self.due_at:%Y-%m-%d}"


class Membership(models.Model):
    """A person's role in a cohort. A person may learn and help in the same cohort: two rows."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["cohort", "user", "role"], name="membership_once_per_role")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.cohort_id}"
