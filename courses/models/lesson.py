"""Lesson and assignment pages."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from accounts.rules import HasRights
from courses.blocks import AssignmentPrompts, LessonBody, Rubric
from courses.blocks.identity import require_identity
from courses.blocks.words import INLINE_FEATURES
from courses.models.translatable import WORDS_OF_EVERY_PAGE, copied, translated
from foundation.screens import HasScreen


class LessonPage(HasRights, HasScreen, Page):
    """A lesson of about ten minutes. Its HTML is the same for every reader; what a reader did is kept elsewhere."""

    summary = models.TextField(_("summary"), help_text=_("One sentence: what the reader can do afterwards."))
    minutes = models.PositiveSmallIntegerField(
        _("reading time in minutes"), default=8, help_text=_("An estimate for the reader; never counted.")
    )
    body = StreamField(LessonBody(), verbose_name=_("text of the lesson"), blank=True)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in percent"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("The share of questions that must be right to finish the lesson. 0: any answer counts."),
    )
    tries = models.PositiveSmallIntegerField(
        _("tries"),
        default=0,
        help_text=_("How often a question may be answered on the screen. 0: as often as one likes."),
    )
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Who wrote it, as they agreed."))
    sources = RichTextField(_("sources"), features=INLINE_FEATURES, blank=True)

    translatable_fields = [
        *translated(*WORDS_OF_EVERY_PAGE, "summary", "body", "credit", "sources"),
        *copied("minutes", "pass_mark", "tries"),
    ]
    content_panels = [
        *Page.content_panels,
        "summary",
        "minutes",
        FieldPanel(
            "body",
            help_text=_(
                "Add blocks with the plus sign: text, pictures, a question, a small step. About 400 words are a "
                "lesson; the panel with the tick mark tells what it weighs on a phone."
            ),
        ),
        MultiFieldPanel(
            [
                FieldPanel("credit"),
                FieldPanel("sources", help_text=_("Books, laws and articles that the lesson rests on, with links.")),
            ],
            heading=_("Who wrote it, and from what"),
        ),
        MultiFieldPanel(["pass_mark", "tries"], heading=_("How it is finished"), classname="collapsed"),
    ]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.CheckConstraint(condition=Q(pass_mark__lte=100), name="lesson_pass_mark_is_a_percentage"),
        ]

    @property
    def edition(self) -> int:
        """When these words were published, in seconds since 1970: a page kept on a phone tells by it that it is old."""
        return int(self.last_published_at.timestamp()) if self.last_published_at else 0

    def clean(self) -> None:
        """Refuse content whose answers could not be kept, before anything of it is saved."""
        super().clean()
        require_identity(self.body, title=self.title)


class AssignmentPage(HasRights, HasScreen, Page):
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
    rubric = StreamField(
        Rubric(),
        verbose_name=_("rubric"),
        blank=True,
        help_text=_("Three to six criteria by which the report is judged. The learner sees them beforehand."),
    )

    translatable_fields = translated(*WORDS_OF_EVERY_PAGE, "summary", "introduction", "practice", "prompts", "rubric")
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary", help_text=_("One sentence: what is done at school, and for whom.")),
        FieldPanel("introduction", help_text=_("What to do, step by step, and how long it may take.")),
        FieldPanel("practice", help_text=_("The practice from the library that is tried, if there is one.")),
        FieldPanel(
            "prompts", help_text=_("What the report asks for: three questions are enough. Photos show no child's face.")
        ),
        "rubric",
    ]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/assignment.html"

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
