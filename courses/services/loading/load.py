"""Writing a course folder into pages, in one transaction: all of it or nothing."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.db import IntegrityError, transaction
from wagtail.fields import StreamField
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
    Theme,
)
from courses.services.loading.convert import Converter, rich_text
from courses.services.loading.source import LANGUAGES, CourseSource, Entry, LoadError, Module, read_course, read_themes
from foundation.models import Picture
from foundation.uploads import clean_picture

P = TypeVar("P", bound=Page)


@transaction.atomic
def load_course(folder: Path) -> dict[str, CoursePage]:
    """Load the course in ``folder`` in every language and return its pages by language.

    Needs a catalogue and a practice library in each language (``prepare_site`` makes them). Pages are found again by
    their keys, so loading twice publishes only what changed. Raises ``LoadError``; then nothing was changed.
    """
    source = read_course(folder)
    pictures = _Pictures(folder)
    return {language: _LanguageLoader(source, language, pictures).load() for language in LANGUAGES}


class _Pictures:
    """The course's pictures, each stored once however often it is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "images"
        self.known: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        if name not in self.known:
            self.known[name] = self._picture(self.folder / name).pk
        return self.known[name]

    def _picture(self, file: Path) -> Picture:
        if not file.is_file():
            raise LoadError(f"{file}: there is no such picture")
        with file.open("rb") as stream:
            clean = clean_picture(stream)
        digest = hashlib.sha1(clean.content, usedforsecurity=False).hexdigest()
        if known := Picture.objects.filter(file_hash=digest).first():
            return known
        stored = ImageFile(BytesIO(clean.content), name=f"{file.stem}.{clean.extension}")
        picture = Picture(title=file.stem, file=stored, licence="CC BY 4.0")
        picture._set_image_file_metadata()
        picture.save()
        return picture


class _LanguageLoader:
    """Writes the course in one language."""

    def __init__(self, source: CourseSource, language: str, pictures: _Pictures) -> None:
        self.source = source
        self.language = language
        self.pictures = pictures
        self.locale, _ = Locale.objects.get_or_create(language_code=language)
        self.practices: dict[str, int] = {}
        self.themes = _load_themes(source.folder)

    def load(self) -> CoursePage:
        library = self._index(PracticeIndexPage)
        for entry in self.source.practices:
            with _naming(entry):
                self.practices[entry.key] = self._practice(library, entry).pk
        with _naming(self.source.course):
            course = self._course(self._index(CourseIndexPage))
        for module in self.source.modules:
            self._module(course, module)
        return course

    def _index(self, model: type[P]) -> P:
        page = model.objects.filter(locale=self.locale).first()
        if page is None:
            raise LoadError(f"there is no {model._meta.verbose_name} in {self.language}; run prepare_site first")
        return page

    def _practice(self, parent: PracticeIndexPage, entry: Entry) -> PracticePage:
        return self._publish(
            PracticePage,
            parent,
            entry,
            summary=entry.words("summary", self.language),
            effort=entry.words("effort", self.language),
            region=entry.words("region", self.language),
            credit=entry.words("credit", self.language),
            licence=str(entry.data.get("licence", "CC BY 4.0")),
            edition=str(entry.data.get("edition", "1.0")),
            themes=[self.themes[key] for key in entry.data.get("themes", ())],
            body=self._body(entry),
        )

    def _course(self, parent: CourseIndexPage) -> CoursePage:
        entry = self.source.course
        return self._publish(
            CoursePage,
            parent,
            entry,
            summary=entry.words("summary", self.language),
            introduction=rich_text(entry.words("introduction", self.language)),
            hours=Decimal(str(entry.data.get("hours", 0))),
            access=str(entry.data.get("access", "open")),
            minimum_score=int(entry.data.get("minimum_score", 0)),
        )

    def _module(self, course: CoursePage, module: Module) -> None:
        with _naming(module):
            page = self._publish(ModulePage, course, module, summary=module.words("summary", self.language))
        for entry in module.lessons:
            with _naming(entry):
                self._lesson(page, entry)
        for entry in module.assignments:
            with _naming(entry):
                self._assignment(page, entry)

    def _lesson(self, module: ModulePage, entry: Entry) -> LessonPage:
        return self._publish(
            LessonPage,
            module,
            entry,
            summary=entry.words("summary", self.language),
            minutes=int(entry.data.get("minutes", 8)),
            body=self._body(entry),
        )

    def _assignment(self, module: ModulePage, entry: Entry) -> AssignmentPage:
        return self._publish(
            AssignmentPage,
            module,
            entry,
            summary=entry.words("summary", self.language),
            introduction=rich_text(entry.words("introduction", self.language)),
            practice_id=self._practice_pk(entry, entry.data["practice"]) if entry.data.get("practice") else None,
            prompts=json.dumps(self._converter(entry).body("prompts")),
        )

    def _converter(self, entry: Entry) -> Converter:
        return Converter(
            entry,
            self.language,
            picture=self.pictures,
            practice=lambda key: self._practice_pk(entry, key),
        )

    def _body(self, entry: Entry) -> str:
        return json.dumps(self._converter(entry).body(), ensure_ascii=False)

    def _practice_pk(self, entry: Entry, key: str) -> int:
        if key not in self.practices:
            raise LoadError(f"{entry.file}: there is no practice «{key}»")
        return self.practices[key]

    def _publish(self, model: type[P], parent: Page, entry: Entry, **fields: Any) -> P:
        """Create or update the page of ``entry`` and publish it, unless it says the same already."""
        key = UUID(stable_id("page", *entry.keys))
        fields |= {"title": entry.words("title", self.language), "slug": entry.words("slug", self.language)}
        page = model.objects.filter(translation_key=key, locale=self.locale).first()
        if page is None:
            page = model(translation_key=key, locale=self.locale)
            page.title, page.slug = fields["title"], fields["slug"]
            page.live = False
            parent.add_child(instance=page)
            page.refresh_from_db()
            parent.refresh_from_db()
        elif not _differs(page, fields):
            return page
        for name, value in fields.items():
            setattr(page, name, value)
        page.full_clean()
        _clean_streams(page)
        page.save_revision().publish()
        page.refresh_from_db()
        return page


