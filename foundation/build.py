"""What this build of the site is made of, as hashes: what was made of one build is made anew for the next."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

SOURCES = ("*.py", "*.html", "*.svg", "*.txt", "*.mo", "*.css")


def static_hash() -> str:
    """Return the hash of all static files: that of their manifest where they were gathered, else of what they hold."""
    manifest: str = getattr(staticfiles_storage, "manifest_hash", "")
    return manifest or _hash_of(settings.STATICFILES_DIRS, ("*.js", "*.css", "*.svg", "*.png"))


def source_hash() -> str:
    """Return the hash of all that pages are made from besides content: templates, sheets, words and code."""
    rooms = [settings.BASE_DIR / room for room in settings.FIRST_PARTY_APPS]
    places = [settings.BASE_DIR / "templates", settings.BASE_DIR / "locale", *settings.STATICFILES_DIRS, *rooms]
    return _hash_of(places, SOURCES)


def _hash_of(places: Iterable[Path], patterns: tuple[str, ...]) -> str:
    """Return the hash of these files. In development it is reckoned each time, for there they change."""
    reckon = _reckoned.__wrapped__ if settings.DEBUG else _reckoned
    found: str = reckon(tuple(places), patterns)
    return found


@lru_cache(maxsize=4)
def _reckoned(places: tuple[Path, ...], patterns: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for path in sorted(file for place in places for pattern in patterns for file in Path(place).rglob(pattern)):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
