"""Signing in by phone. The code itself is asked for by allauth's page, in our words."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import PhoneForm
from accounts.services.sign_in import AFTER_SIGN_IN, CONSENTED, person_for_phone, require_within_limits
from foundation.refusals import Refused


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number; known or not, it looks the same."""
    next_url = request.POST.get("next") or request.GET.get("next", "")
    if request.user.is_authenticated:
        return redirect(_safe(request, next_url) or "today")
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        response = begin_phone_sign_in(request, form, next_url=next_url)
        if response is not None:
            return response
    status = getattr(form, "refused_status", 422) if form.errors else 200
    return render(request, "accounts/sign_in.html", {"form": form, "next": next_url}, status=status)


def begin_phone_sign_in(request: HttpRequest, form: PhoneForm, *, next_url: str) -> HttpResponse | None:
    """Send a code to the number of a valid form and lead to the page that asks for it.

    Returns ``None`` when no code may be sent now; the form then says why, and ``form.refused_status`` is the status.
    """
    phone = form.cleaned_data["phone"]
    try:
        require_within_limits(phone=phone, address=request.META.get("REMOTE_ADDR", ""))
    except Refused as refusal:
        form.add_error("phone", refusal.sentence)
        form.refused_status = refusal.status  # type: ignore[attr-defined]
        return None
    user = person_for_phone(phone=phone, language=translation.get_language() or "", at=timezone.now())
    request.session[AFTER_SIGN_IN] = _safe(request, next_url)
    request.session[CONSENTED] = True
    LoginCodeVerificationProcess.initiate(request=request, user=user, phone=phone)
    return redirect("account_confirm_login_code")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out and go to the front door."""
    logout(request)
    return redirect("front_door")


def _safe(request: HttpRequest, url: str) -> str:
    """Return ``url`` when it leads to a page of ours, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else ""
