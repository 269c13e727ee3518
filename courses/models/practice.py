"""The practice library."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from courses.blocks import PracticeBody
from courses.blocks.words import INLINE_FEATURES
from courses.enums import CostBand
from foundation.screens import HasScreen

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


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


def _words(label: "_StrPromise", help_text: "_StrPromise") -> RichTextField:
    return RichTextField(label, features=INLINE_FEATURES, blank=True, help_text=help_text)


class PracticePage(HasScreen, Page):
    """A principal's front-line method, citable, with its author, licence and edition."""

    summary = models.TextField(_("summary"), help_text=_("One sentence: what is done, and what for."))
    problem = _words(_("problem"), _("What was not right before? What did you see children do, or not do?"))
    context = _words(
        _("context"), _("What kind of school it grew in: size, boarding or not, who looks after the children.")
    )
    body = StreamField(PracticeBody(), verbose_name=_("how it is done"), blank=True)
    people = models.CharField(_("people"), max_length=120, blank=True, help_text=_("Who does it, and how many."))
    effort = models.CharField(_("time"), max_length=80, blank=True, help_text=_("For example: weekly, 30 minutes."))
    cost = models.CharField(_("cost"), max_length=10, choices=CostBand.choices, blank=True)
    risks = _words(_("risks and child protection"), _("What can go wrong, and what protects the children."))
    suits = _words(_("who it suits"), _("For which children and schools, and for which not."))
    evidence = _words(
        _("evidence"), _("How you know that it helps. What somebody saw is worth more than a figure without a source.")
    )
    sources = _words(_("sources"), _("Books, laws and articles that this rests on."))
    region = models.CharField(_("where it comes from"), max_length=80, blank=True)
    author = models.CharField(_("author"), max_length=120, blank=True)
    school = models.CharField(_("school"), max_length=160, blank=True)
    credit = models.CharField(_("credit"), max_length=200, help_text=_("Author and school, as they agreed."))
    licence = models.CharField(_("licence"), max_length=60, default="CC BY 4.0")
    edition = models.CharField(_("edition"), max_length=20, default="1.0")
    themes = ParentalManyToManyField("courses.Theme", verbose_name=_("themes"), blank=True, related_name="practices")
    adapted_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adaptations",
        verbose_name=_("adapted from"),
        help_text=_("The practice that this one changes. Its credit is kept."),
    )

    content_panels = [
        *Page.content_panels,
        "summary",
        "themes",
        "problem",
        "context",
        "body",
        "people",
        "effort",
        "cost",
        "risks",
        "suits",
        "evidence",
        "sources",
        "region",
        "author",
        "school",
        "credit",
        "licence",
        "edition",
        "adapted_from",
    ]
    parent_page_types = ["courses.PracticeIndexPage"]
    subpage_types: list[str] = []
    template = "courses/practice.html"

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")


class PracticeStats(models.Model):
    """What is counted about a practice in all languages. Never on the page: an older draft would reset it."""

    practice_key: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(_("practice"), unique=True)
    schools_tried = models.PositiveIntegerField(_("schools that tried it"), default=0)

    class Meta:
        verbose_name = _("practice in figures")
        verbose_name_plural = _("practices in figures")

    def __str__(self) -> str:
        return f"{self.practice_key} · {self.schools_tried}"
