"""Reading about people. Nothing here writes or opens a transaction."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import ConsentPurpose
from accounts.models import Consent, Message, User

PENDING_FOR = timedelta(days=1)


def unread_messages(user: Any) -> QuerySet[Message]:
    """Return what was said to the person and not read yet, the newest first."""
    return Message.objects.filter(recipient=user, read_at=None)


def has_consented(user: User) -> bool:
    """Tell whether the person agreed to the privacy notice as it reads now."""
    return Consent.objects.filter(
        user=user, purpose=ConsentPurpose.PRIVACY, version=settings.PRIVACY_NOTICE_VERSION, withdrawn_at=None
    ).exists()


def abandoned_people() -> QuerySet[User]:
    """Return those whose number was typed more than a day ago and never confirmed, and of whom nothing else is known."""
    return User.objects.filter(
        phone__isnull=False,
        phone_verified_at=None,
        last_login=None,
        full_name="",
        is_staff=False,
        date_joined__lt=timezone.now() - PENDING_FOR,
    )
