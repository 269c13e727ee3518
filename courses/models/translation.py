"""What of a translation waits for a translator because its source has changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import String, Translation


class StalePassage(models.Model):
    """One passage whose source changed after it was translated (docs/translation.md).

    ``path`` is the passage's content path: a field, or a field, a block id and what lies in the block. ``string`` is
    what the source says now; none where a block changed in something other than words. ``before`` is what the source
    said when the passage was translated; empty where the passage is new.
    """

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="stale_passages")
    path = models.TextField(_("place"))
    string = models.ForeignKey(String, null=True, on_delete=models.CASCADE, related_name="+")
    before = models.TextField(_("source before"), blank=True)
    since = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("passage to translate again")
        verbose_name_plural = _("passages to translate again")
        constraints = [
            models.UniqueConstraint(fields=["translation", "path", "string"], name="stale_passage_once"),
            models.UniqueConstraint(
                fields=["translation", "path"], condition=models.Q(string=None), name="stale_block_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.translation_id} · {self.path}"

    @property
    def block_id(self) -> str:
        """The block that the passage lies in; for a plain field its name."""
        place, *inside = self.path.split(".")
        return inside[0] if inside else place

    @property
    def is_new(self) -> bool:
        """Whether the source did not have this passage when the page was translated."""
        return self.string_id is not None and not self.before
