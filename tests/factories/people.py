"""People in their roles."""

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services.people import give_consent

_numbers = count(1)


def a_person(*, name: str = "", is_confirmed: bool = False, at: datetime | None = None, **fields: Any) -> User:
    """Return somebody with a proved phone and the consent given; ``is_confirmed`` confirms the name for print."""
    number = next(_numbers)
    at = at or timezone.now()
    user = User.objects.create_user(
        full_name=name or f"林老师{number}",
        phone=fields.pop("phone", f"+86199{number:08}"),
        phone_verified_at=at,
        name_confirmed_at=at if is_confirmed else None,
        **fields,
    )
    give_consent(user=user, at=at)
    return user


def a_facilitator(*, name: str = "周老师", **fields: Any) -> User:
    """Return somebody who can be reached and signs in by e-mail; ``a_cohort`` makes them lead."""
    return a_person(name=name, email=f"f{next(_numbers)}@terrace.example", contact_note="工作日 19:00 以后", **fields)


def an_operator(**fields: Any) -> User:
    """Return somebody with every right."""
    return a_person(name="高云", email=f"o{next(_numbers)}@terrace.example", is_staff=True, is_superuser=True, **fields)
