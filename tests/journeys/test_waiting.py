"""What is on the phone only: listed, sent, saved, refused, and asked about before signing out."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.away import let_be_heard
from tests.journeys.people import Principal, joined, wait_for
from tests.journeys.phones import WORDS
from tests.journeys.running import RunningSite
from tests.journeys.test_weak_signal import ANSWERS

pytestmark = pytest.mark.journey


def answered_offline(person: Principal) -> int:
    """Answer the questions of the first lesson without a signal; return how many."""
    person.open(person.lesson_links()[0])
    person.page.wait_for_selector("[data-connection]:not([hidden])")
    let_be_heard(person.page.context)
    person.page.route("**/api/events/**", lambda route: route.abort())
    forms = person.page.locator("form[data-question]:visible").all()
    for form in forms:
        person.answer_rightly(form)
        form.locator(".feedback:not([hidden])").first.wait_for()
    wait_for(lambda: "待发" in person.page.locator("[data-connection]").inner_text(), seconds=5)
    return len(forms)


def test_what_waits_is_listed_saved_and_sent(site: RunningSite, browser: Browser) -> None:
    phone = "19911120001"
    person = joined(browser, site, phone)
    number = answered_offline(person)
    person.page.locator("[data-connection] a").click()
    waiting = person.page.locator("[data-part=waiting]")
    waiting.locator("li").first.wait_for()
    assert waiting.locator("li").count() == number
    assert "回答了一道题" in waiting.inner_text()
    assert person.fits_the_screen()
    with person.page.expect_download() as download:
        waiting.get_by_role("button", name="存成文件").click()
    kept = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert len(kept["items"]) == number
    assert site.value(ANSWERS, f"+86{phone}", "answered") == 0
    person.page.unroute("**/api/events/**")
    waiting.get_by_role("button", name="现在发送").click()
    person.page.locator("[data-part=nothing]:not([hidden])").wait_for()
    assert person.page.locator("[data-part=sent] li").count() == number
    assert site.value(ANSWERS, f"+86{phone}", "answered") == number
    assert person.faults == []


def test_signing_out_asks_about_what_is_unsent_and_another_person_sees_none_of_it(
    site: RunningSite, browser: Browser
) -> None:
    phone = "19911120002"
    person = joined(browser, site, phone)
    number = answered_offline(person)
    person.open_place("me/")
    person.page.locator("form[data-sign-out] button").click()
    person.page.locator("[data-part=leaving]:not([hidden])").wait_for()
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="留在手机里").click()
    other = "19911120003"
    person.join(site.short_code, phone=other, name="另一位示例校长", school="示例小学")
    person.open_place("waiting/")
    person.page.locator("[data-part=nothing]:not([hidden])").wait_for()
    person.page.unroute("**/api/events/**")
    person.open(person.lesson_links()[0])
    person.page.wait_for_timeout(2000)
    assert site.value(ANSWERS, f"+86{other}", "answered") == 0
    assert site.value(ANSWERS, f"+86{phone}", "answered") == 0
    person.open_place("me/")
    person.press("form[data-sign-out] button")
    person.sign_in_anew(phone)
    wait_for(lambda: site.value(ANSWERS, f"+86{phone}", "answered") == number, seconds=20)
    assert person.faults == []


def test_words_of_one_person_never_become_those_of_who_signs_in_next(site: RunningSite, browser: Browser) -> None:
    """Neither on the page that stays open nor on one that is opened, and they are there for whom they belong to."""
    first, second = joined(browser, site, "19911120005"), joined(browser, site, "19911120006")
    (address,) = first.report_links()
    context, stale = first.page.context, first.page
    first.open(f"{address}sheet/")
    stale.wait_for_load_state("networkidle")
    context.route("**/api/submissions/**", lambda route: route.abort())
    stale.locator("textarea").first.fill("只给自己看的话。")
    expect(stale.locator("[data-draft-status]")).to_contain_text("已存")
    mine = context.cookies()
    context.add_cookies(second.page.context.cookies())  # type: ignore[arg-type]
    context.unroute("**/api/submissions/**")
    stale.evaluate("dispatchEvent(new Event('focus'))")
    expect(stale.locator("textarea").first).to_have_value("")
    first.page = context.new_page()
    first.open(f"{address}sheet/")
    first.page.wait_for_timeout(4000)
    expect(first.page.locator("textarea").first).to_have_value("")
    assert site.rows(WORDS, "+8619911120006") == []
    context.add_cookies(mine)  # type: ignore[arg-type]
    first.open(address)
    expect(first.page.locator("textarea").first).to_have_value("只给自己看的话。")
    assert first.faults == []


def test_what_is_refused_is_kept_with_the_reason(site: RunningSite, browser: Browser) -> None:
    person = joined(browser, site, "19911120004")
    person.open(person.lesson_links()[0])
    person.page.wait_for_selector("[data-connection]:not([hidden])")
    person.page.evaluate("document.querySelector('form[data-question]').dataset.question = 'no-such-question'")
    form = person.page.locator("form[data-question]:visible").first
    person.answer_rightly(form)
    refusal = person.page.locator("[data-connection] a")
    refusal.wait_for()
    wait_for(lambda: "未" in refusal.inner_text(), seconds=10)
    refusal.click()
    refused = person.page.locator("[data-part=refused]:not([hidden])")
    refused.wait_for()
    assert "这道题" in refused.inner_text() or "题目" in refused.inner_text()
    refused.get_by_role("button", name="我看过了").click()
    person.page.locator("[data-part=nothing]:not([hidden])").wait_for()
