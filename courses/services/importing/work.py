"""An import as a row: taken in, read by a worker with a true measure of progress, swept away when nobody needs it."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from courses.enums import WordImportStatus
from courses.models import LessonPage, ModulePage, PracticeIndexPage, PracticePage, WordImport
from courses.services.importing.package import Package, open_package
from courses.services.importing.pictures import ReadyPicture
from courses.services.importing.reading import Reading, WordRefused, read_word
from courses.services.importing.words import FAILURES
from foundation.services.audit import record_audit
from foundation.services.work import claim, enqueue, holds_lease, record_failure
from foundation.uploads import Upload, UploadRefused, random_name

logger = logging.getLogger(__name__)

TARGETS: dict[type[Page], type[LessonPage] | type[PracticePage]] = {
    ModulePage: LessonPage,
    PracticeIndexPage: PracticePage,
}
"""Under which pages an import may land, and what it becomes there."""

FOLDER = "word"
KEEP = timedelta(days=14)
"""How long an uploaded file waits to be looked at; a draft that was made from it is not touched."""

ORPHAN_AGE = timedelta(days=1)
SHORT_BYTES = 300_000
SHORT_PICTURES = 2
"""A file of at most this many bytes of text and so many pictures is read while its sender waits: under a second."""


def may_import_into(*, user: Any, parent: Page) -> bool:
    """Tell whether ``user`` may add, under ``parent``, the kind of page that an import makes there."""
    target = TARGETS.get(parent.specific_class)
    return bool(
        target is not None
        and parent.permissions_for_user(user).can_add_subpage()
        and target.can_create_at(parent.specific)
    )


def start_import(*, who: Any, parent: Page, file: Upload, name: str, at: datetime) -> WordImport:
    """Take in a Word file and return its row; a short one has been read by then, others wait for a worker.

    Raises ``UploadRefused`` for a bad file and ``PermissionDenied``; nothing is stored then.
    """
    if not may_import_into(user=who, parent=parent):
        raise PermissionDenied
    package = open_package(file, name=name)
    stored = storages["private"].save(f"{FOLDER}/{random_name('docx')}", ContentFile(package.content))
    is_short = _is_short(package)
    try:
        with transaction.atomic():
            row = WordImport.objects.create(
                who=who, parent=parent, file=stored, file_name=name[-200:], queued_at=at, created_at=at
            )
            record_audit(action="word_import.started", subject=row, actor=who, at=at, size=len(package.content))
            if not is_short:
                enqueue(row)
    except BaseException:
        storages["private"].delete(stored)
        raise
    if is_short:
        read_document(pk=row.pk, now=at)
        row.refresh_from_db()
    return row


def _is_short(package: Package) -> bool:
    pictures = sum(name.startswith("word/media/") for name in package.names)
    return package.archive.getinfo(package.main).file_size <= SHORT_BYTES and pictures <= SHORT_PICTURES


def read_document(*, pk: int, now: datetime) -> bool:
    """Read one document and return whether it is ready by this call; somebody else's claim is left alone."""
    row = claim(WordImport, pk, now=now)
    if row is None:
        return False
    stored: list[dict[str, Any]] = []
    try:
        with row.file.open("rb") as file:
            language = row.parent.locale.language_code
            reading = read_word(file.read(), name=row.file_name, language=language, tell=partial(_tell, row))
        stored = [_stored(picture) for picture in reading.pictures]
        is_ready = _finish(row, reading, stored, now)
    except (UploadRefused, WordRefused) as refusal:
        is_ready = False
        record_failure(row, reason=str(refusal.code), is_final=True, now=now)
    except Exception as error:
        is_ready = False
        record_failure(row, reason=f"fault: {type(error).__name__}", now=now)
        logger.exception("Word import %s: try %d failed", row.uuid, row.attempts)
    if not is_ready:
        _discard(picture["file"] for picture in stored)
    return is_ready


def retry_import(*, row: WordImport, actor: AbstractBaseUser, at: datetime) -> bool:
    """Put an import that failed by no fault of the document back into the queue. Returns whether it was put there."""
    with transaction.atomic():
        failed = WordImport.objects.filter(pk=row.pk, status=WordImportStatus.FAILED).exclude(reason__in=FAILURES)
        given_back = failed.update(
            status=WordImportStatus.PENDING, attempts=0, reason="", parts_done=0, queued_at=at, requeued_at=None
        )
        if given_back:
            record_audit(action="word_import.retried", subject=row, actor=actor, at=at)
            enqueue(row)
    return bool(given_back)


def _tell(row: WordImport, done: int, parts: int) -> None:
    WordImport.objects.filter(holds_lease(row)).update(parts_done=done, parts=parts)


def _stored(picture: ReadyPicture) -> dict[str, Any]:
    """Keep a cleaned picture beside the document until the draft is made, and return what the row says of it."""
    clean = picture.clean
    name = storages["private"].save(f"{FOLDER}/{random_name(clean.extension)}", ContentFile(clean.content))
    return {
        "number": picture.number,
        "file": name,
        "title": picture.title,
        "sha1": picture.sha1,
        "width": clean.width,
        "height": clean.height,
    }


@transaction.atomic
def _finish(row: WordImport, reading: Reading, pictures: list[dict[str, Any]], now: datetime) -> bool:
    content = {
        "title": reading.content.title,
        "summary": reading.content.summary,
        "body": reading.content.body,
        "pictures": pictures,
    }
    finished = WordImport.objects.filter(holds_lease(row)).update(
        status=WordImportStatus.READY,
        content=content,
        report=reading.report.as_json(),
        parts=len(pictures) + 1,
        parts_done=len(pictures) + 1,
        lease_holder="",
        leased_until=None,
        reason="",
    )
    if finished:
        record_audit(action="word_import.read", subject=row, at=now, pictures=len(pictures))
    return bool(finished)


def sweep_imports() -> int:
    """Delete imports that are older than two weeks, and files that no import names. Returns how many rows."""
    now = timezone.now()
    old = WordImport.objects.filter(created_at__lte=now - KEEP).exclude(status=WordImportStatus.RUNNING)
    gone = list(old[:200])
    for row in gone:
        forget(row)
    return len(gone) + _remove_orphans(now=now)


def forget(row: WordImport) -> None:
    """Delete an import and its files; a draft that was made from it stays."""
    names = _names(row)
    row.delete()
    _discard(names)


def _names(row: WordImport) -> list[str]:
    pictures = row.content.get("pictures", []) if isinstance(row.content, dict) else []
    return [row.file.name or "", *(picture["file"] for picture in pictures)]


def _remove_orphans(*, now: datetime) -> int:
    """Delete files that a worker which was killed, or a person who was erased, left behind."""
    storage = storages["private"]
    if not storage.exists(FOLDER):
        return 0
    files = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    old = [name for name in files if storage.get_modified_time(name) <= now - ORPHAN_AGE]
    if not old:
        return 0
    named = {name for row in WordImport.objects.only("file", "content") for name in _names(row)}
    return _discard(name for name in old if name not in named)


def _discard(names: Iterable[str]) -> int:
    removed = [name for name in names if name]
    for name in removed:
        storages["private"].delete(name)
    return len(removed)
