"""Signing in: by phone and code for everybody, by e-mail and password for staff."""

from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import UNPROCESSABLE, CodeForm, GivenCodeForm, PhoneForm, StaffSignInForm
from accounts.models import User
from accounts.phones import spoken_phone
from accounts.selectors import needs_welcome
from accounts.services.people import give_consent
from accounts.services.shared_phones import is_shared_phone, share_phone
from accounts.services.sign_in import send_code_again, send_first_code
from accounts.services.sign_in_codes import LENGTH as GIVEN_LENGTH
from accounts.services.sign_in_codes import allow_try, normal_code, use_sign_in_code
from accounts.sms import is_code_page_open
from foundation.limits import is_over_limit
from foundation.refusals import Refused

UNDER_WAY = "phone_sign_in"
"""Session key: where to go after the code, and which privacy notice was agreed to. Nothing is recorded before that."""

LEFT = "left"
"""In the address of the sign-in: somebody signed out just now."""

GONE = 410
CODE_TRIES, CODE_TRIES_SECONDS = 20, 900
"""How many codes may be typed for one number in a quarter of an hour, over all sessions."""


def begin_phone_sign_in(request: HttpRequest, form: PhoneForm, *, next_url: str = "") -> HttpResponse | None:
    """Send a code to the number of a valid ``form`` and lead to the page that asks for it.

    Returns ``None`` when no code was sent: the reason then stands beside the number, and ``form.status`` is the status
    of the page to show. ``next_url`` is a path of this site.
    """
    try:
        send_first_code(request, phone=form.cleaned_data["phone"])
    except Refused as refusal:
        form.refuse(refusal)
        return None
    is_shared = form.cleaned_data["shared"]
    request.session[UNDER_WAY] = {
        "next": next_url,
        "consent": settings.PRIVACY_NOTICE_VERSION,
        "shared": is_shared,
    }
    return redirect("account_confirm_login_code")


