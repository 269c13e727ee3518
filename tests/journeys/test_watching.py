"""The watch over all journeys sees what it is there for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.killing import a_browser_of_its_own
from tests.journeys.running import RunningSite
from tests.journeys.watching import POLICY, Watch

pytestmark = pytest.mark.journey

ELSEWHERE = "http://elsewhere.invalid/"
INLINE = "document.head.append(Object.assign(document.createElement('script'), { text: 'self.ran = 1' }))"


@pytest.mark.parametrize(
    "open_tab",
    [lambda browser: browser.new_page(), lambda browser: browser.new_context().new_page()],
    ids=["page", "context"],
)
def test_another_host_and_a_broken_policy_are_seen_in_every_tab(
    site: RunningSite, browser: Browser, watch: Watch, open_tab: Callable[[Browser], Page]
) -> None:
    page = open_tab(browser)
    page.goto(f"{site.address}/zh-hans/")
    assert watch.take() == []
    page.evaluate(INLINE)
    assert not page.evaluate("self.ran")
    page.evaluate("url => fetch(url).catch(() => 0)", ELSEWHERE)
    told = watch.take()
    assert [said for said in told if POLICY in said and "inline" in said], told
    assert [said for said in told if POLICY in said and ELSEWHERE in said], told
    page.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=""))
    page.goto(ELSEWHERE)
    assert watch.take() == [f"asked another host: {ELSEWHERE}"]
    page.context.close()


def test_a_browser_that_is_taken_over_is_watched_too(
    site: RunningSite, browser: Browser, watch: Watch, tmp_path: Path
) -> None:
    with a_browser_of_its_own(browser, tmp_path) as (context, _group):
        page = context.new_page()
        page.goto(f"{site.address}/zh-hans/")
        assert watch.take() == []
        page.evaluate(INLINE)
        page.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=""))
        page.goto(ELSEWHERE)
        policy, host = watch.take()
    assert POLICY in policy
    assert host == f"asked another host: {ELSEWHERE}"
