"""A module as a phone takes it along: every file of it, byte for byte, for whoever may read it, and no more work."""

import gc
import hashlib
import uuid
import warnings
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.models import CoursePage, ModulePage, PracticePage, PracticeStats
from courses.rendering import bundles
from courses.rendering.bundles import Manifest, manifest_of, module_of
from foundation.models import Picture, Recording
from foundation.pictures import PICTURE_SPECS
from foundation.registries import bundled_pages
from foundation.services.recordings import add_recording, convert_recording
from tests.factories import content, photos
from tests.factories.bodies import block, raw_block
from tests.factories.learning import a_cohort, a_learner
from tests.factories.people import a_person
from tests.factories.sound import a_recording, a_wav

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

MOST_QUERIES = 16


def asked(client: Client | None = None, key: Any = None, language: str = "zh-hans", **headers: Any) -> Any:
    key = key or content.module().translation_key
    return (client or Client()).get(f"/api/bundles/{key}/?lang={language}", **headers)


def weights(*keys: Any, client: Client | None = None) -> dict[str, Any]:
    answer = (client or Client()).get("/api/bundles/", {"keys": ",".join(map(str, keys)), "lang": "zh-hans"})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()["modules"]
    return found


def urls(manifest: Manifest, kind: str) -> list[str]:
    return [str(url) for url, _size, _sha, its_kind in manifest["files"] if its_kind == kind]


def body_of(response: Any) -> bytes:
    whole: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return whole


def with_blocks(*blocks: dict[str, Any]) -> None:
    """Publish the first lesson with these blocks after its own."""
    lesson = content.lesson("ask")
    lesson.body = [*lesson.body.raw_data, *blocks]
    lesson.save_revision().publish()


