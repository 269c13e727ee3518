"""Sending sign-in codes by text message: the interface, two backends for development, limits and the daily budget.

Whoever sends real messages writes a ``SmsBackend`` and names it in ``settings.SMS_BACKEND``. Limits are counted by
phone number first, because whole villages share one address on a mobile network; by address only generously.
"""

import ipaddress
import logging
import sys
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, TypedDict

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from foundation.refusals import Refused

logger = logging.getLogger(__name__)

SIGN_IN = "sign_in"
"""The purpose of a code: to sign in. A backend may choose its message template by it."""

KEPT_CODES = 20
KEPT_SECONDS = 600
CODES_KEY = "sms:codes"
BUDGET_SECONDS = 60 * 60 * 48  # longer than any day, so that the count of a day never ends before the day


class SmsUndelivered(Exception):  # noqa: N818  (raised by backends; the reader sees a refusal)
    """The message could not be handed over. The text is for the log and holds no number and no code."""


class SmsBackend(ABC):
    """Hands one code to one phone."""

    @abstractmethod
    def send_code(self, *, phone: str, code: str, purpose: str) -> None:
        """Send ``code`` to ``phone`` (E.164). Raises ``SmsUndelivered``; answers within a few seconds."""


class ConsoleBackend(SmsBackend):
    """Prints the code where the server runs. The number is masked: consoles end up in logs."""

    def send_code(self, *, phone: str, code: str, purpose: str) -> None:
        """Print the code."""
        sys.stdout.write(f"terrace: code for {phone[-11:-8]}****{phone[-4:]} ({purpose}): {code}\n")
        sys.stdout.flush()


class KeptCode(TypedDict):
    """One code as the development page shows it. ``at`` is in seconds since the epoch."""

    phone: str
    code: str
    purpose: str
    at: float


class DevelopmentBackend(ConsoleBackend):
    """Prints the code and keeps the last twenty for ten minutes, for the page that shows codes."""

    def send_code(self, *, phone: str, code: str, purpose: str) -> None:
        """Print and keep the code."""
        super().send_code(phone=phone, code=code, purpose=purpose)
        latest = KeptCode(phone=phone, code=code, purpose=purpose, at=time.time())
        cache.set(CODES_KEY, [latest, *kept_codes()][:KEPT_CODES], KEPT_SECONDS)


def kept_codes() -> list[KeptCode]:
    """Return the codes that the development backend kept, newest first, none older than ten minutes."""
    oldest = time.time() - KEPT_SECONDS
    return [kept for kept in cache.get(CODES_KEY, []) if kept["at"] > oldest]


class SmsRefused(Refused):
    """No code was sent. ``retry_after`` is in seconds and goes into the header of that name."""

    def __init__(self, code: str, sentence: Any, *, status: int, retry_after: int) -> None:
        super().__init__(code, sentence, status=status)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limit:
    """How many codes may be asked for, in allauth's notation, and what to say beyond."""

    name: str
    rate: str
    seconds: int
    sentence: Any


LIMITS = (
    Limit(
        "minute", "1/m/key", 60, _("A code went to this number a moment ago. Please wait one minute, then ask again.")
    ),
    Limit("hour", "5/h/key", 3600, _("Five codes went to this number within an hour. Please ask again in one hour.")),
    Limit("day", "10/d/key", 86400, _("Ten codes went to this number within a day. Please ask again tomorrow.")),
    Limit(
        "address", "60/h/ip", 3600, _("Too many codes were requested from your network. Please ask again in one hour.")
    ),
)


def allow_code(request: HttpRequest, phone: str) -> None:
    """Count one request for a code. Raises ``SmsRefused`` (429) when the phone or the network asked too often.

    What is refused is not counted: else a stranger could use up somebody's codes without one being sent.
    """
    for limit, dry_run in [*((limit, True) for limit in LIMITS), *((limit, False) for limit in LIMITS)]:
        config = {limit.name: limit.rate}
        if not ratelimit.consume(request, app="accounts", action=limit.name, config=config, key=phone, dry_run=dry_run):
            raise SmsRefused(f"too_many_{limit.name}", limit.sentence, status=429, retry_after=limit.seconds)


def deliver_code(*, phone: str, code: str, purpose: str) -> None:
    """Send a code within the day's budget. Raises ``SmsRefused`` (503) when it is spent or the sender is away."""
    _spend_budget()
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    try:
        backend.send_code(phone=phone, code=code, purpose=purpose)
    except SmsUndelivered as fault:
        logger.error("a code was not delivered: %s", fault)
        sentence = _("The code could not be sent just now. Your number is kept; please try again in a few minutes.")
        raise SmsRefused("undelivered", sentence, status=503, retry_after=180) from fault


def _spend_budget() -> None:
    """Count one message of today. The count is touched after each step: some caches forget its time limit."""
    key = f"sms:budget:{timezone.localdate().isoformat()}"
    cache.add(key, 0, BUDGET_SECONDS)
    try:
        spent = cache.incr(key)
    except ValueError:  # a small cache threw it out between the two calls
        cache.set(key, spent := 1, BUDGET_SECONDS)
    cache.touch(key, BUDGET_SECONDS)
    if spent <= settings.SMS_DAILY_BUDGET:
        return
    logger.error("today's budget of %s text messages is spent", settings.SMS_DAILY_BUDGET)
    sentence = _(
        "Today’s text messages are used up, so no code can be sent. Please try tomorrow or ask your facilitator."
    )
    raise SmsRefused("budget", sentence, status=503, retry_after=3600)


def is_code_page_open(request: HttpRequest) -> bool:
    """Tell whether the page of codes exists for this request: demonstration settings, same machine, no proxy."""
    forwarded = any(request.headers.get(name) for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return bool(settings.SMS_CODE_PAGE) and not forwarded and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
