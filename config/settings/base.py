"""Settings that are true everywhere. Nothing here is a secret and nothing here depends on the machine."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy

from config.environment import BASE_DIR, env

VAR_DIR = Path(env.str("TERRACE_VAR_DIR", default=str(BASE_DIR / "var")))
"""Everything that a running site writes: database, uploads, certificates, logs. Never committed."""

# --- Applications, in the order of the house: the ground last ------------------------------------------------------

INSTALLED_APPS = [
    "home",
    "certificates",
    "cohorts",
    "courses",
    "accounts",
    "foundation",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.TerraceUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "django_q",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

FIRST_PARTY_APPS = INSTALLED_APPS[:6]
"""The rooms of the house, top first. A test holds that the import contract names each of them."""

MIDDLEWARE = [
    "foundation.middleware.ReferenceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.middleware.PublicCompressionMiddleware",
    "foundation.middleware.SitePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.ReaderLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.DeviceMiddleware",
    "accounts.middleware.AdminLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.AdminRefusalMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.site",
            ],
            "builtins": ["foundation.templatetags.terrace"],
        },
    }
]
FORM_RENDERER = "foundation.forms.TerraceFormRenderer"

# --- Database: settings that were measured, see docs/decisions/0007 ------------------------------------------------

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def database(default_url: str) -> dict[str, Any]:
    """Return Django's ``DATABASES["default"]`` for ``DATABASE_URL``, with the options that were measured for it."""
    config = dict(env.db("DATABASE_URL", default=default_url))
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = SQLITE_OPTIONS
    else:
        config["CONN_MAX_AGE"] = 600
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": database(f"sqlite:///{VAR_DIR / 'terrace.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Languages and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
# Ours, then what the Chinese catalogues of Wagtail and wagtail-localize leave in English.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "admin"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- People --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGOUT_REDIRECT_URL = "front_door"
ACCOUNT_ADAPTER = "accounts.adapters.TerraceAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3  # times; the limits of accounts.sms hold besides
ACCOUNT_RATE_LIMITS = {
    # By account: a school shares one address. What an address may do at most spares the processor and the post only.
    "login_failed": "5/5m/key",
    "login": "300/m/ip",
    "reset_password": "5/m/key,60/m/ip",
    "reset_password_from_key": "300/m/ip",
}
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60  # 60 days: a principal in the mountains signs in once a term, not once a week
SESSION_COOKIE_SAMESITE = "Lax"

SMS_BACKEND = env.str("SMS_BACKEND", default="accounts.sms.ConsoleBackend")
SMS_DAILY_BUDGET = env.int("SMS_DAILY_BUDGET", default=2000)  # codes a day, all phones together
DEMONSTRATION = False  # whether sample people with known passwords may be loaded
SMS_CODE_PAGE = False  # the page that shows codes; only the demonstration and development settings open it
PRIVACY_NOTICE_VERSION = "2026-11"

# --- Wagtail -------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = gettext_lazy("Terrace")
WAGTAILADMIN_BASE_URL = env.str("SITE_ADDRESS", default="http://localhost:8000")
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILIMAGES_IMAGE_MODEL = "foundation.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "foundation.forms.PictureForm"
WAGTAILIMAGES_WEBP_QUALITY = 60
WAGTAILIMAGES_AVIF_QUALITY = 45
WAGTAILIMAGES_JPEG_QUALITY = 72
RENDITIONS_CACHE = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
"""Pages read all their renditions in one query. Kept in the cache of the site, they would push everything else out."""
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_DOCUMENT_MODEL = "foundation.Handout"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "foundation.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
FFMPEG = env.str("FFMPEG", default="ffmpeg")
"""The program that converts recordings; where it is not installed they are heard as they came."""
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_AUTOSAVE_INTERVAL = 8_000  # milliseconds: a sentence; half a second queues behind itself on 2G (docs/weight.md)
WAGTAIL_EDITING_SESSION_PING_INTERVAL = 30_000
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no third-party host
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # people are told by message, see accounts.receivers
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False  # a translation begins as a draft, even of a live page
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Background work: see docs/decisions/0008 ----------------------------------------------------------------------

Q_CLUSTER = {
    "name": "terrace",
    "orm": "default",
    "workers": env.int("WORKERS", default=2),
    "queue_limit": env.int("WORKERS", default=2),
    "timeout": 100,  # seconds; shorter than a lease, so that a hung task is dead before another claims its row
    "retry": 3600,
    "max_attempts": 3,
    "recycle": 50,
    "max_rss": 300_000,  # kB
    "bulk": 1,
    "catch_up": False,
    "save_limit": 250,
    "poll": 0.2,
}

# --- Files ---------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_MEDIA_ROOT = VAR_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "foundation.scripts.JoinedStaticFilesStorage"},
    "private": {"BACKEND": "foundation.uploads.PrivateStorage"},
}

# --- The site itself -----------------------------------------------------------------------------------------------

SITE_CONTACT = env.str("SITE_CONTACT", default="")
ICP_NUMBER = env.str("ICP_NUMBER", default="")
OFFLINE_READING = env.bool("OFFLINE_READING", default=True)
"""Off: the service worker on phones clears up what it kept and goes (docs/offline.md)."""
REVIEW_UNDO_MINUTES = env.int("REVIEW_UNDO_MINUTES", default=10)
"""For how long a reviewer can undo what they decided; only then it counts and the learner is told. 0: at once."""
CERTIFICATE_SERIAL_PREFIX = env.str("CERTIFICATE_SERIAL_PREFIX", default="TC")
CERTIFICATE_TIME_ZONE = "Asia/Shanghai"
CERTIFICATE_ISSUER = {
    "zh-hans": env.str("CERTIFICATE_ISSUER_ZH", default="梯田"),
    "en": env.str("CERTIFICATE_ISSUER_EN", default="Terrace"),
}
VERIFY_ADDRESS = env.str("VERIFY_ADDRESS", default="")
"""Scheme and host printed in the certificate's QR code, without a slash at the end. Nothing is issued without it."""

# --- Security ------------------------------------------------------------------------------------------------------

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview panel frames our own pages
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "home.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],  # SitePolicyMiddleware adds the hashes of what is inlined
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],  # a voice note is heard before it is sent
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
ADMIN_CONTENT_SECURITY_POLICY: dict[str, list[str]] = {
    # Wagtail's date widgets and two places of its editor still need inline script and style.
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
}

# --- Logs: no bodies, phone numbers masked -------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_phones": {"()": "foundation.logs.MaskPhones"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask_phones"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
    },
}
