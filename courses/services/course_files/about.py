"""What a course folder says of its pictures and files: ``about.yaml`` beside them, with title, credit and licence."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.services.course_files.marked import LoadError, Marked, read_yaml

FILE_NAME = "about.yaml"
SAID = {"images": ("title", "credit", "licence"), "files": ("title", "licence")}
"""What can be said of the things in each folder: nobody is credited for a handout or a recording yet."""


@dataclass(frozen=True)
class About:
    """What is said of one file, and where."""

    where: str
    words: dict[str, str]

    def is_said_by(self, row: Any) -> bool:
        """Whether a stored picture or file says the same."""
        return all(getattr(row, name) == value for name, value in self.words.items())

    def refuse_too_long(self, model: Any) -> None:
        """Raise ``LoadError`` when ``model`` has no room for what is said."""
        for name, value in self.words.items():
            most = model._meta.get_field(name).max_length
            if len(value) > most:
                raise LoadError(f"{self.where}: «{name}» has more than {most} characters")


def read_about(folder: Path, place: str) -> dict[str, About]:
    """Return what is said of the files in ``folder / place``, by file name; nothing without an ``about.yaml``.

    Raises ``LoadError`` with the line when it names a file that is not there, names one twice, or is of another form.
    """
    file = folder / place / FILE_NAME
    if not file.is_file():
        return {}
    listed = read_yaml(file)
    if not isinstance(listed, list) or not all(isinstance(data, Marked) for data in listed):
        raise LoadError(f"{file}:1: must be a list of files, each with name, title and licence")
    found: dict[str, About] = {}
    for data in listed:
        name = _words(file, data, "name")
        if name in found or not (folder / place / name).is_file():
            fault = "is named twice" if name in found else f"there is no such file in {place}/"
            raise LoadError(f"{file}:{data.line_of('name')}: «{name}»: {fault}")
        found[name] = _about(file, data, SAID[place])
    return found


def _about(file: Path, data: Marked, names: tuple[str, ...]) -> About:
    if unknown := [name for name in data if name not in ("name", *names)]:
        raise LoadError(f"{file}:{data.line_of(unknown[0])}: {unknown[0]} means nothing here")
    return About(f"{file}:{data.line}", {name: _words(file, data, name) for name in names})


def _words(file: Path, data: Marked, name: str) -> str:
    """Return what is said under ``name``. A credit may be left out; a licence may be empty, but is never forgotten."""
    value = data.get(name, "" if name == "credit" else None)
    if not isinstance(value, str | int | float) or (not str(value).strip() and name in ("name", "title")):
        raise LoadError(f"{file}:{data.line_of(name)}: «{name}» must be words")
    return str(value).strip()
