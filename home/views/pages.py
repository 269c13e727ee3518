"""Finding and serving pages: one query by path instead of one a level, then Wagtail's own ``serve``."""

import hashlib
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site
from wagtail.models.sites import SiteRootPath

from courses.enums import CourseAccess
from courses.models import CoursePage, LessonPage
from courses.selectors import MISSING, course_of, live_page_at
from courses.services.access import may_read
from foundation.middleware import mark_keepable, mark_public


@require_safe
def serve_page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Serve the live page at ``path`` in the language of the address.

    A page missing in this language leads to the one that exists, with a notice. A members' lesson shows a guest its
    title, its summary and how to join.
    """
    language = translation.get_language() or ""
    page = _find(request, path, language)
    if page is None:
        return _elsewhere(request, path, language)
    course = course_of(page)
    request.course = course  # type: ignore[attr-defined]
    if not may_read(user=request.user, page=page, course=course):
        return render(request, "courses/members_only.html", {"page": page, "course": course}, status=403)
    if page.is_restricted:
        return _restricted(page, request)
    response: HttpResponseBase = page.serve(request)
    mark_keepable(response, "lesson" if isinstance(page, LessonPage) else "page")
    return unless_known(request, cacheable(response, course))


def _find(request: HttpRequest, path: str, language: str) -> Page | None:
    """Return the live page at ``path`` below the home page of ``language``."""
    root = next((root.root_path for root in _roots(request) if root.language_code == language), None)
    if root is None:
        return None
    return live_page_at(f"{root}{path.strip('/')}/" if path.strip("/") else root)


def _roots(request: HttpRequest) -> list[SiteRootPath]:
    """Return where this site's pages begin, a root for each language, from the cache where there is only one site."""
    roots = Site.get_site_root_paths()
    if len({root.site_id for root in roots}) <= 1:
        return list(roots)
    site = Site.find_for_request(request)
    return [root for root in roots if site and root.site_id == site.pk]


def _restricted(page: Page, request: HttpRequest) -> HttpResponseBase:
    """Serve a page that an editor made private in Wagtail to whom its rules let in, and to no cache."""
    if all(rule.accept_request(request) for rule in page.get_view_restrictions()):
        response: HttpResponseBase = page.serve(request)
        add_never_cache_headers(response)
        return response
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())


def _elsewhere(request: HttpRequest, path: str, language: str) -> HttpResponse:
    """Lead to the same page in a language that has it; raise 404 when none has."""
    for other, _label in settings.LANGUAGES:
        if other == language:
            continue
        with translation.override(other):
            page = _find(request, path, other)
            if page is not None:
                twin = page.get_translations().live().filter(locale__language_code=language).first()
                target = twin or page
                query = "" if twin else f"?{urlencode({MISSING: language})}"
                return redirect(f"{target.get_url(request)}{query}")
    raise Http404


def cacheable(response: HttpResponseBase, course: CoursePage | None) -> HttpResponseBase:
    """Say who may keep the page: anybody where it is open, only this browser where it is for members."""
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    if course is not None and course.access == CourseAccess.MEMBERS:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=60)
    return mark_public(response)


def unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Answer 304 without a body to a browser that has this very page: on a weak signal that saves all of it.

    The tag is weak, because the same page also travels compressed.
    """
    if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
        return response
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
