"""Pictures, handouts and recordings of a course folder, each stored once however often it is used."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone

from foundation.models import Handout, Picture, Recording
from foundation.services.recordings import add_recording
from foundation.uploads import UploadRefused, clean_document, clean_picture

LICENCE = "CC BY 4.0"


class Files:
    """What the folder's ``images/`` and ``files/`` hold, by file name. Raises ``LookupError`` for a missing file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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

    def _once(self, place: str, name: str, store: Callable[[Path], int]) -> int:
        file = self.folder / place / name
        if (self.folder / place).resolve() not in file.resolve().parents or not file.is_file():
            raise LookupError(f"{file}: there is no such file")
        if (store.__name__, name) not in self.known:
            try:
                self.known[store.__name__, name] = store(file)
            except UploadRefused as refusal:
                raise LookupError(f"{file}: {refusal.message}") from refusal
        return self.known[store.__name__, name]


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _picture(file: Path) -> int:
    content = file.read_bytes()
    known = Picture.objects.filter(file_hash=_sha1(content)).first()
    if known is None:
        clean = clean_picture(BytesIO(content))
        known = Picture.objects.filter(file_hash=_sha1(clean.content)).first()
    if known:
        return int(known.pk)
    stored = ImageFile(BytesIO(clean.content), name=f"{file.stem}.{clean.extension}")
    picture = Picture(title=file.stem, file=stored, licence=LICENCE)
    picture._set_image_file_metadata()
    picture.save()
    return int(picture.pk)


def _handout(file: Path) -> int:
    clean = clean_document(BytesIO(file.read_bytes()), name=file.name)
    if known := Handout.objects.filter(file_hash=_sha1(clean.content)).first():
        return int(known.pk)
    handout = Handout(title=file.stem, licence=LICENCE)
    handout.file = ContentFile(clean.content, name=f"{file.stem}.{clean.extension}")
    handout._set_document_file_metadata()
    handout.save()
    return int(handout.pk)


def _recording(file: Path) -> int:
    content = file.read_bytes()
    known = Recording.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    if known is None:
        known = add_recording(title=file.stem, file=content, name=file.name, licence=LICENCE, at=timezone.now())
    return int(known.pk)
