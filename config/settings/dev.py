"""Development: autoreload, DEBUG, codes shown instead of sent."""

from config.environment import secret_from_file
from config.settings.base import *  # noqa: F403
from config.settings.base import RENDITIONS_CACHE, STORAGES, VAR_DIR

DEBUG = True
SECRET_KEY = secret_from_file(VAR_DIR / "secret-key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
INTERNAL_IPS = ["127.0.0.1"]
SMS_CODE_PAGE = True
DEMONSTRATION = True
SMS_BACKEND = "accounts.sms.DevelopmentBackend"
VERIFY_ADDRESS = "http://localhost:8000"
SITE_CONTACT = "hello@terrace.example"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    },
    "renditions": RENDITIONS_CACHE,
}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
CERTIFICATE_ISSUER = {"zh-hans": "梯田（示例）", "en": "Terrace (sample)"}
