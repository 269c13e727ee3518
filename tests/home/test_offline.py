"""What the server does so that pages can be read without it: which may be kept, the worker, and the home screen."""

import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.enums import QUESTION_TYPES
from courses.models import CoursePage, LessonPage, PracticeIndexPage, PracticePage
from courses.services.drafts import share_draft
from foundation.scripts import travelling_script
from home.views import pwa
from tests.factories import asking, content
from tests.factories.learning import a_cohort, a_learner
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


# --- what may be kept ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_that_are_the_same_for_every_reader_say_that_they_may_be_kept(client: Client, language: str) -> None:
    in_language = {"locale__language_code": language}
    assert client.get(content.lesson("ask", language).url)["X-Keep"] == "lesson"
    others = [
        content.module(language=language),
        content.assignment(language),
        CoursePage.objects.get(**in_language),
        PracticePage.objects.filter(**in_language).first(),
        PracticeIndexPage.objects.get(**in_language),
    ]
    assert [client.get(page.url)["X-Keep"] for page in others] == ["page"] * len(others)
    assert client.get(f"/{language}/")["X-Keep"] == "page"


def test_a_member_may_keep_a_members_lesson_and_who_is_refused_may_keep_nothing() -> None:
    CoursePage.objects.update(access="members")
    member = Client()
    member.force_login(a_learner(cohort=a_cohort()).user)
    assert member.get(content.lesson("ask").url)["X-Keep"] == "lesson"
    refused = Client().get(content.lesson("ask").url)
    assert refused.status_code == 403
    assert "X-Keep" not in refused.headers


@pytest.mark.parametrize("kind", ["draft", "personal", "missing", "redirect", "login", "restricted"])
def test_drafts_personal_pages_refusals_and_redirects_may_not_be_kept(kind: str) -> None:
    client = Client()
    learner = a_learner()
    addresses = {
        "personal": f"/zh-hans/assignments/{content.assignment().translation_key}/",
        "missing": "/zh-hans/courses/nothing/",
        "redirect": content.lesson("ask").url,
        "login": "/zh-hans/account/sign-in/",
        "restricted": content.lesson("read").url,
    }
    if kind == "draft":
        token = share_draft(page=content.lesson("ask"), actor=a_facilitator(), at=timezone.now()).token
        addresses[kind] = f"/d/{token}/"
    elif kind == "redirect":
        content.lesson("ask", "en").unpublish()
        addresses[kind] = content.lesson("ask").url.replace("/zh-hans/", "/en/")
    elif kind in ("personal", "restricted"):
        client.force_login(learner.user)
        rule = PageViewRestriction.LOGIN
        PageViewRestriction.objects.create(page=content.lesson("read"), restriction_type=rule)
    answer = client.get(addresses[kind])
    assert answer.status_code in (200, 302, 404)
    assert "X-Keep" not in answer.headers, addresses[kind]


# --- the worker ------------------------------------------------------------------------------------------------------

WORKER_BYTES = 1_400
"""Of the service worker as it travels. A lesson does not ask for it, but it counts among a learner's scripts."""


def script(name: str) -> str:
    folder = Path(site_settings.BASE_DIR) / "static" / "js"
    return travelling_script(name, lambda module: (folder / module).read_text(encoding="utf-8"))


def known_to(worker: str) -> dict[str, Any]:
    """Return the constants that are written before the worker."""
    head = worker.partition(";")[0].removeprefix("const ")
    return {name: json.loads(value) for name, value in re.findall(r"([A-Z_]+)=(\[.*?\]|\".*?\")", head)}


