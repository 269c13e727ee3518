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


QUESTION_TYPES = ("single_choice", "multiple_choice", "true_false")
"""Names of the blocks that are recall questions."""

TRUE, FALSE = "true", "false"
"""The option ids of a true-or-false question; those of other questions are the ids of their list items."""
