"""The record of an achievement. What was promised is never rewritten: data frozen, bytes stored, relations PROTECT."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.enums import CertificateKind, CertificateStatus, FileKind
from foundation.fields import private_storage, public_uuid, sha256_field
from foundation.models import LeasedWork


def new_token() -> str:
    """Return the secret part of a verification address: 16 random bytes (128 bits; the contract asks for 80)."""
    return secrets.token_urlsafe(16)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates, by who may see them."""

    def of(self, user: object) -> "CertificateQuerySet":
        """Return the person's own."""
        return self.filter(holder=user) if getattr(user, "is_authenticated", False) else self.none()


class Certificate(LeasedWork):
    """One certificate. ``frozen`` holds all that is printed, as it was on the day; nothing is read from pages again.

    ``frozen`` is ``{"course_title": {lang: str}, "cohort_title": {lang: str}, "hours": str, "lessons": int,
    "practices": [{"key", "title": {lang: str}}],
    "completed_on": "YYYY-MM-DD", "signatories": [{"name", "role": {lang: str}}], "issuer": {lang: str}}``.
    """

    PENDING = CertificateStatus.PENDING
    RUNNING = CertificateStatus.RENDERING
    FAILED = CertificateStatus.PARKED
    TASK = "certificates.tasks.render_certificate"

    uuid = public_uuid()
    token = models.CharField(_("verification token"), max_length=32, unique=True, default=new_token, editable=False)
    serial = models.CharField(_("serial"), max_length=30, unique=True, editable=False)
    kind = models.CharField(
        _("kind"), max_length=12, choices=CertificateKind.choices, default=CertificateKind.COMPLETION
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    enrolment = models.ForeignKey("cohorts.Enrolment", on_delete=models.PROTECT, related_name="certificates")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    status = models.CharField(
        _("status"), max_length=12, choices=CertificateStatus.choices, default=CertificateStatus.PENDING
    )
    name = models.CharField(_("name as printed"), max_length=60)
    frozen = models.JSONField(_("frozen data"), default=dict)
    design = models.CharField(_("design"), max_length=40)
    key_id = models.CharField(_("signing key"), max_length=40, blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    created_at = models.DateTimeField(_("created at"))
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_reason = models.CharField(_("reason it ended"), max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["status", "queued_at"], name="certificate_queue")]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "kind", "version"], name="certificate_once_per_version"),
            models.CheckConstraint(
                condition=~Q(status=CertificateStatus.ISSUED) | Q(issued_at__isnull=False),
                name="certificate_issued_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=CertificateStatus.PARKED) | ~Q(reason=""), name="certificate_parked_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def needs_name(self) -> bool:
        """Whether it waits for a name that can be printed; its holder can mend that."""
        return self.status == CertificateStatus.PARKED and self.reason.endswith(": name")

    @property
    def is_issued(self) -> bool:
        """Whether the sheet was drawn and stored."""
        return self.issued_at is not None

    @property
    def verify_path(self) -> str:
        """The path of the verification page, without scheme and host."""
        return f"/v/{self.token}/"


class CertificateFile(models.Model):
    """The stored bytes of one form of a certificate, with their hash."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("kind"), max_length=4, choices=FileKind.choices)
    file = models.FileField(storage=private_storage, max_length=200)
    sha256 = sha256_field()
    size = models.PositiveIntegerField(_("size in bytes"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("certificate file")
        verbose_name_plural = _("certificate files")
        constraints = [models.UniqueConstraint(fields=["certificate", "kind"], name="certificate_file_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"
