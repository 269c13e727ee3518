"""In which language we speak to this reader."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import get_supported_language_variant

YEAR = 60 * 60 * 24 * 365  # seconds


class ReaderLanguageMiddleware(LocaleMiddleware):
    """Django's middleware, and ``?lang=en`` on addresses without a prefix, remembered in the language cookie."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose by the prefix of the address, else ``?lang=``, else the cookie, else what the browser asks for."""
        super().process_request(request)
        request.chosen_language = ""  # type: ignore[attr-defined]
        asked = request.GET.get("lang", "")
        if not asked or translation.get_language_from_path(request.path_info):
            return
        try:
            language = get_supported_language_variant(asked)
        except LookupError:
            return
        translation.activate(language)
        request.LANGUAGE_CODE = language
        request.chosen_language = language  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Remember the language that was asked for."""
        response = super().process_response(request, response)
        if chosen := getattr(request, "chosen_language", ""):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax")
        return response
