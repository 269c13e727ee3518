"""Lesson and assignment pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from courses.blocks import AssignmentPrompts, LessonBody
from courses.blocks.identity import require_identity
from courses.blocks.words import INLINE_FEATURES
from foundation.screens import HasScreen


class LessonPage(HasScreen, Page):
    """A lesson of about ten minutes. Its HTML is the same for every reader; what a reader did is kept elsewhere."""

    summary = models.TextField(_("summary"), help_text=_("One sentence: what the reader can do afterwards."))
    minutes = models.PositiveSmallIntegerField(
        _("reading time in minutes"), default=8, help_text=_("An estimate for the reader; never counted.")
    )
    body = StreamField(LessonBody(), verbose_name=_("text of the lesson"), blank=True)

    content_panels = [*Page.content_panels, "summary", "minutes", "body"]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def clean(self) -> None:
        """Refuse content whose answers could not be kept, before anything of it is saved."""
        super().clean()
        require_identity(self.body, title=self.title)


class AssignmentPage(HasScreen, Page):
    """Work to do at school and to report."""

    summary = models.TextField(_("summary"))
    introduction = RichTextField(_("what to do"), features=INLINE_FEATURES, blank=True)
    practice = models.ForeignKey(
        "courses.PracticePage",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("practice to try"),
    )
    prompts = StreamField(AssignmentPrompts(), verbose_name=_("questions"))

    content_panels = [*Page.content_panels, "summary", "introduction", "practice", "prompts"]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/assignment.html"

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
