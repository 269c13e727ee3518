"""Deleting practices in the admin: one that assignments ask to try stays, and the refusal names them."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from courses.models import AssignmentPage


@hooks.register("before_delete_page")
def keep_practice_of_assignments(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a practice, or what holds it, while an assignment outside asks to try it."""
    return _refusal(request, [page])


@hooks.register("before_bulk_action")
def keep_practices_of_assignments(
    request: HttpRequest, action: str, chosen: Sequence[Any], view: Any
) -> HttpResponse | None:
    """Refuse the same for many pages at once."""
    if action == "delete" and chosen and all(isinstance(page, Page) for page in chosen):
        return _refusal(request, chosen)
    return None


def _refusal(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    asked = reduce(or_, (Q(practice__path__startswith=page.path) for page in pages))
    gone_too = reduce(or_, (Q(path__startswith=page.path) for page in pages))
    titles = list(AssignmentPage.objects.filter(asked).exclude(gone_too).values_list("title", flat=True)[:6])
    if not titles:
        return None
    sentence = _("Not deleted, because assignments ask to try this practice: %(titles)s. Change them first.")
    messages.error(request, sentence % {"titles": " · ".join(titles)})
    parent = pages[0].get_parent()
    return redirect("wagtailadmin_explore", parent.pk) if parent else redirect("wagtailadmin_explore_root")
