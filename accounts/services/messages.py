"""Telling people things. A message is a row in the transaction of its cause, so it is told once or not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import Message, User


def tell(*, recipient: User, event: str, key: str, params: Mapping[str, Any], link: str = "", at: datetime) -> Message:
    """Leave a message for a person. The same ``key`` (the cause) never tells twice.

    ``link`` names where reading leads: a URL name, with arguments after bars (``cohorts:submission|<key>``).
    """
    message, _ = Message.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "event": event,
            "params": dict(params),
            "link": link,
            "created_at": at,
        },
    )
    return message


def mark_read(*, reader: User, uuid: UUID, at: datetime) -> Message | None:
    """Mark one of the reader's own messages as read and return it; ``None`` when it is not theirs."""
    message = Message.objects.filter(recipient=reader, uuid=uuid).first()
    if message and message.read_at is None:
        message.read_at = at
        message.save(update_fields=["read_at"])
    return message


def settle(*, recipient: User, event: str, link: str, at: datetime) -> None:
    """Mark what asked for something as read once it was done, so that Today never asks for it again."""
    Message.objects.filter(recipient=recipient, event=event, link=link, read_at=None).update(read_at=at)


def settle_all(*, event: str, link: str, at: datetime) -> None:
    """Mark the same as read for everybody: somebody did what several were asked for."""
    Message.objects.filter(event=event, link=link, read_at=None).update(read_at=at)
