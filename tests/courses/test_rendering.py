"""The files of a page as a guest's phone fetches them, and what they weigh."""

import gc
import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.test import Client, override_settings

from courses.models import CoursePage, LessonPage
from courses.rendering import FileKind, PageFile, Weight, files_of, latest_draft, weigh
from courses.rendering.markup import PictureMarkup, fetched_by
from courses.rendering.phone import picked
from courses.rendering.stored import file_bytes
from tests.factories import content
from tests.factories.content import DEMONSTRATION, kept_for_a_module, site_with_course

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures of the demonstration are stored."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker, pictures: Path) -> Iterator[CoursePage]:
    """The demonstration course, each page shown once, so that every picture has been scaled."""
    with (
        override_settings(MEDIA_ROOT=pictures),
        kept_for_a_module(django_db_blocker, shown_demonstration) as course,
    ):
        yield course


def shown_demonstration() -> CoursePage:
    course = site_with_course(DEMONSTRATION)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves the file of a new rendition to the collector
        for page in LessonPage.objects.all():
            Client().get(page.url)
        gc.collect()
    return course


@pytest.fixture
def lessons(demonstration: CoursePage, settings, pictures: Path) -> list[LessonPage]:
    """Every lesson in every language, with the pictures where they were stored."""
    settings.MEDIA_ROOT = pictures
    return list(LessonPage.objects.select_related("locale"))


# --- the same bytes as the site ---------------------------------------------------------------------------------------


def test_a_lesson_weighs_what_the_site_sends(lessons: list[LessonPage]) -> None:
    assert len(lessons) >= 10
    for lesson in lessons:
        document, *others = files_of(lesson)
        sent = Client().get(lesson.url, HTTP_ACCEPT_ENCODING="br")
        assert (document.url, document.size) == (lesson.url, len(sent.content))
        assert document.sha256 == hashlib.sha256(brotli.decompress(sent.content)).hexdigest()
        state = next(file for file in others if file.kind == FileKind.STATE)
        address = f"/api/state/?lesson={lesson.translation_key}&lang={lesson.locale.language_code}"
        assert state.size == len(Client().get(address).content)
        for picture in (file for file in others if file.kind == FileKind.PICTURE):
            stored = b"".join(Client().get(picture.url).streaming_content)  # type: ignore[attr-defined]
            assert picture.size == len(stored)
            assert picture.sha256 == hashlib.sha256(stored).hexdigest()


def test_every_lesson_of_the_demonstration_is_within_budget(lessons: list[LessonPage]) -> None:
    over = {lesson.url: weigh(lesson) for lesson in lessons if weigh(lesson).is_over}
    assert not {url: (weight.text_only, weight.total) for url, weight in over.items()}


def test_a_draft_is_weighed_as_it_will_be(lessons: list[LessonPage]) -> None:
    lesson = lessons[0]
    live = weigh(lesson)
    assert weigh(latest_draft(lesson)).total == live.total
    lesson.title = "一个新题目"
    lesson.save_revision()
    assert weigh(latest_draft(lesson)).files[0].sha256 != live.files[0].sha256
    assert weigh(LessonPage.objects.get(pk=lesson.pk)).files[0].sha256 == live.files[0].sha256


def test_a_lesson_that_was_never_published_is_weighed_with_the_form_that_finishes_it(lessons: list[LessonPage]) -> None:
    twin = lessons[0].copy(update_attrs={"slug": "twin", "title": lessons[0].title}, keep_live=False)
    before = weigh(latest_draft(twin))
    assert FileKind.STATE in {file.kind for file in before.files}
    twin.get_latest_revision().publish()
    # Its number in the module and the way to the lesson before it are all that comes with publishing.
    assert before.text_only == pytest.approx(weigh(LessonPage.objects.get(pk=twin.pk)).text_only, rel=0.02)


def test_weighing_leaves_the_language_of_the_admin_alone(lessons: list[LessonPage]) -> None:
    from django.utils import translation

    english = next(lesson for lesson in lessons if lesson.locale.language_code == "en")
    with translation.override("zh-hans"):
        weigh(english)
        assert translation.get_language() == "zh-hans"


# --- what a page fetches ----------------------------------------------------------------------------------------------


