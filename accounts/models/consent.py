"""What people agreed to, and to which wording."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import ConsentPurpose


class Consent(models.Model):
    """One person's agreement to one version of one text. Never edited; withdrawing it is a fact of its own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(fields=["user", "purpose", "version"], name="consent_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.purpose} {self.version}"
