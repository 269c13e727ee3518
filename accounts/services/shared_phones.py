"""A phone that several people use: a short session, and signing out takes what is its reader's off the phone."""

from django.contrib.sessions.backends.base import SessionBase

from accounts.models import SignedInDevice

SHARED = "shared_phone"
"""Session key: whoever signed in said that others use this phone too."""

SHARED_SECONDS = 2 * 60 * 60
"""After which the session ends by itself: long enough for a lesson and a report, short enough for a staff room."""


def share_phone(session: SessionBase) -> None:
    """Write down that this session is on a shared phone, and let it end soon."""
    session[SHARED] = True
    session.set_expiry(SHARED_SECONDS)
    SignedInDevice.objects.filter(session_id=session.session_key).update(is_shared=True)


def is_shared_phone(session: SessionBase) -> bool:
    """Whether whoever signed in said that others use this phone too."""
    return bool(session.get(SHARED))
