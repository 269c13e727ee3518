"""The practice library."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page

from courses.blocks import PracticeBody
from foundation.screens import HasScreen


class PracticeIndexPage(HasScreen, Page):
    """The library's first page."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "introduction"]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.PracticePage"]
    max_count_per_parent = 1
    template = "courses/practices.html"

    class Meta:
        verbose_name = _("practice library")


class PracticePage(HasScreen, Page):
    """A principal's front-line method, citable, with its author, licence and edition."""

    summary = models.TextField(_("summary"), help_text=_("One sentence: what is done, and what for."))
    effort = models.CharField(_("effort"), max_length=80, blank=True, help_text=_("For example: weekly, 30 minutes."))
    region = models.CharField(_("where it comes from"), max_length=80, blank=True)
    credit = models.CharField(_("credit"), max_length=200, help_text=_("Author and school, as they agreed."))
    licence = models.CharField(_("licence"), max_length=60, default="CC BY 4.0")
    edition = models.CharField(_("edition"), max_length=20, default="1.0")
    themes = models.CharField(_("themes"), max_length=200, blank=True, help_text=_("Short words, a comma between."))
    body = StreamField(PracticeBody(), verbose_name=_("how it is done"), blank=True)

    content_panels = [
        *Page.content_panels,
        "summary",
        "effort",
        "region",
        "credit",
        "licence",
        "edition",
        "themes",
        "body",
    ]
    parent_page_types = ["courses.PracticeIndexPage"]
    subpage_types: list[str] = []
    template = "courses/practice.html"

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")

    def theme_list(self) -> list[str]:
        """Return the themes as separate words."""
        return [theme.strip() for theme in self.themes.replace("，", ",").split(",") if theme.strip()]
