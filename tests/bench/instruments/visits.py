"""One visit of a page on a phone of a quarter of the processor, and what it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, StorageState

from tests.journeys.people import PHONE_SCREEN
from tests.journeys.throttling import FAST, Link, Network

PROCESSOR = 4  # times slower
LONGEST = 60_000  # milliseconds
BY_DEVTOOLS = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit/s and 400 ms, as Chromium's own tools slow a page."""

PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
LARGEST = """() => new Promise((resolve) => {
    const watch = new PerformanceObserver((list) => resolve(list.getEntries().pop().startTime));
    watch.observe({ type: "largest-contentful-paint", buffered: true });
})"""
TO_THE_END = """async () => {
    for (let at = 0; at < document.body.scrollHeight; at += innerHeight / 2) {
        scrollTo(0, at);
        await new Promise((go) => setTimeout(go, 60));
    }
}"""


@dataclass(frozen=True)
class Seen:
    """Bytes of bodies as they travelled, requests, and seconds to the first and the largest paint.

    A picture comes when its place is within 200 px of the screen, and counts by itself: where the first one stands
    depends on the phone and on what the reader's data saver says.
    """

    bytes: int
    requests: int
    painted: float
    largest: float
    picture_bytes: int
    pictures: int
    heaviest_picture: int


@dataclass
class Traffic:
    """What a page asks for, by request; the worker, which counts among the scripts, is no part of it."""

    sizes: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def listen(self, devtools: CDPSession) -> None:
        """Begin to count."""
        devtools.on("Network.requestWillBeSent", self._asked)
        devtools.on("Network.responseReceived", self._answered)
        devtools.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        url, kind = event["request"]["url"], event.get("type", "")
        if url.startswith("http") and not url.endswith("/sw.js"):
            self.kinds[event["requestId"]] = kind

    def _answered(self, event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        self.sizes[event["requestId"]] = int(headers["content-length"])

    def bytes_of(self, *, pictures: bool) -> int:
        """Return the bytes of all bodies as they travelled, of pictures or of the rest."""
        return sum(self.sizes.get(number, 0) for number, kind in self.kinds.items() if (kind == "Image") == pictures)

    def count_of(self, *, pictures: bool) -> int:
        """Return how many were asked for, of pictures or of the rest."""
        return sum((kind == "Image") == pictures for kind in self.kinds.values())

    @property
    def heaviest_picture(self) -> int:
        """The bytes of the heaviest picture."""
        return max((self.sizes.get(n, 0) for n, kind in self.kinds.items() if kind == "Image"), default=0)


def slow_down(page: Page) -> None:
    """Give the page a quarter of the processor."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})


@contextmanager
def new_phone(browser: Browser, session: StorageState | None = None) -> Iterator[Page]:
    """Open a page on a phone that knows nothing of the site yet, or no more than a ``session``."""
    context: BrowserContext = browser.new_context(
        viewport=PHONE_SCREEN, locale="zh-CN", device_scale_factor=2, storage_state=session
    )
    page = context.new_page()
    slow_down(page)
    try:
        yield page
    finally:
        context.close()


def visit(
    browser: Browser,
    link: Link,
    address: str,
    network: Network | None,
    *,
    to_the_end: bool = False,
    session: StorageState | None = None,
) -> Seen:
    """Open a page for the first time; without a ``network`` of the link's, on 400 kbit/s by Chromium's own tools.

    With a ``session`` by whoever is signed in there, else as a guest.
    """
    link.network = network or FAST
    with new_phone(browser, session) as page:
        devtools = page.context.new_cdp_session(page)
        traffic = Traffic()
        traffic.listen(devtools)
        if network is None:
            devtools.send("Network.emulateNetworkConditions", BY_DEVTOOLS)
        page.goto(f"{link.address}{address}", wait_until="networkidle", timeout=LONGEST)
        first, largest = painted(page), float(page.evaluate(LARGEST)) / 1000
        if to_the_end:
            page.evaluate(TO_THE_END)
            page.wait_for_load_state("networkidle", timeout=LONGEST)
        bytes_, pictures = traffic.bytes_of(pictures=False), traffic.bytes_of(pictures=True)
        counts = traffic.count_of(pictures=False), traffic.count_of(pictures=True)
        return Seen(bytes_, counts[0], first, largest, pictures, counts[1], traffic.heaviest_picture)


def painted(page: Page) -> float:
    """Return after how many seconds the page showed its first words."""
    page.wait_for_function(PAINTED, timeout=LONGEST)
    return float(page.evaluate(PAINTED)) / 1000
