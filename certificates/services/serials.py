"""Giving serial numbers: gapless a year, safe from any number of threads."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from certificates.models import SerialCounter
from certificates.serials import format_serial


def next_serial(*, at: datetime) -> str:
    """Return the next serial of the year of ``at`` (in the programme's time zone).

    Must run in the transaction that makes the certificate's row, so that a rollback takes the number back. The
    counter's row is locked by its own UPDATE until that transaction ends. Raises ``TransactionManagementError``
    outside one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("next_serial needs the transaction that makes the certificate")
    prefix = settings.CERTIFICATE_SERIAL_PREFIX
    year = at.astimezone(ZoneInfo(settings.CERTIFICATE_TIME_ZONE)).year
    SerialCounter.objects.get_or_create(prefix=prefix, year=year)
    SerialCounter.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
    number = SerialCounter.objects.get(prefix=prefix, year=year).last
    return format_serial(prefix=prefix, year=year, number=number)
