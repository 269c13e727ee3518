"""A course that is put back is the course that was loaded, to the last row."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from wagtail.models import Page

from courses.models import LessonPage
from courses.services.loading import load_course
from home.services.site import prepare_site
from tests.factories.content import EVERY_BLOCK
from tests.factories.people import a_person
from tests.kept import KeptLoads

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def load() -> int:
    prepare_site()
    return load_course(EVERY_BLOCK)["zh-hans"].pk


def never() -> int:
    raise AssertionError("loaded a second time")


def give_folders(settings: Any, folder: Path) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_MEDIA_ROOT = folder / "media", folder / "private"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def found() -> list[str]:
    return sorted(page.title for page in Page.objects.search("板凳", operator="or"))


@pytest.fixture
def kept(tmp_path: Path) -> KeptLoads:
    (tmp_path / "run").mkdir()
    return KeptLoads(tmp_path / "run")


def test_what_is_put_back_is_what_was_loaded(kept: KeptLoads, tmp_path: Path, settings) -> None:
    give_folders(settings, tmp_path / "first")
    with transaction.atomic():
        course = kept.load("course", load)
        rows, titles = kept.everything(), found()
        transaction.set_rollback(True)
    assert not LessonPage.objects.exists()
    give_folders(settings, tmp_path / "second")
    assert kept.load("course", never) == course
    assert kept.everything() == rows
    assert found() == titles
    assert files(tmp_path / "first") == files(tmp_path / "second")
    assert len(files(tmp_path / "second")) == 3


def test_a_course_that_was_put_back_can_be_worked_on(kept: KeptLoads) -> None:
    with transaction.atomic():
        kept.load("course", load)
        transaction.set_rollback(True)
    kept.load("course", never)
    assert load() == kept.load("another", load), "a site that is not empty is loaded for real, and is found again"
    lesson = LessonPage.objects.first()
    assert lesson
    twin = lesson.copy(update_attrs={"slug": "twin"})
    assert twin.pk > lesson.pk
    twin.save_revision().publish()


def test_beside_anything_else_a_course_is_loaded_for_real(kept: KeptLoads) -> None:
    with transaction.atomic():
        kept.load("course", load)
        transaction.set_rollback(True)
    a_person()
    with pytest.raises(AssertionError, match="second time"):
        kept.load("course", never)
