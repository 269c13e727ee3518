"""Our own image and document models, in place from the first migration because the upload pipeline hangs on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.images.models import Image as WagtailImage

KINDS = {"docx": "Word", "xlsx": "Excel", "pptx": "PowerPoint"}
"""Words for extensions that are not words themselves."""


class Picture(AbstractImage):
    """An image of the content. Its file has been through the upload pipeline, so it carries no metadata."""

    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Who took or drew it."))
    licence = models.CharField(
        _("licence"), max_length=100, blank=True, help_text=_("For example CC BY 4.0, or how we may use it.")
    )

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit", "licence")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def create_renditions(self, *filters: Filter) -> dict[Filter, AbstractRendition]:
        """Make renditions and return those that the database has.

        Two requests may make the same ones at once. Wagtail then lets the second go on with files that no row knows,
        so its page names pictures that no later one will name, and a phone refuses the module for it.
        """
        made: dict[Filter, AbstractRendition] = super().create_renditions(*filters)
        if len(filters) > 1:
            rows = self.renditions.filter(filter_spec__in=[wanted.spec for wanted in filters])
            stored = {(row.filter_spec, row.focal_point_key): row for row in rows}
            for wanted, rendition in made.items():
                row = stored[wanted.spec, wanted.get_cache_key(self)]
                if row.file.name != rendition.file.name:
                    rendition.file.delete(save=False)
                made[wanted] = row
        return made


class Rendition(AbstractRendition):
    """A picture at one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = _("rendition")
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_unique"),
        ]


class Handout(AbstractDocument):
    """A file to download. Its kind was checked by its first bytes, not by its name."""

    licence = models.CharField(_("licence"), max_length=100, blank=True)

    admin_form_fields = (*WagtailDocument.admin_form_fields, "licence")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("handout")
        verbose_name_plural = _("handouts")

    @property
    def kind(self) -> str:
        """What the file is, in a word that people know: Word, PDF."""
        extension = self.file_extension.lower()
        return KINDS.get(extension, extension.upper())
