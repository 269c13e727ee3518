"""Writing and verifying the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from foundation.models import AuditLine
from foundation.models.audit import GENESIS


def record_audit(
    *, action: str, subject: object, at: datetime, actor: AbstractBaseUser | None = None, **data: Any
) -> AuditLine:
    """Append a line to the audit log inside the caller's transaction.

    ``subject`` is a model instance (written as ``label:uuid``) or a string. ``data`` holds ids, statuses and counts
    only. Raises ``TransactionManagementError`` outside ``atomic()``: a line without its change would be a lie.
    """
    transaction.get_connection().validate_no_broken_transaction()
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_audit needs the transaction of the change it records")
    _wait_for_turn()
    last = AuditLine.objects.order_by("-id").values_list("hash", flat=True).first()
    line = AuditLine(
        at=at, actor_id=getattr(actor, "pk", None), action=action, subject=name_of(subject), data=_plain(data)
    )
    line.previous_hash = last or GENESIS
    line.hash = line.seal()
    line.save(force_insert=True)
    return line


def name_of(subject: object) -> str:
    """Return the name under which the log knows ``subject``: its model label and uuid, or the string itself."""
    if isinstance(subject, str):
        return subject
    meta = getattr(subject, "_meta", None)
    identifier = getattr(subject, "uuid", None) or getattr(subject, "pk", None)
    return f"{meta.label_lower if meta else type(subject).__name__}:{identifier}"


def broken_audit_line() -> AuditLine | None:
    """Return the first line whose seal or link does not hold, or ``None`` when the whole chain is sound."""
    previous = GENESIS
    for line in AuditLine.objects.order_by("id").iterator():
        if line.previous_hash != previous or line.hash != line.seal():
            return line
        previous = line.hash
    return None


def _wait_for_turn() -> None:
    """Let one transaction at a time append: the chain has one end. SQLite's IMMEDIATE mode does so by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x7465727261])


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, int | float | bool | None) else str(value) for key, value in data.items()}