def _load_themes(folder: Path) -> dict[str, Theme]:
    """Write the course's themes and return every theme there is, by key."""
    for position, entry in enumerate(read_themes(folder)):
        Theme.objects.update_or_create(key=entry["key"], defaults={"names": dict(entry["name"]), "position": position})
    return {theme.key: theme for theme in Theme.objects.all()}


@contextmanager
def _naming(entry: Entry) -> Iterator[None]:
    """Turn whatever a file's content breaks into a ``LoadError`` that names the file."""
    try:
        yield
    except LoadError:
        raise
    except ValidationError as error:
        raise LoadError(f"{entry.file}: {_said(error)}") from error
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, IntegrityError) as error:
        raise LoadError(f"{entry.file}: something is missing or of another kind: {error}") from error


def _said(error: ValidationError) -> str:
    """Return what is wrong, also where it is wrong deep inside a stream."""
    if hasattr(error, "as_json_data"):
        return json.dumps(error.as_json_data(), ensure_ascii=False)
    return str(error)


def _clean_streams(page: Page) -> None:
    """Check the blocks as the editor does: models alone do not look into them."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(page, field.name)
            value.stream_block.clean(value)


def _differs(page: Page, fields: dict[str, Any]) -> bool:
    return not page.live or any(_plain(getattr(page, name)) != _plain(value) for name, value in fields.items())


def _plain(value: Any) -> Any:
    """Return a field's value in a form that compares: streams as data, JSON text as data, numbers as numbers."""
    if hasattr(value, "get_prep_value"):
        return value.get_prep_value()
    if hasattr(value, "all"):
        return sorted(theme.pk for theme in value.all())
    if isinstance(value, list):
        return sorted(theme.pk for theme in value)
    if isinstance(value, str) and value[:1] == "[":
        return json.loads(value)
    return value
