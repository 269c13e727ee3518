"""Writing and verifying the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from foundation.models import AuditLine
from foundation.models.audit import GENESIS

SEALED_AT_ONCE = 5000


def record_audit(
    *, action: str, subject: object, at: datetime, actor: AbstractBaseUser | None = None, **data: Any
) -> AuditLine:
    """Append a line to the audit log inside the caller's transaction; the sweeper seals it into the chain.

    ``subject`` is a model instance (written as ``label:uuid``) or a string. ``data`` holds ids, statuses and counts
    only. Raises ``TransactionManagementError`` outside ``atomic()``: a line without its change would be a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_audit needs the transaction of the change it records")
    return AuditLine.objects.create(
        at=at, actor_id=getattr(actor, "pk", None), action=action, subject=name_of(subject), data=_plain(data)
    )


def seal_audit_lines() -> int:
    """Seal what was written since the last time into the chain, in the order of writing. Returns how many lines."""
    with transaction.atomic():
        _wait_for_turn()
        last = AuditLine.objects.filter(sequence__isnull=False).order_by("-sequence").first()
        sequence, previous = (last.sequence or 0, last.hash or GENESIS) if last else (0, GENESIS)
        lines = list(AuditLine.objects.filter(sequence=None).order_by("id")[:SEALED_AT_ONCE])
        for line in lines:
            sequence += 1
            line.sequence, line.previous_hash = sequence, previous
            line.hash = previous = line.seal()
            line.save(update_fields=["sequence", "previous_hash", "hash"])
    return len(lines)


def name_of(subject: object) -> str:
    """Return the name under which the log knows ``subject``: its model label and uuid, or the string itself."""
    if isinstance(subject, str):
        return subject
    meta = getattr(subject, "_meta", None)
    identifier = getattr(subject, "uuid", None) or getattr(subject, "pk", None)
    return f"{meta.label_lower if meta else type(subject).__name__}:{identifier}"


def broken_audit_line() -> AuditLine | None:
    """Return the first sealed line that is not as it was sealed, or that follows a removed one; ``None`` if all hold.

    A chain cannot tell that its newest lines were cut off; a copy of the last hash kept elsewhere can.
    """
    previous = GENESIS
    for number, line in enumerate(AuditLine.objects.filter(sequence__isnull=False).order_by("sequence"), start=1):
        if line.sequence != number or line.previous_hash != previous or line.hash != line.seal():
            return line
        previous = line.hash
    return None


def _wait_for_turn() -> None:
    """Let one process at a time seal: the chain has one end. SQLite's IMMEDIATE mode does so by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x7465727261])


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, int | float | bool | None) else str(value) for key, value in data.items()}
