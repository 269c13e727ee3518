"""Which language a reader gets, which one the admin speaks, how it says no, and which device was used last."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts.services.devices import is_use_due, note_use
from accounts.services.languages import remember_language
from foundation.middleware import is_api
from foundation.refusals import Refused


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
        if response.status_code == HTTPStatus.NOT_FOUND and request.resolver_match:
            # The address is one of ours and has nothing to show. Django would look for it below a language prefix,
            # where our pages match anything, and so turn every 404 into a redirect.
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        else:
            response = super().process_response(request, response)
        chosen = _chosen(request)
        # A script speaks the page's language and chooses none for the person.
        if chosen and not is_api(request) and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != chosen:
            remember_language(response, chosen)
        return response


def _chosen(request: HttpRequest) -> str:
    """Return the language asked for by ``?lang=``, if it is one of ours and the address leaves it open."""
    asked = request.GET.get("lang", "")
    if not asked or translation.get_language_from_path(request.path_info):
        return ""
    try:
        return translation.get_supported_language_variant(asked[:20].lower())
    except LookupError:
        return ""


class AdminLanguageMiddleware:
    """The admin speaks the language of the person, which they choose on the site or on the admin's account page.

    Stands behind the sign-in, which no prefix, cookie or browser knows of. The cookie follows, so that addresses
    without a prefix, and the admin's sign-in on this device, speak the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the person's language."""
        if not request.user.is_authenticated or not request.path_info.startswith(reverse("wagtailadmin_home")):
            return self.get_response(request)
        language = request.user.language
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != request.user.language:
            remember_language(response, request.user.language)
        return response


class DeviceMiddleware:
    """Writes down, at most once an hour, that a device on which somebody is signed in was used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer first; a page that did not ask who reads it is none of this."""
        response = self.get_response(request)
        if request.session.accessed and is_use_due(request.session) and request.user.is_authenticated:
            note_use(request, user=request.user, at=timezone.now())
        return response


class AdminRefusalMiddleware:
    """Says in the admin why an operation was refused, on the page where somebody asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal into its sentence; scripts get it as JSON. Elsewhere views speak for themselves."""
        if not isinstance(error, Refused) or not request.path_info.startswith(reverse("wagtailadmin_home")):
            return None
        if request.path_info.startswith(reverse("wagtailadmin_home") + "api/"):
            return JsonResponse({"detail": str(error)}, status=error.status)
        if editor := _editor_of_reviewed(request):
            messages.error(request, str(error))
            # Wagtail's window over the list, or the browser, is led to where it can be mended.
            return _led(request, editor)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"success": False, "error_message": str(error)}, status=error.status)
        messages.error(request, str(error))
        back = request.get_full_path() if request.method == "POST" else reverse("wagtailadmin_home")
        return redirect(back)


def _editor_of_reviewed(request: HttpRequest) -> str:
    """Return the address of the editor of the page whose review was answered in a window over a list."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    if not {"task_state_id", "page_id"} <= named.keys():
        return ""
    return reverse("wagtailadmin_pages:edit", args=[named["page_id"]])


def _led(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return redirect(address)
