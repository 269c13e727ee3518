"""A Word document on its way to becoming a draft. The row outlives the request, the worker and the browser's tab."""

from django.conf import settings
from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import WordImportStatus
from foundation.fields import public_uuid
from foundation.models import LeasedWork


def private_storage() -> Storage:
    """Return the storage of documents that are being imported; only their sender sees anything of them."""
    return storages["private"]


class WordImportQuerySet(models.QuerySet["WordImport"]):
    """Imports, by who may see them."""

    def visible_to(self, user: object) -> "WordImportQuerySet":
        """Return the person's own: what somebody else's document holds is nobody's business until it is a draft."""
        return self.filter(who=user) if getattr(user, "is_authenticated", False) else self.none()


class WordImport(LeasedWork):
    """One import of one file under one page. Importing the same file again is another row, and another draft.

    ``content`` is what the draft will hold and ``report`` what became of everything in the document; both are written
    once, by the worker that read it (their shape: ``courses.services.importing.result``).
    """

    PENDING = WordImportStatus.PENDING
    RUNNING = WordImportStatus.RUNNING
    FAILED = WordImportStatus.FAILED
    TASK = "courses.tasks.read_word_document"

    uuid = public_uuid()
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="word_imports")
    parent = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("where the draft goes")
    )
    file = models.FileField(_("file"), storage=private_storage, max_length=200)
    file_name = models.CharField(_("name of the file"), max_length=200)
    status = models.CharField(
        _("status"), max_length=10, choices=WordImportStatus.choices, default=WordImportStatus.PENDING
    )
    parts_done = models.PositiveSmallIntegerField(_("parts done"), default=0)
    parts = models.PositiveSmallIntegerField(_("parts"), default=1)
    content = models.JSONField(_("content"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=list, blank=True)
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("draft")
    )
    created_at = models.DateTimeField(_("created at"))

    objects = WordImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Word import")
        verbose_name_plural = _("Word imports")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["status", "queued_at"], name="word_import_queue")]
        constraints = [
            models.CheckConstraint(condition=Q(parts_done__lte=F("parts")), name="word_import_is_at_most_done"),
            models.CheckConstraint(
                condition=~Q(status=WordImportStatus.FAILED) | ~Q(reason=""), name="word_import_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def progress(self) -> int:
        """The share of the work that is done, in percent: parts counted, never guessed."""
        return 100 * self.parts_done // self.parts if self.parts else 0

    @property
    def is_waiting(self) -> bool:
        """Whether the document is still being read."""
        return self.status in (WordImportStatus.PENDING, WordImportStatus.RUNNING)
