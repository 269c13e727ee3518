"""Bad luck of the server and the network while somebody answers: nothing is lost or doubled, and the page says so.

One person answers all through this file. Each test begins with nothing waiting, and looks at the rows on the server.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, Route, expect

from tests.journeys.away import find_signal, lose_signal, set_signal
from tests.journeys.lesson import EVENTS, Account, Lesson, body_of, unreachable
from tests.journeys.people import Principal
from tests.journeys.running import RunningSite
from tests.journeys.test_old_phones import a_photo
from tests.journeys.test_report import MINE
from tests.journeys.throttling import Link, weak_link
from tests.journeys.watching import Watch

pytestmark = pytest.mark.journey

PHONE = "19911140001"
HTML = "text/html; charset=utf-8"
PORTAL = "<!doctype html><title>Wi-Fi</title><h1>请登录网络</h1>"
LENGTHEN = """(words) => new Promise((resolve) => {
    indexedDB.open("terrace").onsuccess = ({ target: { result: database } }) => {
        const transaction = database.transaction("outbox", "readwrite");
        const shelf = transaction.objectStore("outbox");
        shelf.getAll().onsuccess = (found) => {
            for (const item of found.target.result) {
                item.event.data.note = words;
                shelf.put(item);
            }
        };
        transaction.oncomplete = () => { database.close(); resolve(); };
    };
})"""
ARRIVED = (
    f"SELECT f.sha256, f.size, f.received FROM cohorts_incomingfile f WHERE f.submission_id IN (SELECT s.id {MINE})"
)
SLOW_TO_LET_GO = """
    const request = LockManager.prototype.request;
    LockManager.prototype.request = function (name, options, work) {
        const linger = (told) => new Promise((go) => setTimeout(go, 1500, told));
        return request.call(this, name, options, async (lock) => lock ? linger(await work(lock)) : work(lock));
    };
