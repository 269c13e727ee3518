"""A whole module on one page, for paper and for phones whose browser keeps no pages."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from courses.models import LessonPage
from courses.rendering.bundles import lessons_of, module_of
from courses.selectors import read_body
from courses.services.access import may_read_module
from foundation.middleware import mark_keepable
from home.views.pages import cacheable, unless_known


@dataclass(frozen=True)
class PrintedLesson:
    """A lesson with the practices that its cards show."""

    page: LessonPage
    practices: dict[uuid.UUID, Any]


@require_safe
def whole_module(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Show every lesson of a module below each other, the same for every reader; questions are there to think about."""
    found = module_of(key, translation.get_language() or "")
    if found is None:
        raise Http404
    course, module = found
    lessons = lessons_of(course, module)
    context = {"course": course, "module": module, "page": module}
    if not may_read_module(user=request.user, course=course):
        return render(request, "courses/members_only.html", context, status=403)
    context["lessons"] = [PrintedLesson(page, read_body(page.body, locale_id=page.locale_id)) for page in lessons]
    response = mark_keepable(render(request, "courses/whole_module.html", context))
    return unless_known(request, cacheable(response, course))
