"""The reader's own switches on a phone, pictures that wait, and the next lesson, there before it is asked for."""

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import Principal, read_to_the_end, wait_for
from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

COURSE = "courses/walking-beside-left-behind-children"
LESSON = f"{COURSE}/listening/letter-box/"
"""It holds one picture, below the first screen."""

LARGE_TARGET = 60
FONT_SIZE = "parseFloat(getComputedStyle(document.body).fontSize)"
FIRST_SEEN = """
new MutationObserver(() => { if (document.body) window.firstSeen ??= document.documentElement.className; })
    .observe(document, {childList: true, subtree: true});"""
SMALL_TARGETS = """
least => [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('.visually-hidden, .skip-link'))
    .filter(one => getComputedStyle(one).display !== 'inline' || one.matches('.cover'))
    .map(one => one.matches('.cover') ? one.closest('.practice, .practice-card, .card') : one.closest('label') ?? one)
    .filter(one => Math.min(one.offsetHeight, one.offsetWidth) < least)
    .map(one => `${one.offsetWidth}x${one.offsetHeight} ${one.outerHTML.slice(0, 90)}`)"""
"""Links in running text are as high as their line: they are no targets to hit while walking."""


def pictures_of(page: Page) -> list[str]:
    """Return a list that fills with the addresses of the content's pictures as the page asks for them."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "image" and "/media/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    return asked


def guest(browser: Browser, site: RunningSite, *, look: str = "", script: bool = True) -> Principal:
    """Return somebody whose phone keeps ``look``."""
    person = Principal.with_phone(browser, site, "zh-hans", script=script)
    if look:
        person.page.add_init_script(f"localStorage.setItem('terrace-look', '{look}')")
    return person


def test_the_switches_hold_without_a_signal_and_before_the_first_paint(site: RunningSite, browser: Browser) -> None:
    person = Principal.with_phone(browser, site, "zh-hans")
    person.join(site.short_code, phone="19911110061", name="示例校长", school="示例小学")
    page = person.page
    page.add_init_script(FIRST_SEEN)
    person.open_place("me/")
    usual = page.evaluate(FONT_SIZE)
    lose_signal(page.context)
    page.get_by_label("大字").check(force=True)
    page.get_by_label("一直节省").check(force=True)
    assert page.locator("[data-look] [role=status]").inner_text() == "已存在本机。"
    assert page.evaluate(FONT_SIZE) == pytest.approx(usual * 1.25, rel=0.01)
    find_signal(page.context)
    (report,) = [link.removeprefix("/zh-hans/") for link in person.report_links()]
    own = ("me/", "today/", "course/", "account/profile/", "waiting/", report, f"{report}sheet/")
    guests = ("account/sign-in/", "../j/?lang=zh-hans", f"../j/{site.short_code}/?lang=zh-hans")
    for path in (*own, LESSON, "practices/", "search/", "offline/", *guests):
        if path == guests[0]:
            mine = page.context.cookies()
            page.context.clear_cookies()
        person.open_place(path)
        assert page.evaluate("firstSeen") == "js large saver", path
        assert page.evaluate(SMALL_TARGETS, LARGE_TARGET) == [], path
        assert person.fits_the_screen(), path
    page.context.add_cookies(mine)  # type: ignore[arg-type]
    person.open_place("me/")
    assert page.get_by_label("大字").is_checked()
    assert page.get_by_label("一直节省").is_checked()
    page.get_by_label("标准").check(force=True)
    page.get_by_role("radio", name="自动 网络").check(force=True)
    person.open_place("today/")
    assert page.evaluate("firstSeen").split() == ["js"]
    assert person.faults == []


def test_a_phone_that_keeps_nothing_shows_what_everybody_sees(site: RunningSite, browser: Browser) -> None:
    person = Principal.with_phone(browser, site, "zh-hans")
    person.join(site.short_code, phone="19911110062", name="示例校长", school="示例小学")
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('refused'); }})"
    person.page.add_init_script(refuse)
    person.open_place("me/")
    assert person.page.evaluate("document.documentElement.className.trim()") == "js"
    person.page.get_by_label("大字").check(force=True)
    assert "不能保存" in person.page.locator("[data-look] [role=status]").inner_text()
    assert "large" in person.page.evaluate("document.documentElement.className")
    person.open_place(LESSON)
    read_to_the_end(person.page)
    assert person.page.locator(".figure img").evaluate("image => image.naturalWidth") > 0
    assert person.faults == []


def test_a_picture_comes_as_the_reader_comes_near(site: RunningSite, browser: Browser) -> None:
    person = guest(browser, site)
    asked = pictures_of(person.page)
    person.open_place(LESSON)
    person.page.wait_for_load_state("networkidle")
    height = person.page.evaluate("document.documentElement.scrollHeight")
    assert asked == []
    read_to_the_end(person.page)
    assert len(asked) == 1
    assert person.page.locator(".figure img").evaluate("image => image.naturalWidth") > 0
    assert person.page.locator(".place").count() == 0
    assert person.page.evaluate("document.documentElement.scrollHeight") == height, "nothing jumps"
    assert person.faults == []


@pytest.mark.parametrize("reason", ["switch", "phone", "2g"])
def test_where_data_is_saved_a_picture_comes_on_a_tap(site: RunningSite, browser: Browser, reason: str) -> None:
    person = guest(browser, site, look="saver" if reason == "switch" else "")
    lines = {"phone": "{saveData: true, effectiveType: '4g'}", "2g": "{effectiveType: 'slow-2g'}"}
    if line := lines.get(reason):
        person.page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{value: {line}}})")
    asked = pictures_of(person.page)
    ahead = lessons_ahead(person.page)
    person.open_place(LESSON)
    read_to_the_end(person.page)
    place = person.page.locator("a.place")
    height = place.bounding_box()["height"]  # type: ignore[index]
    assert "看图" in place.inner_text()
    assert "kB" in place.inner_text()
    assert (asked, ahead) == ([], [])
    place.click()
    image = person.page.locator(".figure img")
    wait_for(lambda: image.evaluate("image => image.naturalWidth") > 0, seconds=5)
    assert len(asked) == 1
    assert image.bounding_box()["height"] == pytest.approx(height, abs=1)  # type: ignore[index]
    assert LESSON in person.page.url
    assert person.faults == []


def test_who_never_saves_gets_pictures_on_a_slow_line_too(site: RunningSite, browser: Browser) -> None:
    person = guest(browser, site, look="full")
    person.page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    asked = pictures_of(person.page)
    person.open_place(LESSON)
    read_to_the_end(person.page)
    assert len(asked) == 1


def test_without_script_pictures_are_there(site: RunningSite, browser: Browser) -> None:
    person = guest(browser, site, script=False)
    person.open_place(LESSON)
    assert person.page.locator(".figure img").is_visible()
    assert not person.page.locator(".place").is_visible()


def lessons_ahead(page: Page) -> list[str]:
    """Return a list that fills with the addresses that the page fetches ahead."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "prefetch" in purpose(request) else None)
    return asked


