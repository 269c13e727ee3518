"""Names and profiles."""

import unicodedata
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.names import tidy_name
from accounts.signals import name_confirmed
from foundation.registries import unprintable_characters
from foundation.services.audit import record_audit

LONGEST_NAME = 60
REFUSED_CATEGORIES = {"So", "Sk", "Co", "Cn", "Cs", "Cc"}
"""Unicode categories that are no part of a name: symbols and emoji, private use, unassigned, controls."""

REFUSED_SIGNS = set("<>&\"{}[]|\\^=@#$%*+/~_")


def clean_name(typed: str) -> str:
    """Return the name as it will be kept and printed.

    Raises ``ValidationError`` naming each character that is no part of a name or that no certificate can print.
    """
    name = tidy_name(typed)
    if not name:
        raise ValidationError(_("Please write your name."), code="empty")
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("A name has room for 60 characters."), code="long")
    odd = [c for c in dict.fromkeys(name) if c in REFUSED_SIGNS or unicodedata.category(c) in REFUSED_CATEGORIES]
    unprintable = [c for find in unprintable_characters for c in find(name)]
    if faults := list(dict.fromkeys([*odd, *unprintable])):
        characters = " ".join(faults)
        raise ValidationError(
            ngettext(
                "This character cannot be printed on a certificate: %(characters)s",
                "These characters cannot be printed on a certificate: %(characters)s",
                len(faults),
            )
            % {"characters": characters},
            code="unprintable",
        )
    return name


@transaction.atomic
def introduce(*, user: User, full_name: str, school: str, region: str) -> User:
    """Keep what a person says about themselves. A changed name has to be confirmed again before it is printed."""
    name = clean_name(full_name)
    if name != user.full_name:
        user.name_confirmed_at = None
    user.full_name, user.school, user.region = name, school.strip(), region.strip()
    user.save(update_fields=["full_name", "school", "region", "name_confirmed_at"])
    return user


@transaction.atomic
def confirm_name(*, user: User, full_name: str, at: datetime, actor: Any = None) -> User:
    """Confirm the name as it will be printed, and let what waited for it go on."""
    user.full_name = clean_name(full_name)
    user.name_confirmed_at = at
    user.save(update_fields=["full_name", "name_confirmed_at"])
    record_audit(action="name.confirmed", subject=user, actor=actor or user, at=at)
    name_confirmed.send(sender=User, user=user, at=at)
    return user
