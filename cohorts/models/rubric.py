"""What a report is judged by, as it stood when the report was handed in."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.fields import public_uuid, sha256_field


@dataclass(frozen=True)
class Judged:
    """A criterion, the level that was chosen for it, and what that level looks like."""

    criterion: str
    level: str
    text: str


class RubricVersion(models.Model):
    """The rubric of an assignment in one language. Never edited: an edit of the page is a new row, by content hash.

    ``criteria`` is a list of ``{"id", "name", "text", "levels": [{"id", "name", "text"}, …]}``, levels from the best
    down.
    """

    uuid = public_uuid()
    assignment_key = models.UUIDField(_("assignment"))
    language = models.CharField(_("language"), max_length=10)
    content_hash = sha256_field()
    criteria = models.JSONField(_("criteria"), default=list)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("version of a rubric")
        verbose_name_plural = _("versions of rubrics")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment_key", "language", "content_hash"], name="rubric_version_once_per_content"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_key} {self.content_hash[:8]}"

    def known(self, levels: Mapping[str, str]) -> dict[str, str]:
        """Return those of ``levels`` (criterion id → level id) that this rubric has."""
        return {
            criterion["id"]: levels[criterion["id"]]
            for criterion in self.criteria
            if levels.get(criterion["id"]) in {level["id"] for level in criterion["levels"]}
        }

    def missing(self, levels: Mapping[str, str]) -> list[str]:
        """Return the names of the criteria for which ``levels`` has none."""
        known = self.known(levels)
        return [criterion["name"] for criterion in self.criteria if criterion["id"] not in known]

    def judged(self, levels: Mapping[str, str]) -> list[Judged]:
        """Return what ``levels`` says, in words, in the order of the rubric."""
        return [
            Judged(criterion["name"], level["name"], level["text"])
            for criterion in self.criteria
            for level in criterion["levels"]
            if levels.get(criterion["id"]) == level["id"]
        ]
