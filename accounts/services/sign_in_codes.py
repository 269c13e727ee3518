"""Signing in without a text message: a code that a facilitator reads aloud or shows, good once and for minutes.

Whom a facilitator may give one to is for the room that knows cohorts; whose account is never opened this way is said
here: a code must not lead to more rights than its giver has (decision 0079).
"""

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from allauth.core.internal import ratelimit
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.models import SignedInDevice, SignInCode, User
from accounts.services.messages import tell
from foundation.limits import is_over_limit
from foundation.refusals import Refused
from foundation.services.audit import record_audit

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are mistaken for one another."""

LENGTH: Final = 8
"""31^8 codes: about 8·10^11, of which a handful are good at any moment."""

LIFE: Final = timedelta(minutes=15)

MOST_GIVEN, GIVEN_SECONDS = 60, 3600
"""How many codes one facilitator gives in an hour: a class of people on its first evening."""

MOST_RECEIVED, RECEIVED_SECONDS = 10, 3600
"""How many codes one person is given in an hour."""

MOST_TRIED, TRIED_SECONDS = 3000, 900
"""How many codes are looked at in a quarter of an hour, from everywhere together: no guessing gets far with these."""

TRIED_BY_ADDRESS = "120/h/ip"
"""The same for one network, in allauth's notation; a whole school may have one address."""


def normal_code(typed: str) -> str:
    """Return a code as it was given, however it was typed: small letters, full width, spaces, dashes."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed[:40]).upper() if c.isalnum())


def readable_code(code: str) -> str:
    """Return a code in two halves, as it is read aloud."""
    return f"{code[:4]} {code[4:]}"


def _hash(code: str) -> str:
    return salted_hmac("accounts.sign_in_code", code, algorithm="sha256").hexdigest()


def is_protected(user: User) -> bool:
    """Tell whether nobody signs in to this account by another's code: staff, those with rights, closed accounts."""
    has_rights = user.is_staff or user.is_superuser or user.groups.exists()
    return has_rights or not user.is_active or user.has_usable_password()


@transaction.atomic
def give_sign_in_code(*, user: User, actor: User, at: datetime) -> str:
    """Make a new code for somebody and return it; it is shown once and kept as a hash only. The one before ends.

    Raises ``Refused``: 403 for an account with rights of its own, 429 after too many codes.
    """
    if is_protected(user):
        raise Refused(
            "protected",
            _("This person works on the site and signs in by e-mail and password, or by text message only."),
            status=403,
        )
    _require_few(user, actor)
    User.objects.select_for_update().get(pk=user.pk)  # one after the other: a person has one code
    SignInCode.objects.filter(user=user, ended_at=None).update(ended_at=at)
    code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    made = SignInCode.objects.create(
        user=user, given_by=actor, code_hash=_hash(code), given_at=at, expires_at=at + LIFE
    )
    record_audit(action="sign_in_code.given", subject=made, actor=actor, at=at, person=user.pk)
    return code


def _require_few(user: User, actor: User) -> None:
    too_many = is_over_limit("codes-given", str(actor.pk), most=MOST_GIVEN, seconds=GIVEN_SECONDS)
    if too_many or is_over_limit("codes-received", str(user.pk), most=MOST_RECEIVED, seconds=RECEIVED_SECONDS):
        raise Refused("too_many", _("That was a lot of codes in one hour. Please go on in an hour."), status=429)


@transaction.atomic
def end_all_sessions(*, user: User, actor: User, at: datetime) -> None:
    """Sign somebody out everywhere. What their devices keep and have not sent stays on them."""
    Session.objects.filter(pk__in=SignedInDevice.objects.filter(user=user).values("session_id")).delete()
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    record_audit(action="all_sessions_ended", subject=user, actor=actor, at=at)


def allow_try(request: HttpRequest) -> None:
    """Count one try of a code whose owner is not known. Raises ``Refused`` (429) after too many."""
    config = {"given-code": TRIED_BY_ADDRESS}
    is_allowed = ratelimit.consume(request, app="accounts", action="given-code", config=config)
    if not is_allowed or is_over_limit("codes-tried", "all", most=MOST_TRIED, seconds=TRIED_SECONDS):
        raise Refused("too_many", _("Too many codes were tried. Please wait a quarter of an hour."), status=429)


@transaction.atomic
def use_sign_in_code(*, typed: str, at: datetime, user: User | None = None) -> User:
    """Take a code and return whose it is; it is worth nothing afterwards. ``user`` is who it has to be, if known.

    The person is told that somebody signed in with it, and by whom it was given. Raises ``Refused`` (422) for a code
    that is wrong, used or too old: which of these it is would tell a stranger too much.
    """
    made = _good_code(typed, user, at)
    # Two at the same moment: the condition lets one of them through.
    if made is None or not SignInCode.objects.filter(pk=made.pk, ended_at=None).update(ended_at=at):
        raise Refused(
            "code",
            _("This code is wrong, was used before or is older than 15 minutes. Please ask your facilitator again."),
            status=422,
        )
    record_audit(action="sign_in_code.used", subject=made, actor=made.user, at=at)
    tell(
        recipient=made.user,
        event=MessageEvent.CODE_USED,
        key=f"sign_in_code:{made.uuid}",
        params={"giver": str(made.given_by)},
        at=at,
    )
    return made.user


def _good_code(typed: str, user: User | None, at: datetime) -> SignInCode | None:
    code = normal_code(typed)
    if len(code) != LENGTH:
        return None
    good = SignInCode.objects.filter(code_hash=_hash(code), ended_at=None, expires_at__gt=at)
    made = good.select_related("user", "given_by").first()
    if made is None or is_protected(made.user) or (user is not None and made.user_id != user.pk):
        return None
    return made
