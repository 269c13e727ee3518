"""What a lesson of the demonstration costs a guest on a weak signal: queries, bytes, and files waited for."""

import re
import uuid
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cohorts.models import Enrolment, LessonProgress
from courses.models import CoursePage, LessonPage, ModulePage
from courses.rendering.weight import ONE_PICTURE
from courses.selectors import outline
from foundation.middleware import brotli_of
from foundation.scripts import travelling_script
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner
from tests.factories.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
def test_a_lesson_takes_a_guest_eight_queries(language: str, is_warm: bool) -> None:
    for page in LessonPage.objects.filter(locale__language_code=language):
        asked = queries_of(Client(), page.url, is_warm=is_warm)
        if is_warm:
            assert len(asked) <= 8, "\n".join(asked)
        else:
            assert len(asked) <= 14, "\n".join(asked)


def test_an_outline_takes_one_query_for_any_number_of_lessons() -> None:
    course = CoursePage.objects.select_related("locale").get(locale__language_code="zh-hans")
    outline(course)
    with CaptureQueriesContext(connection) as captured:
        assert outline(course)
    assert len(captured) == 1


# --- bytes -----------------------------------------------------------------------------------------------------------

MOST_BYTES = 14_000
"""Of a lesson's HTML, its script and the reader's state, before anybody taps: what fits in the first round trips."""

LATER = "questions.js"
"""Counted with ``MOST_SCRIPT`` instead: it comes once the reader scrolls, taps or types, and once for all the lessons
of a course. Where it did not come, the forms post by themselves."""


def lessons_of_the_demonstration() -> list[str]:
    folder = content.DEMONSTRATION / "modules"
    return sorted(path.stem.partition("-")[2] for path in folder.glob("*/lessons/*.yaml"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("slug", lessons_of_the_demonstration())
def test_a_lesson_weighs_at_most_14_kilobytes_before_interaction(slug: str, language: str) -> None:
    page = LessonPage.objects.get(slug=slug, locale__language_code=language)
    response = Client().get(page.url, HTTP_ACCEPT_ENCODING="br")
    assert response["Content-Encoding"] == "br"
    html = brotli.decompress(response.content).decode()
    weights = {
        "html": len(response.content),
        "scripts": sum(weight(name) for name in scripts(html) if name != LATER),
        "state": len(Client().get(f"/api/state/?course={uuid.uuid4()}").content),
    }
    assert scripts(html), "a lesson answers at once"
    assert sum(weights.values()) <= MOST_BYTES, weights
    assert blocking(html) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_lesson_weighs_no_more_for_a_learner_who_has_answered_everything(language: str) -> None:
    course = CoursePage.objects.get(locale__language_code=language)
    learner = a_learner(cohort=a_cohort(course=course))
    client = Client()
    client.force_login(learner.user)
    weights = {page.slug: weight_of_answered(client, learner, page) for page in lessons_of(course)}
    assert len(weights) == len(lessons_of_the_demonstration())
    over = {slug: weight for slug, weight in weights.items() if weight > MOST_BYTES}
    assert not over


def lessons_of(course: CoursePage) -> QuerySet[LessonPage]:
    return LessonPage.objects.live().descendant_of(course)


def weight_of_answered(client: Client, learner: Enrolment, page: LessonPage) -> int:
    """Return what a lesson weighs, all of whose questions the learner has answered, and rightly."""
    body = client.get(page.url, HTTP_ACCEPT_ENCODING="br").content
    html = brotli.decompress(body).decode()
    questions = re.findall(r'data-question="([^"]+)"', html)
    LessonProgress.objects.create(
        enrolment=learner, lesson_key=page.translation_key, answered=questions, right=questions
    )
    asked = {"course": learner.cohort.course.translation_key, "lesson": page.translation_key, "edition": page.edition}
    state = client.get("/api/state/", asked, HTTP_ACCEPT_ENCODING="br").content
    return len(body) + sum(weight(name) for name in scripts(html) if name != LATER) + len(state)


def scripts(html: str) -> list[str]:
    """Return the names of the page's scripts."""
    return re.findall(r'<script[^>]+src="/static/js/([^"]+)"', html)


def weight(name: str) -> int:
    """Return what a script weighs as it travels, with all that it imports."""
    return len(brotli.compress(travelling_script(name, source_of).encode()))


def source_of(name: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / "js" / name).read_text(encoding="utf-8")


MODULE_OF_EIGHT = 280_000
"""Bytes of words and pictures in eight lessons; with ten minutes of sound (tests/courses/test_bundles.py) 2.7 MB."""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_module_to_take_along_is_within_its_budget_with_a_picture_in_each_lesson(language: str) -> None:
    for module in ModulePage.objects.filter(locale__language_code=language):
        manifest = Client().get(f"/api/bundles/{module.translation_key}/?lang={language}").json()
        assert sum(file[3] == "page" for file in manifest["files"]) > module.get_children().live().count()
        count = LessonPage.objects.live().child_of(module).count()
        without = count - sum(file[3] == "picture" for file in manifest["files"])
        heaviest = manifest["bytes"] - max(manifest["sound_bytes"].values()) + max(0, without) * ONE_PICTURE
        assert heaviest <= MODULE_OF_EIGHT * max(count, 8) / 8, (module.title, heaviest)


MOST_SCRIPT = 8_000
"""Of every script that a lesson may load."""


def test_all_the_script_of_a_lesson_weighs_at_most_8_kilobytes() -> None:
    assert sum(weight(name) for name in ("learner.js", "questions.js")) + weight_of_worker() <= MOST_SCRIPT


def weight_of_worker() -> int:
    """Return what the service worker weighs as it is served: with what the site tells it."""
    what_it_knows = Client().get("/sw.js").content.decode().partition(";")[0]
    return len(brotli_of(f"{what_it_knows};{travelling_script('sw.js', source_of)}".encode()))


MOST_SCRIPT_OF_A_SCREEN = 11_000
"""Of every script that another screen may load (docs/decisions/0065), the worker included."""

ON_DEMAND = ("carry.js",)


@pytest.mark.parametrize(
    "loaded",
    [("assignment.js",), ("visit.js", "learner.js", "downloads.js"), ("waiting.js",), ("me.js",), ("away.js",)],
    ids=lambda loaded: loaded[-1],
)
def test_the_script_of_another_screen_weighs_at_most_11_kilobytes(loaded: tuple[str, ...]) -> None:
    assert sum(weight(name) for name in (*loaded, *ON_DEMAND)) + weight_of_worker() <= MOST_SCRIPT_OF_A_SCREEN


def blocking(html: str) -> list[str]:
    """Return the tags that keep a browser from painting until another file has come."""
    sheets = re.findall(r'<link[^>]+rel="?stylesheet[^>]*>', html)
    scripts = re.findall(r"<script\b[^>]*\bsrc=[^>]*>", html)
    return sheets + [tag for tag in scripts if not re.search(r'\b(defer|async)\b|type="module"', tag)]


def test_the_search_for_blocking_files_finds_them() -> None:
    assert blocking('<link rel="stylesheet" href="a.css">')
    assert blocking('<script src="a.js"></script>')
    assert not blocking('<script type="module" src="a.js"></script><script defer src="b.js"></script>')
