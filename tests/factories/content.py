"""A course that loads in a fraction of a second: two modules, three lessons, four questions, one assignment."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction

from courses.blocks.identity import stable_id
from courses.models import AssignmentPage, CoursePage, LessonPage, LessonVersion, ModulePage
from courses.selectors import current_version
from courses.services.loading import load_course
from home.services.demonstration import COURSE_FOLDER
from home.services.site import prepare_site
from tests.kept import loaded_once

SMALL_COURSE = Path(__file__).parent / "small-course"
EVERY_BLOCK = Path(__file__).parent / "every-block-course"
"""A course in which every block stands once."""

DEMONSTRATION = COURSE_FOLDER
MODULES = {"ask": "first", "read": "first", "choose": "second", "report": "first"}


def site_with_course(folder: Path = SMALL_COURSE) -> CoursePage:
    """Make the site's fixed pages, load the course in ``folder`` and return its Chinese page.

    The three courses above are loaded once a run and then put back; see tests/kept.py.
    """

    def build() -> int:
        prepare_site()
        return load_course(folder)["zh-hans"].pk

    is_edited = folder not in (SMALL_COURSE, EVERY_BLOCK, DEMONSTRATION)
    return CoursePage.objects.get(pk=build() if is_edited else loaded_once(folder.name, build))


def copy_of_small_course(to: Path, **replaced: str) -> Path:
    """Copy the small course to ``to`` for editing; ``replaced`` gives course.yaml other values, such as ``access``."""
    folder = Path(shutil.copytree(SMALL_COURSE, to / "small-course"))
    for name, value in replaced.items():
        lines = (folder / "course.yaml").read_text(encoding="utf-8").splitlines()
        lines = [f"{name}: {value}" if line.startswith(f"{name}:") else line for line in lines]
        (folder / "course.yaml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Replace ``old``, which must be there, by ``new``."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


@contextmanager
def kept_for_a_module(blocker: Any, build: Any) -> Iterator[Any]:
    """Build content once for all tests of a module and take it back after the last: each test is a savepoint inside."""
    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        built = build()
    try:
        yield built
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


def lesson(key: str, language: str = "zh-hans") -> LessonPage:
    """Return the small course's lesson of that key."""
    return LessonPage.objects.get(translation_key=lesson_key(key), locale__language_code=language)


def lesson_key(key: str) -> str:
    """Return the translation key of the small course's lesson."""
    return stable_id("page", "small", MODULES[key], key)


def version(key: str, language: str = "zh-hans") -> LessonVersion:
    """Return the newest version of the small course's lesson."""
    found = current_version(lesson(key).translation_key, language)
    assert found is not None
    return found


def question(lesson_key: str, block: str) -> str:
    """Return the id of a question of the small course."""
    return stable_id("small", MODULES[lesson_key], lesson_key, block)


def option(lesson_key: str, block: str, key: str) -> str:
    """Return the id of an option; those of a true-or-false question are words."""
    return key if key in ("true", "false") else stable_id("small", MODULES[lesson_key], lesson_key, block, key)


def module(key: str = "first", language: str = "zh-hans") -> ModulePage:
    """Return the small course's module of that key."""
    return ModulePage.objects.get(translation_key=stable_id("page", "small", key), locale__language_code=language)


def assignment(language: str = "zh-hans") -> AssignmentPage:
    """Return the small course's assignment."""
    return AssignmentPage.objects.get(
        translation_key=stable_id("page", "small", "first", "report"), locale__language_code=language
    )


def prompt(key: str) -> str:
    """Return the id of a prompt of the small course's assignment."""
    return stable_id("small", "first", "report", key)
