"""What people say about themselves, and what was said to them."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import NameForm, ProfileForm, WelcomeForm
from accounts.models import User
from accounts.rendering import address_of
from accounts.services.messages import mark_read
from accounts.services.people import confirm_name, introduce
from accounts.services.sign_in import AFTER_SIGN_IN
from accounts.sms import shown_codes

LOOPBACK = {"127.0.0.1", "::1"}


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    return request.user


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask once for name and school, then go where the person was going."""
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        introduce(user=_me(request), **form.cleaned_data)
        return redirect(request.session.pop(AFTER_SIGN_IN, "") or "today")
    return render(request, "accounts/welcome.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Ask the person to confirm the name as it will be printed."""
    user = _me(request)
    form = NameForm(request.POST or None, initial={"full_name": user.full_name})
    if request.method == "POST" and form.is_valid():
        confirm_name(user=user, full_name=form.cleaned_data["full_name"], at=timezone.now())
        messages.success(request, _("Thank you. Your name is confirmed."))
        return redirect("today")
    return render(request, "accounts/name.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Let the person change name, school and language."""
    user = _me(request)
    form = ProfileForm.of(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        introduce(user=user, full_name=data["full_name"], school=data["school"], region=data["region"])
        user.language, user.contact_note = data["language"], data["contact_note"]
        user.save(update_fields=["language", "contact_note"])
        messages.success(request, _("Saved."))
        return redirect("me")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def read_message(request: HttpRequest, message_uuid: uuid.UUID) -> HttpResponse:
    """Mark a message as read and lead to what it is about."""
    message = mark_read(reader=_me(request), uuid=message_uuid, at=timezone.now())
    if message is None:
        raise Http404
    return redirect(address_of(message))


@never_cache
@require_GET
def sms_codes(request: HttpRequest) -> HttpResponse:
    """Show the codes of the last ten minutes. Exists only in the demonstration and in development, on loopback."""
    is_near = request.META.get("REMOTE_ADDR") in LOOPBACK and "HTTP_X_FORWARDED_FOR" not in request.META
    if not (settings.SMS_CODE_PAGE and is_near):
        raise Http404
    return render(request, "accounts/sms_codes.html", {"codes": shown_codes()})
