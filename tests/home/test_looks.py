"""How a reader sees pages: what is set before the first paint, pictures that wait, and the switches on "Me"."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from courses.models import LessonPage
from foundation.looks import LOOK_KEY, LOOK_SCRIPT, script_sources
from foundation.models import Picture
from foundation.pictures import picture_markup
from tests.factories import content
from tests.factories.bodies import a_drawing, fill
from tests.factories.people import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

LONGEST = 120


def policy(response) -> dict[str, list[str]]:
    """Return the content policy of a response, a list of sources for each directive."""
    rules = (rule.split() for rule in response["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in rules}


# --- before the first paint ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/zh-hans/", "/en/account/sign-in/", "/zh-hans/nowhere/", "/verify/"])
def test_the_look_is_set_before_anything_is_painted_and_only_this_line_is_allowed(address: str) -> None:
    response = Client().get(address)
    html = response.content.decode()
    assert re.findall(r"<script>(.*?)</script>", html) == [LOOK_SCRIPT]
    assert html.index(LOOK_SCRIPT) < html.index("<style>")
    assert policy(response)["script-src"] == ["'self'", *script_sources()]
    assert len(LOOK_SCRIPT) < LONGEST


def test_the_switches_write_what_the_line_reads() -> None:
    assert f'KEY = "{LOOK_KEY}"' in (Path(settings.BASE_DIR) / "static/js/look.js").read_text(encoding="utf-8")


def test_the_admin_keeps_its_own_policy() -> None:
    assert policy(Client().get("/admin/login/"))["script-src"] == ["'self'", "'unsafe-inline'"]


# --- pictures that wait ----------------------------------------------------------------------------------------------


@pytest.fixture
def lesson(now: datetime) -> LessonPage:
    """A lesson with a picture, a film with a still, and sound."""
    page = content.lesson("read")
    fill(page, 3, at=now, families=("picture", "video", "audio"))
    return page


def test_no_picture_of_a_lesson_is_fetched_before_the_reader_comes_near(lesson: LessonPage) -> None:
    html = Client().get(lesson.url).content.decode()
    assert html.count("<noscript data-picture>") >= 2
    assert "<img" not in re.sub(r"<noscript.*?</noscript>", "", html)
    assert set(re.findall(r"<(?:audio|video)[^>]*?preload=\"(\w+)\"", html)) == {"none"}
    assert html.count("<audio") + html.count("<video") == html.count('preload="none"')


def stored(picture: Picture, spec: str, size: int) -> None:
    rendition = picture.renditions.get(filter_spec=spec)
    path = Path(settings.MEDIA_ROOT) / rendition.file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))


def test_the_place_of_a_picture_says_what_it_is_and_what_a_phone_fetches_at_most() -> None:
    picture = a_drawing()
    for form, size in {"avif": 9_001, "webp": 14_200, "jpeg": 90_000}.items():
        stored(picture, f"format-{form}|width-640", size)
    html = picture_markup(picture, "树下的<长凳>。")
    place = html.partition("<noscript")[0]
    assert "看图：树下的&lt;长凳&gt;（不超过 15 kB）" in place
    assert '<svg viewBox="0 0 640 360"' in place
    assert 'width="640" height="360" alt="树下的&lt;长凳&gt;。"' in html


def test_a_size_that_is_not_known_is_not_told() -> None:
    place = picture_markup(a_drawing(), "树").partition("<noscript")[0]
    assert "看图：树<" in place
    assert "kB" not in place


def test_the_still_of_a_film_is_an_empty_shape_and_some_pages_wait_for_nothing() -> None:
    picture = a_drawing()
    assert "<a" not in picture_markup(picture, "", is_tapped=False)
    assert "noscript" not in picture_markup(picture, "树", is_at_once=True)


# --- the switches ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_me_offers_text_size_and_data_saver(language: str) -> None:
    client = Client()
    client.force_login(a_person())
    html = client.get(f"/{language}/me/").content.decode()
    form = html.partition("data-look")[2].partition("</form>")[0]
    assert re.findall(r'name="(\w+)" value="(\w*)"', form) == [
        ("text", ""), ("text", "large"), ("data", ""), ("data", "saver"), ("data", "full"),
    ]  # fmt: skip
    assert "/static/js/look.js" in form
