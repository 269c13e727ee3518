"""The stored bytes of certificates: written whole before any row names them, and cleared away when no row does."""

import logging
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from certificates.models import CertificateFile
from foundation.uploads import random_name

logger = logging.getLogger(__name__)
Stored = dict[str, tuple[str, bytes]]
"""The stored forms of one certificate: kind → (name in the private storage, bytes)."""

FOLDER = "certificates"
ORPHAN_AGE = timedelta(days=1)
"""A file that no row names may be of a certificate that is being finished this minute; after a day it is not."""

LOOK_UP_SIZE = 500
"""How many names one query asks for; SQLite takes a limited number of parameters."""


def store_forms(drawn: dict[str, bytes]) -> Stored:
    """Write the drawn forms to the private storage. When one cannot be written, none of them stays."""
    stored: Stored = {}
    try:
        for kind, content in drawn.items():
            name = storages["private"].save(f"{FOLDER}/{random_name(kind)}", ContentFile(content))
            stored[kind] = (name, content)
    except BaseException:
        discard_unnamed(stored)
        raise
    return stored


def discard_unnamed(stored: Stored) -> None:
    """Delete those of the files that no row names: a claim was lost, or a commit failed."""
    names = {name for name, _content in stored.values()}
    for name in names - _named(names):
        storages["private"].delete(name)


def remove_orphans(*, now: datetime) -> int:
    """Delete files of certificates that are older than a day and that no row names. Returns how many.

    A worker that is killed between writing the files and the commit leaves them behind. Only the folder of
    certificates is looked at.
    """
    storage = storages["private"]
    if not storage.exists(FOLDER):
        return 0
    _folders, files = storage.listdir(FOLDER)
    old = [
        name for name in (f"{FOLDER}/{file}" for file in files) if storage.get_modified_time(name) <= now - ORPHAN_AGE
    ]
    removed = 0
    for start in range(0, len(old), LOOK_UP_SIZE):
        some = set(old[start : start + LOOK_UP_SIZE])
        for name in some - _named(some):
            storage.delete(name)
            removed += 1
    if removed:
        logger.warning("%d files of certificates that no row names were removed", removed)
    return removed


def _named(names: set[str]) -> set[str]:
    return set(CertificateFile.objects.filter(file__in=names).values_list("file", flat=True))
