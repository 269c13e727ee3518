"""What we tell allauth about our people and our tone."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.people import verify_phone
from accounts.sms import SIGN_IN, deliver_code


class TerraceAccountAdapter(DefaultAccountAdapter):
    """People come by invitation or by code, never by a sign-up form; pages and messages say things in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Please write to us if that is a mistake."),
        "email_password_mismatch": _("This e-mail address and password do not match. Please check both."),
        "incorrect_code": _("This is not the code we sent."),
        "invalid_password_reset": _("This link was used before or is too old. Please ask for a new one."),
        "too_many_login_attempts": _("Too many wrong passwords. Please try again in five minutes."),
        "rate_limited": _("Too many tries in a short time. Please wait a little and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account by a form: a phone number or a colleague makes it."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Pass on only what is an error; our pages say by themselves what went well."""
        if message:
            super().add_message(request, level, extra_tags=extra_tags, message=message)

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as our templates write it."""
        return subject

    # --- Phone numbers ---------------------------------------------------------------------------------------------

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return who has this number (E.164)."""
        return User.objects.filter(phone=phone).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Return the person's number and whether they proved to own it."""
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Write the person's number."""
        user.phone = phone
        user.phone_verified_at = self._now() if verified else None
        user.save(update_fields=["phone", "phone_verified_at"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Record that the code was right."""
        verify_phone(user=user, phone=phone, at=self._now())

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Send the code. Raises ``SmsRefused``, which our views show beside the field."""
        deliver_code(phone=phone, code=code, purpose=SIGN_IN)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Send nothing: every number gets a code, so no number is unknown."""

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Send nothing: whether somebody has an account is told to nobody."""

    @staticmethod
    def _now() -> datetime:
        return timezone.now()
