"""Words with a fixed set of values."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CourseAccess(models.TextChoices):
    """Who may read a course's lessons."""

    OPEN = "open", _("open to read")
    MEMBERS = "members", _("members of a cohort only")


class CalloutTone(models.TextChoices):
    """What a callout means; templates choose how it looks."""

    NOTE = "note", _("Good to know")
    CARE = "care", _("Take care")
    WARNING = "warning", _("A child's safety")


class SearchKind(models.TextChoices):
    """What can be searched for."""

    LESSON = "lesson", _("lesson")
    PRACTICE = "practice", _("practice")


class CostBand(models.TextChoices):
    """What a practice costs a school in a year."""

    NONE = "none", _("almost nothing")
    LOW = "low", _("up to 500 yuan a year")
    MEDIUM = "medium", _("500 to 5,000 yuan a year")
    HIGH = "high", _("more than 5,000 yuan a year")


class ReportState(models.TextChoices):
    """What became of a mistake that a reader reported."""

    OPEN = "open", _("open")
    MENDED = "mended", _("mended")
    DECLINED = "declined", _("left as it is")


class WordImportStatus(models.TextChoices):
    """How far the import of a Word document is."""

    PENDING = "pending", _("waiting")
    RUNNING = "running", _("being read")
    READY = "ready", _("ready to look at")
    DRAFTED = "drafted", _("made into a draft")
    FAILED = "failed", _("could not be read")


class LibraryOrder(models.TextChoices):
    """In which order the practice library is read."""

    TRIED = "tried", _("tried by most schools first")
    NEW = "new", _("newest first")


class CreditAs(models.TextChoices):
    """How much of a practice's author the author agreed to have told."""

    NAME_AND_SCHOOL = "name", _("My name and my school")
    SCHOOL = "school", _("My school only")
    REGION = "region", _("My province or county only")


class DraftState(models.TextChoices):
    """Where a practice written in the short form stands, in its author's words."""

    DRAFT = "draft", _("Not handed in yet")
    IN_REVIEW = "review", _("With the editors")
    RETURNED = "returned", _("Returned with comments")
    PUBLISHED = "published", _("Published")
    GONE = "gone", _("Not in the library; your words are kept here")


WRITABLE_STATES = (DraftState.DRAFT, DraftState.RETURNED, DraftState.GONE)
"""States in which the author may write on."""


CHOICE_TYPES = ("single_choice", "multiple_choice", "true_false")
"""Names of the question blocks that are answered by choosing options."""

TYPED_TYPES = ("short_text", "number")
"""Names of the question blocks that are answered by typing."""

QUESTION_TYPES = (*CHOICE_TYPES, *TYPED_TYPES, "order", "match", "scenario")
"""Names of the blocks that are recall questions."""

UNJUDGED_TYPES = ("reflection", "poll")
"""Names of the blocks that ask without judging."""

TRUE, FALSE = "true", "false"
"""The option ids of a true-or-false question; those of other questions are the ids of their list items."""
