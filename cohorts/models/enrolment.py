"""A learner in a cohort, with the summary that makes reports cheap."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from cohorts.enums import LEARNING_STATUSES, EnrolmentStatus
from cohorts.models.cohort import Cohort
from foundation.fields import public_uuid


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments, by who may see them and by what they stand for."""

    def learning(self) -> "EnrolmentQuerySet":
        """Return those whose learners may record what they do."""
        return self.filter(status__in=LEARNING_STATUSES)

    def of(self, user: object) -> "EnrolmentQuerySet":
        """Return the person's own."""
        return self.filter(user=user) if getattr(user, "is_authenticated", False) else self.none()


class Enrolment(models.Model):
    """One learner in one cohort.

    The counts below are derived: ``services.progress`` writes them in the transaction of the fact that changes them,
    and ``manage.py replay_events`` gives the same figures from the events alone.
    """

    uuid = public_uuid()
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    status = models.CharField(
        _("status"), max_length=10, choices=EnrolmentStatus.choices, default=EnrolmentStatus.ACTIVE
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    lessons_done = models.PositiveSmallIntegerField(_("lessons done"), default=0)
    assignments_accepted = models.PositiveSmallIntegerField(_("assignments accepted"), default=0)
    steps_done = models.PositiveSmallIntegerField(_("steps done"), default=0)
    steps_total = models.PositiveSmallIntegerField(_("steps in all"), default=0)
    score = models.PositiveSmallIntegerField(_("score in percent"), default=0)
    last_activity_at = models.DateTimeField(_("last activity"), null=True, blank=True)
    clock_minutes_off = models.IntegerField(_("minutes by which the device's clock is wrong"), default=0)
    """By the latest message; positive where the clock is ahead, 0 within ``services.clocks.TOLERANCE``."""
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    # A line of letters and moments for all steps; ``cohorts.rules.steps`` reads and writes them.
    steps = models.TextField(_("state of each step"), blank=True, default="")
    steps_at = models.TextField(_("since when each step stands so"), blank=True, default="")
    handed_in_at = models.TextField(_("first hand-in of each assignment"), blank=True, default="")
    failures = models.TextField(_("failed tries of each lesson"), blank=True, default="")
    days_seen = models.PositiveSmallIntegerField(_("days of activity, as bits"), default=0)
    """Bit n stands for n days before the day of ``last_activity_at``, in the cohort's days."""
    summary_version = models.PositiveSmallIntegerField(_("version of the summary"), default=0, db_index=True)
    """By which rule the summary was written; the sweeper writes rows of an older one anew."""

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "user"], name="enrolment_once_per_cohort"),
            models.CheckConstraint(condition=Q(steps_done__lte=F("steps_total")), name="enrolment_steps_within_total"),
            models.CheckConstraint(condition=Q(score__lte=100), name="enrolment_score_is_a_percentage"),
            models.CheckConstraint(
                condition=~Q(status=EnrolmentStatus.COMPLETED) | Q(completed_at__isnull=False),
                name="enrolment_completed_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.cohort}"

    @property
    def is_completed(self) -> bool:
        """Whether the course was completed; once true, for ever."""
        return self.completed_at is not None

    @property
    def percent_done(self) -> int:
        """The share of steps done, in whole percent."""
        return self.steps_done * 100 // self.steps_total if self.steps_total else 0

    @property
    def clock_said(self) -> str:
        """How far off the clock of the learner's device is, in words; empty when it is right."""
        if not self.clock_minutes_off:
            return ""
        now = timezone.now()
        length = timesince(now, now + timedelta(minutes=abs(self.clock_minutes_off)), depth=1)
        ahead, behind = _("the phone's clock is %(length)s ahead"), _("the phone's clock is %(length)s behind")
        return (ahead if self.clock_minutes_off > 0 else behind) % {"length": length}

    @property
    def is_learning(self) -> bool:
        """Whether events and submissions are accepted from this learner."""
        return self.status in LEARNING_STATUSES


class LessonProgress(models.Model):
    """What the events about one lesson add up to for one learner. Derived; see ``cohorts.rules``."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons")
    lesson_key = models.UUIDField(_("lesson"))
    answered = models.JSONField(_("answered questions"), default=list)
    right = models.JSONField(_("questions answered right"), default=list)
    questions = models.JSONField(_("questions asked"), default=list)
    missed = models.JSONField(_("questions answered wrongly at least once"), null=True)
    """``None`` where the row is older than this field: then its answers are in no tally yet."""
    failed_tries = models.PositiveSmallIntegerField(_("failed tries"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True)
    completed_at = models.DateTimeField(_("completed at"), null=True)

    class Meta:
        verbose_name = _("progress in a lesson")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="progress_once_per_lesson")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson_key}"
