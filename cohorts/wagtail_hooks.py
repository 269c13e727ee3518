"""Deleting and unpublishing pages in the admin: what a cohort was promised stays, and the refusal says so in words."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from cohorts.models import Cohort

NAMED = 5
"""How many cohorts a refusal names; a longer list helps nobody."""


@hooks.register("before_delete_page")
def keep_courses_of_cohorts(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a course, or anything above it, while a cohort takes or took it."""
    return _refusal(request, [page])


@hooks.register("before_bulk_action")
def keep_many_courses_of_cohorts(
    request: HttpRequest, action: str, chosen: Sequence[Any], view: Any
) -> HttpResponse | None:
    """Refuse the same for many pages at once."""
    if action == "delete" and chosen and all(isinstance(page, Page) for page in chosen):
        return _refusal(request, chosen)
    return None


@hooks.register("before_unpublish_page")
def keep_steps_that_cohorts_need(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to hide a lesson or assignment that learners of a running cohort still need for finishing."""
    names = cohorts_that_require([page])
    if not names:
        return None
    messages.error(
        request,
        _("Not unpublished, because running cohorts need it for finishing the course: %(names)s.")
        % {"names": _shown(names)},
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def cohorts_that_require(pages: Sequence[Page]) -> list[str]:
    """Return the names of running cohorts that require a lesson or assignment among or below ``pages``."""
    below = reduce(or_, (Q(path__startswith=page.path) for page in pages))
    keys = {str(key) for key in Page.objects.filter(below).values_list("translation_key", flat=True)}
    running = Cohort.objects.filter(ends_on__gte=timezone.localdate()).select_related("requirements")
    return [c.name for c in running if keys & {*c.requirements.lessons, *c.requirements.assignments}]


def _shown(names: Sequence[str]) -> str:
    return " · ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _refusal(request: HttpRequest, pages: Sequence[Page]) -> HttpResponse | None:
    below = reduce(or_, (Q(course__path__startswith=page.path) for page in pages))
    names = list(Cohort.objects.filter(below).values_list("name", flat=True)) or cohorts_that_require(pages)
    if not names:
        return None
    sentence = _(
        "Not deleted, because cohorts take this course or took it, with their learning records and certificates: "
        "%(names)s. Unpublish the page instead: it is then no longer shown, and nothing that was earned is lost."
    )
    messages.error(request, sentence % {"names": _shown(names)})
    parent = pages[0].get_parent()
    return redirect("wagtailadmin_explore", parent.pk) if parent else redirect("wagtailadmin_explore_root")
