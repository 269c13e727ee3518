"""What a lesson costs a phone: bytes, requests and seconds on weak networks, offline, and what is lost on the way.

The real server stands behind a proxy that is slow (tests/journeys/throttling.py); Chromium runs at a quarter of the
processor. Every lesson of the demonstration is opened in both languages, and the worst figure is told. Bytes of a
lesson are those of bodies as they travel, before anybody scrolls or taps; scrolled to its end also its pictures, the
script of its other questions, and the next lesson, which is fetched ahead. Bytes of a repeated visit and of sending are
all that passes the link, headers too. The budgets are those of the offline contract.
"""

import json
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from foundation.services.sound import convert
from tests.bench.instruments.lighthouse import scores
from tests.bench.instruments.photo_lesson import bytes_of_visits, load_photo_lesson
from tests.bench.instruments.sending import Sender
from tests.bench.instruments.visits import Seen, new_phone, painted, visit
from tests.factories.sound import a_recording
from tests.journeys.away import set_signal
from tests.journeys.people import Principal, joined
from tests.journeys.running import CHROMIUM, ROOT, RunningSite, running_site
from tests.journeys.throttling import FAST, SLOW_3G, SLOW_4G, TWO_G, Link, weak_link

BUDGETS = {
    "lesson_bytes": 14_000,
    "lesson_requests": 3,
    "lesson_js_bytes": 8_000,
    "scrolled_bytes": 60_000,
    "scrolled_requests": 8,
    "picture_bytes": 20_000,
    "fcp_2g_s": 3.5,
    "fcp_3g_slow_s": 1.8,
    "fcp_slow_4g_s": 1.2,
    "offline_fcp_s": 0.7,
    "module_bytes": 300_000,
    "module_sound_bytes": 2_700_000,
    "sync20_2g_s": 2.5,
    "sync20_bytes": 8_000,
    "lost": 0,
    "doubled": 0,
    "photo_lesson_bytes": 30_000,
    "photo_lesson_scrolled_bytes": 30_000,
    "repeat_bytes": 2_000,
    "repeat_requests": 1,
    "lcp_400k_s": 0.9,
}

TEN_MINUTES = 600  # seconds
PHONE, LEARNER = "19911190001", "19911190002"
DEMONSTRATION = "SELECT join_code FROM cohorts_cohort ORDER BY id LIMIT 1"
SCRIPTS = ("learner.js", "questions.js")
SOUNDS = ("opus", "mp3", "sound")


def measure() -> dict[str, float]:
    """Return bytes, seconds and counts under the names that CI and people compare."""
    with tempfile.TemporaryDirectory(prefix="terrace-bench-") as folder, running_site(Path(folder)) as site:
        photo_lesson = load_photo_lesson(site, Path(folder))
        with sync_playwright() as playwright, weak_link(int(site.address.rpartition(":")[2])) as link:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"])
            bench = _Bench(browser, link, site)
            figures = bench.lessons() | bench.offline() | bench.sending() | bench.photo_lesson(photo_lesson)
            browser.close()
        return figures | scores(f"{site.address}{photo_lesson}")


