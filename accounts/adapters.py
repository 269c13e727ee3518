"""How allauth finds, makes and tells our people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.sign_in import confirm_phone, give_consent, send_code

AFTER_SIGN_IN = "after_sign_in"
"""Session key: where to go when the code was right."""

CONSENTED = "privacy_consent"
"""Session key: the person ticked the privacy notice on the form with the phone number."""


class TerraceAccountAdapter(DefaultAccountAdapter):
    """Phones belong to our user model; nobody signs up by themselves; messages are ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse allauth's own sign-up: people come by phone, staff are made by an operator."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages tell what happened where it happened."""

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Return the number and whether it was confirmed."""
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Keep a number."""
        user.phone = phone
        user.phone_verified_at = timezone.now() if verified else None
        user.save(update_fields=["phone", "phone_verified_at"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Note that the code was right."""
        confirm_phone(user=user, at=timezone.now())

    def get_user_by_phone(self, phone: str) -> User | None:
        """Find the person with this number."""
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Send a code."""
        send_code(phone=phone, code=code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Send nothing: there is no unknown number, and an SMS costs money."""

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Send nothing."""

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Record the consent that was given on the form before the code."""
        if request.session.pop(CONSENTED, False):
            give_consent(user=user, at=timezone.now())
        return super().post_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the name first when we do not know it, else to where the person was going."""
        user = request.user
        if isinstance(user, User) and not user.full_name:
            return reverse("accounts:welcome")
        return request.session.pop(AFTER_SIGN_IN, "") or reverse("today")