def test_the_worker_is_asked_for_once_an_hour_and_knows_build_and_languages(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert client.get("/sw.js", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    known = known_to(answer.content.decode())
    assert known["LANGUAGES"] == ["zh-hans", "en"]
    assert known["SHELL_FILES"] == ["/static/js/away.js"]
    assert len(known["VERSION"]) == 10


@pytest.mark.parametrize("made_of", ["static_hash", "source_hash"])
def test_another_build_is_another_worker(client: Client, monkeypatch: pytest.MonkeyPatch, made_of: str) -> None:
    before = client.get("/sw.js").content
    monkeypatch.setattr(pwa, made_of, lambda: "another-build")
    assert client.get("/sw.js").content != before


def test_the_worker_never_takes_over_by_itself_and_weighs_little() -> None:
    worker = script("sw.js")
    assert "skipWaiting" not in worker
    assert "clients.claim" not in worker
    assert len(brotli.compress(worker.encode())) <= WORKER_BYTES


def test_switched_off_it_clears_up_and_goes_and_no_page_offers_a_download(client: Client, settings) -> None:
    module = content.module()
    offer = "data-download="
    assert offer in client.get(module.url).content.decode()
    settings.OFFLINE_READING = False
    worker = client.get("/sw.js").content.decode()
    assert "registration.unregister" in worker
    assert "caches.delete" in worker
    assert "respondWith" not in worker
    page = client.get(module.url).content.decode()
    assert offer not in page
    assert f"/zh-hans/modules/{module.translation_key}/" in page


# --- the offline page and the home screen ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_offline_page_is_the_same_for_everybody_and_loads_what_the_worker_keeps(
    client: Client, language: str
) -> None:
    address = f"/{language}/offline/"
    guest = client.get(address)
    assert guest["X-Keep"] == "page"
    assert "public" in guest["Cache-Control"]
    client.force_login(a_learner(name="林秀英").user)
    assert client.get(address).content == guest.content
    page = guest.content.decode()
    loaded = re.findall(r'<script[^>]+src="([^"]+)"', page)
    assert loaded == known_to(client.get("/sw.js").content.decode())["SHELL_FILES"]
    assert "stylesheet" not in page
    assert "data-waiting" in page


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "梯田"), ("en", "Terrace")])
def test_the_home_screens_manifest_is_whole(client: Client, language: str, name: str) -> None:
    from django.contrib.staticfiles import finders
    from PIL import Image

    client.force_login(a_learner().user)
    page = client.get(f"/{language}/today/").content.decode()
    (address,) = re.findall(r'<link rel="manifest" href="([^"]+)">', page)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["name"], manifest["short_name"]) == (name, name)
    assert (manifest["scope"], manifest["display"]) == ("/", "standalone")
    assert manifest["start_url"] == f"/{language}/today/"
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in manifest["icons"]:
        with Image.open(str(finders.find(icon["src"].removeprefix("/static/")))) as drawn:
            assert "{}x{}".format(*drawn.size) == icon["sizes"]
            assert drawn.format == "PNG"


def test_a_lesson_carries_no_manifest_and_the_colours_are_those_of_the_sheet(client: Client) -> None:
    assert 'rel="manifest"' not in client.get(content.lesson("ask").url).content.decode()
    tokens = (Path(site_settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
    assert f"--paper: {pwa.PAPER};" in tokens
    assert f"--green: {pwa.GREEN};" in tokens


# --- the whole module on one page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_module_stands_on_one_page_without_forms(client: Client, language: str) -> None:
    module = content.module(language=language)
    answer = client.get(f"/{language}/modules/{module.translation_key}/")
    page = answer.content.decode()
    assert answer["X-Keep"] == "page"
    assert page.count("<h1>") == 1
    assert "<form" not in page
    assert 'media="print"' in page
    for lesson in LessonPage.objects.child_of(module):
        assert f". {lesson.title}</h2>" in page
        for block in lesson.body:
            if block.block_type in QUESTION_TYPES:
                assert block.value["prompt"] in page
    other = Client()
    other.force_login(a_learner().user)
    assert other.get(f"/{language}/modules/{module.translation_key}/").content == answer.content


def test_every_kind_of_question_can_be_thought_about_on_paper(client: Client) -> None:
    asking.a_lesson(*asking.JUDGED, asking.REFLECTION, asking.POLL, asking.a_draw(asking.a_bank(2)))
    page = client.get(f"/zh-hans/modules/{content.module().translation_key}/").content.decode()
    prompts = [f"题目{key}？" for key in ("single", "order", "match", "short", "number", "scenario", "bank0", "bank1")]
    options = ["先听", "第3步", "话2", "答2", "轻声问", "他想说话。", "同学"]
    assert [words for words in [*prompts, *options, "您上次听孩子说话？"] if words not in page] == []
    assert "再想想。" not in page, "what is said to an answer comes after it"


def test_the_one_page_of_a_members_module_is_for_members(client: Client) -> None:
    CoursePage.objects.update(access="members")
    address = f"/zh-hans/modules/{content.module().translation_key}/"
    refused = client.get(address)
    assert refused.status_code == 403
    assert content.lesson("ask").title not in refused.content.decode()
    assert "X-Keep" not in refused.headers
    client.force_login(a_learner(cohort=a_cohort()).user)
    assert client.get(address)["Cache-Control"] == "private, no-cache"


def test_no_module_no_page(client: Client) -> None:
    assert client.get(f"/zh-hans/modules/{content.lesson('ask').translation_key}/").status_code == 404
