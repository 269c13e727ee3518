"""A principal's own screens on their own phone: what is on it, what waits, where else they are signed in; and voice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import Principal, wait_for
from tests.journeys.phones import answers_of, counting_workers, wait_until_there
from tests.journeys.running import CHROMIUM, RunningSite
from tests.journeys.throttling import weak_link

pytestmark = pytest.mark.journey

PHONE = "19911160011"
READY = "navigator.serviceWorker.ready.then(() => true)"
MODULE = "/zh-hans/courses/walking-beside-left-behind-children/listening/"
RECORDINGS = (
    "SELECT r.status FROM cohorts_submissionrecording r JOIN cohorts_submission s ON s.id = r.submission_id "
    "JOIN cohorts_enrolment n ON n.id = s.enrolment_id JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ?"
)
LENGTH = """player => new Promise((go, fail) => {
    player.addEventListener("loadedmetadata", () => go(player.duration));
    player.addEventListener("error", fail, true);
    player.preload = "auto";
    player.load();
})"""
REFUSED = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"


@pytest.fixture(scope="module")
def speaking(browser: Browser) -> Iterator[Browser]:
    """A browser with a microphone that beeps, and that may be used."""
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic", *flags])
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def person(site: RunningSite, speaking: Browser) -> Principal:
    """Somebody in the short course, with everything of it on the phone."""
    principal = Principal.with_phone(speaking, site, "zh-hans")
    principal.join(site.short_code, phone=PHONE, name="示例校长", school="示例小学")
    principal.open_place("course/")
    cards = principal.page.locator("[data-download]")
    for card in cards.all():
        card.get_by_role("button").click()
        expect(card.locator("[data-said]")).to_contain_text("没有信号也能学", timeout=20_000)
    principal.page.evaluate(READY)
    return principal


def test_me_lists_what_is_downloaded_and_takes_it_off(person: Principal) -> None:
    """And Today says so of the next lesson."""
    person.open_place("today/")
    note = person.page.locator("[data-module]")
    expect(note).to_contain_text("已下载")
    expect(note).to_be_visible()
    person.open_place("me/")
    held = person.page.locator("[data-held]")
    rows = held.locator("li")
    rows.first.wait_for()
    before = rows.count()
    assert "kB" in rows.first.inner_text()
    assert "/courses/small/" in (rows.first.locator("a").get_attribute("href") or "")
    assert "还能存" in held.inner_text()
    title = rows.last.locator("a").inner_text()
    rows.last.get_by_role("button").click()
    expect(held.locator("[data-removed-note]")).to_contain_text("腾出了")
    assert rows.count() == before - 1
    assert title not in held.locator("ul").inner_text()
    expect(person.page.locator("[data-connection]")).to_have_text("已同步")
    assert person.faults == []


def test_another_device_is_signed_out_from_me(site: RunningSite, person: Principal, browser: Browser) -> None:
    lost = Principal.with_phone(browser, site, "zh-hans")
    lost.sign_in_anew(PHONE)
    assert "/account/sign-in/" not in lost.page.url
    person.open_place("me/")
    person.press("form[action*='/devices/'] button")
    assert person.page.locator("h1").inner_text() == "示例校长"
    assert "已退出" in person.text
    lost.open_place("today/")
    assert "/account/sign-in/" in lost.page.url
    assert person.faults == []


def test_every_screen_on_the_way_to_a_lesson_says_what_waits_and_sends_it(site: RunningSite, person: Principal) -> None:
    """Without a signal Today is the offline page; the module, its course and the assignment are on the phone."""
    counting_workers(person.page.context)
    lesson = person.lesson_links()[0]
    person.page.evaluate(READY)
    assert person.page.evaluate("registrations") == 1
    before = len(answers_of(site, PHONE))
    module = lesson.rsplit("/", 2)[0] + "/"
    person.open(lesson)
    person.page.wait_for_selector("[data-connection]:not([hidden])")
    lose_signal(person.page.context)
    person.answer_rightly(person.page.locator("form[data-question]:visible").first)
    expect(person.page.locator("[data-connection]")).to_contain_text("1")
    person.open_place("today/")
    waits = person.page.locator("section[data-waiting]")
    expect(waits).to_contain_text("1 条")
    expect(waits).to_contain_text("回答了一道题")
    person.open(module)
    expect(person.page.locator("[data-connection][role=status]")).to_have_text("离线 · 1 条待发")
    assert len(answers_of(site, PHONE)) == before
    find_signal(person.page.context)
    wait_until_there(site, PHONE, before + 1)
    expect(person.page.locator("[data-connection]")).to_have_text("已同步")
    for way in (".crumb a", "a.step:has-text('作业：')"):  # the course's public page, and the assignment's
        person.press(way)
        expect(person.page.locator("[data-connection]")).to_have_text("已同步")
    assert person.faults == []


def test_a_voice_note_is_told_kept_without_a_signal_and_heard_on_the_server(
    site: RunningSite, person: Principal
) -> None:
    (address,) = person.report_links()
    person.open(address)
    person.page.evaluate(READY)
    page, place = person.page, person.page.locator("[data-voice]").first
    lose_signal(page.context)
    page.goto(f"{site.address}{address}")
    expect(page.locator("[data-unknown]")).to_be_hidden()
    place.get_by_role("button").click()
    expect(place.get_by_role("status")).to_contain_text("kB", timeout=5000)
    place.get_by_role("button").click()
    row = page.locator("[data-file]")
    expect(row).to_contain_text("秒")
    expect(row).to_contain_text("在这部手机上")
    page.reload()
    row.wait_for()
    assert row.locator("audio").evaluate("player => player.offsetHeight") > 30, "a player that is seen"
    find_signal(page.context)
    wait_for(lambda: len(site.rows(RECORDINGS, f"+86{PHONE}")) == 1, seconds=20)
    wait_for(lambda: site.rows(RECORDINGS, f"+86{PHONE}")[0][0] == "done", seconds=60)  # a worker tells its length
    person.open(address)
    player = page.locator("audio").first
    assert player.bounding_box()["height"] > 30  # type: ignore[index]
    assert 0.5 < player.evaluate(LENGTH) < 10
    assert person.faults == []


def test_without_a_microphone_it_is_said_and_nothing_is_lost(
    site: RunningSite, person: Principal, browser: Browser
) -> None:
    refused = Principal.with_phone(browser, site, "zh-hans")
    refused.sign_in_anew(PHONE)
    (address,) = refused.report_links()
    for arrange, sentence in (("", "没有录到声音"), (REFUSED, "不能使用麦克风")):
        if arrange:  # the first time there is none at all
            refused.page.add_init_script(arrange)
        refused.open(address)
        field, place = refused.page.locator("textarea").first, refused.page.locator("[data-voice]").first
        field.fill("写到一半的话。")
        place.get_by_role("button").click()
        expect(place.get_by_role("status")).to_contain_text(sentence)
        assert field.input_value() == "写到一半的话。"
        expect(place.get_by_role("button")).to_have_text("录一段语音")
    assert refused.faults == []


def test_words_for_a_report_on_a_phone_that_knows_nobody_are_offered_after_signing_in(
    site: RunningSite, person: Principal, browser: Browser
) -> None:
    (address,) = person.report_links()
    guest = Principal.with_phone(browser, site, "zh-hans")
    guest.open(f"{address}sheet/")
    page = guest.page
    expect(page.locator("[data-unknown]")).to_contain_text("不知道这是谁的记录")
    second = page.locator("textarea").nth(1)
    second.fill("登录之前写的话。")
    expect(page.locator("[data-draft-status]")).to_contain_text("已存")
    guest.press("button[value=submit]")
    assert "/account/sign-in/" in page.url
    guest.sign_in_anew(PHONE)
    guest.open(address)
    found = page.locator("[data-found]")
    expect(found).to_contain_text("登录之前写的话。")
    assert page.locator("textarea").nth(1).input_value() == ""
    found.get_by_role("button", name="是我写的").click()
    assert "登录之前写的话。" in page.locator("textarea").nth(1).input_value()
    expect(page.locator("[data-draft-status]")).to_have_text("已保存", timeout=10_000)
    page.reload()
    assert "登录之前写的话。" in page.locator("textarea").nth(1).input_value()
    expect(found).to_be_hidden()
    assert guest.faults == []


# --- a connection that hangs, and a server that cannot ---------------------------------------------------------------


def test_a_page_on_the_phone_comes_when_the_connection_hangs_or_the_server_cannot(
    site: RunningSite, browser: Browser
) -> None:
    with weak_link(int(site.address.rpartition(":")[2])) as link:
        page = browser.new_context(reduced_motion="reduce").new_page()
        for _twice in range(2):  # the second opening passes the worker
            page.goto(f"{link.address}{MODULE}")
            page.evaluate(READY)
        wait_for(lambda: is_kept(page, f"{link.address}{MODULE}"), seconds=10)
        heading = page.locator("h1").inner_text()
        link.fails = True
        page.goto(f"{link.address}{MODULE}")
        assert page.locator("h1").inner_text() == heading, "a 502 is answered from the phone"
        page.goto(f"{link.address}/zh-hans/practices/nowhere/")
        assert page.locator("h1").inner_text() == "502", "what is not here is told as it came"
        link.fails, link.hangs = False, True
        page.goto(f"{link.address}{MODULE}", wait_until="domcontentloaded", timeout=8_000)
        assert page.locator("h1").inner_text() == heading
        link.hangs = False
        page.context.close()


def is_kept(page: Page, address: str) -> bool:
    return bool(page.evaluate("url => caches.match(url).then(Boolean)", address))
