"""Remembering the language that a reader chose."""

from django.conf import settings
from django.http.response import HttpResponseBase

REMEMBERED_SECONDS = 60 * 60 * 24 * 365


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep the choice in the language cookie of this device, for addresses that have no language prefix."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=REMEMBERED_SECONDS,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )
