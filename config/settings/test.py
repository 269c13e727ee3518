"""Tests: like the demonstration, but fast (plain static files, quick hasher) and in a folder of its own."""

from config.settings.base import *  # noqa: F403
from config.settings.base import Q_CLUSTER, RENDITIONS_CACHE, STORAGES, VAR_DIR, database

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": database(f"sqlite:///{VAR_DIR / 'test.sqlite3'}")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "renditions": RENDITIONS_CACHE}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
Q_CLUSTER = Q_CLUSTER | {"workers": 1, "queue_limit": 1}
SMS_BACKEND = "accounts.sms.DevelopmentBackend"
SMS_CODE_PAGE = True
DEMONSTRATION = True
VERIFY_ADDRESS = "https://terrace.example"
WAGTAILADMIN_BASE_URL = "http://testserver"
SITE_CONTACT = "hello@terrace.example"
