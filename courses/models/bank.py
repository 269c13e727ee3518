"""Question banks: questions that several lessons draw from."""

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, TranslatableMixin, WorkflowMixin

from accounts.rules import PublishedBySecondPerson
from courses.blocks import BankQuestions
from courses.blocks.identity import require_identity
from courses.models.translatable import translated


class QuestionBank(
    PublishedBySecondPerson,
    WorkflowMixin,
    DraftStateMixin,
    RevisionMixin,
    PreviewableMixin,
    TranslatableMixin,
    models.Model,
):
    """A reusable set of questions on one subject, in one language.

    It has drafts, so that nobody changes what live lessons ask by saving. Publishing it records anew the versions of
    the lessons that draw from it.
    """

    title = models.CharField(_("title"), max_length=200, help_text=_("Only those who write see it."))
    questions = StreamField(
        BankQuestions(),
        verbose_name=_("questions"),
        help_text=_("Lessons draw some of these for each learner. About equally hard ones make it fair."),
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question_bank",
        for_concrete_model=False,
    )

    translatable_fields = translated("title", "questions")
    panels = ["title", "questions"]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")

    def __str__(self) -> str:
        return self.title

    @property
    def question_count(self) -> int:
        """How many questions it holds."""
        return len(self.questions)

    @property
    def revisions(self) -> Any:
        """The drafts and former contents, which go when the bank goes."""
        return self._revisions

    def clean(self) -> None:
        """Refuse content whose answers could not be kept, before anything of it is saved."""
        super().clean()
        require_identity(self.questions, title=self.title)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """Show every question as a lesson shows it."""
        return "courses/bank_preview.html"
