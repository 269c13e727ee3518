"""The keys under which things were loaded from a course folder."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKey(models.Model):
    """The key that a course folder gives a page, block or option, so that an export gives it back.

    Ids are made from keys and cannot be turned back into them. What was never loaded has no row and gets a new key.
    """

    identity: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(_("what it names"), primary_key=True)
    key = models.CharField(_("key"), max_length=120)

    class Meta:
        verbose_name = _("key of a course folder")
        verbose_name_plural = _("keys of course folders")

    def __str__(self) -> str:
        return self.key
