"""A person's own pages: welcome, the name to be printed, the profile, and what was said to them."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import UNPROCESSABLE, NameForm, ProfileForm, WelcomeForm
from accounts.models import User
from accounts.rendering import address_of
from accounts.services.languages import remember_language
from accounts.services.messages import mark_read
from accounts.services.people import change_profile, confirm_name, give_consent
from accounts.sms import is_code_page_open, kept_codes
from accounts.views.sign_in import next_of


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask, once, who the person is."""
    user = _person(request)
    form = WelcomeForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        if form.cleaned_data.pop("consent", False):
            give_consent(user=user, at=now)
        change_profile(user=user, at=now, **form.cleaned_data)
        return redirect(next_of(request) or "today")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/welcome.html", {"form": form, "next": next_of(request)}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Let the person confirm the name as it will be printed."""
    user = _person(request)
    form = NameForm(request.POST or None, initial={"full_name": user.full_name})
    if request.method == "POST" and form.is_valid():
        confirm_name(user=user, full_name=form.cleaned_data["full_name"], at=timezone.now())
        messages.success(request, _("Confirmed. Certificates will be made out to %(name)s.") % {"name": user.full_name})
        return redirect(next_of(request) or "today")
    context = {"form": form, "next": next_of(request), "active": "me"}
    return render(request, "accounts/name.html", context, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Let the person change name, school, region and language."""
    user = _person(request)
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        change_profile(user=user, at=timezone.now(), **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
            response = redirect("me")
        remember_language(response, user.language)
        return response
    context = {"form": form, "active": "me"}
    return render(request, "accounts/profile.html", context, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@login_required
@require_POST
def read_message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark a message as read and lead to what it is about."""
    message = mark_read(reader=_person(request), uuid=uuid, at=timezone.now())
    if message is None:
        raise Http404
    return redirect(address_of(message))


@never_cache
@require_GET
def sms_codes(request: HttpRequest) -> HttpResponse:
    """Show the codes of the last ten minutes: in the demonstration, to whoever sits at the machine, else nowhere."""
    if not is_code_page_open(request):
        raise Http404
    zone = timezone.get_current_timezone()
    codes = [{**kept, "at": datetime.fromtimestamp(kept["at"], zone)} for kept in kept_codes()]
    return render(request, "accounts/sms_codes.html", {"codes": codes})


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required stands before)
    return request.user
