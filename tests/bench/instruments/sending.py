"""Twenty answers that were given without a signal and go out once it is back, slowly."""

import json
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from playwright.sync_api import Page, Route

from tests.bench.instruments.visits import slow_down
from tests.journeys.away import find_signal, let_be_heard, lose_signal
from tests.journeys.lesson import EVENTS, ROWS, SAYS
from tests.journeys.people import Principal
from tests.journeys.running import RunningSite
from tests.journeys.throttling import FAST, TWO_G, Link

ANSWERS = 20
LONGEST_WAIT = 60  # seconds
CHIP = "document.querySelector('[data-connection]').textContent"
WAITING = SAYS["zh-hans"]["waiting"].format("").strip()
OUTBOX = """() => new Promise((go, refuse) => {
    const opened = indexedDB.open("terrace");
    opened.onerror = refuse;
    opened.onsuccess = ({ target: { result: database } }) => {
        const asked = database.transaction("outbox").objectStore("outbox").getAll();
        asked.onsuccess = () => { database.close(); go(asked.result); };
    };
})"""

Answer = tuple[uuid.UUID, str]
"""The number that the phone gave it, and what was chosen."""


def compared(given: Iterable[Answer], arrived: Iterable[Answer]) -> dict[str, int]:
    """Tell how many of those given are not there, and how many are there that were not given, or were once."""
    wanted, there = Counter(given), Counter(arrived)
    return {"lost": (wanted - there).total(), "doubled": (there - wanted).total()}


@dataclass
class Sender:
    """Somebody who has joined, and a lesson of theirs behind the link; what they gave arrives under ``phone``."""

    site: RunningSite
    link: Link
    page: Page
    phone: str
    given: list[Answer] = field(default_factory=list)

    @classmethod
    def behind(cls, link: Link, person: Principal, lesson: str, phone: str) -> "Sender":
        """Open ``lesson`` behind the link, which is another port of the same host, so that the session holds."""
        page = person.page.context.new_page()
        slow_down(page)
        page.goto(f"{link.address}{lesson}")
        page.wait_for_selector("[data-connection]:not([hidden])")
        return cls(person.site, link, page, phone)

    @property
    def counted(self) -> int:
        """How many answers of this person the server has."""
        return len(self._arrived())

    @property
    def account(self) -> dict[str, int]:
        """How many of the answers given were ``lost``, and how many ``doubled``; a loss makes up for no double."""
        return compared(self.given, self._arrived())

    def _arrived(self) -> list[Answer]:
        rows = self.site.rows(ROWS, f"+86{self.phone}")
        return [(uuid.UUID(number), json.loads(data)["chosen"][0]) for number, _seq, data in rows]

    def send_twenty(self) -> tuple[float, int]:
        """Answer offline, come back on 2G: seconds until the server has all, and bytes both ways, headers too."""
        wanted = self.counted + ANSWERS
        self._answer()
        self.link.reset()
        self.link.network = TWO_G
        start = time.monotonic()
        find_signal(self.page.context)
        while self.counted < wanted and time.monotonic() < start + LONGEST_WAIT:  # what is not there then is lost
            time.sleep(0.02)
        seconds = time.monotonic() - start
        self._wait_until_sent()
        self.link.network = FAST
        return seconds, self.link.up + self.link.down

    def lose_an_answer(self) -> None:
        """Let twenty more arrive, and lose the server's answer to the first batch: all of it is sent once more."""
        lost: list[Route] = []

        def lose(route: Route) -> None:
            if lost:
                route.continue_()
                return
            lost.append(route)
            route.fetch()
            route.abort()

        self._answer()
        let_be_heard(self.page.context)
        self.page.route(EVENTS, lose)
        find_signal(self.page.context)
        self._wait_until_sent()
        assert lost, "no answer was lost"

    def _answer(self) -> None:
        """Give twenty answers without a signal, each another than the one before."""
        lose_signal(self.page.context)
        form = self.page.locator("form[data-question]:visible").first
        tapped = []
        for number in range(ANSWERS):
            option = form.locator("[name=option]").nth(number % 2)
            option.check()
            tapped.append(option.get_attribute("value"))
            form.locator("button").last.click()
            self.page.wait_for_timeout(60)
        self.page.wait_for_function(f"() => {CHIP}.includes('{SAYS['zh-hans']['waiting'].format(ANSWERS)}')")
        waiting = sorted(self.page.evaluate(OUTBOX), key=lambda item: item["seq"])
        kept = [(uuid.UUID(item["id"]), item["event"]["data"]["chosen"][0]) for item in waiting]
        assert [chosen for _number, chosen in kept] == tapped, "what was tapped is what waits"
        self.given += kept

    def _wait_until_sent(self) -> None:
        self.page.wait_for_function(f"() => !{CHIP}.includes('{WAITING}')", timeout=LONGEST_WAIT * 1000)