"""
ELSEWHERE = "http://portal.invalid/"
LIMIT = '{"code": "too_often", "why": "…"}'


@pytest.fixture
def opened(phone: BrowserContext, account: Account, address: str) -> Callable[..., Lesson]:
    """Return what opens the lesson in a tab of the phone."""
    return lambda language="zh-hans": Lesson.opened(phone, account, address.replace("zh-hans", language))


@pytest.fixture(scope="module")
def link(site: RunningSite) -> Iterator[Link]:
    """Return a way to the server on which connections can be cut. For a browser it is another site of the same name."""
    with weak_link(int(site.address.rpartition(":")[2])) as found:
        yield found


def answering(**response: Any) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**response)


def not_yet(route: Route, status: str = "retry") -> None:
    """Answer as the server does when it cannot take an event now; what else is asked it answers itself."""
    if "/events/" not in route.request.url:
        route.continue_()
        return
    ids = [event["id"] for event in json.loads(body_of(route.request))["events"]]
    results = [{"id": one, "status": status} for one in ids if status]
    route.fulfill(headers={"X-Reference": "1"}, json={"results": results})


# --- answers that are not the server's, or not the one that was hoped for -------------------------------------------


@pytest.mark.parametrize(
    ("language", "fault"),
    [
        pytest.param("zh-hans", answering(status=500, content_type=HTML, body="<h1>Server Error</h1>"), id="500"),
        pytest.param("en", answering(status=502, content_type=HTML, body="<h1>Bad Gateway</h1>"), id="502"),
        pytest.param("en", answering(status=503, headers={"Retry-After": "30"}, json={"code": "away"}), id="503"),
        pytest.param("zh-hans", answering(status=429, headers={"Retry-After": "30"}, body=LIMIT), id="429"),
        pytest.param("zh-hans", answering(status=200, content_type=HTML, body=PORTAL), id="portal's 200"),
        pytest.param("en", answering(status=200, json={"login": "/portal"}), id="portal's JSON"),
        pytest.param("en", lambda route: not_yet(route, ""), id="no results"),
        pytest.param("en", answering(status=200, json={"results": []}), id="portal's empty results"),
        pytest.param("zh-hans", answering(status=302, headers={"Location": ELSEWHERE}), id="portal's 302"),
        pytest.param("zh-hans", not_yet, id="not yet"),
        pytest.param("en", unreachable, id="connection reset"),
    ],
)  # fmt: skip
def test_what_was_not_answered_by_the_server_waits_and_arrives_once(
    opened: Callable[..., Lesson], watch: Watch, language: str, fault: Callable[[Route], None]
) -> None:
    lesson = opened(language)
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        fault(route)

    lesson.page.route("**/api/**", refuse)
    lesson.answer(2)
    lesson.expect_waiting(2)
    lesson.until(lambda: asked)
    lesson.page.reload()
    lesson.expect_waiting(2)
    assert lesson.account.count == 0
    assert len(asked) <= 6, "a server in trouble is not asked without a pause"
    lesson.page.unroute("**/api/**")
    lesson.hear_when_quiet()
    lesson.expect_saved()
    assert all(ELSEWHERE in said for said in watch.take()), "where a portal leads is not the page's doing"


@pytest.mark.parametrize("status", [429, 503])
def test_the_page_waits_as_long_as_the_server_asks(opened: Callable[..., Lesson], status: int) -> None:
    lesson = opened()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=status, headers={"Retry-After": "60"}, json={"code": "too_often"})

    lesson.page.clock.install()
    lesson.page.route(EVENTS, refuse)
    lesson.answer()
    lesson.until(lambda: asked)
    lesson.expect_waiting(1)
    lesson.page.clock.run_for(55_000)
    assert len(asked) == 1
    lesson.page.unroute(EVENTS)
    lesson.page.clock.run_for(40_000)
    lesson.expect_saved()


def test_a_batch_that_is_too_heavy_is_halved_until_it_passes(opened: Callable[..., Lesson]) -> None:
    lesson = opened()
    sizes: list[int] = []

    def weigh(route: Route) -> None:
        sizes.append(len(json.loads(body_of(route.request))["events"]))
        if sizes[-1] > 3:
            route.fulfill(status=413, content_type=HTML, body="<h1>413 Request Entity Too Large</h1>")
        else:
            route.continue_()

    lesson.page.route(EVENTS, unreachable)
    lesson.answer(12)
    lesson.expect_waiting(12)
    lesson.page.route(EVENTS, weigh)
    lesson.hear()
    lesson.until(lambda: sum(size for size in sizes if size <= 3) == 12)
    lesson.expect_saved()
    assert sizes == [12, 6, 3, 3, 3, 3]


def test_long_words_travel_in_batches_of_16_kilobytes(opened: Callable[..., Lesson]) -> None:
    lesson = opened()
    lose_signal(lesson.page.context)
    lesson.answer(20)
    lesson.expect_waiting(20)
    lesson.page.evaluate(LENGTHEN, "山" * 1000)
    with lesson.batches() as posted:
        find_signal(lesson.page.context)
        lesson.expect_saved()
    assert len(posted) > 3
    assert max(batch["bytes"] for batch in posted) <= 16_200, "with what stands around the events"


# --- a network that loses, hangs and flaps ---------------------------------------------------------------------------


def test_an_answer_that_is_lost_after_the_commit_is_sent_again_and_counted_once(opened: Callable[..., Lesson]) -> None:
    lesson = opened()
    lost: list[list[str]] = []

    def lose(route: Route) -> None:
        answer = route.fetch()
        lost.append([result["status"] for result in answer.json()["results"]])
        route.abort() if len(lost) == 1 else route.fulfill(response=answer)

    lesson.page.route(EVENTS, lose)
    lesson.answer()
    lesson.until(lambda: lesson.account.count == 1)
    lesson.expect_waiting(1)
    lesson.hear()
    lesson.expect_saved()
    assert lost == [["ok"], ["duplicate"]]


def test_what_is_answered_while_a_run_of_sending_ends_goes_by_itself(opened: Callable[..., Lesson]) -> None:
    """The run does not send it any more, and nobody else may while the run has the lock."""
    lesson = opened()
    lesson.page.add_init_script(SLOW_TO_LET_GO)
    lesson.page.reload()
    lesson.expect_saved()
    lesson.answer()
    lesson.until(lambda: lesson.account.count == 1)
    lesson.answer()
    lesson.expect_saved()


def test_a_connection_that_hangs_is_given_up_and_the_page_stays_usable(opened: Callable[..., Lesson]) -> None:
    lesson = opened()
    hanging: list[Route] = []
    lesson.page.clock.install()
    lesson.page.route(EVENTS, lambda route: hanging.append(route), times=2)
    lesson.answer()
    lesson.until(lambda: hanging)
    lesson.answer(2)
    lesson.expect_waiting(3)
    lesson.page.clock.run_for(19_000)
    assert len(hanging) == 1, "one request at a time"
    lesson.page.clock.run_for(2_000)
    lesson.page.clock.run_for(6_000)
    lesson.until(lambda: len(hanging) == 2)
    assert lesson.account.count == 0
    hanging[1].continue_()
    lesson.expect_saved()


def test_a_signal_that_comes_and_goes_every_three_seconds_loses_nothing(opened: Callable[..., Lesson]) -> None:
    lesson = opened("en")
    for turn in range(4):
        began = time.monotonic()
        is_away = turn % 2 == 0
        set_signal(lesson.page.context, is_there=not is_away)
        lesson.answer(5)
        told = "Offline · 5 waiting to send" if is_away else "Saved"
        expect(lesson.page.locator("[data-connection]")).to_have_text(told)
        lesson.page.wait_for_timeout(max(0, 3 - time.monotonic() + began) * 1000)
    lesson.expect_saved()


@pytest.mark.parametrize("cuts", [["up"] * 3, ["down"] * 3, ["up", "down"] * 3], ids=["up", "down", "both"])
def test_connections_that_break_while_a_batch_travels_lose_nothing(
    site: RunningSite, phone: BrowserContext, account: Account, address: str, link: Link, cuts: list[str]
) -> None:
    lesson = Lesson.opened(phone, account, address.replace(site.address, link.address))
    link.cuts += cuts
    for _ in cuts:
        lesson.answer(4)
        lesson.page.wait_for_timeout(100)
        lesson.hear()
    for _ in link.cuts[:]:
        lesson.hear()
        lesson.page.wait_for_timeout(100)
    assert not link.cuts, "every cut met a batch"
    lesson.hear()
    lesson.expect_saved()


def test_a_photo_whose_connection_breaks_within_a_part_goes_on_where_the_server_has_it(
    site: RunningSite, phone: BrowserContext, owner: Principal, link: Link, tmp_path: Path
) -> None:
    """Twice on the line, where a browser itself may try again, and once so that the phone asks how far it got."""
    page = phone.new_page()
    page.goto(f"{link.address}{owner.report_links()[0]}")
    page.wait_for_load_state("networkidle")
    announced: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []

    def note(asked: Request) -> None:
        if asked.method == "POST" and asked.url.partition("?")[0].endswith("/files/"):
            announced.append(asked.post_data_json or {})

    page.on("request", note)
    page.on("response", lambda told: answers.append(told.json()) if "?offset=" in told.url else None)

    def lose_the_answer(route: Route) -> None:
        assert route.fetch().json()["received"] == 32768, "the server has the first part"
        link.cuts += ["up", "down"]
        route.abort("connectionreset")

    page.route("**/api/submissions/files/*/?offset=*", lose_the_answer, times=1)
    page.locator("input[type=file]").first.set_input_files(a_photo(tmp_path / "门口.jpg"))
    where = page.locator("[data-file] [data-where]")
    deadline = time.monotonic() + 20
    while where.inner_text() != "已保存" and time.monotonic() < deadline:
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(100)
    expect(where).to_have_text("已保存")
    assert not link.cuts, "each cut met a part"
    assert all(answer["status"] in ("ok", "duplicate") for answer in answers), "no part was sent where it does not fit"
    assert len(announced) >= 2, "asked where to go on"
    ((sha256, size, received),) = site.rows(ARRIVED, f"+86{PHONE}")
    assert (sha256, size, received) == (announced[-1]["sha256"], announced[-1]["bytes"], announced[-1]["bytes"])
    assert size > 3 * 32768, "several parts"
    page.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_answered_before_the_server_has_told_who_reads_arrives_once(
    phone: BrowserContext, account: Account, address: str, language: str
) -> None:
    phone.route("**/api/**", unreachable)
    page = phone.new_page()
    page.goto(address.replace("zh-hans", language))
    lesson = Lesson(page, account)
    lesson.answer(2)
    lesson.expect_waiting(2)
    page.reload()
    lesson.expect_waiting(2)
    phone.unroute("**/api/**")
    lesson.hear()
    lesson.expect_saved()


def test_a_guest_is_told_that_nothing_is_kept_also_where_the_server_does_not_answer(
    browser: Browser, account: Account, address: str
) -> None:
    with browser.new_context() as guest:
        guest.route("**/api/**", unreachable)
        page = guest.new_page()
        page.goto(address)
        lesson = Lesson(page, account)
        lesson.answer()
        expect(page.locator("[data-connection]")).to_have_text(lesson.says["guest"])
