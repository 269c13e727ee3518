"""The practice library."""

import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from accounts.rules import HasRights
from courses.blocks import PracticeBody
from courses.blocks.words import INLINE_FEATURES
from courses.enums import CostBand
from courses.models.translatable import WORDS_OF_EVERY_PAGE, copied, translated
from foundation.screens import HasScreen

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST_CHAIN = 12
"""How many adaptations of adaptations are followed. A chain of more is no credit that anybody reads."""


class PracticeIndexPage(HasRights, HasScreen, Page):
    """The library's first page."""

    introduction = models.TextField(_("introduction"), blank=True)

    translatable_fields = translated(*WORDS_OF_EVERY_PAGE, "introduction")
    content_panels = [*Page.content_panels, "introduction"]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.PracticePage"]
    is_open_to_writers = True
    max_count_per_parent = 1
    template = "courses/practices.html"

    class Meta:
        verbose_name = _("practice library")


def _words(label: "_StrPromise", help_text: "_StrPromise", *, blank: bool = True) -> RichTextField:
    return RichTextField(label, features=INLINE_FEATURES, blank=blank, help_text=help_text)


class PracticePage(HasRights, HasScreen, Page):
    """A principal's front-line method, citable, with its author, licence and edition.

    A draft may lack anything but its title. What is published says how children are protected, whom to credit and
    under which licence: Wagtail checks a page in full whenever it goes live.
    """

    summary = models.TextField(_("summary"), help_text=_("One sentence: what is done, and what for."))
    problem = _words(_("problem"), _("What was not right before? What did you see children do, or not do?"))
    context = _words(
        _("context"), _("What kind of school it grew in: size, boarding or not, who looks after the children.")
    )
    body = StreamField(PracticeBody(), verbose_name=_("how it is done"), blank=True)
    people = models.CharField(_("people"), max_length=120, blank=True, help_text=_("Who does it, and how many."))
    effort = models.CharField(_("time"), max_length=80, blank=True, help_text=_("For example: weekly, 30 minutes."))
    cost = models.CharField(_("cost"), max_length=10, choices=CostBand.choices, blank=True)
    risks = _words(
        _("risks and child protection"), _("What can go wrong, and what protects the children."), blank=False
    )
    suits = _words(_("who it suits"), _("For which children and schools, and for which not."))
    evidence = _words(
        _("evidence"), _("How you know that it helps. What somebody saw is worth more than a figure without a source.")
    )
    sources = _words(_("sources"), _("Books, laws and articles that this rests on."))
    region = models.CharField(
        _("where it comes from"), max_length=80, blank=True, help_text=_("A province or county, as the author agreed.")
    )
    author = models.CharField(
        _("author"), max_length=120, blank=True, help_text=_("Only when the author agreed to be named.")
    )
    school = models.CharField(
        _("school"), max_length=160, blank=True, help_text=_("Only when the author agreed to name it.")
    )
    credit = models.CharField(_("credit"), max_length=200, help_text=_("Author and school, as they agreed."))
    licence = models.CharField(
        _("licence"), max_length=60, default="CC BY 4.0", help_text=_("How others may use it. We ask for CC BY 4.0.")
    )
    edition = models.CharField(
        _("edition"), max_length=20, default="1.0", help_text=_("Raise it when what is done has changed.")
    )
    themes = ParentalManyToManyField(
        "courses.Theme",
        verbose_name=_("themes"),
        blank=True,
        related_name="practices",
        help_text=_("One to three words under which readers will look for it."),
    )
    adapted_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adaptations",
        verbose_name=_("adapted from"),
        help_text=_("The practice that this one changes. Its credit is kept."),
    )

    translatable_fields = [
        *translated(
            *WORDS_OF_EVERY_PAGE, "summary", "problem", "context", "body", "people", "effort", "risks", "suits"
        ),
        *translated("evidence", "sources", "region", "author", "school", "credit", "adapted_from"),
        *copied("cost", "licence", "edition", "themes"),
    ]
    content_panels = [
        *Page.content_panels,
        "summary",
        "themes",
        MultiFieldPanel(["problem", "context"], heading=_("Why: what was not right")),
        MultiFieldPanel(["body"], heading=_("How it is done")),
        MultiFieldPanel(["people", "effort", "cost"], heading=_("What it needs")),
        MultiFieldPanel(["risks", "suits"], heading=_("With care: protecting children, and who it suits")),
        MultiFieldPanel(["evidence", "sources"], heading=_("How we know that it helps")),
        MultiFieldPanel(
            ["author", "school", "region", "credit", "licence", "edition", "adapted_from"],
            heading=_("Where it comes from"),
        ),
    ]
    parent_page_types = ["courses.PracticeIndexPage"]
    subpage_types: list[str] = []
    template = "courses/practice.html"

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            models.CheckConstraint(
                condition=Q(adapted_from__isnull=True) | ~Q(adapted_from=F("page_ptr")),
                name="practice_is_not_adapted_from_itself",
            )
        ]

    def clean(self) -> None:
        """Refuse a practice that would, by way of others or at once, be adapted from itself."""
        super().clean()
        if any(key == self.translation_key for key in adapted_keys(self.adapted_from_id)):
            sentence = gettext("A practice cannot be adapted from itself, nor from one that was adapted from it.")
            raise ValidationError({"adapted_from": sentence})


def adapted_keys(practice_id: int | None) -> list[uuid.UUID]:
    """Return the translation keys of a practice and of what it was adapted from, nearest first: one query in all."""
    if practice_id is None:
        return []
    steps = ["adapted_from__" * step for step in range(LONGEST_CHAIN)]
    keys = PracticePage.objects.filter(pk=practice_id).values_list(*[f"{step}translation_key" for step in steps])
    return [key for key in keys.first() or () if key is not None]


class PracticeStats(models.Model):
    """What is counted about a practice in all languages. Never on the page: an older draft would reset it."""

    practice_key: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(_("practice"), unique=True)
    schools_tried = models.PositiveIntegerField(_("schools that tried it"), default=0)

    class Meta:
        verbose_name = _("practice in figures")
        verbose_name_plural = _("practices in figures")

    def __str__(self) -> str:
        return f"{self.practice_key} · {self.schools_tried}"
