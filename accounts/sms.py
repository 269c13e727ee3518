"""Sending codes by SMS: one interface, a backend a way of sending. Chosen by ``SMS_BACKEND``."""

from dataclasses import asdict, dataclass
from typing import Protocol

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.module_loading import import_string

SHOWN_KEY = "development-sms"
SHOWN_SECONDS = 600
SHOWN_MOST = 20


class SmsBackend(Protocol):
    """Sends one code to one phone."""

    def send_code(self, *, phone: str, code: str) -> None:
        """Send ``code`` to ``phone`` (E.164). Raises ``OSError`` when it could not be handed over."""


@dataclass(frozen=True)
class ShownSms:
    """A code as the development page shows it."""

    phone: str
    code: str
    at: str


class ConsoleBackend:
    """Prints the code on the process's standard output. For machines without a way to send."""

    def send_code(self, *, phone: str, code: str) -> None:
        """Print it; not through the log, which keeps files."""
        print(f"SMS to {phone}: {code}", flush=True)  # noqa: T201


class DevelopmentBackend(ConsoleBackend):
    """Prints the code and keeps it for ten minutes for the page that shows codes, which exists only on loopback."""

    def send_code(self, *, phone: str, code: str) -> None:
        """Print and keep it."""
        super().send_code(phone=phone, code=code)
        shown = ShownSms(phone, code, timezone.localtime().strftime("%H:%M:%S"))
        cache.set(SHOWN_KEY, [asdict(shown), *cache.get(SHOWN_KEY, [])][:SHOWN_MOST], SHOWN_SECONDS)


def shown_codes() -> list[ShownSms]:
    """Return what the development backend sent in the last ten minutes, the newest first."""
    return [ShownSms(**fields) for fields in cache.get(SHOWN_KEY, [])]


def backend() -> SmsBackend:
    """Return the backend that the settings name."""
    chosen: SmsBackend = import_string(settings.SMS_BACKEND)()
    return chosen
