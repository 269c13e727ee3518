"""The demonstration that ``make run`` starts: as in production, but on one machine and with nothing to set up.

DEBUG is off, SQLite and local files hold the data, and SMS codes are shown on a page that answers only on loopback.
"""

from config.environment import env, secret_from_file
from config.settings.base import *  # noqa: F403
from config.settings.base import RENDITIONS_CACHE, VAR_DIR

PORT = env.int("PORT", default=8000)
DEBUG = False
SECRET_KEY = secret_from_file(VAR_DIR / "secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SMS_CODE_PAGE = True
REVIEW_UNDO_MINUTES = env.int("REVIEW_UNDO_MINUTES", default=1)  # who looks around does not wait ten
DEMONSTRATION = True
SMS_BACKEND = "accounts.sms.DevelopmentBackend"
VERIFY_ADDRESS = env.str("VERIFY_ADDRESS", default=f"http://localhost:{PORT}")
WAGTAILADMIN_BASE_URL = f"http://localhost:{PORT}"
SITE_CONTACT = env.str("SITE_CONTACT", default="hello@terrace.example")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    },
    "renditions": RENDITIONS_CACHE,
}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
CERTIFICATE_ISSUER = {"zh-hans": "梯田（示例）", "en": "Terrace (sample)"}
