"""Learning events: append-only facts from devices and from the server."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import Verb
from cohorts.models.enrolment import Enrolment


class LearningEvent(models.Model):
    """One fact. Its ``uuid`` was made where the fact happened, so sending it twice changes nothing.

    ``at`` and ``sent_at`` are by the device's clock, ``received_at`` by ours; ``corrected_at`` is ``at`` moved by the
    difference and kept between enrolment and receipt.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(_("verb"), max_length=12, choices=Verb.choices)
    object_key = models.UUIDField(_("lesson, assignment or course"))
    lesson_version = models.ForeignKey(
        "courses.LessonVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    question_id = models.CharField(_("question"), max_length=36, blank=True)
    is_right = models.BooleanField(_("answered right"), null=True)
    data = models.JSONField(default=dict)
    body_hash = models.CharField(max_length=64, editable=False)
    device = models.CharField(_("device"), max_length=36, blank=True)
    seq = models.PositiveIntegerField(_("number on the device"), default=0)
    at = models.DateTimeField(_("at"))
    sent_at = models.DateTimeField(_("sent at"))
    received_at = models.DateTimeField(_("received at"))
    corrected_at = models.DateTimeField(_("at, corrected"))

    class Meta:
        verbose_name = _("learning event")
        verbose_name_plural = _("learning events")
        ordering = ["id"]
        indexes = [models.Index(fields=["enrolment", "object_key", "verb"], name="event_by_object")]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(verb=Verb.COMPLETED), name="event_completed_once_per_enrolment"
            ),
            models.CheckConstraint(
                condition=~Q(verb=Verb.ANSWERED) | (~Q(question_id="") & Q(is_right__isnull=False)),
                name="event_answered_names_its_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_key}"


class RefusedEvent(models.Model):
    """An event that could not be accepted, kept with the reason: what a person did is never thrown away in silence."""

    uuid = models.UUIDField(_("event"), db_index=True)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=40)
    body = models.JSONField(default=dict)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("refused event")
        verbose_name_plural = _("refused events")
        constraints = [models.UniqueConstraint(fields=["user", "uuid", "reason"], name="refused_once_per_reason")]

    def __str__(self) -> str:
        return f"{self.uuid} {self.reason}"
