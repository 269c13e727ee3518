"""What every template may know about the site. Nothing personal: most pages are the same for every reader."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import escape_leading_slashes

from home.selectors import places


def site(request: HttpRequest) -> dict[str, Any]:
    """Return ``terrace``: names, addresses of the fixed places, contact, and the languages to choose from."""
    return {"terrace": SimpleLazyObject(lambda: _site(request))}


def _site(request: HttpRequest) -> dict[str, Any]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = places(language)
    return {
        "name": translation.gettext("Terrace"),
        "address": settings.WAGTAILADMIN_BASE_URL,
        "home_url": found["home"],
        "courses_url": found["courses"],
        "practices_url": found["practices"],
        "privacy_url": found["privacy"],
        "contact": settings.SITE_CONTACT,
        "icp": settings.ICP_NUMBER,
        "is_kept_offline": settings.OFFLINE_READING,
        "is_demo": settings.SMS_CODE_PAGE,
        "languages": [
            {"code": code, "label": label, "url": _address(request, code), "is_current": code == language}
            for code, label in settings.LANGUAGES
            if not hasattr(request, "draft_until")  # a draft is read in its own language
        ],
    }


def _address(request: HttpRequest, code: str) -> str:
    """Return this page's address in another language: by its prefix where it has one, else by ``?lang=``."""
    query = request.GET.copy()
    query.pop("lang", None)
    for known, _label in settings.LANGUAGES:
        if request.path.startswith(f"/{known}/"):
            path = f"/{code}/{quote(request.path[len(known) + 2 :])}"
            return f"{path}?{query.urlencode()}" if query else path
    query["lang"] = code
    return f"{escape_leading_slashes(quote(request.path))}?{query.urlencode()}"
