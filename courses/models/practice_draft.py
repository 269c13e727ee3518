"""What a principal writes on the phone before it is a page: kept as typed, seen by its author alone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.practice import PracticePage
from foundation.fields import private_storage, public_uuid, sha256_field


class PracticeDraftQuerySet(models.QuerySet["PracticeDraft"]):
    """Drafts, by who may see them."""

    def visible_to(self, user: object) -> "PracticeDraftQuerySet":
        """Return the person's own. Editors see the page that becomes of one, never the draft."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(author=user)


class PracticeDraft(models.Model):
    """A practice being written in our own short form. ``uuid`` comes from the form, so once is once.

    ``answers`` is what was typed, ``{field: words or list of words}``; ``sent`` is what of it the page holds, in the
    same form, so that a second version changes only what its author changed and leaves an editor's corrections alone.
    """

    uuid: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="practice_drafts", verbose_name=_("author")
    )
    language = models.CharField(_("language"), max_length=10)
    adapts_key = models.UUIDField(_("adapted from"), null=True, blank=True)
    answers = models.JSONField(_("answers"), default=dict)
    sent = models.JSONField(_("handed in"), default=dict, blank=True)
    page = models.OneToOneField(
        PracticePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="draft", verbose_name=_("practice")
    )
    saved_at = models.DateTimeField(_("saved at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)

    objects = PracticeDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice being written")
        verbose_name_plural = _("practices being written")
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(page__isnull=True) | Q(submitted_at__isnull=False), name="practice_draft_page_was_submitted"
            )
        ]

    def __str__(self) -> str:
        return str(self.answers.get("title") or self.uuid)


class PracticeDraftPhoto(models.Model):
    """A photo of a draft, shrunk and without place and camera. Private until an editor publishes the practice."""

    uuid = public_uuid()
    draft = models.ForeignKey(PracticeDraft, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(storage=private_storage, max_length=200)
    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    sha256 = sha256_field()
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("photo of a practice")
        verbose_name_plural = _("photos of practices")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["draft", "sha256"], name="practice_photo_once_a_draft")]

    def __str__(self) -> str:
        return str(self.uuid)
