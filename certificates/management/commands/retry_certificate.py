"""``manage.py retry_certificate``: list the parked certificates, or put one back to work."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.enums import CertificateStatus
from certificates.models import Certificate
from certificates.serials import normalise_serial
from certificates.services.again import retry_certificate


class Command(BaseCommand):
    """Without a serial, list what is parked and why; with one, draw it anew with all its tries."""

    help = "Lists the parked certificates with their reasons; with a serial, puts that one back to work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("serial", nargs="?", default="")

    def handle(self, *args: Any, serial: str, **options: Any) -> None:
        parked = Certificate.objects.filter(status=CertificateStatus.PARKED).order_by("serial")
        if not serial:
            for certificate in parked:
                self.stdout.write(f"{certificate.serial}  {certificate.reason}")
            self.stdout.write(f"{len(parked)} parked.")
            return
        chosen = parked.filter(serial=normalise_serial(serial) or "").first()
        if chosen is None or not retry_certificate(certificate=chosen, at=timezone.now()):
            raise CommandError(f"No parked certificate has the serial {serial}.")
        self.stdout.write(f"{chosen.serial} will be drawn again.")
