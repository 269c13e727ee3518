"""What Terrace tells a person, shown on Today. Other channels will send from the same rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from foundation.fields import public_uuid


class Message(models.Model):
    """One message to one person. ``key`` names the cause, so the same cause never tells twice."""

    uuid = public_uuid()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages")
    event = models.CharField(_("event"), max_length=40, choices=MessageEvent)
    key = models.CharField(_("cause"), max_length=120, unique=True)
    params = models.JSONField(default=dict)
    link = models.CharField(_("link"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["recipient", "read_at", "-created_at"], name="message_unread")]

    def __str__(self) -> str:
        return self.key
