"""The audit log: append-only, each line sealed by the hash of the one before it.

A line is written in the transaction of its cause and sealed into the chain within a minute by the sweeper. Sealing at
once would make every writer wait for one global lock, taken in different orders by different operations.
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.fields import public_uuid, sha256_field

GENESIS = "0" * 64
"""The hash that the first line names as its predecessor."""


class AuditLine(models.Model):
    """One thing that somebody did. Holds ids only: never a name, a phone number or what a person wrote."""

    uuid = public_uuid()
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(_("action"), max_length=80)
    subject = models.CharField(_("subject"), max_length=120)
    data = models.JSONField(default=dict)
    sequence = models.PositiveBigIntegerField(_("place in the chain"), null=True, unique=True, editable=False)
    previous_hash = sha256_field(null=True, unique=True)
    hash = sha256_field(null=True, unique=True)

    class Meta:
        verbose_name = _("audit line")
        verbose_name_plural = _("audit log")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"

    def seal(self) -> str:
        """Return the SHA-256 of this line and of its predecessor's hash, as 64 hexadecimal digits."""
        content: dict[str, Any] = {
            "uuid": str(self.uuid),
            "sequence": self.sequence,
            "at": self.at.timestamp(),
            "actor": self.actor_id,
            "action": self.action,
            "subject": self.subject,
            "data": self.data,
            "previous": self.previous_hash,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
