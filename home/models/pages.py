"""The home page and plain pages such as the privacy notice."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import Page

from accounts.rules import HasRights
from courses.blocks.words import INLINE_FEATURES
from courses.models.translatable import WORDS_OF_EVERY_PAGE, translated
from foundation.screens import HasScreen


class HomePage(HasRights, HasScreen, Page):
    """The first page of one language."""

    lead = models.TextField(_("lead"), blank=True, help_text=_("What Terrace is, in two sentences."))
    introduction = RichTextField(_("introduction"), features=[*INLINE_FEATURES, "h2"], blank=True)

    translatable_fields = translated(*WORDS_OF_EVERY_PAGE, "lead", "introduction")
    content_panels = [*Page.content_panels, "lead", "introduction"]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CourseIndexPage", "courses.PracticeIndexPage", "home.StandardPage"]
    template = "home/home.html"

    class Meta:
        verbose_name = _("home page")


class StandardPage(HasRights, HasScreen, Page):
    """A page of text, for instance the privacy notice."""

    body = RichTextField(_("text"), features=[*INLINE_FEATURES, "h2", "h3"], blank=True)

    translatable_fields = translated(*WORDS_OF_EVERY_PAGE, "body")
    content_panels = [*Page.content_panels, "body"]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    template = "home/standard.html"

    class Meta:
        verbose_name = _("page")
