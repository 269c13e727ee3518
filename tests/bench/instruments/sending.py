"""Twenty answers that were given without a signal and go out once it is back, slowly."""

import time
from dataclasses import dataclass

from playwright.sync_api import Page, Route

from tests.bench.instruments.visits import slow_down
from tests.journeys.lesson import EVENTS, SAYS
from tests.journeys.people import Principal
from tests.journeys.running import RunningSite
from tests.journeys.throttling import FAST, TWO_G, Link

ANSWERS = 20
LONGEST_WAIT = 60  # seconds
COUNTED = (
    "SELECT count(*) FROM cohorts_learningevent e JOIN cohorts_enrolment n ON n.id = e.enrolment_id "
    "JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ? AND e.verb = 'answered'"
)
CHIP = "document.querySelector('[data-connection]').textContent"
WAITING = SAYS["zh-hans"]["waiting"].format("").strip()


@dataclass
class Sender:
    """Somebody who has joined, and a lesson of theirs behind the link; what they gave arrives under ``phone``."""

    site: RunningSite
    link: Link
    page: Page
    phone: str

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
        return int(self.site.value(COUNTED, f"+86{self.phone}"))

    def send_twenty(self) -> tuple[float, int]:
        """Answer offline, come back on 2G: seconds until the server has all, and bytes both ways, headers too."""
        wanted = self.counted + ANSWERS
        self._answer()
        self.link.reset()
        self.link.network = TWO_G
        start = time.monotonic()
        self.page.context.set_offline(False)
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
        self.page.route(EVENTS, lose)
        self.page.context.set_offline(False)
        self._wait_until_sent()

    def _answer(self) -> None:
        """Give twenty answers without a signal, each another than the one before."""
        self.page.context.set_offline(True)
        form = self.page.locator("form[data-question]:visible").first
        for number in range(ANSWERS):
            form.locator("[name=option]").nth(number % 2).check()
            form.locator("button").last.click()
            self.page.wait_for_timeout(60)
        self.page.wait_for_function(f"() => {CHIP}.includes('{SAYS['zh-hans']['waiting'].format(ANSWERS)}')")

    def _wait_until_sent(self) -> None:
        self.page.wait_for_function(f"() => !{CHIP}.includes('{WAITING}')", timeout=LONGEST_WAIT * 1000)
