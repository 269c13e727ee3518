"""Where people are signed in."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import DeviceBrowser, DeviceSystem


class SignedInDeviceQuerySet(models.QuerySet["SignedInDevice"]):
    """Devices by whom they concern."""

    def in_use_by(self, user: models.Model | AnonymousUser, *, now: datetime) -> "SignedInDeviceQuerySet":
        """Return where this person is signed in at ``now``, the one used last first."""
        return self.filter(user=user, session__expire_date__gt=now).order_by("-last_used_at", "-pk")


class SignedInDevice(models.Model):
    """One person's session in one browser, in words that they know it by. It lives and dies with its session.

    What the browser says of itself is kept as two words only, and no address of a network: the list shall tell a person
    their own phones apart, not tell us where they are. The session's key never leaves the database.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="device")
    system = models.CharField(_("device"), max_length=10, choices=DeviceSystem.choices)
    browser = models.CharField(_("browser"), max_length=10, choices=DeviceBrowser.choices)
    is_shared = models.BooleanField(_("shared phone"), default=False)
    signed_in_at = models.DateTimeField(_("signed in at"))
    last_used_at = models.DateTimeField(_("last used at"))

    objects = SignedInDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device signed in")
        verbose_name_plural = _("devices signed in")

    def __str__(self) -> str:
        return f"{self.get_system_display()} · {self.get_browser_display()}"
