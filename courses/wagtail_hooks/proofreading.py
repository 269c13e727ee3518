"""What a careful colleague says at handing in; what must be mended is asked at every door that publishes."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.models import QuestionBank
from courses.services.proofreading import Finding, proofread

TOLD = 3
"""How many findings are told at once; the panel "For the reader" shows all."""


@hooks.register("after_edit_page")
@hooks.register("after_edit_snippet")
def tell_at_handing_in(request: HttpRequest, page: Any) -> None:
    """Tell whoever hands a page or a question bank in for review what its reviewer would say first."""
    if "action-submit" not in request.POST or not isinstance(page, Page | QuestionBank):
        return
    if found := proofread(page):
        messages.warning(request, _("Before your reviewer says it:") + " " + _told(found))


def _told(findings: Iterable[Finding]) -> str:
    return " ".join(dict.fromkeys(finding.sentence for finding in list(findings)[:TOLD]))
