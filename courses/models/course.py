"""Pages from the catalogue down to the module. Pages hold words; nothing that the system counts lives on them."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from accounts.rules import HasRights
from courses.blocks.words import INLINE_FEATURES
from courses.enums import CourseAccess
from courses.models.translatable import WORDS_OF_EVERY_PAGE, copied, translated
from foundation.screens import HasScreen


class CourseIndexPage(HasRights, HasScreen, Page):
    """The catalogue of courses."""

    introduction = models.TextField(_("introduction"), blank=True)

    translatable_fields = translated(*WORDS_OF_EVERY_PAGE, "introduction")
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction", help_text=_("A sentence or two above the list of courses.")),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.CoursePage"]
    max_count_per_parent = 1
    template = "courses/catalogue.html"

    class Meta:
        verbose_name = _("course catalogue")


class CoursePage(HasRights, HasScreen, Page):
    """A course: what it is about, its hours, who may read it, and what finishing it takes."""

    summary = models.TextField(_("summary"), help_text=_("One or two sentences, for the catalogue."))
    introduction = RichTextField(_("introduction"), features=INLINE_FEATURES, blank=True)
    hours = models.DecimalField(
        _("hours"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(0),
        help_text=_("Credit hours, printed on the certificate."),
    )
    access = models.CharField(_("who may read"), max_length=10, choices=CourseAccess.choices, default=CourseAccess.OPEN)
    minimum_score = models.PositiveSmallIntegerField(
        _("minimum score in percent"),
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("The share of questions that must be answered right, at the best try."),
    )

    late_days = models.PositiveSmallIntegerField(
        _("days that late reports are taken"),
        null=True,
        blank=True,
        help_text=_(
            "Empty: always, and marked as late. 0: not after the last day. A cohort keeps what stands here when it "
            "opens, and a facilitator can give anybody longer."
        ),
    )

    translatable_fields = [
        *translated(*WORDS_OF_EVERY_PAGE, "summary", "introduction"),
        *copied("hours", "access", "minimum_score", "late_days"),
    ]
    content_panels = [
        *Page.content_panels,
        "summary",
        FieldPanel(
            "introduction",
            help_text=_("What a principal can do afterwards, for whom the course is, and what it takes."),
        ),
        MultiFieldPanel(
            [
                "hours",
                FieldPanel("access", help_text=_("Open courses are read by everybody, also without signing in.")),
                "minimum_score",
                "late_days",
            ],
            heading=_("Who may read it, and what finishing takes"),
        ),
    ]
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.ModulePage"]
    template = "courses/course.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.CheckConstraint(condition=Q(minimum_score__lte=100), name="course_minimum_score_is_a_percentage"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="course_hours_are_not_negative"),
        ]


class ModulePage(HasRights, HasScreen, Page):
    """A part of a course that a principal downloads and studies as a whole."""

    summary = models.TextField(_("summary"), blank=True)

    translatable_fields = translated(*WORDS_OF_EVERY_PAGE, "summary")
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary", help_text=_("One sentence: what the lessons of this module have in common.")),
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage", "courses.AssignmentPage"]
    is_open_to_writers = True
    template = "courses/module.html"

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
