"""What a learner's cohorts were told."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cohorts.models import Announcement
from cohorts.selectors import announcements_for
from cohorts.services.announcing import note_read

PER_PAGE = 20


@never_cache
@login_required
@require_GET
def announcements(request: HttpRequest) -> HttpResponse:
    """List what the reader's cohorts were told, pinned first."""
    page = Paginator(announcements_for(request.user, timezone.now()), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/announcements.html", {"page": page, "active": "today"})


@never_cache
@login_required
@require_POST
def read(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Note that the reader has read it, and lead to all of them."""
    now = timezone.now()
    visible = Announcement.objects.visible_to(request.user, now)
    note_read(announcement=get_object_or_404(visible, uuid=number), reader=request.user, at=now)
    return redirect("cohorts:told")


@login_required
@require_GET
def picture(request: HttpRequest, number: uuid.UUID) -> HttpResponseBase:
    """Serve the picture of an announcement to those who may see it; to others it does not exist."""
    visible = Announcement.objects.visible_to(request.user, timezone.now())
    found = visible.filter(uuid=number).exclude(picture="").first()
    if found is None:
        raise Http404
    kind = (found.picture.name or "").rpartition(".")[2].replace("jpg", "jpeg")
    response = FileResponse(found.picture.open("rb"), content_type=f"image/{kind}")
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
