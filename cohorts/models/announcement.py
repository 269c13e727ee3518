"""What a facilitator tells a cohort, and who has read it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import HELPING_ROLES, LEARNING_STATUSES
from cohorts.models.cohort import Cohort
from foundation.fields import private_storage, public_uuid


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Announcements, by who may see them."""

    def out(self, at: datetime) -> "AnnouncementQuerySet":
        """Return those that are out at a moment: neither still to come nor taken back."""
        return self.filter(publish_at__lte=at, withdrawn_at=None)

    def visible_to(self, user: Any, at: datetime) -> "AnnouncementQuerySet":
        """Return what is out in the cohorts in which the person learns, and everything where the person helps."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        learns = Cohort.objects.filter(enrolments__user=user, enrolments__status__in=LEARNING_STATUSES)
        helps = Cohort.objects.filter(
            memberships__user=user, memberships__role__in=HELPING_ROLES, memberships__ended_at=None
        )
        is_out = Q(publish_at__lte=at, withdrawn_at=None)
        return self.filter((is_out & Q(cohort__in=learns.values("pk"))) | Q(cohort__in=helps.values("pk")))

    def unread_by(self, user: Any, at: datetime) -> "AnnouncementQuerySet":
        """Return what is out in the cohorts in which the person learns and was not told to be read, pinned first."""
        learns = Cohort.objects.filter(enrolments__user=user, enrolments__status__in=LEARNING_STATUSES).current()
        unread = self.out(at).filter(cohort__in=learns.values("pk")).exclude(reads__user=user)
        return unread.select_related("cohort", "author").in_order()

    def in_order(self) -> "AnnouncementQuerySet":
        """Return the pinned ones first, then the newest."""
        return self.order_by("-is_pinned", "-publish_at", "-pk")


class Announcement(models.Model):
    """Words to a whole cohort, with a picture if there is one. Never edited: what people read stays what they read.

    One that is out can be taken back; it is then shown to nobody who learns, and stays with who has read it.
    """

    uuid = public_uuid()
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="announcements")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), blank=True)
    picture = models.FileField(_("picture"), storage=private_storage, max_length=200, blank=True)
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    created_at = models.DateTimeField(_("created at"))
    publish_at = models.DateTimeField(_("out from"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [models.Index(fields=["cohort", "publish_at"], name="announcements_of_a_cohort")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="announcement_has_a_title"),
            models.CheckConstraint(
                condition=Q(picture="") | Q(width__gte=1, height__gte=1), name="announcement_picture_has_a_size"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AnnouncementRead(models.Model):
    """That somebody said to have read an announcement."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("reader of an announcement")
        verbose_name_plural = _("readers of an announcement")
        constraints = [models.UniqueConstraint(fields=["announcement", "user"], name="announcement_read_once")]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.user_id}"
