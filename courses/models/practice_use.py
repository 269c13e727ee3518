"""Which practices a lesson or an assignment leads to, as rows: nobody reads a StreamField to know it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.models.practice import PracticePage


class PracticeUse(models.Model):
    """A lesson or assignment page leads to a practice.

    Written whenever the page is saved whole (made, published, taken back to an older state), gone with the page. Rows
    of a page that is not live stay: what it leads to must still be there when it is published again. Readers are led
    to the practice in their own language, so ask by ``practice__translation_key``.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="practice_uses", verbose_name=_("page"))
    practice = models.ForeignKey(
        PracticePage, on_delete=models.RESTRICT, related_name="uses", verbose_name=_("practice")
    )

    class Meta:
        verbose_name = _("use of a practice")
        verbose_name_plural = _("uses of practices")
        constraints = [models.UniqueConstraint(fields=["page", "practice"], name="practice_use_once_a_page")]

    def __str__(self) -> str:
        return f"{self.page_id} · {self.practice_id}"
