"""Words with a fixed set of values, and the groups of them that code asks for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CertificateStatus(models.TextChoices):
    """The life of a certificate."""

    PENDING = "pending", _("waiting to be made")
    RENDERING = "rendering", _("being made")
    PARKED = "parked", _("needs attention")
    ISSUED = "issued", _("valid")
    SUPERSEDED = "superseded", _("replaced by a corrected one")
    REVOKED = "revoked", _("revoked")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn by its holder")


BEFORE_ISSUE = (CertificateStatus.PENDING, CertificateStatus.RENDERING, CertificateStatus.PARKED)
"""Those whose frozen data may still be corrected in place: nobody holds a copy."""


class CertificateKind(models.TextChoices):
    """What the sheet certifies."""

    COMPLETION = "completion", _("completion of a course")


class FileKind(models.TextChoices):
    """The stored forms of a certificate."""

    PDF = "pdf", "PDF"
    PNG = "png", "PNG"
