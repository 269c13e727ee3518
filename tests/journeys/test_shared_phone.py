"""A phone in the staff room: each who leaves decides about their own, and nobody's unsent work goes in silence."""

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Route, expect

from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import Principal, wait_for
from tests.journeys.phones import answer_all, answers_of, chip, cut, mend, open_lesson, wait_until_there
from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

PHONE = "19911210001"
COLLEAGUE = "19911210002"
TWO_HOURS = 2 * 60 * 60
DRAFT = "/zh-hans/practices/write/7c0f7c0e-7e0c-4c86-9b4e-6d1f8f1f0a01/"
ON_THE_PHONE = """async () => {
    const kept = await import("/static/js/kept.js");
    const told = { pages: [] };
    for (const shelf of kept.SHELVES) told[shelf] = (await kept.all(shelf)).length;
    for (const name of await caches.keys()) {
        const urls = (await (await caches.open(name)).keys()).map(({ url }) => url);
        told.pages.push(...urls.filter((url) => url.includes("/courses/")));
    }
    told.keys = Object.keys(localStorage).filter((key) => !/^terrace-(device|seq)$/.test(key));
    return told;
}"""
"""What lies on each shelf, whoever it belongs to, which pages of courses are kept, and what else is."""
BARE = {"outbox": 0, "refused": 0, "sent": 0, "drafts": 0, "files": 0, "pages": [], "keys": []}


def begin_signing_out(person: Principal) -> None:
    """Ask to leave where something is unsent: the sheet that asks what shall become of it."""
    person.open_place("me/")
    person.page.locator("form[data-sign-out] button").click()
    person.page.locator("[data-part=leaving]:not([hidden])").wait_for()


def choose(person: Principal, words: str) -> None:
    """Press one of the choices, and be told on the page for signing in that one has left."""
    with person.page.expect_navigation(url="**/account/sign-in/?left"):
        person.page.get_by_role("button", name=words).click()


def on_the_phone(person: Principal) -> dict[str, Any]:
    """Return what is kept, seen from a page that keeps nothing itself."""
    person.open("/zh-hans/account/sign-in/")
    return dict(person.page.evaluate(ON_THE_PHONE))


