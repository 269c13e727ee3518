"""Question banks: questions that several lessons draw from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin

from courses.blocks import BankQuestions
from courses.blocks.identity import require_identity


class QuestionBank(TranslatableMixin, models.Model):
    """A reusable set of questions on one subject, in one language."""

    title = models.CharField(_("title"), max_length=200)
    questions = StreamField(BankQuestions(), verbose_name=_("questions"))

    panels = ["title", "questions"]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse content whose answers could not be kept, before anything of it is saved."""
        super().clean()
        require_identity(self.questions, title=self.title)
