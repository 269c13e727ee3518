"""What a person says about themselves: name, school, consent. And forgetting those who never came in."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import ConsentPurpose, MessageEvent
from accounts.models import Consent, Message, User
from accounts.names import tidy_name
from accounts.signals import name_confirmed
from foundation.refusals import Refused
from foundation.registries import unprintable_characters
from foundation.services.audit import record_audit

LONGEST_NAME = 60
NAME_SIGNS = frozenset(" ·'’-.,()（）〇")
"""Signs that names have besides letters, their marks and digits. 〇 is a number to Unicode and a surname to people."""

SURNAME_READING = re.compile(r"[a-zü]{1,6}( [a-zü]{1,6}){0,2}")

PENDING_LIFE = timedelta(days=1)
SWEEP_SIZE = 500


def clean_name(typed: str) -> str:
    """Return the name tidied. Raises ``ValidationError``: empty, too long, or with characters no sheet can print.

    The sentence names each character: most people whose character is missing know the printed variant of it.
    """
    wrong = _strange_characters(typed)
    name = tidy_name(typed)
    wrong += [c for find in unprintable_characters.entries.values() for c in find(name) if c not in wrong]
    if wrong:
        raise ValidationError(
            _("A certificate cannot show these characters: %(characters)s. Please write the name without them."),
            code="characters",
            params={"characters": "  ".join(_shown(c) for c in wrong)},
        )
    if not any(unicodedata.category(c)[0] == "L" or c == "〇" for c in name):
        raise ValidationError(_("Please write your name."), code="required")
    if len(name) > LONGEST_NAME:
        raise ValidationError(
            _("A name may have at most %(most)d characters; this one has %(count)d."),
            code="length",
            params={"most": LONGEST_NAME, "count": len(name)},
        )
    return name


def _strange_characters(typed: str) -> list[str]:
    """Return what has no place in a name: markup, emoji, private-use and unassigned characters; each once, in order.

    Looked for before tidying, which would drop some of them in silence and so change somebody's name.
    """
    text = unicodedata.normalize("NFC", typed)
    return [c for c in dict.fromkeys(text) if not _may_stand_in_a_name(c)]


def _may_stand_in_a_name(character: str) -> bool:
    category = unicodedata.category(character)
    if category[0] == "L" or category in ("Mn", "Mc", "Nd"):
        return not 0xFE00 <= ord(character) <= 0xFE0F  # these turn signs into emoji
    # Spaces, control characters and the many middle dots are put in order by tidying.
    return category in ("Cc", "Cf", "Zs") or tidy_name(character) in NAME_SIGNS


def _shown(character: str) -> str:
    """Return how to show a character that may have no glyph: itself and its code."""
    is_visible = unicodedata.category(character)[0] != "C"
    code = f"U+{ord(character):04X}"
    return f"{character} ({code})" if is_visible and ord(character) > 0x2FF else character if is_visible else code


@transaction.atomic
def give_consent(*, user: User, at: datetime) -> Consent:
    """Record that the person agreed to the privacy notice in its present wording. Agreeing again changes nothing,
    except that it takes back a withdrawal.
    """
    consent, is_new = Consent.objects.get_or_create(
        user=user,
        purpose=ConsentPurpose.PRIVACY,
        version=settings.PRIVACY_NOTICE_VERSION,
        defaults={"given_at": at},
    )
    if consent.withdrawn_at:
        consent.given_at, consent.withdrawn_at = at, None
        consent.save(update_fields=["given_at", "withdrawn_at"])
        is_new = True
    if is_new:
        record_audit(action="consent_given", subject=user, at=at, actor=user, version=consent.version)
    return consent


@transaction.atomic
def change_name(*, user: User, full_name: str, actor: User, at: datetime) -> User:
    """Write a new name. What was confirmed was the old one, so a changed name has to be confirmed again.

    Raises ``ValidationError`` as ``clean_name`` does. Certificates that were issued keep the name they were issued to.
    """
    name = clean_name(full_name)
    if name != user.full_name:
        user.full_name = name
        user.name_confirmed_at = None
        user.save(update_fields=["full_name", "name_confirmed_at"])
        record_audit(action="name_changed", subject=user, at=at, actor=actor)
    return user


@transaction.atomic
def change_surname_reading(*, user: User, reading: str, actor: Any, at: datetime) -> User:
    """Write how the person's surname is read, in pinyin without tones; empty leaves it to the table of surnames.

    It changes where they stand in lists and nothing else. Raises ``Refused`` (422) for what is no reading.
    """
    reading = " ".join(unicodedata.normalize("NFKC", reading).casefold().split())
    if reading and not SURNAME_READING.fullmatch(reading):
        raise Refused(
            "reading",
            _("Please write the surname in pinyin without tones, a syllable for each character: zeng, or ou yang."),
            status=422,
        )
    if reading != user.surname_reading:
        user.surname_reading = reading
        user.save(update_fields=["surname_reading"])
        record_audit(action="surname_reading_changed", subject=user, at=at, actor=actor)
    return user


@transaction.atomic
def confirm_name(*, user: User, full_name: str, at: datetime) -> User:
    """Record that the person wants the name printed exactly so. Raises ``ValidationError`` as ``clean_name`` does."""
    user.full_name = clean_name(full_name)
    user.name_confirmed_at = at
    user.save(update_fields=["full_name", "name_confirmed_at"])
    record_audit(action="name_confirmed", subject=user, at=at, actor=user)
    Message.objects.filter(recipient=user, event=MessageEvent.NAME_NEEDED, read_at=None).update(read_at=at)
    name_confirmed.send(sender=User, user=user, at=at)
    return user


@transaction.atomic
def change_profile(*, user: User, at: datetime, full_name: str, **fields: Any) -> User:
    """Write the name and the plain fields of a profile (school, region, language, contact_note), as far as given."""
    change_name(user=user, full_name=full_name, actor=user, at=at)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    return user


def person_of_phone(*, phone: str, language: str, at: datetime) -> User:
    """Return who has this number (E.164); else a pending person: a number that nobody has proved to own yet."""
    user, _is_new = User.objects.get_or_create(
        phone=phone,
        defaults={"language": language, "date_joined": at, "password": make_password(None)},
    )
    return user


def verify_phone(*, user: User, phone: str, at: datetime) -> None:
    """Record that the person proved to own the number. Raises ``IntegrityError`` when somebody else has it."""
    if user.phone == phone and user.phone_verified_at:
        return
    user.phone, user.phone_verified_at = phone, at
    user.save(update_fields=["phone", "phone_verified_at"])


def forget_pending_people(*, now: datetime) -> int:
    """Delete people who were made when a number was typed and never proved it for a day. Returns how many.

    Somebody with a name, an e-mail address or a row that proves anything was made by a colleague, and stays.
    """
    pending = User.objects.filter(
        phone_verified_at=None,
        last_login=None,
        full_name="",
        email=None,
        is_staff=False,
        is_superuser=False,
        date_joined__lt=now - PENDING_LIFE,
    )
    forgotten = 0
    for user in pending[:SWEEP_SIZE]:
        try:
            user.delete()
        except ProtectedError:
            continue
        forgotten += 1
    return forgotten


def sweep_pending_people() -> int:
    """Run ``forget_pending_people`` now; registered as a sweeper."""
    return forget_pending_people(now=timezone.now())
