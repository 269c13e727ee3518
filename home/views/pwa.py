"""What makes the site readable without a signal: the service worker, the offline page, and the home screen's manifest.

How it works: docs/offline.md.
"""

import json
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.build import source_hash, static_hash
from foundation.middleware import mark_keepable, mark_public
from home.views.pages import cacheable, unless_known

WORKER: Final = "js/sw.js"
WORKER_OFF: Final = "js/sw-off.js"
SHELL_FILES: Final = ("js/away.js",)
"""What the offline page loads; the worker keeps it when it is installed."""

WORKER_SECONDS: Final = 3600
"""How long a phone does with the worker that it has: asking at each page would double what a page costs that it has."""

PAPER, GREEN = "#fbf8f2", "#1c6b50"
"""``--paper`` and ``--green`` of static/css/tokens.css: a manifest cannot read a style sheet. A test compares them."""

ICONS: Final = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponseBase:
    """Serve the worker with what it must know of this build, or, where it is switched off, the one that clears up.

    Its version is that of the static files and of the offline page's template.
    """
    body = script_of(WORKER_OFF)
    if settings.OFFLINE_READING:
        files = [static(name) for name in SHELL_FILES]
        languages = [code for code, _label in settings.LANGUAGES]
        told = {"VERSION": static_hash()[:5] + source_hash()[:5], "LANGUAGES": languages, "SHELL_FILES": files}
        known = ",".join(f"{name}={json.dumps(value, separators=(',', ':'))}" for name, value in told.items())
        body = f"const {known};{script_of(WORKER)}"
    headers = {"Cache-Control": f"public, max-age={WORKER_SECONDS}"}
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)
    return unless_known(request, mark_public(response))


def script_of(name: str) -> str:
    """Return one of our scripts as it was gathered, minified; as it was written where none were, in development."""
    gathered = staticfiles_storage.path(name) if staticfiles_storage.exists(name) else finders.find(name)
    return Path(str(gathered)).read_text(encoding="utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponseBase:
    """Show what this phone has. The page is the same for everybody; its script looks on the phone."""
    response = mark_keepable(render(request, "pwa/offline.html"))
    return unless_known(request, cacheable(response, None))


@require_safe
def web_manifest(request: HttpRequest) -> HttpResponse:
    """Say how the site stands on a home screen, in the language of the address."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    body = {
        "id": "/",
        "name": _("Terrace"),
        "short_name": _("Terrace"),
        "description": _("Leadership for principals of rural schools. What you download can be read without a signal."),
        "lang": "zh-Hans" if language.startswith("zh") else language,
        "dir": "ltr",
        "start_url": reverse("today"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": GREEN,
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    response = JsonResponse(body, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=86400"
    return response
