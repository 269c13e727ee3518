"""Walking a course's published pages and writing each into its file, both languages side by side."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import models
from wagtail.models import Page

from courses.blocks.identity import stable_id
from courses.models import AssignmentPage, CoursePage, LessonPage, PracticePage, QuestionBank, Theme
from courses.services.course_files import pages as shapes
from courses.services.course_files.structure import Shape, without_derived_ids
from courses.services.exporting.shelf import Shelf
from courses.services.exporting.text import write_yaml
from foundation.languages import LANGUAGES

Twins = Mapping[str, Any]
"""A page or bank in each language it is published in, the site's first language first."""

Step = tuple[str, Shape]
"""The folder in which a step is written, which is also its module's name for the list, and what it holds."""

STEPS: dict[type[Page], Step] = {
    LessonPage: ("lessons", shapes.LESSON),
    AssignmentPage: ("assignments", shapes.ASSIGNMENT),
}


class ExportError(ValueError):
    """The course cannot be written there. Nothing was written."""


def export_course(*, course: CoursePage, folder: Path, is_whole_library: bool = False) -> list[str]:
    """Write the published pages of ``course`` in all languages into ``folder``, which must not exist or be empty.

    Practices that the course uses come with it, with ``is_whole_library`` all others too. Returns sentences on what is
    not in the folder: pages that were never published. Raises ``ExportError``.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{folder} is there already and not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as place:
        target = Path(place) / "course"
        exporter = _Exporter(target)
        exporter.write(course, is_whole_library=is_whole_library)
        if folder.exists():
            folder.rmdir()
        target.rename(folder)
    return exporter.notes


class _Exporter:
    """Writes one course."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = Shelf(folder)
        self.notes: list[str] = []
        self.siblings: dict[tuple[str, ...], dict[UUID, str]] = {}

    def write(self, course: CoursePage, *, is_whole_library: bool) -> None:
        twins = self._twins(CoursePage, course.translation_key)
        if not twins:
            raise ExportError("this course is not published")
        keys = self._keys(twins, ())
        modules = [self._module(module, keys) for module in self._children(twins)]
        if is_whole_library:
            for page in PracticePage.objects.live().order_by("path"):
                self.shelf.practice_key(page)
        practices = self._practices()
        banks = self._banks()
        lists = {"modules": modules, "practices": practices, "banks": banks}
        self._write_page(self.folder / "course.yaml", twins, keys, shapes.COURSE, **lists)
        self._write_themes()
        self.shelf.write_about()

    def _module(self, twins: Twins, above: tuple[str, ...]) -> str:
        keys = self._keys(twins, above)
        place = self.folder / "modules" / keys[-1]
        lists: dict[str, list[str]] = {"lessons": [], "assignments": []}
        for step in self._children(twins):
            name, shape = STEPS[type(next(iter(step.values())))]
            below = self._keys(step, (*keys, name))
            lists[name].append(below[-1])
            file = place / name / f"{len(lists[name]):02}-{below[-1]}.yaml"
            self._write_page(file, step, (*keys, below[-1]), shape)
        self._write_page(place / "module.yaml", twins, keys, shapes.MODULE, **lists)
        return keys[-1]

    def _practices(self) -> list[str]:
        """Write the practices that were named so far, and those they are adapted from; each before what adapts it."""
        written: dict[UUID, str] = {}
        while waiting := [key for key in self.shelf.practices if key not in written]:
            for identity in waiting:
                self._practice(identity, written)
        return list(filter(None, written.values()))

    def _practice(self, identity: UUID, written: dict[UUID, str]) -> None:
        twins = self._twins(PracticePage, identity)
        if identity in written or not twins:
            written.setdefault(identity, "")
            return
        first = next(iter(twins.values()))
        if first.adapted_from and first.adapted_from.translation_key not in written:
            self.shelf.practice_key(first.adapted_from)
            self._practice(first.adapted_from.translation_key, written)
        key = self.shelf.practice_key(first)
        written[identity] = key
        file = self.folder / "practices" / f"{len(written):02}-{key}.yaml"
        themes = [theme.key for theme in first.themes.all()]
        self._write_page(file, twins, ("practices", key), shapes.PRACTICE, themes=themes)

    def _banks(self) -> list[str]:
        for number, (identity, key) in enumerate(self.shelf.banks.items(), 1):
            rows = QuestionBank.objects.filter(translation_key=identity).select_related("locale")
            twins = _by_language(rows)
            file = self.folder / "banks" / f"{number:02}-{key}.yaml"
            self._write(file, twins, ("banks", key), shapes.BANK, stable_id("bank", "banks", key))
        return list(self.shelf.banks.values())

    def _write_themes(self) -> None:
        themes = [{"key": theme.key, "name": theme.names} for theme in Theme.objects.all()]
        if themes:
            write_yaml(self.folder / "themes.yaml", themes)

    def _write_page(self, file: Path, twins: Twins, keys: tuple[str, ...], shape: Shape, **lists: list[str]) -> None:
        self._write(file, twins, keys, shape, stable_id("page", *keys), **lists)

    def _write(
        self, file: Path, twins: Twins, keys: tuple[str, ...], shape: Shape, derived: str, **lists: list[str]
    ) -> None:
        """Write one file: what the thing says of itself, its fields, and the keys of what belongs to it."""
        self.shelf.languages = tuple(twins)
        identity = str(next(iter(twins.values())).translation_key)
        about: dict[str, Any] = {"key": keys[-1]}
        if identity != derived:
            about["id"] = identity
        if set(twins) != set(LANGUAGES):
            about["only"] = list(twins)
        values = {language: _raw_values(row, shape) for language, row in twins.items()}
        fields = without_derived_ids(shape.dump(values, self.shelf), keys)
        write_yaml(file, about | fields | {name: keys for name, keys in lists.items() if keys})

    def _children(self, parents: Twins) -> list[Twins]:
        """Return the published children of a page in every language, matched, in the first language's order."""
        found: dict[UUID, dict[str, Any]] = {}
        for language in LANGUAGES:
            if language not in parents:
                continue
            for child in Page.objects.child_of(parents[language]).order_by("path").select_related("locale").specific():
                if child.live:
                    found.setdefault(child.translation_key, {})[language] = child
                else:
                    self.notes.append(f"{child.title} ({language}): never published, so it is not in the folder")
        return list(found.values())

    def _twins(self, model: type[Page], identity: UUID) -> Twins:
        return _by_language(model.objects.live().filter(translation_key=identity).select_related("locale"))

    def _keys(self, twins: Twins, above: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keys from the course down to a page, its own unlike those of its siblings."""
        page = next(iter(twins.values()))
        return (*above, self.shelf.keyed(self.siblings.setdefault(above, {}), page.translation_key, page.slug))


def _by_language(rows: Any) -> Twins:
    found = {row.locale.language_code: row for row in rows}
    return {language: found[language] for language in LANGUAGES if language in found}


def _raw_values(row: models.Model, shape: Shape) -> dict[str, Any]:
    """Return what a page or bank holds for each field of ``shape``, streams as raw data."""
    return {of.raw or name: _raw(getattr(row, of.raw or name)) for name, of in shape.fields.items()}


def _raw(value: Any) -> Any:
    return list(value.get_prep_value()) if hasattr(value, "get_prep_value") else value
