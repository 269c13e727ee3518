"""What the pages of a large site cost: 1,000 lessons in 25 courses and 2,000 practices, one worker, nothing cached.

Lessons are the demonstration's, published anew under other titles, so their weight is what readers get. Times are the
median of whole requests through Django's test client, the languages' home pages and nothing else in the cache.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from docx.shared import Cm
from PIL import Image
from wagtail.models import Page

from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, PracticeIndexPage, PracticePage
from courses.services.importing.draft import make_draft
from courses.services.importing.work import read_document, start_import
from foundation.middleware import brotli_of
from tests.database import open_test_database
from tests.factories.content import DEMONSTRATION, site_with_course
from tests.factories.people import an_operator

COURSES, MODULES, LESSONS, PRACTICES = 25, 4, 10, 2_000
ROUNDS = 40
PAGES, PICTURES = 20, 10  # of the Word document
CHARACTERS_A_PAGE = 800


BUDGETS = {"lesson_queries": 8, "lesson_ms": 30, "catalogue_queries": 12, "search_ms": 100, "import_ms": 3_000}
"""What each may be at most, on a machine of two processors that does nothing else."""


def measure() -> dict[str, float]:
    """Return queries (whole numbers) and milliseconds under the names that CI and people compare."""
    with tempfile.TemporaryDirectory(prefix="terrace-bench-") as folder, _site(Path(folder)):
        course = site_with_course(DEMONSTRATION)
        _fill(course)
        return _pages() | {"import_ms": _import(course)}


@contextmanager
def _site(folder: Path) -> Iterator[None]:
    database = open_test_database(folder, "bench")
    files = {"VAR_DIR": folder, "MEDIA_ROOT": folder / "media", "PRIVATE_MEDIA_ROOT": folder / "private"}
    try:
        with override_settings(**files), translation.override("zh-hans"):
            yield
    finally:
        database.remove()


@transaction.atomic
def _fill(course: CoursePage) -> None:
    """Publish copies of the demonstration's lessons and practices until the site is large."""
    lessons = list(LessonPage.objects.descendant_of(course))
    catalogue = CourseIndexPage.objects.get(locale=course.locale)
    number = 0
    for c in range(COURSES):
        large = _publish(catalogue, CoursePage(title=f"课程 {c}", slug=f"course-{c}", summary="一门课。"))
        for m in range(MODULES):
            module = _publish(large, ModulePage(title=f"模块 {m}", slug=f"module-{m}"))
            for _ in range(LESSONS):
                number += 1
                _publish(module, _copy(lessons[number % len(lessons)], f"课 {number}", f"lesson-{number}"))
    practices = list(PracticePage.objects.filter(locale=course.locale))
    library = PracticeIndexPage.objects.get(locale=course.locale)
    for number in range(PRACTICES - len(practices)):
        original = practices[number % len(practices)]
        page = _copy(original, f"{original.title} {number}", f"practice-{number}")
        page.themes = list(original.themes.all())
        _publish(library, page)


def _copy(page: Any, title: str, slug: str) -> Any:
    kept = {"id", "page_ptr", "path", "depth", "numchild", "url_path", "translation_key", "draft_title", "uuid"}
    fields = {f.name: getattr(page, f.name) for f in page._meta.concrete_fields if f.name not in kept}
    return type(page)(**fields | {"title": title, "slug": slug, "latest_revision": None, "live_revision": None})


def _publish(parent: Page, page: Any) -> Any:
    page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision().publish()
    parent.refresh_from_db()
    return page


def _pages() -> dict[str, float]:
    """Visit many lessons, many practices, the catalogue, a large course, the library, and search."""
    choose = random.Random(1)
    lessons = choose.sample(list(LessonPage.objects.filter(slug__startswith="lesson-")), ROUNDS)
    practices = choose.sample(list(PracticePage.objects.filter(slug__startswith="practice-")), ROUNDS)
    catalogue = CourseIndexPage.objects.get(locale__language_code="zh-hans")
    words = ["信箱", "留守儿童", "谈心", "家长", "听", "110", "xinxiang", "孩子 老师", "寄宿生活", "生日"]
    searches = [f"/zh-hans/search/?q={word}" for word in words * (ROUNDS // len(words))]
    figures: dict[str, float] = {}
    for name, addresses in {
        "lesson": [page.url for page in lessons],
        "practice": [page.url for page in practices],
        "catalogue": [catalogue.url] * ROUNDS,
        "library": [PracticeIndexPage.objects.get(locale__language_code="zh-hans").url] * ROUNDS,
        "course": [page.url for page in CoursePage.objects.filter(slug__startswith="course-")],
        "search": searches,
    }.items():
        figures |= _visit(name, addresses)
    return figures


def _visit(name: str, addresses: list[str]) -> dict[str, float]:
    """Return the most queries that one of the pages takes, and the median time. Nothing is remembered in between.

    Each is opened once before: the first reader of a picture has its sizes made, once in the picture's life.
    """
    client = Client(headers={"accept-encoding": "br"})
    for address in addresses:
        _get(client, address)
    queries = max(_queries(client, address) for address in addresses)
    times = [_milliseconds(lambda address=address: _get(client, address)) for address in addresses]  # type: ignore[misc]
    return {f"{name}_queries": queries, f"{name}_ms": round(median(times), 1)}


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        _get(client, address)
        return len(captured)


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)


def _milliseconds(run: Callable[[], Any]) -> float:
    brotli_of.cache_clear()
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def _import(course: CoursePage) -> float:
    """Import one document three times, whole: taking it in, reading it, making the draft. Return the median."""
    module = ModulePage.objects.descendant_of(course)[0]
    who = an_operator()
    documents = iter([_document(), _document(), _document()])  # other photos each: known ones are found by their hash

    def run() -> None:
        file = SimpleUploadedFile("document.docx", next(documents))
        row = start_import(who=who, parent=module, file=file, name="document.docx", at=timezone.now())
        read_document(pk=row.pk, now=timezone.now())
        row.refresh_from_db()
        make_draft(row=row, actor=who, at=timezone.now())

    return round(median(_milliseconds(run) for _ in range(3)), 0)


def _document() -> bytes:
    """Return a Word document of 20 pages: headings, text, lists, a table, and 10 photos as phones take them."""
    document = docx.Document()
    sentence = "孩子愿意说，是因为有人愿意等。先坐下来，听他把话说完，再想能做什么。"
    for page in range(PAGES):
        document.add_heading(f"第 {page + 1} 节", level=1)
        for _ in range(4):
            document.add_paragraph(sentence * (CHARACTERS_A_PAGE // 4 // len(sentence)))
        document.add_paragraph("一件小事", style="List Bullet")
        if page % (PAGES // PICTURES) == 0:
            document.add_picture(_photo(page), width=Cm(12))
    table = document.add_table(rows=3, cols=3)
    for cell in table._cells:
        cell.text = "每周"
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _photo(seed: int) -> BytesIO:
    noise = Image.effect_noise((400, 300), 60).resize((1600, 1200), Image.Resampling.BICUBIC)
    tint = Image.new("RGB", noise.size, (seed * 12 % 256, 120, 90))
    target = BytesIO()
    Image.blend(noise.convert("RGB"), tint, 0.4).save(target, "JPEG", quality=88)
    target.seek(0)
    return target
