"""What helps those who lead a cohort: which questions are hard, and what came of calling somebody."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import CallOutcome
from cohorts.models.cohort import Cohort
from cohorts.models.enrolment import Enrolment
from foundation.fields import public_uuid


class QuestionTally(models.Model):
    """How many learners of a cohort answered a question, and how many of them wrongly at least once. Derived.

    Written in the transaction of the answer; ``services.tallies.recount`` gives the same from ``LessonProgress``.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="tallies")
    lesson_key = models.UUIDField(_("lesson"))
    question_id = models.CharField(_("question"), max_length=36)
    answered = models.PositiveIntegerField(_("learners who answered"), default=0)
    missed = models.PositiveIntegerField(_("learners who missed it at least once"), default=0)

    class Meta:
        verbose_name = _("tally of a question")
        verbose_name_plural = _("tallies of questions")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "lesson_key", "question_id"], name="tally_once_per_question"),
            models.CheckConstraint(condition=Q(missed__lte=F("answered")), name="tally_missed_within_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.missed}/{self.answered}"


class CallNote(models.Model):
    """What came of calling a learner, or of looking into why. Append-only, and never shown to the learner.

    The newest note of a learner decides until when the cohort's overview leaves them out of who needs a call.
    """

    uuid = public_uuid()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="calls")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("what came of it"), max_length=12, choices=CallOutcome.choices)
    text = models.TextField(_("note"), blank=True)
    snoozed_until = models.DateField(_("remind me again on"), null=True, blank=True)
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("note of a call")
        verbose_name_plural = _("notes of calls")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome=CallOutcome.OTHER) | ~Q(text="") | Q(snoozed_until__isnull=False),
                name="call_note_says_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.outcome}"
