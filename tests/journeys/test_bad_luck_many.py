"""Bad luck of many at once: a killed browser, one batch twice, two tabs, five hundred answers that wait."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.journeys.away import find_signal, lose_signal
from tests.journeys.killing import a_browser_of_its_own, kill
from tests.journeys.lesson import EVENTS, Account, Lesson, body_of, unreachable
from tests.journeys.people import Principal, joined, wait_for
from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

PHONE, OTHER_PHONE = "19911140011", "19911140012"
MANY = 500
SEND_TWICE = """async ({ url, body, headers }) => {
    const post = () => fetch(url, { method: "POST", headers, body }).then((answer) => answer.json());
    return Promise.all([post(), post()]);
}"""
ANSWER_MANY = """async (times) => {
    const form = document.querySelector("form[data-question]");
    const options = [...form.querySelectorAll("[name=option]")];
    const given = [];
    for (let turn = 0; turn < times; turn += 1) {
        const option = options[turn % 2];
        option.checked = true;
        form.requestSubmit();
        given.push(option.value);
        await new Promise((go) => setTimeout(go));
    }
    return given;
}"""
TAP = """async () => {
    const form = document.querySelector("form[data-question]");
    const option = [...form.querySelectorAll("[name=option]")].find((one) => !one.checked);
    option.checked = true;
    const start = performance.now();
    form.querySelector(".button-wide").click();
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    const reply = form.querySelector(`[data-for="${option.value}"]`);
    return [option.value, reply.checkVisibility() ? performance.now() - start : Infinity];
}"""


# --- a browser that is killed ----------------------------------------------------------------------------------------


def lost(_route: Route) -> None:
    """Let a request go nowhere."""


def delivered(route: Route) -> None:
    """Let the server have a request, and the phone not its answer."""
    route.fetch()


@pytest.mark.parametrize("fate", [lost, delivered])
def test_what_was_kept_survives_a_killed_browser_and_arrives_once(
    browser: Browser, owner: Principal, account: Account, address: str, tmp_path: Path, fate: Any
) -> None:
    cookies: Any = owner.page.context.cookies()
    with a_browser_of_its_own(browser, tmp_path) as (context, group):
        context.add_cookies(cookies)
        context.route(EVENTS, fate)
        lesson = Lesson.opened(context, account, address)
        lesson.answer()
        lesson.expect_waiting(1)
        lesson.until(lambda: account.count == (fate is delivered))
        kill(group)
    assert account.count == (fate is delivered)
    with a_browser_of_its_own(browser, tmp_path) as (context, _group):
        context.add_cookies(cookies)  # a session outlives the browser; that it is written late is Chromium's own
        context.route(EVENTS, unreachable)
        lesson = Lesson.opened(context, account, address)
        lesson.expect_waiting(1)
        lesson.answer()
        lesson.expect_waiting(2)
        context.unroute(EVENTS)
        lesson.hear()
        lesson.expect_saved()


# --- twice at once, two tabs -----------------------------------------------------------------------------------------


def test_the_same_batch_twice_at_once_is_counted_once(phone: BrowserContext, account: Account, address: str) -> None:
    lesson = Lesson.opened(phone, account, address)
    held: list[Route] = []
    way: list[Callable[[Route], None]] = [unreachable]
    lesson.page.route(EVENTS, lambda route: way[-1](route))
    lesson.answer(5)
    way.append(held.append)
    lesson.hear()
    lesson.until(lambda: held)
    way.append(Route.continue_)
    request = held[0].request
    headers = {name: request.headers[name] for name in ("content-type", "x-csrftoken")}
    sent = {"url": request.url, "body": body_of(request).decode(), "headers": headers}
    answers = lesson.page.evaluate(SEND_TWICE, sent)
    held[0].continue_()
    pairs = zip(*(answer["results"] for answer in answers), strict=True)
    statuses = [sorted(result["status"] for result in pair) for pair in pairs]
    assert statuses == [["duplicate", "ok"]] * 5
    lesson.expect_saved()


@pytest.mark.parametrize("has_locks", [True, False], ids=["web lock", "lease"])
def test_two_tabs_that_want_to_send_send_each_answer_once(
    phone: BrowserContext, account: Account, address: str, has_locks: bool
) -> None:
    if not has_locks:
        phone.add_init_script("delete Navigator.prototype.locks")
    phone.route(EVENTS, unreachable)
    tabs = [Lesson.opened(phone, account, address) for _ in range(2)]
    for _ in range(3):
        for tab in tabs:
            tab.answer()
    one, other = tabs
    for tab in tabs:
        tab.hear("focus")
        tab.expect_waiting(6)
    held: list[Route] = []
    one.page.route(EVENTS, lambda route: held.append(route))
    other.page.route(EVENTS, unreachable)
    phone.unroute(EVENTS)
    one.hear()
    one.until(lambda: held, seconds=15)
    other.page.unroute(EVENTS)
    with other.batches() as posted:
        for name in ("online", "focus", "pageshow"):
            other.hear(name)
        other.page.wait_for_timeout(500)
        assert len(held) == 1, "one sends"
        assert posted == [], "and the other does not meanwhile"
        assert len(json.loads(body_of(held[0].request))["events"]) == 6
        held[0].continue_()
        one.page.unroute(EVENTS)
        for tab in tabs:
            tab.expect_saved()
    assert posted == []


def test_a_lesson_answered_in_two_tabs_in_turn_is_finished_in_either(browser: Browser, site: RunningSite) -> None:
    person = joined(browser, site, OTHER_PHONE)
    account = Account(site, OTHER_PHONE)
    address = f"{site.address}{person.lesson_links()[0]}"
    context = person.page.context
    one, other = (Lesson.opened(context, account, address) for _ in range(2))
    for _ in range(3):
        one.answer()
        other.answer()
    one.expect_saved()
    other.expect_saved()
    last = other.page.locator("form[data-question]:visible").nth(1)
    person.answer_rightly(last)
    wait_for(lambda: account.count == 7, seconds=5)
    other.page.locator("form[data-finish] button").click()
    for tab in (one, other):
        expect(tab.page.locator("[data-finish-reply]")).to_contain_text("学完了")
    context.close()


# --- five hundred ----------------------------------------------------------------------------------------------------


def test_five_hundred_answers_wait_and_all_arrive_once(phone: BrowserContext, account: Account, address: str) -> None:
    lesson = Lesson.opened(phone, account, address)
    lose_signal(phone)
    account.given += lesson.page.evaluate(ANSWER_MANY, MANY - 3)
    for number in range(3):
        lesson.expect_waiting(MANY - 3 + number)
        chosen, milliseconds = lesson.page.evaluate(TAP)
        account.given.append(chosen)
        assert milliseconds < 100
    lesson.expect_waiting(MANY)
    with lesson.batches() as posted:
        find_signal(phone)
        lesson.hear()
        expect(lesson.page.locator("[data-connection]")).to_have_text(lesson.says["saved"], timeout=60_000)
    lesson.expect_saved()
    assert sum(len(batch["events"]) for batch in posted) == MANY
    assert max(len(batch["events"]) for batch in posted) <= 50
    assert max(batch["bytes"] for batch in posted) <= 16_200
