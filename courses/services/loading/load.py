"""Writing a course folder into pages, in one transaction: all of it or nothing."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from courses.blocks.identity import stable_id
from courses.models import (
    AssignmentPage,
    CourseIndexPage,
    CoursePage,
    LessonPage,
    ModulePage,
    PracticeIndexPage,
    PracticePage,
    QuestionBank,
    SourceKey,
    Theme,
)
from courses.services.course_files import pages as shapes
from courses.services.course_files.kinds import Place
from courses.services.course_files.marked import LoadError
from courses.services.course_files.source import CourseSource, Entry, Module, read_course
from courses.services.course_files.structure import Shape
from courses.services.loading.faults import clean_streams, naming
from courses.services.loading.shelf import Files
from courses.services.translating.pairs import adopt_keys
from foundation.languages import LANGUAGES

P = TypeVar("P", bound=Page)


@transaction.atomic
def load_course(folder: Path) -> dict[str, CoursePage]:
    """Load the course in ``folder`` in every language it is written in and return its pages by language.

    Needs a catalogue and a practice library in each language (``prepare_site`` makes them). Pages are found again by
    their keys, so loading twice publishes only what changed, and what the folder no longer holds is left as it is.
    Raises ``LoadError``, which names file and line; then nothing was changed.
    """
    source = read_course(folder)
    files, keys = Files(folder), dict[str, str]()
    themes = _load_themes(source)
    written: set[UUID] = set()
    courses = {
        language: _LanguageLoader(source, language, files, themes, keys, written).load()
        for language in source.course.languages
    }
    _remember(keys)
    adopt_keys(written, language=LANGUAGES[0], at=timezone.now())
    return courses


def _load_themes(source: CourseSource) -> dict[str, Theme]:
    """Write the course's themes and return every theme there is, by key."""
    for position, entry in enumerate(source.themes):
        names = {language: _theme_name(entry, language) for language in LANGUAGES}
        Theme.objects.update_or_create(key=entry.key, defaults={"names": names, "position": position})
    return {theme.key: theme for theme in Theme.objects.all()}


def _theme_name(entry: Entry, language: str) -> str:
    return str(shapes.THEME.load(entry.data, _place(entry, language, None))["name"])


def _remember(keys: dict[str, str]) -> None:
    """Keep the keys of everything loaded, for exports."""
    known = dict(SourceKey.objects.filter(pk__in=keys).values_list("pk", "key"))
    rows = [SourceKey(pk=UUID(identity), key=key) for identity, key in keys.items() if known.get(UUID(identity)) != key]
    SourceKey.objects.bulk_create(rows, update_conflicts=True, unique_fields=["identity"], update_fields=["key"])


def _place(entry: Entry, language: str, shelf: Any, **more: Any) -> Place:
    return Place(entry, language, shelf, entry.keys, entry.data.line, "", **more)


