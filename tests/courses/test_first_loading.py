"""Loading into a site that has no course yet: all of it or nothing."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from courses.models import CoursePage, LessonVersion
from courses.services.loading import LoadError, load_course
from home.services.site import prepare_site
from tests.factories import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return content.copy_of_small_course(tmp_path)


def test_a_fault_in_the_last_file_leaves_nothing_of_the_first(folder: Path) -> None:
    prepare_site()
    pages = Page.objects.count()
    content.edit(folder / "modules/second/lessons/01-choose.yaml", 'en: "Choosing"', 'fr: "Choisir"')
    with pytest.raises(LoadError, match="no text in en"):
        load_course(folder)
    assert Page.objects.count() == pages
    assert not CoursePage.objects.exists()
    assert not LessonVersion.objects.exists()
    content.edit(folder / "modules/second/lessons/01-choose.yaml", 'fr: "Choisir"', 'en: "Choosing"')
    assert set(load_course(folder)) == {"zh-hans", "en"}


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    prepare_site()
    (folder / "course.yaml").write_bytes(b"key: \xff\xfe")
    with pytest.raises(LoadError, match=r"course\.yaml"):
        load_course(folder)


def test_the_command_says_the_fault_and_ends_badly(folder: Path) -> None:
    content.edit(folder / "course.yaml", "key: small", "")
    with pytest.raises(CommandError, match=r"course\.yaml"):
        call_command("load_course", str(folder))


def test_without_a_site_the_loader_says_what_to_do_first(folder: Path) -> None:
    with pytest.raises(LoadError, match="prepare_site"):
        load_course(folder)
