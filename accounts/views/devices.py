"""Signing out on devices other than the one in hand. The list stands on "Me"."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import SignedInDevice, User
from accounts.services import devices

LIST = "me"


@never_cache
@login_required
@require_POST
def sign_out_device(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End the session on one other device."""
    try:
        device = devices.sign_out_device(user=_person(request), uuid=uuid, session=request.session, at=timezone.now())
    except SignedInDevice.DoesNotExist as error:
        raise Http404 from error
    sentence = _("Signed out: %(device)s. What is on it and not sent yet stays there until somebody signs in on it.")
    messages.success(request, sentence % {"device": device})
    return redirect(LIST)


@never_cache
@login_required
@require_POST
def sign_out_others(request: HttpRequest) -> HttpResponse:
    """End the sessions on all devices but this one."""
    count = devices.sign_out_others(user=_person(request), session=request.session, at=timezone.now())
    sentence = ngettext(
        "Signed out on %(count)d other device. What is on it and not sent yet stays there until you sign in on it.",
        "Signed out on %(count)d other devices. What is on them and not sent yet stays there until you sign in on them.",  # noqa: E501
        count,
    )
    messages.success(request, sentence % {"count": count} if count else _("Signed out everywhere else."))
    return redirect(LIST)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required stands before)
    return request.user