class _LanguageLoader:
    """Writes the course in one language. It is the shelf of what blocks name in that language."""

    def __init__(
        self,
        source: CourseSource,
        language: str,
        files: Files,
        themes: dict[str, Theme],
        keys: dict[str, str],
        written: set[UUID],
    ) -> None:
        self.source = source
        self.language = language
        self.files = files
        self.themes = themes
        self.keys = keys
        self.written = written
        self.locale, _ = Locale.objects.get_or_create(language_code=language)
        self.practices: dict[str, int] = {}
        self.banks: dict[str, int] = {}
        self.picture, self.handout, self.recording = files.picture, files.handout, files.recording

    def practice(self, key: str) -> int:
        """Return the practice of that key: of this folder in this language, else of another language."""
        return self.practices[key] if key in self.practices else self._other_language(PracticePage, "practices", key)

    def bank(self, key: str) -> int:
        """Return the question bank of that key."""
        return self.banks[key]

    def _other_language(self, model: type[P], *keys: str) -> int:
        found = model.objects.filter(translation_key=UUID(stable_id("page", *keys))).values_list("pk", flat=True)
        return int(found[0])

    def load(self) -> CoursePage:
        library = self._index(PracticeIndexPage)
        for entry in self._written(self.source.practices):
            with naming(entry, self.language):
                self.practices[entry.key] = self._practice(library, entry).pk
        for entry in self._written(self.source.banks):
            with naming(entry, self.language):
                self.banks[entry.key] = self._bank(entry).pk
        with naming(self.source.course, self.language):
            course = self._course(self._index(CourseIndexPage))
        modules = [self._module(course, module) for module in self.source.modules if self.language in module.languages]
        _in_order(course, modules)
        return course

    def _written(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the entries that are written in this language."""
        return [entry for entry in entries if self.language in entry.languages]

    def _index(self, model: type[P]) -> P:
        page = model.objects.filter(locale=self.locale).first()
        if page is None:
            raise LoadError(f"there is no {model._meta.verbose_name} in {self.language}; run prepare_site first")
        return page

    def _practice(self, parent: PracticeIndexPage, entry: Entry) -> PracticePage:
        if unknown := [key for key in entry.names("themes") if key not in self.themes]:
            raise entry.fault(f"there is no theme «{unknown[0]}»", "themes")
        fields = self._fields(shapes.PRACTICE, entry, besides=shapes.LISTS["practice"])
        return self._publish(
            PracticePage, parent, entry, **fields, themes=[self.themes[key] for key in entry.names("themes")]
        )

    def _bank(self, entry: Entry) -> QuestionBank:
        key = UUID(entry.data.get("id") or stable_id("bank", *entry.keys))
        bank = QuestionBank.objects.filter(translation_key=key, locale=self.locale).first()
        bank = bank or QuestionBank(translation_key=key, locale=self.locale)
        fields = self._fields(shapes.BANK, entry)
        self.keys[str(key)] = entry.key
        if bank.pk and not _differs(bank, fields):
            return bank
        for name, value in fields.items():
            setattr(bank, name, value)
        bank.full_clean()
        clean_streams(bank)
        bank.save()
        self.written.add(key)
        return bank

    def _course(self, parent: CourseIndexPage) -> CoursePage:
        fields = self._fields(shapes.COURSE, self.source.course, besides=shapes.LISTS["course"])
        return self._publish(CoursePage, parent, self.source.course, **fields | {"hours": Decimal(fields["hours"])})

    def _module(self, course: CoursePage, module: Module) -> ModulePage:
        with naming(module, self.language):
            fields = self._fields(shapes.MODULE, module, besides=shapes.LISTS["module"])
            page = self._publish(ModulePage, course, module, **fields)
        steps: list[Page] = []
        for model, shape, entries in (
            (LessonPage, shapes.LESSON, module.lessons),
            (AssignmentPage, shapes.ASSIGNMENT, module.assignments),
        ):
            for entry in self._written(entries):
                with naming(entry, self.language):
                    steps.append(self._publish(model, page, entry, **self._fields(shape, entry)))
        _in_order(page, steps)
        return page

    def _fields(self, shape: Shape, entry: Entry, *, besides: Any = ()) -> dict[str, Any]:
        """Return the model's fields as the entry gives them; streams as JSON, as a form would send them."""
        place = _place(entry, self.language, self, remember=self.keys.__setitem__)
        loaded = shape.load(entry.data, place, besides=besides)
        return {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
            for name, value in loaded.items()
        }

    def _publish(self, model: type[P], parent: Page, entry: Entry, **fields: Any) -> P:
        """Create or update the page of ``entry`` and publish it, unless it says the same already."""
        key = UUID(entry.data.get("id") or stable_id("page", *entry.keys))
        self.keys[str(key)] = entry.key
        page = model.objects.filter(translation_key=key, locale=self.locale).first()
        if page is None:
            page = model(translation_key=key, locale=self.locale, title=fields["title"], slug=fields["slug"])
            page.live = False
            parent.add_child(instance=page)
            page.refresh_from_db()
            parent.refresh_from_db()
        elif not _differs(page, fields):
            return page
        for name, value in fields.items():
            setattr(page, name, value)
        page.full_clean()
        clean_streams(page)
        page.save_revision().publish()
        page.refresh_from_db()
        self.written.add(key)
        return page


def _in_order(parent: Page, wanted: Sequence[Page]) -> None:
    """Put the children of ``parent`` that the folder names into its order, behind those it does not name."""
    ids = [page.pk for page in wanted]
    standing = parent.get_children().filter(pk__in=ids).order_by("path").values_list("pk", flat=True)
    if list(standing) != ids:
        for pk in ids:
            Page.objects.get(pk=pk).move(Page.objects.get(pk=parent.pk), pos="last-child")


def _differs(row: models.Model, fields: dict[str, Any]) -> bool:
    return not getattr(row, "live", True) or any(
        _plain(getattr(row, name)) != _plain(value) for name, value in fields.items()
    )


def _plain(value: Any) -> Any:
    """Return a field's value in a form that compares: streams as data, JSON text as data, themes by their ids."""
    if hasattr(value, "get_prep_value"):
        return json.loads(json.dumps(list(value.get_prep_value()), default=str))
    if isinstance(value, str) and value[:1] == "[":
        return json.loads(value)
    if hasattr(value, "all") or isinstance(value, list):
        return sorted(theme.pk for theme in (value if isinstance(value, list) else value.all()))
    return value
