"""The audit log: appended in the transaction of its cause, sealed in a chain, and found out when changed."""

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from foundation.models import AuditLine
from foundation.services.audit import broken_audit_line, record_audit, seal_audit_lines


@pytest.fixture
def three_lines(db: None, now: datetime) -> list[AuditLine]:
    with transaction.atomic():
        lines = [record_audit(action=f"test.{n}", subject=f"thing:{n}", at=now, number=n) for n in range(3)]
    assert seal_audit_lines() == 3
    assert seal_audit_lines() == 0
    return lines


def test_each_line_names_the_hash_of_the_one_before(three_lines: list[AuditLine]) -> None:
    first, second, third = AuditLine.objects.order_by("id")
    assert second.previous_hash == first.hash
    assert third.previous_hash == second.hash
    assert broken_audit_line() is None


@pytest.mark.parametrize("change", [{"action": "test.forged"}, {"data": {"number": 7}}, {"subject": "thing:9"}])
def test_a_changed_line_is_found(three_lines: list[AuditLine], change: dict[str, object]) -> None:
    AuditLine.objects.filter(pk=three_lines[1].pk).update(**change)
    broken = broken_audit_line()
    assert broken is not None
    assert broken.pk == three_lines[1].pk
    with pytest.raises(CommandError, match=f"Line {three_lines[1].pk} "):
        call_command("verify_audit_log")


def test_a_removed_line_is_found(three_lines: list[AuditLine]) -> None:
    AuditLine.objects.filter(pk=three_lines[1].pk).delete()
    broken = broken_audit_line()
    assert broken is not None
    assert broken.pk == three_lines[2].pk


def test_the_chain_has_one_end(three_lines: list[AuditLine], now: datetime) -> None:
    first = AuditLine.objects.get(pk=three_lines[0].pk)
    forged = AuditLine(at=now, action="fork", subject="x", sequence=9, previous_hash=first.hash)
    forged.hash = forged.seal()
    with pytest.raises(IntegrityError), transaction.atomic():
        forged.save()


@pytest.mark.django_db(transaction=True)
def test_a_line_without_its_change_is_refused(now: datetime) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record_audit(action="alone", subject="x", at=now)
