"""Reading a course folder: every fault names its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("zh-hans", "en")


class LoadError(ValueError):
    """The folder cannot be loaded. The message names the file and what is wrong with it; nothing was changed."""


@dataclass(frozen=True)
class Entry:
    """One file's content, and where it stands in the course: the keys from the course down to it."""

    file: Path
    keys: tuple[str, ...]
    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The entry's own key."""
        return self.keys[-1]

    def need(self, name: str) -> Any:
        """Return the value of ``name``; raise ``LoadError`` when it is missing."""
        if self.data.get(name) in (None, ""):
            raise LoadError(f"{self.file}: «{name}» is missing")
        return self.data[name]

    def words(self, name: str, language: str) -> str:
        """Return a value in one language, or an empty string when the file does not give it at all."""
        return words(self.data.get(name), language, where=f"{self.file}: {name}")


@dataclass(frozen=True)
class Module(Entry):
    """A module with its lessons and assignments in order."""

    lessons: tuple[Entry, ...] = ()
    assignments: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class CourseSource:
    """A whole course folder."""

    folder: Path
    course: Entry
    modules: tuple[Module, ...] = ()
    practices: tuple[Entry, ...] = field(default=())


def words(value: Any, language: str, *, where: str) -> str:
    """Return ``value`` in ``language``. A plain string is the same in every language."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, Mapping) or not isinstance(value.get(language), str | int | float):
        raise LoadError(f"{where}: no text in {language}")
    text = str(value[language]).strip()
    if not text:
        raise LoadError(f"{where}: no text in {language}")
    return text


def read_course(folder: Path) -> CourseSource:
    """Read the folder. Raises ``LoadError`` when a file is missing, is no YAML, or lacks its key."""
    course = _entry(folder / "course.yaml", ())
    return CourseSource(
        folder=folder,
        course=course,
        modules=tuple(_module(folder / "modules" / key, course.keys) for key in course.need("modules")),
        practices=_entries(folder / "practices", course.data.get("practices", ()), ("practices",)),
    )


def _module(folder: Path, above: tuple[str, ...]) -> Module:
    entry = _entry(folder / "module.yaml", above)
    return Module(
        entry.file,
        entry.keys,
        entry.data,
        lessons=_entries(folder / "lessons", entry.need("lessons"), entry.keys),
        assignments=_entries(folder / "assignments", entry.data.get("assignments", ()), entry.keys),
    )


def _entries(folder: Path, wanted: Any, above: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the entries named by ``wanted``, in that order; their files are called ``NN-<key>.yaml``."""
    found: dict[str, Entry] = {}
    for file in sorted(folder.glob("*.yaml")):
        entry = _entry(file, above)
        if entry.key in found:
            raise LoadError(f"{file}: the key «{entry.key}» is taken by {found[entry.key].file.name}")
        found[entry.key] = entry
    if missing := [key for key in wanted if key not in found]:
        raise LoadError(f"{folder}: no file with the key «{missing[0]}»")
    return tuple(found[key] for key in wanted)


def _entry(file: Path, above: tuple[str, ...]) -> Entry:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LoadError(f"{file}: there is no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LoadError(f"{file}: {error}") from error
    if not isinstance(data, Mapping) or not data.get("key"):
        raise LoadError(f"{file}: no «key»")
    return Entry(file, (*above, str(data["key"])), data)


def read_themes(folder: Path) -> list[Mapping[str, Any]]:
    """Return the themes that the folder names, in order; none where it has no such file."""
    file = folder / "themes.yaml"
    if not file.is_file():
        return []
    try:
        themes = yaml.safe_load(file.read_text(encoding="utf-8")) or []
        return [{"key": str(theme["key"]), "name": theme["name"]} for theme in themes]
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise LoadError(f"{file}: {error}") from error
