"""Who touches nothing: Tab, Enter and the space bar from the invitation to a report, a download and one's own screens.

Where the focus is, is seen all the way, and no deed leaves the reader without it.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.away import let_be_heard
from tests.journeys.lesson import EVENTS, unreachable
from tests.journeys.people import Principal, wait_for
from tests.journeys.phones import words_of
from tests.journeys.running import RunningSite
from tests.journeys.test_old_phones import a_photo
from tests.journeys.test_report import ATTEMPTS, PHOTOS
from tests.journeys.test_weak_signal import ANSWERS

pytestmark = pytest.mark.journey

PHONE = "19911230011"
SEEN = """() => {
    const one = document.activeElement;
    const shown = [one, one.closest("label"), one.nextElementSibling].filter((place) => place);
    return one !== document.body && shown.some((place) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(place);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
}"""
"""Whether the focus is somewhere, and drawn around what has it: a field, or the words that stand for it."""


class ByKeyboard(Principal):
    """Has no pointer."""

    def go_to(self, target: Locator) -> None:
        """Press Tab until the focus is on ``target``, seen at each step; one round of the page must do."""
        for _ in range(120):
            if target.evaluate("one => document.activeElement === one", timeout=5000):
                assert self.page.evaluate(SEEN), f"the focus is not seen on {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    def do(self, target: Locator, key: str = "Enter") -> None:
        """Go to something and press a key on it."""
        self.go_to(target)
        self.page.keyboard.press(key)

    def type_into(self, target: Locator, words: str) -> None:
        """Go to a field and type."""
        self.go_to(target)
        self.page.keyboard.type(words)

    def follow(self, target: Locator) -> None:
        """Do what leads to another page."""
        with self.page.expect_navigation():
            self.do(target)

    def still_has_the_focus(self) -> None:
        """Expect that the last deed left the focus somewhere, where it is seen."""
        wait_for(lambda: self.page.evaluate(SEEN), seconds=3)


@pytest.fixture(scope="module")
def her(site: RunningSite, browser: Browser) -> ByKeyboard:
    """Somebody who joins by keyboard."""
    person = ByKeyboard.with_phone(browser, site, "zh-hans")
    page = person.page
    person.open(f"/j/{site.short_code}/?lang=zh-hans")
    person.type_into(page.locator("input[name=phone]"), PHONE)
    person.do(page.locator("input[name=consent]"), "Space")
    person.follow(page.locator("main form button.button"))
    person.type_into(page.locator("input[name=code]"), person.code_for(PHONE))
    person.follow(page.locator("button[value=verify]"))
    person.type_into(page.locator("input[name=full_name]"), "示例校长")
    person.type_into(page.locator("input[name=school]"), "示例小学")
    person.follow(page.locator("main form button.button"))
    assert "/today/" in page.url
    return person


def test_a_report_is_written_illustrated_and_handed_in(site: RunningSite, her: ByKeyboard, tmp_path: Path) -> None:
    page = her.page
    her.open(her.report_links()[0])
    page.wait_for_load_state("networkidle")
    for field in page.locator("textarea[name^=answer-]").all():
        her.type_into(field, "三次谈心。")
    with page.expect_file_chooser() as chooser:
        her.do(page.locator("input[type=file]").first)
    chooser.value.set_files(a_photo(tmp_path / "门口.jpg"))
    expect(page.locator("[data-file] [data-where]")).to_have_text("已保存", timeout=15_000)
    her.still_has_the_focus()
    her.do(page.locator("button[value=save]"))
    wait_for(lambda: words_of(site, PHONE).startswith("三次谈心。"), seconds=10)
    her.still_has_the_focus()
    her.follow(page.locator("button[value=submit]"))
    assert site.value(ATTEMPTS, f"+86{PHONE}") == 1
    assert site.rows(PHOTOS, f"+86{PHONE}")[0][0] == 1
    assert her.faults == []


def test_a_module_is_taken_along_and_taken_off_again(her: ByKeyboard) -> None:
    page = her.page
    her.open_place("course/")
    card = page.locator("[data-download]").first
    her.do(card.get_by_role("button").first)
    expect(card.locator("[data-said]")).to_contain_text("没有信号也能学", timeout=20_000)
    her.still_has_the_focus()
    her.open_place("me/")
    held = page.locator("[data-held]")
    her.do(held.locator("li button").first)
    expect(held.locator("[data-removed-note]")).to_contain_text("腾出了")
    her.still_has_the_focus()
    assert her.faults == []


def test_ones_own_switches_languages_and_devices(site: RunningSite, browser: Browser, her: ByKeyboard) -> None:
    lost = Principal.with_phone(browser, site, "zh-hans")
    lost.sign_in_anew(PHONE)
    page = her.page
    her.open_place("me/")
    her.go_to(page.locator("input[name=text]").first)
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=text][value=large]").is_checked()
    her.still_has_the_focus()
    page.keyboard.press("ArrowUp")
    her.go_to(page.locator("input[name=data]").first)
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=data][value=saver]").is_checked()
    page.keyboard.press("ArrowUp")
    her.follow(page.locator("form[action*='/devices/'] button").first)
    lost.open_place("today/")
    assert "/account/sign-in/" in lost.page.url
    her.follow(page.locator("nav.languages a").first)
    assert page.locator("html").get_attribute("lang") == "en"
    her.open("/zh-hans/me/")
    lost.page.context.close()
    assert her.faults == []


def test_what_waits_is_saved_to_a_file_and_sent(site: RunningSite, her: ByKeyboard) -> None:
    page = her.page
    let_be_heard(page.context)
    page.context.route(EVENTS, unreachable)
    her.open(her.lesson_links()[0])
    page.wait_for_selector("[data-connection]:not([hidden])")
    form = page.locator("form[data-question]:visible").first
    her.do(form.locator("[name=option]").first, "Space")
    her.do(form.locator(".button-wide"))
    expect(page.locator("[data-connection]")).to_contain_text("1 条待发")
    her.still_has_the_focus()
    her.follow(page.locator("[data-connection] a"))
    waiting = page.locator("[data-part=waiting]")
    expect(waiting.locator("li")).to_have_count(1)
    with page.expect_download() as file:
        her.do(waiting.locator("[data-deed=save]"))
    assert len(json.loads(file.value.path().read_text(encoding="utf-8"))["items"]) == 1
    her.still_has_the_focus()
    her.go_to(waiting.locator("[data-deed=send]"))
    page.context.unroute(EVENTS)
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=nothing]")).to_be_visible(timeout=10_000)
    her.still_has_the_focus()
    assert site.value(ANSWERS, f"+86{PHONE}", "answered") == 1
    assert her.faults == []
    page.context.close()
