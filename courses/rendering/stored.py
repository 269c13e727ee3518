"""The bytes behind an address of our own, as they travel: compressed where the server compresses."""

from pathlib import Path

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage

from foundation.middleware import SMALLEST_TO_COMPRESS, brotli_of
from foundation.scripts import OURS, travelling_script

STATIC_QUALITY = 11
"""Brotli's quality for static files: they are compressed once, when they are gathered, and not at each request."""


def page_bytes(html: bytes) -> bytes:
    """Return a public page as the middleware sends it to a browser that takes brotli."""
    return html if len(html) < SMALLEST_TO_COMPRESS else brotli_of(html)


def file_bytes(url: str) -> bytes | None:
    """Return what travels for ``url``, a static file or a picture of the content; ``None`` when it is not there."""
    path = url.partition("?")[0]
    if path.startswith(settings.STATIC_URL):
        return _static(path[len(settings.STATIC_URL) :])
    if path.startswith(settings.MEDIA_URL) and default_storage.exists(name := path[len(settings.MEDIA_URL) :]):
        with default_storage.open(name) as stored:
            return bytes(stored.read())
    return None


def seen_bytes(url: str) -> bytes | None:
    """Return what a script, a sheet or a picture at ``url`` is once a browser has unpacked it."""
    path = url.partition("?")[0]
    return _plain(path[len(settings.STATIC_URL) :]) if path.startswith(settings.STATIC_URL) else file_bytes(url)


def _static(name: str) -> bytes | None:
    """Return the compressed file that was written when static files were gathered, else compress it as that does."""
    gathered = _gathered(name)
    if gathered and (compressed := gathered.with_name(f"{gathered.name}.br")).is_file():
        return compressed.read_bytes()
    plain = _plain(name)
    if plain is None:
        return None
    if gathered is None and OURS.fullmatch(name):
        plain = travelling_script(name.rpartition("/")[2], _module).encode()
    if name.endswith((".js", ".css", ".svg")) and len(plain) >= SMALLEST_TO_COMPRESS:
        return bytes(brotli.compress(plain, quality=STATIC_QUALITY))
    return plain


def _module(name: str) -> str:
    """Return the source of one of our scripts as it was written."""
    return Path(str(finders.find(f"js/{name}"))).read_text(encoding="utf-8")


def _plain(name: str) -> bytes | None:
    found = _gathered(name) or finders.find(name)
    return Path(found).read_bytes() if found else None


def _gathered(name: str) -> Path | None:
    """Return the file among the gathered ones; ``None`` where none were gathered, in development and in tests."""
    if not staticfiles_storage.exists(name):
        return None
    return Path(staticfiles_storage.path(name))
