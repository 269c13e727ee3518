"""What a lesson asked at one moment: the record that grading reads (docs/decisions/0005)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.fields import public_uuid, sha256_field


class LessonVersion(models.Model):
    """An immutable copy of a published lesson's questions, in one language.

    ``questions`` is a list of ``{"id", "type", "required", "prompt", "options": [{"id", "is_correct", "text"}]}``.
    The newest row of a (translation_key, locale) is the current one. It has no link to the page: a deleted page takes
    its revisions with it, and what was answered must still be graded and explained.
    """

    uuid = public_uuid()
    translation_key = models.UUIDField(_("lesson"))
    locale = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title"), max_length=255)
    content_hash = sha256_field()
    questions = models.JSONField(_("questions"), default=list)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in percent"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("lesson version")
        verbose_name_plural = _("lesson versions")
        ordering = ["id"]
        indexes = [models.Index(fields=["translation_key", "locale", "-id"], name="version_newest")]

    def __str__(self) -> str:
        return f"{self.title} · {self.locale} · {self.content_hash[:8]}"

    def question(self, question_id: str) -> "dict[str, object] | None":
        """Return the question of that id, or ``None`` when this version does not ask it."""
        return next((q for q in self.questions if q["id"] == question_id), None)

    @property
    def required_ids(self) -> frozenset[str]:
        """The ids of the questions that must be answered before the lesson can be finished."""
        return frozenset(str(q["id"]) for q in self.questions if q["required"])
