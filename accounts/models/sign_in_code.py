"""A code that a facilitator gives somebody who cannot receive a text message."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.fields import public_uuid, sha256_field


class SignInCode(models.Model):
    """One code for one person: it signs in once, within minutes. Only its keyed hash is kept."""

    uuid = public_uuid()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_codes")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code_hash = sha256_field(unique=True)
    given_at = models.DateTimeField(_("given at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("used or replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="sign_in_code_one_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.given_at:%Y-%m-%d %H:%M}"
