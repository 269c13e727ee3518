"""Reading a course folder into entries: every fault names its file and line."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courses.services.course_files.marked import LoadError, Marked, read_yaml
from foundation.languages import LANGUAGES

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Entry:
    """One thing with a key: where it is written, and where it stands in the course (the keys from the course down)."""

    file: Path
    keys: tuple[str, ...]
    data: Marked

    @property
    def key(self) -> str:
        """The entry's own key."""
        return self.keys[-1]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the entry is written in: all, unless it says ``only``."""
        only = self.data.get("only") or list(LANGUAGES)
        if not isinstance(only, list) or not set(only) <= set(LANGUAGES):
            raise self.fault(f"must be a list of {', '.join(LANGUAGES)}", "only")
        return tuple(language for language in LANGUAGES if language in only)

    def fault(self, sentence: str, name: str = "") -> LoadError:
        """Return the error that says ``sentence`` of the value ``name``, or of the entry."""
        return LoadError(f"{self.file}:{self.data.line_of(name)}: {sentence}")

    def need(self, name: str) -> Any:
        """Return the value of ``name``; raise ``LoadError`` when it is missing."""
        if self.data.get(name) in (None, "", []):
            raise self.fault(f"«{name}» is missing")
        return self.data[name]

    def names(self, name: str) -> list[str]:
        """Return the keys listed under ``name``; none when it is not there."""
        listed = self.data.get(name) or []
        if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
            raise self.fault(f"«{name}» must be a list of keys", name)
        if len(set(listed)) != len(listed):
            raise self.fault(f"«{name}» lists a key twice", name)
        return listed


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
    practices: tuple[Entry, ...] = ()
    banks: tuple[Entry, ...] = ()
    themes: tuple[Entry, ...] = field(default=())


def read_course(folder: Path) -> CourseSource:
    """Read the folder. Raises ``LoadError`` when a file is missing, is no YAML, or lacks its key."""
    course = _entry(folder / "course.yaml", ())
    course.need("modules")
    return CourseSource(
        folder=folder,
        course=course,
        modules=tuple(_module(folder / "modules" / key, course) for key in course.names("modules")),
        practices=_entries(folder / "practices", course, "practices", ("practices",)),
        banks=_entries(folder / "banks", course, "banks", ("banks",)),
        themes=_themes(folder / "themes.yaml"),
    )


def _module(folder: Path, course: Entry) -> Module:
    if not (folder / "module.yaml").is_file():
        raise course.fault(f"{folder / 'module.yaml'}: there is no such file", "modules")
    entry = _entry(folder / "module.yaml", course.keys)
    entry.need("lessons")
    return Module(
        entry.file,
        entry.keys,
        entry.data,
        lessons=_entries(folder / "lessons", entry, "lessons", entry.keys),
        assignments=_entries(folder / "assignments", entry, "assignments", entry.keys),
    )


def _entries(folder: Path, parent: Entry, name: str, above: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return the entries that ``parent`` lists under ``name``, in that order; their files are ``NN-<key>.yaml``."""
    found: dict[str, Entry] = {}
    for file in sorted(folder.glob("*.yaml")):
        entry = _entry(file, above)
        if entry.key in found:
            raise entry.fault(f"the key «{entry.key}» is taken by {found[entry.key].file.name}", "key")
        found[entry.key] = entry
    wanted = parent.names(name)
    if missing := [key for key in wanted if key not in found]:
        raise parent.fault(f"{folder}: no file with the key «{missing[0]}»", name)
    return tuple(found[key] for key in wanted)


def _themes(file: Path) -> tuple[Entry, ...]:
    if not file.is_file():
        return ()
    listed = read_yaml(file)
    if not isinstance(listed, list):
        raise LoadError(f"{file}:1: must be a list of themes")
    return tuple(entry_of(file, ("themes",), theme) for theme in listed)


def _entry(file: Path, above: tuple[str, ...]) -> Entry:
    return entry_of(file, above, read_yaml(file))


def entry_of(file: Path, above: tuple[str, ...], data: Any) -> Entry:
    """Return ``data`` as an entry. Raises ``LoadError`` when it is no mapping or has no proper key."""
    if not isinstance(data, Marked):
        raise LoadError(f"{file}:1: no «key»")
    key = data.get("key")
    if not key:
        raise LoadError(f"{file}:{data.line}: no «key»")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise LoadError(f"{file}:{data.line_of('key')}: «{key}» is no key: lower-case letters, digits and hyphens")
    return Entry(file, (*above, key), data)