def purpose(request: Request) -> str:
    return request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")


def test_the_next_lesson_is_there_before_it_is_asked_for(site: RunningSite, browser: Browser) -> None:
    person = guest(browser, site)
    ahead = lessons_ahead(person.page)
    person.open_place(LESSON)
    person.page.wait_for_load_state("networkidle")
    assert ahead == [], "not while the lesson has only begun"
    following = person.page.locator("a[rel=next]").get_attribute("href") or ""
    with person.page.expect_event("requestfinished", lambda request: request.url.endswith(following)):
        read_to_the_end(person.page)
    assert [address.removeprefix(site.address) for address in ahead] == [following]
    lose_signal(person.page.context)
    person.press("a[rel=next]")
    assert person.page.url.endswith(following)
    assert person.page.locator("h1").inner_text()


def test_feedback_to_an_answer_comes_within_a_tenth_of_a_second(site: RunningSite, browser: Browser) -> None:
    person = guest(browser, site)
    person.open_place(LESSON)
    person.page.wait_for_selector("[data-connection]:not([hidden])")
    person.page.locator("form[data-question] .choice").first.click()
    took = person.page.evaluate("""() => new Promise(done => {
        const form = document.querySelector('form[data-question]'), start = performance.now();
        new MutationObserver(() => requestAnimationFrame(() => done(performance.now() - start)))
            .observe(form, {attributes: true, subtree: true, attributeFilter: ['hidden']});
        form.querySelector('.button-wide').click();
    })""")
    assert took < 100