def test_only_what_is_fetched_by_itself_is_found() -> None:
    found = fetched_by(
        '<link rel="icon" href="data:,"><link rel="apple-touch-icon" href="/t.png">'
        '<link rel="stylesheet" href="/static/a.css">'
        '<script type="module" src="/static/js/a.js" data-more="/static/js/q.js" data-carry="/static/js/c.js"></script>'
        '<script src="/static/js/a.js"></script><audio src="/m/a.mp3"></audio><video poster="/media/p.jpg"></video>'
        '<noscript><img src="/media/hidden.jpg"></noscript><img src="data:image/png;base64,AA==">'
        '<img src="/media/b.jpg"><noscript data-picture><img src="/media/near.jpg"></noscript>'
        '<template><noscript data-picture><img src="/media/no.jpg"></noscript><img src="/media/no.jpg"></template>'
    )
    assert found.scripts == ["/static/js/a.js"]
    assert found.later == ["/static/js/q.js"]
    assert found.carrying == ["/static/js/c.js"]
    assert found.links == ["/static/a.css"]
    assert [picture.image["src"] for picture in found.pictures] == ["/media/p.jpg", "/media/b.jpg", "/media/near.jpg"]


def test_sources_belong_to_their_own_picture() -> None:
    found = fetched_by(
        '<picture><source srcset="/a.avif 640w" type="image/avif"><img src="/a.jpg"></picture><img src="/b.jpg">'
    )
    assert [picked(picture) for picture in found.pictures] == ["/a.avif", "/b.jpg"]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("100vw", "1280"),
        ("", "1280"),
        ("(min-width: 46rem) 42rem, 100vw", "1280"),
        ("(max-width: 46rem) 50vw, 100vw", "640"),
        ("160px", "320"),
        ("320px", "640"),
        ("42rem", "1280"),
    ],
)
def test_the_phone_picks_the_smallest_that_is_sharp_enough(sizes: str, expected: str) -> None:
    widths = ", ".join(f"/p-{width}.avif {width}w" for width in (320, 640, 1280))
    assert picked(PictureMarkup({"src": "/p.jpg", "srcset": widths, "sizes": sizes})) == f"/p-{expected}.avif"


def test_a_format_that_the_phone_cannot_show_is_passed_over() -> None:
    sources = [
        {"type": "image/jxl", "srcset": "/p.jxl"},
        {"media": "(min-width: 60rem)", "srcset": "/wide.avif"},
        {"type": "image/webp", "srcset": "/one.webp, /two.webp 2x"},
    ]
    assert picked(PictureMarkup({"src": "/p.jpg"}, sources)) == "/two.webp"


def test_a_script_weighs_with_what_it_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.rendering.stored.finders.find", lambda name: str(tmp_path / name))
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text('import { b } from "./b.js";\nb();\n', encoding="utf-8")
    (tmp_path / "js" / "b.js").write_text("export function b() { alert(1); }\n", encoding="utf-8")
    assert b"alert" in (file_bytes("/static/js/a.js") or b"")


def test_what_is_not_there_weighs_nothing() -> None:
    assert file_bytes("/media/images/gone.avif") is None
    assert file_bytes("/static/js/none.js") is None
    assert file_bytes("https://elsewhere.example/a.js") is None


# --- adding up --------------------------------------------------------------------------------------------------------


def a_file(size: int, kind: FileKind, number: int = 0) -> PageFile:
    return PageFile(f"/{kind}/{number}", size, "0" * 64, kind, number)


def test_a_weight_names_what_is_too_heavy() -> None:
    weight = Weight(
        (
            a_file(10_500, FileKind.PAGE),
            a_file(3_400, FileKind.SCRIPT),
            a_file(84, FileKind.STATE),
            a_file(9_000, FileKind.PICTURE, 1),
            a_file(21_000, FileKind.PICTURE, 2),
            a_file(84_000, FileKind.PICTURE, 3),
        )
    )
    assert (weight.text_only, weight.total) == (13_984, 127_984)
    assert [picture.number for picture in weight.heavy_pictures] == [3, 2]
    assert (weight.is_text_over, weight.is_total_over, weight.is_over) == (False, True, True)
    assert weight.seconds_to_text == pytest.approx(2.4 + 10_500 / 35_000)
    assert weight.seconds == pytest.approx(4.0 + 127_984 / 35_000)


def test_a_manifest_lists_what_a_bundle_needs() -> None:
    content.site_with_course()
    entries = [file.as_entry() for file in files_of(content.lesson("ask"))]
    assert all(len(entry) == 4 and len(str(entry[2])) == 64 for entry in entries)