@dataclass
class _Bench:
    browser: Browser
    link: Link
    site: RunningSite

    def lessons(self) -> dict[str, float]:
        """Open every lesson on every network, each time as if for the first time; on the fastest scroll to its end.

        On one network it is a learner who opens them: their own state is more than a guest's.
        """
        addresses = self._lessons()
        figures: dict[str, float] = {"lesson_js_bytes": self._script_bytes()}
        opened: list[Seen] = []
        for name, network in (("2g", TWO_G), ("3g_slow", SLOW_3G), ("slow_4g", SLOW_4G)):
            session = self._learner() if network is SLOW_4G else None
            seen = [visit(self.browser, self.link, address, network, session=session) for address in addresses]
            figures[f"fcp_{name}_s"] = round(max(one.painted for one in seen), 2)
            opened += seen
        read = [visit(self.browser, self.link, address, FAST, to_the_end=True) for address in addresses]
        return figures | {
            "lesson_bytes": max(one.bytes for one in opened),
            "lesson_requests": max(one.requests for one in opened),
            "scrolled_bytes": max(one.bytes + one.picture_bytes for one in read),
            "scrolled_requests": max(one.requests + one.pictures for one in read),
            "picture_bytes": max(one.heaviest_picture for one in read),
        }

    def offline(self) -> dict[str, float]:
        """Take each module along, then open every lesson of it without a network, and on the weakest."""
        self.link.network = FAST
        heaviest, slowest = 0, 0.0
        for module in self._modules():
            with new_phone(self.browser) as page:
                page.goto(f"{self.link.address}{module}")
                heaviest = max(heaviest, self._module_bytes(page))
                self._take_along(page)
                lessons = self._paths(page, "main a[href]", below=module)
                for is_away in (False, True):
                    self.link.network = TWO_G
                    set_signal(page.context, is_there=not is_away)
                    for address in lessons:
                        page.goto(f"{self.link.address}{address}")
                        slowest = max(slowest, painted(page))
            self.link.network = FAST
        sound = convert(a_recording("mp3", TEN_MINUTES), extension="mp3")
        return {
            "module_bytes": heaviest,
            "module_sound_bytes": heaviest + max(len(sound.opus), len(sound.mp3)),
            "offline_fcp_s": round(slowest, 2),
        }

    def sending(self) -> dict[str, float]:
        """Answer twenty times without a signal, then let it come back, slowly; and once with the answer lost."""
        person = joined(self.browser, self.site, PHONE)
        sender = Sender.behind(self.link, person, person.lesson_links()[0], PHONE)
        seconds, sent = sender.send_twenty()
        sender.lose_an_answer()
        return {"sync20_2g_s": round(seconds, 2), "sync20_bytes": sent} | sender.account

    def photo_lesson(self, address: str) -> dict[str, float]:
        """Read a lesson of 1,200 characters with a photograph below the first screen: at first, and once more."""
        largest = sorted(visit(self.browser, self.link, address, None).largest for _ in range(5))
        return bytes_of_visits(self.browser, self.link, address) | {"lcp_400k_s": round(largest[2], 2)}

    # --- steps ------------------------------------------------------------------------------------------------------

    def _lessons(self) -> list[str]:
        with new_phone(self.browser) as page:
            found: list[str] = []
            for module in self._modules():
                page.goto(f"{self.link.address}{module}")
                found += self._paths(page, "main ol a[href]", below=module)
        return found

    def _learner(self) -> StorageState:
        """Let somebody join the demonstration's cohort; return the session of their browser."""
        person = Principal.with_phone(self.browser, self.site, "zh-hans")
        person.join(self.site.value(DEMONSTRATION), phone=LEARNER, name="示例校长", school="示例小学")
        session = person.page.context.storage_state()
        person.page.context.close()
        return session

    def _modules(self) -> list[str]:
        """Return the addresses of the demonstration's modules, in both languages."""
        self.link.network = FAST
        said = self.site.manage("shell", "--no-imports", "-c", MODULES)
        addresses: list[str] = json.loads(said.splitlines()[-1])
        return addresses

    @staticmethod
    def _paths(page: Page, selector: str, *, below: str) -> list[str]:
        found = page.locator(selector).evaluate_all("links => links.map((link) => link.pathname)")
        return [path for path in dict.fromkeys(found) if path.startswith(below) and path != below]

    def _module_bytes(self, page: Page) -> int:
        """Return what the module weighs with its pictures and without sound, however many lessons it has."""
        key = page.locator("[data-download]").get_attribute("data-download")
        language = page.locator("html").get_attribute("lang")
        manifest = page.evaluate("async (url) => (await fetch(url)).json()", f"/api/bundles/{key}/?lang={language}")
        return sum(size for _url, size, _hash, kind in manifest["files"] if kind not in SOUNDS)

    @staticmethod
    def _take_along(page: Page) -> None:
        card = page.locator("[data-download]")
        card.locator("button").first.click()
        card.locator("button", has_text="移除").or_(card.locator("button", has_text="Remove")).first.wait_for(
            timeout=120_000
        )

    def _script_bytes(self) -> int:
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
