"""What a lesson costs a phone: bytes, requests and seconds on weak networks, offline, and what is lost on the way.

The real server stands behind a proxy that is slow (tests/bench/throttling.py); Chromium runs at a quarter of the
processor. Every lesson of the demonstration is opened in both languages, and the worst figure is told. Bytes of a
lesson are those of bodies as they travel; bytes of a repeated visit and of sending are all that passes the link,
headers too. The budgets are those of the offline contract.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.bench.throttling import FAST, SLOW_3G, SLOW_4G, TWO_G, Link, Network, weak_link
from tests.factories.content import copy_of_small_course
from tests.journeys.people import PHONE_SCREEN, Principal
from tests.journeys.running import CHROMIUM, ROOT, RunningSite, running_site

BUDGETS = {
    "lesson_bytes": 14_000,
    "lesson_requests": 3,
    "lesson_js_bytes": 8_000,
    "fcp_2g_s": 3.5,
    "fcp_3g_slow_s": 1.8,
    "fcp_slow_4g_s": 1.2,
    "offline_fcp_s": 0.7,
    "module_bytes": 300_000,
    "sync20_2g_s": 2.5,
    "sync20_bytes": 8_000,
    "lost": 0,
    "doubled": 0,
    "photo_lesson_bytes": 30_000,
    "repeat_bytes": 2_000,
    "repeat_requests": 1,
    "lcp_400k_s": 0.9,
}

PROCESSOR = 4  # times slower
ANSWERS = 20
LONGEST_WAIT = 60  # seconds
PHONE = "19911190001"
SCRIPTS = ("learner.js", "questions.js")
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
LARGEST = """() => new Promise((resolve) => {
    const watch = new PerformanceObserver((list) => resolve(list.getEntries().pop().startTime));
    watch.observe({ type: "largest-contentful-paint", buffered: true });
})"""
WORKER_IS_READY = "async () => { await navigator.serviceWorker.ready; }"
IS_CONTROLLED = "() => navigator.serviceWorker.controller !== null"
COUNTED = (
    "SELECT count(*) FROM cohorts_learningevent e JOIN cohorts_enrolment n ON n.id = e.enrolment_id "
    "JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ? AND e.verb = 'answered'"
)


def measure() -> dict[str, float]:
    """Return bytes, seconds and counts under the names that CI and people compare."""
    with tempfile.TemporaryDirectory(prefix="terrace-bench-") as folder, running_site(Path(folder)) as site:
        photo_lesson = _load_photo_lesson(site, Path(folder))
        with sync_playwright() as playwright, weak_link(int(site.address.rpartition(":")[2])) as link:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"])
            bench = _Bench(browser, link, site)
            figures = bench.lessons() | bench.offline() | bench.sending() | bench.photo_lesson(photo_lesson)
            browser.close()
    return figures


@dataclass
class _Seen:
    """What one visit of a page took."""

    bytes: int
    requests: int
    painted: float
    largest: float = 0.0


@dataclass
class _Bench:
    browser: Browser
    link: Link
    site: RunningSite

    def lessons(self) -> dict[str, float]:
        """Open every lesson on every network, each time as if for the first time."""
        addresses = self._lessons()
        figures: dict[str, float] = {"lesson_js_bytes": self._script_bytes(addresses[0])}
        for name, network in (("2g", TWO_G), ("3g_slow", SLOW_3G), ("slow_4g", SLOW_4G)):
            seen = [self._visit(address, network) for address in addresses]
            figures[f"fcp_{name}_s"] = round(max(one.painted for one in seen), 2)
            figures["lesson_bytes"] = max(one.bytes for one in seen)
            figures["lesson_requests"] = max(one.requests for one in seen)
        return figures

    def offline(self) -> dict[str, float]:
        """Take each module along, then open every lesson of it without a network."""
        self.link.network = FAST
        heaviest, slowest = 0, 0.0
        for module in self._modules():
            with self._phone() as page:
                page.goto(f"{self.link.address}{module}")
                heaviest = max(heaviest, self._module_bytes(page))
                self._take_along(page)
                lessons = self._paths(page, "main a[href]", below=module)
                page.context.set_offline(True)
                for address in lessons:
                    page.goto(f"{self.link.address}{address}")
                    slowest = max(slowest, self._painted(page))
        return {"module_bytes": heaviest, "offline_fcp_s": round(slowest, 2)}

    def sending(self) -> dict[str, float]:
        """Answer twenty times without a signal, then let it come back, slowly; and once with the answer lost."""
        person = Principal.with_phone(self.browser, self.site, "zh-hans")
        person.join(self.site.short_code, phone=PHONE, name="示例校长", school="示例小学")
        lesson = person.lesson_links()[0]
        context = person.page.context
        page = self._same_person(context)
        page.goto(f"{self.link.address}{lesson}")
        page.wait_for_selector("[data-connection]:not([hidden])")
        self._answer(page)
        self.link.reset()
        self.link.network = TWO_G
        start = time.monotonic()
        context.set_offline(False)
        seconds = self._until_counted(ANSWERS) - start
        page.wait_for_function("() => !document.querySelector('[data-connection]').textContent.includes('待发')")
        sent = self.link.up + self.link.down
        self.link.network = FAST
        self._lose_an_answer(page)
        counted = self.site.value(COUNTED, f"+86{PHONE}")
        context.close()
        return {
            "sync20_2g_s": round(seconds, 2),
            "sync20_bytes": sent,
            "lost": max(0, 2 * ANSWERS - counted),
            "doubled": max(0, counted - 2 * ANSWERS),
        }

    def photo_lesson(self, address: str) -> dict[str, float]:
        """Read a lesson of 1,200 characters with a photograph below the first screen: at first, and once more."""
        first = self._visit(address, FAST)
        largest = [self._visit(address, None).largest for _ in range(3)]
        self.link.network = FAST
        with self._phone() as page:
            page.goto(f"{self.link.address}{address}")
            page.locator("form[data-finish]").scroll_into_view_if_needed()
            page.evaluate(WORKER_IS_READY)
            page.goto(f"{self.link.address}{address}")
            page.wait_for_function(IS_CONTROLLED)
            page.wait_for_timeout(2_000)
            page.goto("about:blank")
            self.link.reset()
            page.goto(f"{self.link.address}{address}")
            page.wait_for_timeout(3_000)
            again = {"repeat_bytes": self.link.down, "repeat_requests": self.link.requests}
        return {"photo_lesson_bytes": first.bytes, **again, "lcp_400k_s": round(sorted(largest)[1], 2)}

    # --- steps ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _phone(self) -> Iterator[Page]:
        context = self.browser.new_context(viewport=PHONE_SCREEN, locale="zh-CN", device_scale_factor=2)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})
        try:
            yield page
        finally:
            context.close()

    def _visit(self, address: str, network: Network | None) -> _Seen:
        """Open a page on a phone that knows nothing; without a network of ours, on 400 kbit/s by Chromium's tools."""
        self.link.network = network or FAST
        with self._phone() as page:
            devtools = page.context.new_cdp_session(page)
            devtools.send("Network.enable")
            sizes: list[int] = []
            requests: list[str] = []
            devtools.on("Network.dataReceived", lambda event: sizes.append(event["encodedDataLength"]))
            devtools.on("Network.requestWillBeSent", lambda event: requests.append(event["request"]["url"]))
            if network is None:
                slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
                devtools.send("Network.emulateNetworkConditions", slow)
            page.goto(f"{self.link.address}{address}", wait_until="networkidle", timeout=60_000)
            painted = self._painted(page)
            largest = page.evaluate(LARGEST) / 1000
            travelled = [url for url in requests if url.startswith("http") and not url.endswith("/sw.js")]
            return _Seen(sum(sizes), len(travelled), painted, largest)

    @staticmethod
    def _painted(page: Page) -> float:
        page.wait_for_function(PAINTED, timeout=60_000)
        return float(page.evaluate(PAINTED)) / 1000

    def _lessons(self) -> list[str]:
        with self._phone() as page:
            found: list[str] = []
            for module in self._modules():
                page.goto(f"{self.link.address}{module}")
                found += self._paths(page, "main ol a[href]", below=module)
        return found

    def _modules(self) -> list[str]:
        """Return the addresses of the demonstration's modules, in both languages."""
        self.link.network = FAST
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", MODULES]
        done = subprocess.run(
            command, cwd=ROOT, env=self.site.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        addresses: list[str] = json.loads(done.stdout.splitlines()[-1])
        return addresses

    @staticmethod
    def _paths(page: Page, selector: str, *, below: str) -> list[str]:
        found = page.locator(selector).evaluate_all("links => links.map((link) => link.pathname)")
        return [path for path in dict.fromkeys(found) if path.startswith(below) and path != below]

    def _module_bytes(self, page: Page) -> int:
        """Return what the module weighs with its pictures and without sound, for eight lessons if it has more."""
        key = page.locator("[data-download]").get_attribute("data-download")
        language = page.locator("html").get_attribute("lang")
        manifest = page.evaluate("async (url) => (await fetch(url)).json()", f"/api/bundles/{key}/?lang={language}")
        return sum(size for _url, size, _hash, kind in manifest["files"] if kind not in ("opus", "mp3", "sound"))

    @staticmethod
    def _take_along(page: Page) -> None:
        card = page.locator("[data-download]")
        card.locator("button").first.click()
        card.locator("button", has_text="移除").or_(card.locator("button", has_text="Remove")).first.wait_for(
            timeout=120_000
        )

    def _same_person(self, context: BrowserContext) -> Page:
        """Return a page of the same session behind the slow link, which is another port of the same host."""
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})
        return page

    @staticmethod
    def _answer(page: Page) -> None:
        """Give twenty answers without a signal, each another than the one before."""
        page.context.set_offline(True)
        form = page.locator("form[data-question]:visible").first
        for number in range(ANSWERS):
            form.locator("[name=option]").nth(number % 2).check()
            form.locator("button").last.click()
            page.wait_for_timeout(60)
        said = f"{ANSWERS} 条待发"
        page.wait_for_function(f"() => document.querySelector('[data-connection]').textContent.includes('{said}')")

    def _until_counted(self, number: int) -> float:
        deadline = time.monotonic() + LONGEST_WAIT
        while self.site.value(COUNTED, f"+86{PHONE}") < number:
            if time.monotonic() > deadline:
                break  # they are lost, and counted as such
            time.sleep(0.02)
        return time.monotonic()

    def _lose_an_answer(self, page: Page) -> None:
        """Let twenty more arrive, and lose the server's answer to the first batch: all of it is sent once more."""
        lost: list[Route] = []

        def lose(route: Route) -> None:
            if lost:
                route.continue_()
                return
            lost.append(route)
            route.fetch()
            route.abort()

        self._answer(page)
        page.route("**/api/events/**", lose)
        page.context.set_offline(False)
        page.wait_for_function(
            "() => !document.querySelector('[data-connection]').textContent.includes('待发')", timeout=60_000
        )

    def _script_bytes(self, lesson: str) -> int:
        """Return what all script of a lesson weighs: its own, the one for other questions, and the service worker."""
        manifest = json.loads((ROOT / "build" / "static" / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
        addresses = [f"/static/{manifest[f'js/{name}']}" for name in SCRIPTS] + ["/sw.js"]
        return sum(len(self._fetch(address)) for address in addresses)

    def _fetch(self, address: str) -> bytes:
        request = urllib.request.Request(f"{self.site.address}{address}", headers={"Accept-Encoding": "br"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            body: bytes = answer.read()
        return body


MODULES = """
import json
from courses.models import CoursePage, ModulePage
courses = CoursePage.objects.filter(slug__contains="left-behind").order_by("path")
modules = [m for c in courses for m in ModulePage.objects.live().child_of(c).order_by("path")]
print(json.dumps([m.get_url() for m in modules]))
"""


def _load_photo_lesson(site: RunningSite, folder: Path) -> str:
    """Publish a lesson of 1,200 characters with one photograph below the first screen; return its address."""
    course = copy_of_small_course(folder / "photo", key="photo", slug="{zh-hans: photo, en: photo}")
    pictures = course / "images"
    pictures.mkdir()
    _photograph().save(pictures / "school.jpg", quality=92)
    about = "- name: school.jpg\n  title: school\n  credit: Terrace (梯田)\n  licence: CC BY 4.0\n"
    (pictures / "about.yaml").write_text(about, encoding="utf-8")
    words = "孩子说话的时候，先听完，再问一句。" * 35
    lesson = {
        "key": "ask",
        "slug": {"zh-hans": "ask", "en": "ask"},
        "title": {"zh-hans": "问一问", "en": "Asking"},
        "summary": {"zh-hans": "读完会问。", "en": "Afterwards you can ask."},
        "minutes": 5,
        "body": [
            {"key": "words", "type": "text", "text": {"zh-hans": words, "en": words}},
            {
                "key": "school",
                "type": "picture",
                "image": "school.jpg",
                "alt": {"zh-hans": "山里的学校", "en": "A school in the hills"},
            },
            {"key": "more", "type": "text", "text": {"zh-hans": words, "en": words}},
        ],
    }
    (course / "modules" / "first" / "lessons" / "01-ask.yaml").write_text(json.dumps(lesson), encoding="utf-8")
    command = [sys.executable, "manage.py", "load_course", str(course)]
    subprocess.run(command, cwd=ROOT, env=site.environment, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(course)
    return "/zh-hans/courses/photo/first/ask/"


def _photograph() -> Image.Image:
    """Return what compresses like a photograph: noise at every scale, strongest where it is coarse."""
    whole = Image.effect_noise((1600, 1200), 20)
    for radius in (4, 16, 64):
        coarse = Image.effect_noise((1600, 1200), 200).filter(ImageFilter.GaussianBlur(radius))
        stretched = coarse.point(lambda value: max(0, min(255, int(128 + (value - 128) * 3))))
        whole = Image.blend(whole, stretched, 0.5)
    return whole.convert("RGB")
