"""Signing in by phone: the person behind a number, limits that spare a school's address, and consent."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import ConsentPurpose
from accounts.models import Consent, User
from accounts.selectors import abandoned_people
from accounts.sms import backend
from foundation.limits import is_over_limit
from foundation.refusals import Refused

MINUTE, HOUR, DAY = 60, 3600, 86400
PHONE_LIMITS = ((1, MINUTE), (5, HOUR), (10, DAY))
"""How many codes one number may ask for, and in how many seconds. Keyed by phone first: SMS cost money and annoy."""

ADDRESS_LIMIT = (60, HOUR)
"""How many one address may ask for: fifty principals may share one school's."""


def person_for_phone(*, phone: str, language: str, at: datetime) -> User:
    """Return the person with this number, made now as pending when the number is new (docs/decisions/0011)."""
    with transaction.atomic():
        user = User.objects.filter(phone=phone).first()
        return user or User.objects.create_user(phone=phone, language=language, date_joined=at)


def require_within_limits(*, phone: str, address: str) -> None:
    """Count one request for a code. Raises ``Refused``: 429 when it is one too many, 503 when the day's budget is spent."""
    for number, (most, seconds) in enumerate(PHONE_LIMITS):
        if is_over_limit(f"sms-phone-{number}", phone, most=most, seconds=seconds):
            raise _too_many(seconds)
    most, seconds = ADDRESS_LIMIT
    if is_over_limit("sms-address", address, most=most, seconds=seconds):
        raise _too_many(seconds)
    if is_over_limit("sms-all", "day", most=settings.SMS_DAILY_BUDGET, seconds=DAY):
        raise Refused(
            "budget",
            _("No more codes can be sent today. Ask your facilitator to help you sign in, or try again tomorrow."),
            status=503,
        )


def _too_many(seconds: int) -> Refused:
    sentence = (
        _("A code was sent less than a minute ago. Please wait a minute, then ask again.")
        if seconds == MINUTE
        else _("Too many codes were asked for. Please wait an hour, or ask your facilitator to help you sign in.")
    )
    return Refused("too_many", sentence, status=429)


def send_code(*, phone: str, code: str) -> None:
    """Hand a code over to the SMS backend."""
    backend().send_code(phone=phone, code=code)


def confirm_phone(*, user: User, at: datetime) -> None:
    """Note that the person holds the phone: the code was right."""
    if user.phone_verified_at is None:
        user.phone_verified_at = at
        user.save(update_fields=["phone_verified_at"])


def give_consent(*, user: User, at: datetime) -> Consent:
    """Record that the person agreed to the privacy notice as it reads now; once a version."""
    consent, _created = Consent.objects.get_or_create(
        user=user,
        purpose=ConsentPurpose.PRIVACY,
        version=settings.PRIVACY_NOTICE_VERSION,
        defaults={"given_at": at},
    )
    return consent


def remove_abandoned() -> int:
    """Delete the people who typed a number and never came back. Returns how many."""
    people = list(abandoned_people()[:500])
    for person in people:
        person.delete()
    return len(people)
