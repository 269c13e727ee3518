"""``manage.py verify_audit_log``: tell whether the audit log is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.models import AuditLine
from foundation.services.audit import broken_audit_line


class Command(BaseCommand):
    """Follow the chain of hashes from the first line to the last."""

    help = "Verifies the audit log's chain of hashes. Exit code 1 names the first line that was changed or removed."

    def handle(self, *args: Any, **options: Any) -> None:
        if line := broken_audit_line():
            when = f"{line.at:%Y-%m-%d %H:%M}"
            raise CommandError(f"Line {line.pk} of {when} does not hold: it, or one before it, was changed.")
        self.stdout.write(f"{AuditLine.objects.count()} lines, all sound.")
