"""How things are named in the folder that is being written: pictures and files by name, practices and banks by key."""

import re
from pathlib import Path
from uuid import UUID

from django.db import models

from courses.models import PracticePage, QuestionBank, SourceKey
from courses.services.course_files.about import FILE_NAME, SAID
from courses.services.exporting.text import write_yaml
from foundation.models import Handout, Picture, Recording


class Shelf:
    """Names everything that blocks point to, and remembers which practices and banks must be written too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.languages: tuple[str, ...] = ()
        self.practices: dict[UUID, str] = {}
        self.banks: dict[UUID, str] = {}
        self.names: dict[tuple[str, type[models.Model], int], str] = {}
        self.about: dict[str, list[dict[str, str]]] = {place: [] for place in SAID}
        self.keys = {str(pk): key for pk, key in SourceKey.objects.values_list("pk", "key")}

    def key_of(self, identity: str, otherwise: str) -> str:
        """Return the key under which something was loaded, else ``otherwise``."""
        return self.keys.get(str(identity), otherwise)

    def picture(self, pk: int) -> str:
        """Write the picture's original into ``images/`` and return its file name."""
        return self._file("images", Picture, pk, "file")

    def handout(self, pk: int) -> str:
        """Write the handout into ``files/`` and return its file name."""
        return self._file("files", Handout, pk, "file")

    def recording(self, pk: int) -> str:
        """Write the recording as it was uploaded into ``files/`` and return its file name."""
        return self._file("files", Recording, pk, "original")

    def practice(self, pk: int) -> str:
        """Return the practice's key and remember to write it."""
        return self.practice_key(PracticePage.objects.get(pk=pk))

    def practice_key(self, page: PracticePage) -> str:
        """Return the practice's key and remember to write it."""
        return self.keyed(self.practices, page.translation_key, page.slug)

    def bank(self, pk: int) -> str:
        """Return the question bank's key and remember to write it."""
        bank = QuestionBank.objects.get(pk=pk)
        return self.keyed(self.banks, bank.translation_key, f"bank-{bank.pk}")

    def keyed(self, known: dict[UUID, str], identity: UUID, otherwise: str) -> str:
        """Return the key of ``identity`` among its siblings ``known``, and note it there."""
        if identity not in known:
            known[identity] = _fresh(self.key_of(str(identity), as_key(otherwise)), set(known.values()))
        return known[identity]

    def write_about(self) -> None:
        """Write what the pictures and files say of themselves, beside them."""
        for place, said in self.about.items():
            if said:
                write_yaml(self.folder / place / FILE_NAME, said)

    def _file(self, place: str, model: type[models.Model], pk: int, field: str) -> str:
        if (place, model, pk) not in self.names:
            row = model._default_manager.get(pk=pk)
            stored = getattr(row, field)
            taken = {name for (where, *_), name in self.names.items() if where == place}
            name = _fresh(f"{as_file_name(str(row))}{Path(stored.name).suffix.lower()}", taken)
            target = self.folder / place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with stored.open("rb") as source:
                target.write_bytes(source.read())
            self.names[place, model, pk] = name
            self.about[place].append({"name": name} | _said(row, place))
        return self.names[place, model, pk]


def _said(row: models.Model, place: str) -> dict[str, str]:
    said = {name: str(getattr(row, name)) for name in SAID[place]}
    return {name: value for name, value in said.items() if value or name != "credit"}


def as_key(text: str) -> str:
    """Return ``text`` as a key: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "page"


def as_file_name(title: str) -> str:
    """Return a title as a file's stem, in the script it is written in."""
    return re.sub(r"[^\w.-]+", "-", title).strip("-.") or "file"


def _fresh(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.partition(".")
    number, fresh = 2, name
    while fresh in taken:
        fresh, number = f"{stem}-{number}{dot}{suffix}", number + 1
    return fresh
