"""``manage.py verify_audit_log``: tell whether the audit log is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.models import AuditLine
from foundation.services.audit import broken_audit_line


class Command(BaseCommand):
    """Follow the chain of hashes from the first line to the last."""

    help = "Verifies the audit log's chain of hashes. Exit code 1 names the first line that does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        if line := broken_audit_line():
            when = f"{line.at:%Y-%m-%d %H:%M}"
            raise CommandError(f"Line {line.pk} of {when} does not hold: it, or one before it, was changed.")
        sealed = AuditLine.objects.filter(sequence__isnull=False).count()
        self.stdout.write(f"{sealed} lines, all sound; {AuditLine.objects.count() - sealed} wait to be sealed.")
