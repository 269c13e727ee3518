"""Which language a reader gets."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class ReaderLanguageMiddleware(LocaleMiddleware):
    """The prefix of the address wins; then ``?lang=`` (remembered), the cookie, and what the browser prefers.

    ``?lang=`` counts only where the address has no prefix: there it is the only way to change the language. All kinds
    of Chinese that browsers ask for lead to simplified Chinese, the only one we have.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the reader's language."""
        super().process_request(request)
        chosen = _chosen(request)
        if chosen:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Remember what was chosen by ``?lang=``."""
        response = super().process_response(request, response)
        chosen = _chosen(request)
        if chosen and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != chosen:
            remember_language(response, chosen)
        return response


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep the reader's choice in the language cookie, as Django's own view would."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.SESSION_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )


def _chosen(request: HttpRequest) -> str:
    """Return the language asked for by ``?lang=``, if it is one of ours and the address leaves it open."""
    asked = request.GET.get("lang", "")
    if not asked or translation.get_language_from_path(request.path_info):
        return ""
    try:
        return translation.get_supported_language_variant(asked[:20].lower())
    except LookupError:
        return ""
