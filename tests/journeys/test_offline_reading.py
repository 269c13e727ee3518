"""A module is taken along and read where there is no signal: whole, after breaks, in a new version, and gone again."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.factories.content import EVERY_BLOCK, edit
from tests.factories.sound import a_recording
from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import BROWSER_LANGUAGE, PHONE_SCREEN, Principal, wait_for
from tests.journeys.phones import counting_workers
from tests.journeys.running import ROOT, RunningSite, free_port, wait_until_well

pytestmark = pytest.mark.journey

MODULE = "/zh-hans/courses/every-block/only/"
LESSON = f"{MODULE}everything/"
OTHERS = "/zh-hans/courses/walking-beside-left-behind-children/"
VISITED = (f"{OTHERS}listening/listen-first/", f"{OTHERS}seeing/who-is-at-home/")
"""Lessons of two other modules, which are opened and not taken along."""

SECONDS = 60.0
"""Of the recording: long enough to come in two parts."""

CACHES = """async () => {
    const found = {};
    const path = (request) => request.url.replace(location.origin, "");
    for (const name of await caches.keys()) found[name] = (await (await caches.open(name)).keys()).map(path);
    return found;
}"""
READY = "async () => { await navigator.serviceWorker.ready; }"
RANGES = """async (url) => {
    const told = [];
    for (const range of ["bytes=0-1", "bytes=100-199", "bytes=-10", "bytes=99999999-"]) {
        const answer = await fetch(url, { headers: { Range: range } });
        told.push([answer.status, (await answer.arrayBuffer()).byteLength, answer.headers.get("Content-Range")]);
    }
    return told;
}"""
SEEK = """async (seconds) => {
    const player = document.querySelector("audio");
    const heard = (name) => new Promise((go, fail) => {
        player.addEventListener(name, go, { once: true });
        player.querySelector("source:last-of-type").addEventListener("error", fail, { once: true });
    });
    const ready = heard("loadedmetadata");
    player.preload = "auto";
    player.load();
    await ready;
    const there = heard("seeked");
    player.currentTime = seconds;
    await there;
    return [player.currentTime, player.currentSrc.replace(location.origin, "")];
}"""


@dataclass
class Course:
    """A course of one module with a picture and a recording, and the folder that it is loaded from."""

    site: RunningSite
    folder: Path

    def load(self) -> None:
        """Publish the folder as it is now."""
        self.site.manage("load_course", str(self.folder))


def environment(site: RunningSite, **more: str) -> dict[str, str]:
    port = site.address.rpartition(":")[2]
    own = {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "TERRACE_VAR_DIR": str(site.var), "PORT": port}
    return os.environ | own | more


@pytest.fixture(scope="module")
def course(site: RunningSite, tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course") / "every-block"
    shutil.copytree(EVERY_BLOCK, folder)
    (folder / "files" / "tone.mp3").write_bytes(a_recording("mp3", SECONDS))
    found = Course(site, folder)
    found.load()
    waiting = "SELECT count(*) FROM foundation_recording WHERE status IN ('pending', 'running')"
    wait_for(lambda: site.value(waiting) == 0, seconds=60)
    return found


@contextmanager
def a_phone(browser: Browser, *, has_worker: bool = True) -> Iterator[Page]:
    """Open a phone's browser. Without a worker the page's own requests can be broken and counted."""
    context = browser.new_context(
        viewport=PHONE_SCREEN,
        locale=BROWSER_LANGUAGE["zh-hans"],
        service_workers="allow" if has_worker else "block",
        reduced_motion="reduce",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert faults == []


def card(page: Page) -> Any:
    return page.locator("section[data-download]")


def take(page: Page, label: str = "下载本模块") -> None:
    """Press the button and wait until the module is here."""
    card(page).get_by_role("button", name=label).click()
    expect(card(page)).to_contain_text("没有信号也能学。", timeout=20_000)


def requested(context: BrowserContext) -> Counter[str]:
    """Count from now on what is asked of the network, by path."""
    counts: Counter[str] = Counter()
    context.on("request", lambda request: counts.update([request.url.partition("//")[2].partition("/")[2]]))
    return counts


def module_caches(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(CACHES)
    return {name: urls for name, urls in found.items() if name.startswith("module:")}


# --- read and heard without a signal ---------------------------------------------------------------------------------


def test_a_module_is_read_seen_and_heard_without_a_signal(site: RunningSite, browser: Browser, course: Course) -> None:
    with a_phone(browser) as page:
        counting_workers(page.context)
        counts = requested(page.context)
        page.goto(f"{site.address}{MODULE}")
        page.evaluate(READY)
        expect(card(page).get_by_role("button", name="下载本模块")).to_contain_text("kB")
        assert page.evaluate("registrations") == 1
        assert not [path for path in counts if "learner" in path or "/state/" in path], "a guest has nothing to send"
        take(page)
        expect(card(page).locator("[data-said]")).to_contain_text("还能存")
        pages = page.eval_on_selector_all("main a.step", "steps => steps.map((step) => step.getAttribute('href'))")
        assert len(pages) == 2
        lose_signal(page.context)
        for address in (MODULE, *pages):
            page.goto(f"{site.address}{address}")
            assert page.locator("h1").inner_text() != "现在没有信号", address
        page.goto(f"{site.address}{LESSON}?from=singlemessage")
        for picture in page.locator(".figure img").all():
            picture.scroll_into_view_if_needed()
            wait_for(lambda shown=picture: shown.evaluate("it => it.complete && it.naturalWidth > 0"), seconds=5)
        reached, source = page.evaluate(SEEK, 40)
        assert abs(reached - 40) < 1
        two, hundred, ten, none = page.evaluate(RANGES, source)
        assert [two[:2], hundred[:2], none[0]] == [[206, 2], [206, 100], 416]
        assert ten[0] == 200, "what is counted from the end is given whole: no player asks so"
        assert hundred[2].startswith("bytes 100-199/")
        page.locator("aside.practice-card a").first.click()
        page.wait_for_load_state()
        assert "/practices/" in page.url
        assert page.locator("h1").inner_text() != "现在没有信号"


def test_a_page_that_is_not_here_says_so_and_leads_to_what_is(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    with a_phone(browser) as page:
        page.goto(f"{site.address}{MODULE}")
        page.evaluate(READY)
        here = page.locator("[data-kept] details")
        with without_signal(page, site):
            expect(page.locator("[data-none]")).to_be_visible()
        page.goto(f"{site.address}{MODULE}")
        take(page)
        with without_signal(page, site):
            expect(page.locator("h1")).to_have_text("现在没有信号")
            expect(page.locator("[data-connection]")).to_have_text("离线")
            expect(here.locator("summary")).to_contain_text("kB")
            assert here.locator("a").count() == 2
            here.locator(f"a[href='{LESSON}']").click()
            page.wait_for_url(f"**{LESSON}")
            expect(page.locator("main")).to_contain_text("我等你。")
        for address in VISITED:
            page.goto(f"{site.address}{address}")
            wait_for(lambda path=address: path in page.evaluate(CACHES)["visited"], seconds=10)
        with without_signal(page, site):
            expect(here).to_have_count(3)
            expect(here.locator("a:visible")).to_have_count(2)
            here.last.locator("summary").click()
            expect(here.last.locator("a")).to_have_attribute("href", VISITED[0])
            assert here.nth(1).locator("a").get_attribute("href") == VISITED[1]
            find_signal(page.context)
            expect(page.locator("h1")).to_have_text("信号恢复了")
            expect(page.get_by_role("status").filter(has_text="信号恢复了")).to_be_visible()
            page.get_by_role("link", name="打开刚才要看的页面").click()
            page.wait_for_url("**/account/sign-in/**")


@contextmanager
def without_signal(page: Page, site: RunningSite) -> Iterator[None]:
    """Lose the signal and ask for a page that is not here, until the block ends."""
    lose_signal(page.context)
    page.goto(f"{site.address}/zh-hans/me/")
    yield
    find_signal(page.context)


def test_only_what_may_be_kept_is_kept(site: RunningSite, browser: Browser, course: Course) -> None:
    person = Principal.with_phone(browser, site, "zh-hans")
    person.join(site.short_code, phone="19911110041", name="示例校长", school="示例小学")
    lesson = person.lesson_links()[0]
    person.open(MODULE)
    person.page.evaluate(READY)
    for address in (lesson, "/zh-hans/me/", "/zh-hans/today/", "/zh-hans/courses/nothing/", "/", LESSON):
        person.open(address)
    wait_for(lambda: LESSON in person.page.evaluate(CACHES)["visited"], seconds=10)
    kept = person.page.evaluate(CACHES)["visited"]
    assert lesson in kept
    assert not [url for url in kept if url in ("/zh-hans/me/", "/zh-hans/today/", "/zh-hans/courses/nothing/", "/")]
    lose_signal(person.page.context)
    person.open(lesson)
    assert person.page.locator("h1").inner_text() != "现在没有信号"
    person.page.context.close()


# --- breaks, choices, versions ---------------------------------------------------------------------------------------


def test_a_broken_download_goes_on_and_fetches_nothing_twice(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    with a_phone(browser, has_worker=False) as page:
        is_broken = {"second part": True, "lesson": True}

        def break_second_part(route: Route) -> None:
            is_second = not route.request.headers.get("range", "").startswith("bytes=0-")
            route.abort() if is_second and is_broken["second part"] else route.continue_()

        def portal(route: Route) -> None:
            if is_broken["lesson"]:
                route.fulfill(status=200, content_type="text/html", body="<html>请登录网络</html>")
            else:
                route.continue_()

        page.route("**/media/recordings/**", break_second_part)
        page.route(f"**{LESSON}", portal)
        page.goto(f"{site.address}{MODULE}")
        card(page).get_by_role("button", name="下载本模块").click()
        expect(card(page)).to_contain_text("下载中断了", timeout=20_000)
        is_broken["lesson"] = False
        card(page).get_by_role("button", name="继续下载").click()
        expect(card(page)).to_contain_text("下载中断了", timeout=20_000)
        page.reload()
        expect(card(page).get_by_role("button", name="继续下载")).to_contain_text("还差")
        here = {url for urls in module_caches(page).values() for url in urls}
        assert any("?part=0" in url for url in here)
        counts = requested(page.context)
        is_broken["second part"] = False
        take(page, "继续下载")
        asked = {f"/{path}" for path in counts}
        assert not asked & here, "what was here is not asked for again"
        assert sum("recordings/" in path for path in counts.elements()) == 1, "only the part that was missing"
        (urls,) = module_caches(page).values()
        assert LESSON in urls
        assert not [url for url in urls if "?part=" in url]
        text = page.evaluate("async (url) => (await (await caches.match(url)).text())", LESSON)
        assert "请登录网络" not in text


def test_a_new_version_is_told_and_swapped_and_fetches_only_what_changed(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    with a_phone(browser) as page:
        page.goto(f"{site.address}{MODULE}")
        page.evaluate(READY)
        take(page)
        (before,) = module_caches(page)
        file = next((course.folder / "modules/only/lessons").glob("*.yaml"))
        edit(file, "我等你。", "我在这里等你。")
        course.load()
        page.goto(f"{site.address}{MODULE}")
        expect(card(page)).to_contain_text("新版本")
        assert list(module_caches(page)) == [before], "nothing is swapped without being asked for"
        counts = requested(page.context)
        take(page, "更新到新版本")
        assert not [path for path in counts if "recordings/" in path or "images/" in path]
        (after,) = module_caches(page)
        assert after != before
        lose_signal(page.context)
        page.goto(f"{site.address}{LESSON}")
        expect(page.locator("main")).to_contain_text("我在这里等你。")
        edit(file, "我在这里等你。", "我等你。")
    course.load()


def test_a_lesson_of_today_is_not_fetched_again_and_a_newer_one_is_told(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    file = next((course.folder / "modules" / "only" / "lessons").glob("*.yaml"))
    with a_phone(browser) as page:
        page.goto(f"{site.address}{MODULE}")
        page.evaluate(READY)
        page.goto(f"{site.address}{LESSON}")
        wait_for(lambda: LESSON in page.evaluate(CACHES).get("visited", []), seconds=10)
        counts = requested(page.context)
        with page.expect_response("**/api/state/**"):
            page.goto(f"{site.address}{LESSON}")
        assert counts[LESSON[1:]] == 1, "the page asked, and the worker nothing"
        edit(file, "我等你。", "我在门口等你。")
        course.load()
        page.goto(f"{site.address}{LESSON}")
        newer = page.locator("[data-connection] a", has_text="有新版本")
        newer.wait_for()
        expect(page.locator("main")).not_to_contain_text("我在门口等你。")
        with page.expect_navigation():
            newer.click()
        expect(page.locator("main")).to_contain_text("我在门口等你。")
        edit(file, "我在门口等你。", "我等你。")
    course.load()


def test_text_only_leaves_pictures_and_sound_out_and_removing_frees_the_phone(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    with a_phone(browser) as page:
        page.goto(f"{site.address}{MODULE}")
        page.evaluate(READY)
        take(page, "只要文字")
        (urls,) = module_caches(page).values()
        assert LESSON in urls
        assert not [url for url in urls if url.startswith("/media/")]
        expect(card(page)).to_contain_text("只有文字")
        take(page, "加上图片和录音")
        (urls,) = module_caches(page).values()
        assert [url for url in urls if url.startswith("/media/recordings/")]
        page.reload()
        card(page).get_by_role("button", name="从手机里移除").click()
        expect(card(page)).to_contain_text("腾出了")
        assert module_caches(page) == {}
        assert page.evaluate(CACHES)["shelf"] == []
        expect(card(page).get_by_role("button", name="下载本模块")).to_be_visible()


def test_a_full_phone_is_told_and_nothing_is_half_kept(site: RunningSite, browser: Browser, course: Course) -> None:
    with a_phone(browser) as page:
        page.goto(f"{site.address}{MODULE}")
        page.evaluate(READY)
        protocol = page.context.new_cdp_session(page)
        used = page.evaluate("navigator.storage.estimate().then((told) => told.usage)")
        protocol.send("Storage.overrideQuotaForOrigin", {"origin": site.address, "quotaSize": used + 20_000})
        card(page).get_by_role("button", name="下载本模块").click()
        expect(card(page)).to_contain_text("手机空间不够")
        assert module_caches(page) == {}


# --- where there is no worker, and where it is taken back ------------------------------------------------------------


def test_a_browser_without_a_worker_is_told_and_led_to_the_one_page(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    with a_phone(browser) as page:
        page.add_init_script("delete Navigator.prototype.serviceWorker")
        page.goto(f"{site.address}{MODULE}")
        expect(card(page)).to_contain_text("不能保存页面")
        assert card(page).get_by_role("button").count() == 0
        card(page).get_by_role("link", name="整个模块放在一页里").click()
        page.wait_for_load_state()
        expect(page.locator("main")).to_contain_text("我等你。")
        assert page.locator("main form").count() == 0


def test_the_home_screens_manifest_can_be_installed(site: RunningSite, browser: Browser) -> None:
    with a_phone(browser) as page:
        page.goto(f"{site.address}/zh-hans/practices/")
        page.locator("main article a, main a[href*='/practices/']").first.click()
        page.wait_for_load_state()
        protocol = page.context.new_cdp_session(page)
        told = protocol.send("Page.getAppManifest")
        assert told["errors"] == []
        assert told["url"].endswith("/zh-hans/manifest.webmanifest")
        assert '"name": "梯田"' in told["data"]


def test_switched_off_the_phone_is_cleared_at_its_next_visit(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    port = free_port()
    server = RunningSite(f"http://localhost:{port}", site.var, site.process, "")
    with a_phone(browser) as page:
        with serving(site, port):
            page.goto(f"{server.address}{MODULE}")
            page.evaluate(READY)
            take(page)
            assert module_caches(page)
        with serving(site, port, OFFLINE_READING="off"):
            page.goto(f"{server.address}{LESSON}")
            an_hour_later(page)
            wait_for(lambda: page.evaluate(CACHES) == {}, seconds=15)
            workers = "navigator.serviceWorker.getRegistrations().then((found) => found.length)"
            page.goto(f"{server.address}{MODULE.replace('zh-hans', 'en')}")
            wait_for(lambda: page.evaluate(workers) == 0 and page.evaluate(CACHES) == {}, seconds=15)
            assert page.locator("[data-download]").count() == 0


def an_hour_later(page: Page) -> None:
    """Let the browser ask for the worker anew, as it does when its copy of an hour has run out."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("ServiceWorker.enable")
    protocol.send("ServiceWorker.updateRegistration", {"scopeURL": page.evaluate("location.origin") + "/"})


@contextmanager
def serving(site: RunningSite, port: int, **settings: str) -> Iterator[None]:
    """Serve the same content once more on another port, with other settings."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(site, PORT=str(port), **settings))
    try:
        wait_until_well(RunningSite(f"http://localhost:{port}", site.var, process, ""))
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)
