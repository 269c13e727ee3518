"""Pictures, handouts and recordings of a course folder, each stored once however often it is used."""

import hashlib
from collections.abc import Callable, Collection
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone

from courses.services.course_files.about import SAID, About, read_about
from foundation.models import Handout, Picture, Recording
from foundation.services.recordings import add_recording
from foundation.uploads import UploadRefused, clean_document, clean_picture

LICENCE = "CC BY 4.0"
"""The licence of what the folder says nothing of."""

Store = Callable[[Path, About | None, Collection[int]], int]
"""Stores a file as it is said to be, unless it is there, and returns its primary key. The last: what is spoken for."""


class Files:
    """What the folder's ``images/`` and ``files/`` hold, by file name. Raises ``LookupError`` for a missing file.

    Making it raises ``LoadError`` when what the folder says of its files cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = {place: read_about(folder, place) for place in SAID}
        self.known: dict[tuple[str, str], int] = {}

    def picture(self, name: str) -> int:
        """Return the primary key of the picture in ``images/``, stored now if it is not yet."""
        return self._once("images", name, _picture)

    def handout(self, name: str) -> int:
        """Return the primary key of the handout in ``files/``."""
        return self._once("files", name, _handout)

    def recording(self, name: str) -> int:
        """Return the primary key of the recording in ``files/``."""
        return self._once("files", name, _recording)

    def _once(self, place: str, name: str, store: Store) -> int:
        file = self.folder / place / name
        if (self.folder / place).resolve() not in file.resolve().parents or not file.is_file():
            raise LookupError(f"{file}: there is no such file")
        if (store.__name__, name) not in self.known:
            taken = {pk for (kind, _name), pk in self.known.items() if kind == store.__name__}
            try:
                self.known[store.__name__, name] = store(file, self.about[place].get(name), taken)
            except UploadRefused as refusal:
                raise LookupError(f"{file}: {refusal.message}") from refusal
        return self.known[store.__name__, name]


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _known(rows: Any, about: About | None, taken: Collection[int]) -> int | None:
    """Return which of the stored ``rows`` of the same bytes to take: one that says what ``about`` says.

    Else one that nothing in this folder has taken yet is told to say it.
    """
    found = list(rows.order_by("pk"))
    if about is None:
        return int(found[0].pk) if found else None
    about.refuse_too_long(rows.model)
    if same := [row for row in found if about.is_said_by(row)]:
        return int(same[0].pk)
    row = next((row for row in found if row.pk not in taken), None)
    if row is None:
        return None
    for name, value in about.words.items():
        setattr(row, name, value)
    row.save(update_fields=list(about.words))
    return int(row.pk)


def _words(file: Path, about: About | None) -> dict[str, str]:
    return about.words if about else {"title": file.stem, "licence": LICENCE}


def _picture(file: Path, about: About | None, taken: Collection[int]) -> int:
    content = file.read_bytes()
    known = _known(Picture.objects.filter(file_hash=_sha1(content)), about, taken)
    if known is None:
        clean = clean_picture(BytesIO(content))
        known = _known(Picture.objects.filter(file_hash=_sha1(clean.content)), about, taken)
    if known is not None:
        return known
    stored = ImageFile(BytesIO(clean.content), name=f"{file.stem}.{clean.extension}")
    picture = Picture(file=stored, **_words(file, about))
    picture._set_image_file_metadata()
    picture.save()
    return int(picture.pk)


def _handout(file: Path, about: About | None, taken: Collection[int]) -> int:
    clean = clean_document(BytesIO(file.read_bytes()), name=file.name)
    known = _known(Handout.objects.filter(file_hash=_sha1(clean.content)), about, taken)
    if known is not None:
        return known
    handout = Handout(**_words(file, about))
    handout.file = ContentFile(clean.content, name=f"{file.stem}.{clean.extension}")
    handout._set_document_file_metadata()
    handout.save()
    return int(handout.pk)


def _recording(file: Path, about: About | None, taken: Collection[int]) -> int:
    content = file.read_bytes()
    known = _known(Recording.objects.filter(sha256=hashlib.sha256(content).hexdigest()), about, taken)
    if known is not None:
        return known
    return int(add_recording(file=content, name=file.name, at=timezone.now(), **_words(file, about)).pk)
