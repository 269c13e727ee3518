"""Signing in by phone: one form for everybody, known or not; the code proves who holds the phone."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import HttpRequest
from django.utils import timezone, translation

from accounts.services.people import person_of_phone
from accounts.sms import allow_code

__all__ = ["send_code_again", "send_first_code"]


def send_first_code(request: HttpRequest, *, phone: str) -> LoginCodeVerificationProcess:
    """Send a code to ``phone`` and remember in the session that it was asked for.

    A number that is new gets a pending person first, so that known and unknown numbers take the same way. Raises
    ``SmsRefused`` (429 or 503) before anything is remembered.
    """
    allow_code(request, phone)
    user = person_of_phone(phone=phone, language=translation.get_language() or "", at=timezone.now())
    return LoginCodeVerificationProcess.initiate(request=request, user=user, phone=phone)


def send_code_again(request: HttpRequest, process: LoginCodeVerificationProcess) -> None:
    """Send a new code for a sign-in under way; the one before stops working, and the time begins anew.

    Raises ``SmsRefused`` (429 or 503); the code before then stays good.
    """
    allow_code(request, process.state["phone"])
    process.resend()
    process.state["at"] = timezone.now().timestamp()
    process.persist()