def next_of(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is a page of this site, else an empty string."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else ""


def way_on(request: HttpRequest) -> str:
    """Return where a person goes who has just signed in: to the welcome page first, if something is to be asked."""
    wanted = request.session.get(UNDER_WAY, {}).get("next", "") or resolve_url(settings.LOGIN_REDIRECT_URL)
    if needs_welcome(request.user):  # type: ignore[arg-type]
        return f"{reverse('accounts:welcome')}?{urlencode({'next': wanted})}"
    return wanted


def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Sign ``user`` in, who proved by a code to be themselves, and lead on; a closed account is told by allauth."""
    record_authentication(request, user, method="code")
    response: HttpResponse = perform_login(request, Login(user=user))
    return lead_on(request) if request.user.is_authenticated else response


def lead_on(request: HttpRequest) -> HttpResponse:
    """Record what was agreed to before the code, and lead on. The reader has just signed in."""
    under_way = request.session.get(UNDER_WAY, {})
    if under_way.get("consent") == settings.PRIVACY_NOTICE_VERSION:
        give_consent(user=request.user, at=timezone.now())  # type: ignore[arg-type]
    if under_way.get("shared"):
        share_phone(request.session)
    return redirect(way_on(request))


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_with_code(request: HttpRequest) -> HttpResponse:
    """Sign in with the code that a facilitator gave, without a text message. A QR code brings it filled in."""
    if request.user.is_authenticated:
        messages.info(
            request, _("You are signed in as %(name)s. Sign out first to use a code.") % {"name": request.user}
        )
        return redirect(next_of(request) or settings.LOGIN_REDIRECT_URL)
    form = GivenCodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:40]})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                allow_try(request)
                user = use_sign_in_code(typed=form.cleaned_data["code"], at=timezone.now())
            except Refused as refusal:
                form.add_error("code", str(refusal))
                status = refusal.status
            else:
                request.session[UNDER_WAY] = {"next": next_of(request), "shared": form.cleaned_data["shared"]}
                return enter(request, user)
    return render(request, "accounts/given_code.html", {"form": form, "next": next_of(request)}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number, and send a code to it."""
    next_url = next_of(request)
    if request.user.is_authenticated:
        return redirect(next_url or settings.LOGIN_REDIRECT_URL)
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        response = begin_phone_sign_in(request, form, next_url=next_url)
        if response is not None:
            return response
    return show_phone_form(request, form, next_url=next_url)


def show_phone_form(
    request: HttpRequest, form: PhoneForm, *, next_url: str, notice: str = "", status: int = 0
) -> HttpResponse:
    """Show the page that asks for the phone number."""
    context = {"form": form, "next": next_url, "notice": notice, "has_left": LEFT in request.GET}
    response = render(request, "accounts/sign_in.html", context, status=status or form.status)
    if form.retry_after:
        response["Retry-After"] = str(form.retry_after)
    return response


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on this device; a shared phone is asked to forget the files that its browser fetched.

    What it keeps is cleared by script, owner by owner (decision 0058): the header for storage spares nobody.
    """
    was_shared = is_shared_phone(request.session)
    logout(request)
    response = redirect(f"{reverse('accounts:sign_in')}?{LEFT}")  # not a message: the script's request would read it
    if was_shared:
        response["Clear-Site-Data"] = '"cache"'
    return response


@method_decorator([never_cache], name="dispatch")
class CodeView(ConfirmLoginCodeView):
    """Asks for the code; sends it again; leads back to the number when the code is worth nothing any more."""

    template_name = "account/confirm_login_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, unless there is nothing to confirm: signed in already, nothing asked for, or too late."""
        if request.user.is_authenticated:
            return redirect(way_on(request))
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        if stage is None or not stage.state.get("phone"):
            if request.method != "POST":
                return redirect("accounts:sign_in")
            return self._ask_for_number(request, "", _("This page was open too long. Please ask for a new code."))
        process = LoginCodeVerificationProcess(stage)
        if not process.is_valid() or process.user is None:
            minutes = app_settings.LOGIN_BY_CODE_TIMEOUT // 60
            sentence = ngettext(
                "A code is valid for %(minutes)d minute; this one has expired. Your number is kept: get a new one.",
                "A code is valid for %(minutes)d minutes; this one has expired. Your number is kept: get a new one.",
                minutes,
            )
            return self._ask_for_number(request, stage.state["phone"], sentence % {"minutes": minutes})
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send again, or look at the code."""
        if request.POST.get("action") == "resend":
            return self._send_again()
        phone = self._process.state["phone"]
        # Tries of one code are counted in the session, which parallel requests read before one of them writes.
        if is_over_limit("code-tries", phone, most=CODE_TRIES, seconds=CODE_TRIES_SECONDS):
            self._process.abort()
            return self._ask_for_number(request, phone, _("Too many wrong codes. Please wait, then ask for a new one."))
        if user := self._owner_of_given_code(request.POST.get("code", "")):
            clear_login(request)
            return enter(request, user)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def _owner_of_given_code(self, typed: str) -> User | None:
        """Return who signs in, when what was typed is not the code of a message but one that a facilitator gave."""
        if len(normal_code(typed)) != GIVEN_LENGTH:
            return None
        try:
            return use_sign_in_code(typed=typed, at=timezone.now(), user=self._process.user)
        except Refused:
            return None

    def get_form_class(self) -> type[CodeForm]:
        """Return our form of a code."""
        return CodeForm

    def _verify_form_valid(self, form: CodeForm) -> HttpResponse:
        """Sign in, record the consent that was given with the number, and lead on."""
        response: HttpResponse = super()._verify_form_valid(form)
        # When the account is closed, allauth says so.
        return lead_on(self.request) if self.request.user.is_authenticated else response

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        """Say that the code is wrong and how many tries are left; an empty field costs no try."""
        if not form.data.get("code", "").strip():
            return self._show(form, status=UNPROCESSABLE)
        phone = self._process.state["phone"]
        if not self._process.record_invalid_attempt():
            sentence = _(
                "The code was wrong too many times and no longer works. Your number is kept: please ask for a new one."
            )
            return self._ask_for_number(self.request, phone, sentence)
        left = app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS - self._process.state["failed_attempts"]
        sentence = ngettext(
            "This is not the code we sent. Please look at the newest message; you have %(left)d more try.",
            "This is not the code we sent. Please look at the newest message; you have %(left)d more tries.",
            left,
        )
        form.errors.pop("code", None)
        form.add_error("code", sentence % {"left": left})
        return self._show(form, status=UNPROCESSABLE)

    def _send_again(self) -> HttpResponse:
        if not self._process.can_resend:
            sentence = _(
                "The code was sent several times already. It can take some minutes; otherwise please check the number."
            )
            return self._show(self._empty_form(), status=429, notice=sentence, retry_after=300)
        try:
            send_code_again(self.request, self._process)
        except Refused as refusal:
            retry_after = getattr(refusal, "retry_after", 0)
            return self._show(self._empty_form(), status=refusal.status, notice=str(refusal), retry_after=retry_after)
        messages.success(self.request, _("A new code is on its way. The previous one no longer works."))
        return redirect("account_confirm_login_code")

    def _empty_form(self) -> CodeForm:
        return CodeForm(code=self._process.code)

    def _show(self, form: CodeForm, *, status: int, notice: str = "", retry_after: int = 0) -> HttpResponse:
        context = self.get_context_data(form=form, notice=notice)
        headers = {"Retry-After": str(retry_after)} if retry_after else None
        response: HttpResponse = self.render_to_response(context, status=status, headers=headers)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return allauth's context, and whether the page of codes is there for this reader."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"shows_codes": is_code_page_open(self.request)}

    def _ask_for_number(self, request: HttpRequest, phone: str, sentence: str) -> HttpResponse:
        """Show the first form again, filled in; the sign-in under way is over."""
        clear_login(request)
        next_url = request.session.get(UNDER_WAY, {}).get("next", "")
        form = PhoneForm(initial={"phone": spoken_phone(phone), "consent": bool(phone)})
        return show_phone_form(request, form, next_url=next_url, notice=sentence, status=GONE)


class StaffSignInView(LoginView):
    """E-mail and password. A phone sign-in that was begun and left does not stand in the way."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who is signed in and was sent here for want of a right: back there would be a circle."""
        wanted = next_of(request)
        is_admin = wanted.startswith(reverse("wagtailadmin_home"))
        if is_admin and request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_form_class(self) -> type[StaffSignInForm]:
        """Return our form."""
        return StaffSignInForm

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        clear_login(request)

    def form_invalid(self, form: StaffSignInForm) -> HttpResponse:
        """Show the form again with what is wrong."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=UNPROCESSABLE)
        return response
