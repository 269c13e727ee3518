"""A page's HTML as a guest gets it, of the live page or of a draft, without a network between."""

import uuid
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils import translation
from wagtail.models import Page

from courses.blocks.identity import stable_id
from courses.models import LessonPage, LessonVersion


class PageNotRenderedError(RuntimeError):
    """The page's own template failed, so nothing can be said about what it weighs or holds."""


def latest_draft(page: Page) -> Page:
    """Return the page as it stands in its newest draft, in its own class and with its locale at hand."""
    draft: Page = page.specific.get_latest_revision_as_object()
    draft.locale = page.locale
    return draft


def response_to_guest(page: Page, **told: Any) -> HttpResponse:
    """Return the response to somebody who is not signed in and has no cookie; ``told`` becomes part of the request.

    The request goes through every middleware, as in Wagtail's previews. Raises ``PageNotRenderedError`` when the
    answer is not a page.
    """
    told["_get_scheme"] = lambda: "https"  # production leads everything else to it
    with translation.override(page.locale.language_code):
        response: HttpResponse = page.make_preview_request(extra_request_attrs=told)
    if response.status_code != HttpResponse.status_code:
        raise PageNotRenderedError(f"{page.url_path}: {response.status_code}")
    return response


def html_of(page: Page, query: str = "") -> bytes:
    """Return the page's HTML as it is, or will be, once published: a draft lesson can be finished too.

    ``query`` is that of the address, without the question mark.
    """
    told: dict[str, Any] = {"GET": QueryDict(query)} if query else {}
    if isinstance(page, LessonPage) and not page.live:
        told["lesson_version"] = LessonVersion(
            uuid=uuid.UUID(stable_id("version-to-come", str(page.translation_key))),
            translation_key=page.translation_key,
        )
    content: bytes = response_to_guest(page, **told).content
    return content