def without_posting(route: Route) -> None:
    """Let a page come, and nothing go."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def answer_one(person: Principal, lesson: str) -> None:
    """Answer one question without being heard by the server."""
    cut(person)
    open_lesson(person, lesson)
    person.answer_rightly(person.page.locator("form[data-question]:visible").first)
    wait_for(lambda: "1 条待发" in chip(person), seconds=5)


def test_the_next_person_sees_and_sends_nothing_of_the_first_whose_work_waits_and_arrives_once(
    site: RunningSite, owner: Principal, lesson: str
) -> None:
    person = owner
    cut(person)
    open_lesson(person, lesson)
    number = answer_all(person)
    begin_signing_out(person)
    choose(person, "留在手机里")

    person.join(site.short_code, phone=COLLEAGUE, name="另一位示例校长", school="示例小学", shared=True)
    (session,) = (one for one in person.page.context.cookies() if one["name"] == "sessionid")
    assert session["expires"] <= time.time() + TWO_HOURS + 60
    person.open_place("waiting/")
    expect(person.page.locator("[data-part=nothing]")).to_be_visible()
    assert "回答了一道题" not in person.text
    open_lesson(person, lesson)
    assert person.page.locator("form[data-question] .feedback:visible").count() == 0
    mend(person)
    wait_for(lambda: chip(person) == "已保存", seconds=5)
    cut(person)
    assert answer_all(person) == number
    begin_signing_out(person)
    expect(person.page.locator("[data-part=others]")).to_contain_text(f"{number} 条")
    expect(person.page.locator("[data-part=waiting] li")).to_have_count(number)
    assert answers_of(site, PHONE) == answers_of(site, COLLEAGUE) == []
    mend(person)
    choose(person, "先发送，再退出")
    assert len(answers_of(site, COLLEAGUE)) == number
    assert answers_of(site, PHONE) == []
    assert on_the_phone(person) == BARE | {"outbox": number}

    person.sign_in_anew(PHONE)
    wait_until_there(site, PHONE, number)
    open_lesson(person, lesson)
    wait_for(lambda: chip(person) == "已保存", seconds=5)
    assert len(answers_of(site, COLLEAGUE)) == len(answers_of(site, PHONE)) == number
    assert person.faults == []


def test_who_leaves_a_shared_phone_keeps_saves_or_discards_and_nothing_else_of_theirs_stays(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str
) -> None:
    before = len(answers_of(site, PHONE))
    (report,) = owner.report_links()
    person = Principal.with_phone(browser, site, "zh-hans")

    person.open(f"{report}sheet/")
    person.page.locator("textarea").first.fill("登录之前，不知道谁写的话。")
    expect(person.page.locator("[data-draft-status]")).to_contain_text("已存")
    person.sign_in_anew(PHONE, shared=True)
    person.open(report)
    person.page.wait_for_load_state("networkidle")
    expect(person.page.locator("[data-found]")).to_be_hidden()
    assert person.page.locator("textarea").first.input_value() == ""
    answer_one(person, lesson)
    begin_signing_out(person)
    person.page.once("dialog", Dialog.accept)
    choose(person, "丢弃并退出")
    assert on_the_phone(person) == BARE

    person.sign_in_anew(PHONE, shared=True)
    mend(person)
    open_lesson(person, lesson)
    person.page.evaluate("document.querySelector('form[data-question]').dataset.question = 'no-such-question'")
    person.answer_rightly(person.page.locator("form[data-question]:visible").first)
    wait_for(lambda: "未" in chip(person), seconds=10)
    person.page.context.route(f"**{DRAFT}", without_posting)
    person.open(DRAFT)
    person.page.locator("input[name=title]").fill("写到一半的做法")
    begin_signing_out(person)
    expect(person.page.locator("[data-part=begun]")).to_contain_text("写到一半的做法")
    expect(person.page.locator("[data-part=refused] li")).to_have_count(1)
    expect(person.page.get_by_role("button", name="先发送，再退出")).to_be_hidden()
    with person.page.expect_download() as download:
        person.page.locator("[data-part=choices]").get_by_role("button", name="存成文件").click()
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [item["event"]["data"]["question"] for item in saved["items"]] == ["no-such-question"]
    assert [one["words"] for one in saved["begun"]] == [["写到一半的做法"]]
    choose(person, "文件已存好，退出登录")
    assert on_the_phone(person) == BARE

    person.sign_in_anew(PHONE, shared=True)
    answer_one(person, lesson)
    begin_signing_out(person)
    choose(person, "留在手机里")
    assert on_the_phone(person) == BARE | {"outbox": 1}
    assert len(answers_of(site, PHONE)) == before
    person.page.context.unroute("**/api/events/**")
    person.sign_in_anew(PHONE, shared=True)
    wait_until_there(site, PHONE, before + 1)
    assert person.faults == []
    person.page.context.close()


def test_without_a_signal_signing_out_says_so_where_it_is_seen_and_nothing_goes(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str
) -> None:
    person = Principal.with_phone(browser, site, "zh-hans")
    person.sign_in_anew(PHONE, shared=True)
    person.open_place("me/")
    lose_signal(person.page.context)
    person.page.locator("form[data-sign-out] button").click()
    said = person.page.locator("form[data-sign-out] [role=status]")
    expect(said).to_contain_text("退出登录需要信号")
    expect(said).to_be_in_viewport()
    find_signal(person.page.context)
    answer_one(person, lesson)
    begin_signing_out(person)
    person.page.get_by_role("button", name="先发送，再退出").click()
    told = person.page.get_by_role("status").filter(has_text="没有回应")
    expect(told).to_be_in_viewport()
    lose_signal(person.page.context)
    person.page.get_by_role("button", name="留在手机里").click()
    told = person.page.get_by_role("status").filter(has_text="退出登录需要信号")
    expect(told).to_be_in_viewport()
    person.page.once("dialog", Dialog.accept)
    person.page.get_by_role("button", name="丢弃并退出").click()
    expect(told).to_be_in_viewport()
    find_signal(person.page.context)
    person.page.context.unroute("**/api/events/**")
    before = len(answers_of(site, PHONE))
    person.open_place("waiting/")
    wait_until_there(site, PHONE, before + 1)
    assert person.faults == []
    person.page.context.close()
