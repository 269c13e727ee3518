"""A lesson in the hands of one reader, and the rows that its answers became on the server."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.journeys.people import BROWSER_LANGUAGE, PHONE_SCREEN, Principal, wait_for
from tests.journeys.running import RunningSite

GZIP = b"\x1f\x8b"
EVENTS = "**/api/events/**"
SAYS = {
    "zh-hans": {"saved": "已保存", "waiting": "{} 条待发", "offline": "离线", "guest": "未登录，作答不会保存"},
    "en": {
        "saved": "Saved",
        "waiting": "{} waiting to send",
        "offline": "Offline",
        "guest": "Not signed in: answers are not kept",
    },
}
ROWS = (
    "SELECT e.uuid, e.seq, e.data FROM cohorts_learningevent e JOIN cohorts_enrolment n ON n.id = e.enrolment_id "
    "JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ? AND e.verb = 'answered' ORDER BY e.id"
)


def body_of(request: Request) -> bytes:
    """Return what is posted, unpacked."""
    body = request.post_data_buffer or b""
    return gzip.decompress(body) if body.startswith(GZIP) else body


def unreachable(route: Route) -> None:
    """Break the connection before the request has left."""
    route.abort("connectionreset")


@dataclass
class Account:
    """What one person gave as answers, on whatever page, and what the server has of it since this began."""

    site: RunningSite
    phone: str
    before: int = 0
    given: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = len(self._rows())

    def _rows(self) -> list[tuple[str, int, str]]:
        return self.site.rows(ROWS, f"+86{self.phone}")

    @property
    def count(self) -> int:
        """How many answers the server has."""
        return len(self._rows()) - self.before

    def arrived(self) -> list[str]:
        """Return what was chosen, in the order in which the phone numbered it; no number stands twice."""
        rows = self._rows()[self.before :]
        numbers = [seq for _id, seq, _data in rows]
        assert len(set(numbers)) == len(numbers), numbers
        return [json.loads(data)["chosen"][0] for _id, _seq, data in sorted(rows, key=lambda row: row[1])]

    def is_complete(self) -> bool:
        """Whether what was given is on the server: all of it, once, in order."""
        return self.arrived() == self.given


def phone_of(browser: Browser, person: Principal) -> BrowserContext:
    """Return a phone with nothing on it but the person's session and name, as after a visit of the first screen."""
    return browser.new_context(
        viewport=PHONE_SCREEN,
        locale=BROWSER_LANGUAGE[person.language],
        reduced_motion="reduce",
        storage_state=person.page.context.storage_state(),
    )


@dataclass
class Lesson:
    """A tab with a lesson whose first question can be answered again and again, each time otherwise."""

    page: Page
    account: Account
    faults: list[str] = field(default_factory=list)
    turn: int = 0

    @classmethod
    def opened(cls, context: BrowserContext, account: Account, address: str) -> "Lesson":
        """Open the lesson in a new tab and wait until it knows its reader and says how things stand."""
        lesson = cls(context.new_page(), account)
        lesson.page.on("pageerror", lambda error: lesson.faults.append(str(error)))
        with lesson.page.expect_response("**/api/state/**"):
            lesson.page.goto(address)
        lesson.page.wait_for_selector("[data-connection]:not([hidden])")
        return lesson

    @property
    def says(self) -> dict[str, str]:
        """The sentences of the page's language."""
        return SAYS[self.page.locator("html").get_attribute("lang") or ""]

    def answer(self, times: int = 1) -> None:
        """Give so many answers; each is replied to at once."""
        self.page.bring_to_front()
        form = self.page.locator("form[data-question]:visible").first
        options = form.locator("[name=option]")
        for _ in range(times):
            self.turn += 1
            choice = options.nth(self.turn % 2)
            choice.press("Space")  # a click may miss while a chip in the head grows to a second line
            form.locator(".button-wide").click()
            value = choice.get_attribute("value") or ""
            expect(form.locator(f".replies [data-for='{value}']")).to_be_visible(timeout=1000)
            self.account.given.append(value)

    def expect_waiting(self, number: int) -> None:
        """Expect the page to say that so many wait."""
        expect(self.page.locator("[data-connection]")).to_contain_text(self.says["waiting"].format(number))

    def expect_saved(self) -> None:
        """Expect the page to say that all is saved, and the server to have all of it, once and in order."""
        expect(self.page.locator("[data-connection]")).to_have_text(self.says["saved"], timeout=15_000)
        wait_for(self.account.is_complete, seconds=5)
        assert self.faults == []

    def until(self, condition: Callable[[], object], *, seconds: float = 5) -> None:
        """Wait for what a route's handler will have seen: while this waits, handlers are called."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s"
            self.page.wait_for_timeout(30)

    def hear(self, name: str = "online") -> None:
        """Let the browser tell the page that the signal is back, or that it is looked at: it sends at once."""
        self.page.evaluate("name => dispatchEvent(new Event(name))", name)

    def hear_when_quiet(self) -> None:
        """The same after a run of sending that is under way: that one goes on with what it has and hears nothing."""
        self.page.evaluate("async () => { await navigator.locks.request('terrace-outbox', () => {}); }")
        self.hear()

    @contextmanager
    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """Collect what is posted as events meanwhile, each batch with its ``bytes``, and let it pass."""
        posted: list[dict[str, Any]] = []

        def look(route: Route) -> None:
            body = body_of(route.request)
            posted.append(json.loads(body) | {"bytes": len(body)})
            route.continue_()

        self.page.route(EVENTS, look)
        yield posted
        self.page.unroute(EVENTS, look)
