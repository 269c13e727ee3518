"""Clearing up after phones: files that never came whole, old savings of drafts, stored files that no row names."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.files.storage import storages
from django.utils import timezone

from cohorts.enums import FileState
from cohorts.models import DraftWrite, IncomingFile, SubmissionPhoto, SubmissionRecording
from cohorts.services.incoming import finish_whole_files, refuse_file
from cohorts.services.limits import ABANDONED_AFTER, WRITES_KEPT_FOR
from cohorts.services.voices import FOLDER

PATIENCE = timedelta(minutes=2)
"""How long a file may be whole and not taken in before it counts as left by a crash."""

ORPHAN_AGE = timedelta(days=1)
"""A file that no row names may belong to a transaction that is still open; after a day it does not."""

ORPHANS_EVERY = timedelta(hours=6)

FIELDS: dict[str, tuple[tuple[Any, str], ...]] = {
    "photos": ((SubmissionPhoto, "file"),),
    FOLDER: tuple((SubmissionRecording, form) for form in ("file", "opus", "mp3")),
}
"""The folders of the private storage, and the fields that name a file in them."""


def sweep_submissions() -> int:
    """Run all of it; returns how many rows and files were touched."""
    now = timezone.now()
    touched = finish_whole_files(now=now, patience=PATIENCE) + give_up_abandoned(now=now) + forget_old_writes(now=now)
    # Listing a folder is slow where it is remote, and orphans are kept for a day anyway.
    is_due = cache.add("submissions:orphans", now.isoformat(), timeout=int(ORPHANS_EVERY.total_seconds()))
    return touched + (remove_orphans(now=now) if is_due else 0)


def give_up_abandoned(*, now: datetime) -> int:
    """Refuse the files of which nothing more came for thirty days, and forget their bytes. Returns how many."""
    stale = IncomingFile.objects.filter(state=FileState.ARRIVING, touched_at__lte=now - ABANDONED_AFTER)
    files = list(stale[:500])
    for file in files:
        refuse_file(file=file, code="abandoned")
    return len(files)


def forget_old_writes(*, now: datetime) -> int:
    """Forget what drafts said before, once no phone can come back to it. Returns how many rows."""
    deleted, _each = DraftWrite.objects.filter(received_at__lte=now - WRITES_KEPT_FOR).delete()
    return deleted


def remove_orphans(*, now: datetime) -> int:
    """Delete stored photos and voice notes that are older than a day and that no row names. Returns how many."""
    storage, removed = storages["private"], 0
    for folder, fields in FIELDS.items():
        if not storage.exists(folder):
            continue
        names = [f"{folder}/{file}" for file in storage.listdir(folder)[1]]
        for name in _unnamed(names, fields):
            if storage.get_modified_time(name) <= now - ORPHAN_AGE:
                storage.delete(name)
                removed += 1
    return removed


def _unnamed(names: list[str], fields: Iterable[tuple[Any, str]]) -> Iterable[str]:
    """Yield those of ``names`` that no row names, a few hundred at a time: there are many photos."""
    for start in range(0, len(names), 500):
        some = set(names[start : start + 500])
        for model, field in fields:
            some -= set(model.objects.filter(**{f"{field}__in": some}).values_list(field, flat=True))
        yield from some
