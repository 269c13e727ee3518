"""Mistakes that readers reported."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.enums import ReportState
from foundation.fields import public_uuid


class MistakeReportQuerySet(models.QuerySet["MistakeReport"]):
    """Reports by their audience."""

    def visible_to(self, user: Any) -> Self:
        """Return what ``user`` may read and close: everything for editors, else what is about their own pages."""
        if user.has_perm("courses.change_mistakereport"):
            return self
        return self.filter(translation_key__in=Page.objects.filter(owner=user).values("translation_key"))


class MistakeReport(models.Model):
    """What a reader found wrong on a page, and what became of it.

    It has no link to the page: a page deleted or moved must not take readers' words with it.
    """

    uuid = public_uuid()
    translation_key: "models.UUIDField[UUID, UUID]" = models.UUIDField(_("page"))
    locale = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title of the page"), max_length=255)
    text = models.TextField(_("what is wrong"), max_length=1000)
    quotation = models.TextField(_("the words it is about"), max_length=500, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("reported at"))
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.OPEN)
    answer = models.TextField(_("what became of it"), max_length=500, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = MistakeReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported mistake")
        verbose_name_plural = _("reported mistakes")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="mistake_by_state"),
            models.Index(fields=["translation_key", "locale"], name="mistake_by_page"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN, closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(state=ReportState.OPEN) & Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="mistake_closed_says_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="mistake_says_what_is_wrong"),
        ]

    def __str__(self) -> str:
        return self.title
