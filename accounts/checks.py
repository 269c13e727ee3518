"""What the settings of sign-in must be before the site starts."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.module_loading import import_string

from accounts.sms import ConsoleBackend, SmsBackend


@register()
def sms_backend_is_one(**_: Any) -> list[CheckMessage]:
    """Refuse a backend that is not there or is no ``SmsBackend``."""
    backend = _backend()
    if isinstance(backend, type) and issubclass(backend, SmsBackend):
        return []
    hint = "Name a subclass of accounts.sms.SmsBackend, by its dotted path."
    return [Error(f"SMS_BACKEND is no backend: {settings.SMS_BACKEND}", hint=hint, id="accounts.E001")]


@register(Tags.security, deploy=True)
def codes_reach_phones(**_: Any) -> list[CheckMessage]:
    """Warn when codes are printed or shown instead of sent."""
    found: list[CheckMessage] = []
    backend = _backend()
    if isinstance(backend, type) and issubclass(backend, ConsoleBackend):
        found.append(checks.Warning("Sign-in codes are printed to the console, not sent.", id="accounts.W001"))
    if settings.SMS_CODE_PAGE:
        found.append(Error("SMS_CODE_PAGE shows sign-in codes on a page.", id="accounts.E002"))
    return found


def _backend() -> Any:
    try:
        return import_string(settings.SMS_BACKEND)
    except ImportError:
        return None
