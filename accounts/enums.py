"""Words with a fixed set of values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentPurpose(models.TextChoices):
    """What a person agreed to."""

    PRIVACY = "privacy", _("privacy notice")


class MessageEvent(models.TextChoices):
    """What a message tells. The words stand in ``templates/messages/<event>/``."""

    RETURNED = "returned", _("submission returned")
    ACCEPTED = "accepted", _("submission accepted")
    NAME_NEEDED = "name_needed", _("name to confirm")
    CERTIFICATE_ISSUED = "certificate_issued", _("certificate issued")
