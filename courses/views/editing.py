"""What the editor's side panel asks for: the page's weight and findings, and a link to read the draft on a phone."""

import segno
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from courses.rendering import BUDGETS, PageNotRenderedError, Weight, latest_draft, weigh
from courses.services.drafts import share_draft
from courses.services.proofreading import proofread


@never_cache
@require_safe
def reading(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what the newest draft costs a reader and what a careful colleague would say about it."""
    draft = latest_draft(_editable(request, page_id))
    weight = _weight(draft)
    findings = proofread(draft, weight=weight)
    context = {"weight": weight, "findings": findings, "count": len(findings), "budgets": BUDGETS}
    return render(request, "courses/admin/reading.html", context)


@never_cache
@require_POST
def draft_link(request: HttpRequest, page_id: int) -> HttpResponse:
    """Make a link that opens the newest draft on a phone for a day, with its QR code."""
    shared = share_draft(page=_editable(request, page_id), actor=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("teaching:draft", args=[shared.token]))
    code = segno.make(address, error="l", micro=False).svg_data_uri(border=3, light="#fff")
    context = {"address": address, "code": code, "until": shared.until}
    return render(request, "courses/admin/draft_link.html", context)


def _editable(request: HttpRequest, page_id: int) -> Page:
    """Return the page; raise 404 when there is none and 403 for whoever may not edit it."""
    page: Page = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


def _weight(draft: Page) -> Weight | None:
    """Return the draft's weight; ``None`` when a block is not filled in enough to be shown, which the panel says."""
    try:
        return weigh(draft)
    except PageNotRenderedError:
        return None
