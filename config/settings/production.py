"""Production: everything that differs between machines comes from the environment, and nothing unsafe starts."""

from django.core.exceptions import ImproperlyConfigured

from config.environment import env
from config.settings.base import *  # noqa: F403
from config.settings.base import RENDITIONS_CACHE

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SMS_BACKEND = env.str("SMS_BACKEND", default="")
CACHES = {
    "default": env.cache_url("CACHE_URL", default="rediscache://127.0.0.1:6379/1"),
    "renditions": RENDITIONS_CACHE,
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=60 * 60 * 24 * 365)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
globals().update(EMAIL_CONFIG)


def refuse_unsafe_settings() -> None:
    """Raise ``ImproperlyConfigured`` with one sentence a fault when the environment would start an unsafe site."""
    faults = [
        sentence
        for is_wrong, sentence in (
            (len(SECRET_KEY) < 40, "SECRET_KEY must be set to at least 40 random characters."),
            (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS, "ALLOWED_HOSTS must list the site's names, without *."),
            (SECURE_HSTS_SECONDS <= 0, "HSTS_SECONDS must be above 0."),
            (
                not SMS_BACKEND or SMS_BACKEND.startswith("accounts.sms."),
                "SMS_BACKEND must name a class that sends codes; those of accounts.sms print or show them.",
            ),
        )
        if is_wrong
    ]
    if faults:
        raise ImproperlyConfigured(" ".join(faults))


refuse_unsafe_settings()