def a_photo() -> Picture:
    """Return a photo that was shown once: Wagtail leaves the files of new renditions to the collector."""
    picture = Picture.objects.create(title="操场", file=ContentFile(photos.a_jpeg(1600, 1200), name="playground.jpg"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        picture.get_renditions(*PICTURE_SPECS)
        gc.collect()
    return Picture.objects.get(pk=picture.pk)


def with_a_recording(now: datetime, *, is_converted: bool = True) -> Recording:
    recording = add_recording(title="一段话", file=a_wav(), name="v.wav", at=now)
    if is_converted:
        convert_recording(pk=recording.pk, now=now)
    with_blocks(block("audio", {"recording": recording.pk, "title": "一段话", "transcript": "<p>一段话。</p>"}))
    return Recording.objects.get(pk=recording.pk)


# --- what is in it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_holds_the_modules_page_its_lessons_its_assignments_and_their_practices(language: str) -> None:
    module = content.module(language=language)
    manifest = asked(language=language).json()
    pages = [url.partition("?")[0] for url in urls(manifest, "page")]
    wanted = {module.url, *(page.url for page in module.get_children().live())}
    practices = {page.url for page in PracticePage.objects.filter(locale=module.locale)}
    sheet = f"/{language}/assignments/{content.assignment(language).translation_key}/sheet/"
    assert wanted | {sheet} <= set(pages)
    assert set(pages) - wanted - {sheet} <= practices
    assert set(pages) & practices
    assert len(pages) == len(set(pages))
    assert (manifest["title"], manifest["url"]) == (module.title, module.url)
    assert any("learner" in url for url in urls(manifest, "script"))
    assert any("carry" in url for url in urls(manifest, "later")), "a report is begun and handed in without a signal"
    assert "state" not in {file[3] for file in manifest["files"]}, "what is personal is in no bundle"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("reader", ["guest", "learner", "later"])
def test_every_page_of_it_is_the_same_for_every_reader_and_at_any_time(language: str, reader: str) -> None:
    pages = [file for file in asked(language=language).json()["files"] if file[3] == "page"]
    client = Client()
    if reader == "learner":
        client.force_login(a_learner(name="林秀英").user)
    with time_machine.travel(timezone.now() + timedelta(days=400 * (reader == "later"))):
        for url, size, sha256, _kind in pages:
            sent = client.get(url)
            assert hashlib.sha256(sent.content).hexdigest() == sha256, url
            assert sent["X-Keep"] in ("lesson", "page")
            assert len(client.get(url, HTTP_ACCEPT_ENCODING="br").content) == size


def test_what_other_schools_do_makes_no_new_version() -> None:
    """The library says how many schools tried a practice; the copy in a module does not, or it would always be old."""
    before = asked().json()
    practice = next(url for url in urls(before, "page") if "kept" in url)
    page = next(page for page in PracticePage.objects.all() if practice.startswith(page.url))
    PracticeStats.objects.update_or_create(practice_key=page.translation_key, defaults={"schools_tried": 7})
    assert "7 校试行" in Client().get(page.url).content.decode()
    assert "7 校试行" not in Client().get(practice).content.decode()
    assert asked().json()["version"] == before["version"]


def test_pictures_come_as_the_phone_takes_them_and_films_and_handouts_do_not_come(now: datetime) -> None:
    picture = a_photo()
    lesson = content.lesson("ask")
    film, handout = raw_block("video", lesson=lesson, at=now), raw_block("download", lesson=lesson, at=now)
    film["value"]["poster"] = None
    shown = {"image": {"image": picture.pk, "alt_text": "操场", "decorative": False}, "caption": ""}
    with_blocks(block("picture", shown), film, handout)
    manifest = asked().json()
    (url,) = urls(manifest, "picture")
    assert "width-640" in url
    assert url.endswith(".avif")
    entry = next(file for file in manifest["files"] if file[0] == url)
    stored = body_of(Client().get(url))
    assert entry[1:3] == [len(stored), hashlib.sha256(stored).hexdigest()]
    assert manifest["bytes"] == manifest["text_bytes"] + len(stored)
    assert not [file for file in manifest["files"] if "/documents/" in file[0]]


def test_sound_comes_in_each_form_and_counts_once(now: datetime) -> None:
    recording = with_a_recording(now)
    manifest = asked().json()
    (opus,), (mp3,) = urls(manifest, "opus"), urls(manifest, "mp3")
    assert [source.url for source in recording.sources] == [opus, mp3]
    assert manifest["sound_bytes"] == {"opus": recording.opus_size, "mp3": recording.mp3_size, "sound": 0}
    assert manifest["bytes"] == manifest["text_bytes"] + recording.heaviest
    for url, _size, sha256, kind in manifest["files"]:
        if kind in ("opus", "mp3"):
            assert hashlib.sha256(body_of(Client().get(url))).hexdigest() == sha256


def test_sound_that_cannot_be_converted_comes_as_it_was_sent(now: datetime, settings) -> None:
    settings.FFMPEG = "there-is-no-such-program"
    recording = with_a_recording(now)
    manifest = asked().json()
    assert urls(manifest, "sound") == [recording.sources[0].url]
    assert manifest["sound_bytes"] == {"opus": 0, "mp3": 0, "sound": recording.original_size}


def test_what_another_room_adds_to_a_page_comes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assignment = content.assignment()
    html = b'<script type="module" src="/static/js/draft.js"></script><p>sheet</p>'
    monkeypatch.setitem(
        bundled_pages.entries, "a test", lambda page: {"/zh-hans/x/": html} if page.pk == assignment.pk else {}
    )
    manifest = asked().json()
    assert ["/zh-hans/x/", len(html), hashlib.sha256(html).hexdigest(), "page"] in manifest["files"]
    assert "/static/js/draft.js" in urls(manifest, "script")


def test_a_module_of_a_course_in_one_language_is_taken_along_by_readers_of_the_other() -> None:
    CoursePage.objects.get(locale__language_code="en").unpublish()
    for page in ModulePage.objects.filter(locale__language_code="en"):
        page.unpublish()
    answer = asked(language="en")
    assert answer.status_code == 200
    assert all("/zh-hans/" in url for url in urls(answer.json(), "page"))


def test_a_lesson_that_is_only_in_chinese_is_in_the_english_module_as_it_is_linked() -> None:
    content.lesson("read", "en").unpublish()
    manifest = asked(language="en").json()
    (address,) = [url for url in urls(manifest, "page") if "untranslated=en" in url]
    entry = next(file for file in manifest["files"] if file[0] == address)
    assert hashlib.sha256(Client().get(address).content).hexdigest() == entry[2]
    assert address in Client().get(content.module(language="en").url).content.decode().replace("&amp;", "&")


# --- versions --------------------------------------------------------------------------------------------------------


def test_the_version_is_the_hash_of_what_is_in_it_and_the_tag_of_the_answer() -> None:
    answer = asked()
    assert answer["ETag"] == f'W/"{answer.json()["version"]}"'
    assert answer["Cache-Control"] == "private, no-cache"
    again = asked(HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert asked(HTTP_IF_NONE_MATCH='W/"another"').status_code == 200


def test_another_word_makes_another_version_of_its_module_and_of_no_other() -> None:
    first, second = content.module().translation_key, content.module("second").translation_key
    before = weights(first, second)
    lesson = content.lesson("ask")
    lesson.body = [*lesson.body.raw_data, block("text", "<p>多一句。</p>")]
    lesson.save_revision()
    assert weights(first, second) == before, "a draft is not for readers"
    lesson.get_latest_revision().publish()
    after = weights(first, second)
    assert after[str(first)]["version"] != before[str(first)]["version"]
    assert after[str(second)]["version"] == before[str(second)]["version"]


@pytest.mark.parametrize("change", ["practice", "picture", "unpublish", "sound", "restriction", "foot"])
def test_whatever_shows_in_it_and_changes_makes_it_anew(change: str, now: datetime, settings) -> None:
    recording = with_a_recording(now, is_converted=False)
    before = asked().json()["version"]
    if change == "practice":
        page = next(p for p in PracticePage.objects.all() if any(p.url in u for u in urls(asked().json(), "page")))
        page.summary = "另一句话。"
        page.save_revision().publish()
    elif change == "picture":
        picture = a_photo()
        shown = {"image": {"image": picture.pk, "alt_text": "操场", "decorative": False}, "caption": ""}
        with_blocks(block("picture", shown))
    elif change == "unpublish":
        content.lesson("read").unpublish()
    elif change == "sound":
        convert_recording(pk=recording.pk, now=now)
    elif change == "restriction":
        PageViewRestriction.objects.create(page=content.lesson("read"), restriction_type=PageViewRestriction.LOGIN)
    else:
        settings.SITE_CONTACT = "another@terrace.example"
    assert asked().json()["version"] != before


def test_a_second_request_renders_nothing_and_asks_little(monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked().json()
    monkeypatch.setattr(bundles, "html_of", lambda *_: pytest.fail("it was rendered again"))
    with CaptureQueriesContext(connection) as captured:
        assert asked().json() == first
    assert len(captured) <= MOST_QUERIES, [query["sql"][:150] for query in captured.captured_queries]


def test_new_code_or_scripts_make_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    course, module = module_of(content.module().translation_key, "zh-hans") or pytest.fail("no module")
    made: list[Any] = []

    def note(*found: Any) -> dict[str, str]:
        made.append(found)
        return {"version": "x"}

    monkeypatch.setattr(bundles, "_manifest", note)
    for source, static in (("a", "a"), ("a", "a"), ("b", "a"), ("b", "b")):
        monkeypatch.setattr(bundles, "source_hash", lambda said=source: said)
        monkeypatch.setattr(bundles, "static_hash", lambda said=static: said)
        manifest_of(course, module)
    assert len(made) == 3


# --- who may have it -------------------------------------------------------------------------------------------------


@pytest.fixture
def members_only() -> None:
    CoursePage.objects.update(access="members")


@pytest.mark.usefixtures("members_only")
def test_a_members_module_is_for_members_and_others_are_told_in_json_and_words() -> None:
    key = content.module().translation_key
    member, elsewhere = Client(), Client()
    member.force_login(a_learner(cohort=a_cohort()).user)
    elsewhere.force_login(a_person())
    assert asked(member).status_code == 200
    assert str(key) in weights(key, client=member)
    for client in (Client(), elsewhere):
        answer = asked(client)
        assert answer.status_code == 403
        assert answer.json() == {"code": "members_only", "why": "这个模块只供班级成员学习。"}
        assert "files" not in answer.json()
        assert weights(key, client=client) == {}
    assert asked(Client(), language="en").json()["why"] == "This module is for members of a cohort."


@pytest.mark.parametrize("gone", ["unknown", "unpublished", "private", "lesson"])
def test_what_is_no_module_for_readers_is_404_in_json(gone: str) -> None:
    key = content.module().translation_key
    if gone == "unknown":
        key = uuid.uuid4()
    elif gone == "unpublished":
        for page in ModulePage.objects.filter(translation_key=key):
            page.unpublish()
    elif gone == "private":
        for page in ModulePage.objects.filter(translation_key=key):
            PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    else:
        key = content.lesson("ask").translation_key
    answer = asked(key=key)
    assert (answer.status_code, answer.json()["code"]) == (404, "gone")
    assert weights(key) == {}


def test_a_page_that_an_editor_made_private_is_in_no_bundle() -> None:
    lesson = content.lesson("read")
    PageViewRestriction.objects.create(page=lesson, restriction_type=PageViewRestriction.LOGIN)
    assert lesson.url not in urls(asked().json(), "page")
    answer = Client().get(lesson.url)
    assert "X-Keep" not in answer.headers


@pytest.mark.parametrize("said", ["", "x", ",,,", "0" * 5000, "%00", "，"])
def test_nonsense_for_keys_is_answered_with_no_module(said: str) -> None:
    assert Client().get("/api/bundles/", {"keys": said}).json() == {"modules": {}}


def test_a_module_whose_template_fails_is_503_and_does_not_take_the_others_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from courses.rendering import PageNotRenderedError

    def fails(*_: Any) -> bytes:
        raise PageNotRenderedError("x")

    monkeypatch.setattr(bundles, "html_of", fails)
    answer = asked()
    assert (answer.status_code, answer.json()["code"]) == (503, "not_made")
    assert weights(content.module().translation_key) == {}


# --- budgets ---------------------------------------------------------------------------------------------------------

TEN_MINUTES = 600  # seconds
MOST_OF_TEN_MINUTES = 2_420_000
"""Bytes of sound in a module of 2.7 MB; tests/home/test_weight.py holds words and pictures to the rest."""


def test_ten_minutes_of_sound_stay_within_the_budget() -> None:
    from foundation.services.sound import convert

    made = convert(a_recording("mp3", 20.0), extension="mp3")
    for form in (made.opus, made.mp3):
        assert len(form) * TEN_MINUTES / made.seconds <= MOST_OF_TEN_MINUTES
