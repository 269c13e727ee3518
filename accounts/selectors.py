"""Reading about people."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.enums import ConsentPurpose
from accounts.models import Consent, Message, SignedInDevice, User


def unread_messages(user: User) -> QuerySet[Message]:
    """Return what was said to a person and not yet read, newest first."""
    return Message.objects.filter(recipient=user, read_at=None)


def has_consented(user: User) -> bool:
    """Tell whether the person agreed to the privacy notice in its present wording, and has not withdrawn."""
    return Consent.objects.filter(
        user=user,
        purpose=ConsentPurpose.PRIVACY,
        version=settings.PRIVACY_NOTICE_VERSION,
        withdrawn_at=None,
    ).exists()


def needs_welcome(user: User) -> bool:
    """Tell whether something is still to be asked before the person begins: the name or the consent."""
    return not user.full_name or not has_consented(user)


def has_contact_note(user: User) -> bool:
    """Tell whether to ask how this person can be reached: facilitators are staff, and staff have an e-mail address."""
    return bool(user.email or user.contact_note)


def devices_of(user: User | AnonymousUser, *, now: datetime) -> QuerySet[SignedInDevice]:
    """Return where a person is signed in now, the one used last first."""
    return SignedInDevice.objects.in_use_by(user, now=now)
