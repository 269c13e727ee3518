"""What a careful colleague says at the doors: before publishing what must be mended, at handing in what should be."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.rendering import latest_draft
from courses.services.proofreading import Finding, must_be_mended, proofread

TOLD = 3
"""How many findings are told at once; the panel "For the reader" shows all."""


@hooks.register("before_publish_page")
def mend_first(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep a page as a draft that lacks what every reader needs: words for a picture, a transcript, a licence."""
    found = must_be_mended(page)
    if not found:
        return None
    messages.error(request, _("Saved as a draft, not published.") + " " + _told(found))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def mend_many_first(request: HttpRequest, action: str, chosen: Sequence[Any], view: Any) -> HttpResponse | None:
    """Refuse to publish many pages at once while one of them must be mended; the pages are named."""
    if action != "publish" or not all(isinstance(page, Page) for page in chosen):
        return None
    titles = [page.draft_title for page in chosen if must_be_mended(latest_draft(page))]
    if not titles:
        return None
    sentence = _("Nothing was published. Something must be mended first in: %(titles)s.")
    messages.error(request, sentence % {"titles": " · ".join(titles[:TOLD])})
    parent = chosen[0].get_parent()
    return redirect("wagtailadmin_explore", parent.pk) if parent else redirect("wagtailadmin_explore_root")


@hooks.register("after_edit_page")
def tell_at_handing_in(request: HttpRequest, page: Page) -> None:
    """Tell whoever hands a page in for review what its reviewer would say first."""
    if "action-submit" in request.POST and (found := proofread(page)):
        messages.warning(request, _("Before your reviewer says it:") + " " + _told(found))


def _told(findings: Iterable[Finding]) -> str:
    return " ".join(dict.fromkeys(finding.sentence for finding in list(findings)[:TOLD]))
