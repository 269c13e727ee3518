"""The editor's weight meter says what Chromium on a phone really fetches, lesson by lesson."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.bench.phone import BUDGETS
from tests.journeys.people import PHONE_SCREEN, read_to_the_end
from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

TOLERANCE = 0.05
LATER = "later"
LEAST = 34
"""The demonstration's lessons: 17, in two languages."""

LESSONS = """
    SELECT page.id, locale.language_code, page.url_path FROM courses_lessonpage lesson
    JOIN wagtailcore_page page ON page.id = lesson.page_ptr_id
    JOIN wagtailcore_locale locale ON locale.id = page.locale_id
    WHERE page.live AND page.url_path LIKE '%/walking-beside-left-behind-children/%' ORDER BY page.path
"""


@dataclass
class Scales:
    """What one visit transferred, by request: bodies as they travelled, without headers."""

    kinds: dict[str, str] = field(default_factory=dict)
    headers: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    bodies: dict[str, float] = field(default_factory=dict)
    ahead: set[str] = field(default_factory=set)
    next_lesson: float = 0

    def listen(self, page: Page) -> None:
        """Begin to weigh what ``page`` fetches."""
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
        protocol.on("Network.requestWillBeSent", self._asked)
        protocol.on("Network.responseReceived", self._begun)
        protocol.on("Network.loadingFinished", self._finished)

    def _asked(self, event: dict[str, Any]) -> None:
        """Set aside what is fetched ahead: the next lesson belongs to the next page, though this one pays for it."""
        headers = {name.lower(): value for name, value in event["request"]["headers"].items()}
        if "prefetch" in headers.get("sec-purpose", "") + headers.get("purpose", ""):
            self.ahead.add(event["requestId"])

    def _begun(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.ahead:
            headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
            self.next_lesson = int(headers["content-length"])
        elif not event["response"]["url"].startswith("data:"):
            is_later = "/questions." in event["response"]["url"]
            self.kinds[event["requestId"]] = LATER if is_later else event["type"]
            self.headers[event["requestId"]] = event["response"]["encodedDataLength"]

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.kinds:
            self.bodies[event["requestId"]] = event["encodedDataLength"] - self.headers[event["requestId"]]

    @property
    def is_under_way(self) -> bool:
        """Whether something that was begun has not come to its end."""
        return len(self.bodies) < len(self.kinds)

    @property
    def total(self) -> float:
        """All bodies."""
        return sum(self.bodies.values())

    @property
    def read(self) -> dict[str, float]:
        """What it costs to read on to the end, under the names of the budgets; the next lesson is fetched by then."""
        requests = len(self.bodies) + len(self.ahead)
        return {"scrolled_bytes": self.total + self.next_lesson, "scrolled_requests": requests}

    @property
    def text(self) -> float:
        """All bodies but those of pictures and of the script that is fetched when a question comes near."""
        return sum(size for request, size in self.bodies.items() if self.kinds[request] not in ("Image", LATER))


def visit(browser: Browser, address: str) -> Scales:
    """Read a page to its end on a phone that was never here, and return what that transferred."""
    context = browser.new_context(viewport=PHONE_SCREEN, device_scale_factor=2)
    page = context.new_page()
    scales = Scales()
    scales.listen(page)
    page.goto(address)
    read_to_the_end(page)
    page.wait_for_load_state("networkidle")
    for _ in range(200):
        if not scales.is_under_way:
            break
        page.wait_for_timeout(20)
    context.close()
    return scales


def signed_in_editor(browser: Browser, site: RunningSite) -> BrowserContext:
    """Return a desk browser in which the demonstration's operator is signed in."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{site.address}/en/account/with/login/")
    page.locator("input[type=email]").fill("operator@terrace.example")
    page.locator("input[type=password]").fill("terrace-demo")
    with page.expect_navigation():
        page.locator("main form button.button").first.click()
    return context


def meter(editor: BrowserContext, site: RunningSite, page_id: int) -> tuple[int, int, bool]:
    """Return what the meter shows: bytes in all, bytes of the text, and whether it is red."""
    answer = editor.request.get(
        f"{site.address}/admin/teaching/{page_id}/reading/", headers={"X-Requested-With": "XMLHttpRequest"}
    )
    text = answer.text()
    found = re.search(r'data-total="(\d+)" data-text="(\d+)"', text)
    assert found, text
    return int(found[1]), int(found[2]), "data-over" in text


def test_the_meter_says_what_chromium_transfers(site: RunningSite, browser: Browser) -> None:
    lessons = site.rows(LESSONS)
    assert len(lessons) >= LEAST
    editor = signed_in_editor(browser, site)
    off, ahead = {}, 0
    for page_id, language, url_path in lessons:
        path = url_path.removeprefix("/home-en/").removeprefix("/home/")
        seen = visit(browser, f"{site.address}/{language}/{path}")
        ahead += seen.next_lesson > 0
        total, text, is_red = meter(editor, site, page_id)
        assert not is_red, f"{path} is over budget: {text} bytes of text, {total} in all"
        assert all(figure <= BUDGETS[name] for name, figure in seen.read.items()), (path, seen.read)
        if abs(total - seen.total) > TOLERANCE * seen.total or abs(text - seen.text) > TOLERANCE * seen.text:
            off[f"{language}/{path}"] = (total, seen.total, text, seen.text)
    editor.close()
    assert not off, off
    assert ahead > len(lessons) / 2, "the next lesson was fetched ahead"
