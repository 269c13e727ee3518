"""Every page of a learner for those who read otherwise: with a screen reader, in large type, in the dark, by keyboard.

axe looks at each page in both languages, by day and by night.
"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.journeys.people import Facilitator, Principal
from tests.journeys.running import ROOT, RunningSite

pytestmark = pytest.mark.journey

COURSE = "courses/walking-beside-left-behind-children"
PUBLIC = {
    "home": "{lang}/",
    "catalogue": "{lang}/courses/",
    "course": f"{{lang}}/{COURSE}/",
    "module": f"{{lang}}/{COURSE}/listening/",
    "lesson": f"{{lang}}/{COURSE}/listening/letter-box/",
    "every block": "{lang}/courses/every-block/only/everything/",
    "every question": "{lang}/courses/asking/all/everything/",
    "assignment": f"{{lang}}/{COURSE}/listening/try-listening/",
    "practices": "{lang}/practices/",
    "practice": "{lang}/practices/letter-box-own-answer/",
    "search": "{lang}/search/?q=信箱",
    "sign-in": "{lang}/account/sign-in/",
    "join": "j/TERRACE2/?lang={lang}",
    "offline": "{lang}/offline/",
    "verify": "verify/?lang={lang}",
    "verified": "v/nothing/?lang={lang}",
}
OWN = {
    "today": "{lang}/today/",
    "my course": "{lang}/course/",
    "me": "{lang}/me/",
    "profile": "{lang}/account/profile/",
    "name": "{lang}/account/name/",
    "write": "{lang}/practices/write/new/",
    "written": "{lang}/practices/write/",
    "waiting": "{lang}/waiting/",
}
GRAVE = ("serious", "critical")

AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .flatMap(fault => fault.nodes.map(node => [fault.impact, fault.id, node.target.join(' '), node.failureSummary]))"""
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(one => {
    if (!one.checkVisibility() || one.closest('.visually-hidden, .skip-link, svg, progress, textarea')) return false;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const isCut =
        style.overflowY !== 'visible' && style.overflowY !== 'auto' && one.scrollHeight > one.clientHeight + 1;
    const isOut = !one.closest('.scroll') && box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
    return isCut || isOut;
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def filled(site: RunningSite) -> RunningSite:
    """The site with a lesson of every block and one of every kind of question."""
    for course in ("every-block-course", "asking-course"):
        site.manage("load_course", str(ROOT / "tests" / "factories" / course))
    return site


@pytest.fixture(scope="module")
def people(filled: RunningSite, browser: Browser) -> dict[str, Principal]:
    """A principal a language, whose report was returned with a word."""
    found = {}
    for language, phone in (("zh-hans", "19911110071"), ("en", "19911110072")):
        principal = Principal.with_phone(browser, filled, language)
        principal.join(filled.short_code, phone=phone, name=f"示例校长{phone[-1]}", school="示例镇清溪小学")
        address = principal.report_links()[0]
        principal.write_report(address.rstrip("/").rsplit("/", 1)[-1], ["示例：三次谈心。", "示例：再慢一点。"])
        principal.hand_in()
        FOUND[language] = {"report": address.strip("/"), "sheet": f"{address.strip('/')}/sheet"}
        principal.open_place(f"{COURSE}/listening/")
        FOUND[language]["whole module"] = (
            principal.page.locator("a[href*='/modules/']").first.get_attribute("href") or ""
        ).strip("/")
        facilitator = Facilitator.with_phone(browser, filled, "zh-hans")
        facilitator.sign_in("facilitator@terrace.example", "terrace-demo")
        facilitator.open_report_of(f"示例校长{phone[-1]}", cohort="示例短课班")
        facilitator.decide("returned", "请再写写孩子的变化。")
        found[language] = principal
    return found


FOUND: dict[str, dict[str, str]] = {}
"""The pages whose addresses hold keys: the report that was returned, its empty sheet, a module on one page."""


def pages(language: str) -> dict[str, str]:
    """Return all of a learner's pages by name."""
    found = {name: path.format(lang=language) for name, path in (PUBLIC | OWN).items()}
    return found | {name: f"{path}/" for name, path in FOUND[language].items()}


def faults(page: Page) -> list[str]:
    """Return what axe calls serious or critical. It runs as an extension would; the policy stays as it is."""
    page.evaluate(AXE_SCRIPT)
    return [" · ".join(fault) for fault in page.evaluate(AXE) if fault[0] in GRAVE]


def test_axe_finds_a_fault_that_is_there(people: dict[str, Principal]) -> None:
    page = people["en"].page
    people["en"].open("/en/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
    assert any("button-name" in fault for fault in faults(page))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_finds_nothing_serious_and_twice_the_text_is_neither_cut_nor_wider(
    people: dict[str, Principal], language: str
) -> None:
    person = people[language]
    found = {}
    for name, path in pages(language).items():
        person.open(f"/{path}")
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme)
            found[name, scheme] = faults(person.page)
        found[name, "twice the text at 320 px"] = cut_at_twice_the_text(person)
    assert {key: told for key, told in found.items() if told} == {}
    assert person.faults == []


def cut_at_twice_the_text(person: Principal) -> list[str]:
    """Return what is cut or runs out sideways on the narrowest screen with its text at 200 %."""
    person.page.set_viewport_size({"width": 320, "height": 640})
    person.page.evaluate("document.documentElement.style.fontSize = '200%'")
    found: list[str] = person.page.evaluate(CLIPPED)
    if not person.fits_the_screen():
        found.append("the page itself is wider")
    person.page.set_viewport_size({"width": 360, "height": 740})
    return found


def test_a_lesson_is_done_by_keyboard_alone(people: dict[str, Principal]) -> None:
    person = people["zh-hans"]
    lesson = person.lesson_links()[0]
    person.open(lesson)
    page = person.page
    page.wait_for_selector("[data-connection]:not([hidden])")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip-link') && document.activeElement.offsetHeight > 20")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    heights = [0.0]
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type === 'radio'"):
            page.keyboard.press("Space")
        elif page.evaluate("document.activeElement.matches('form[data-question] button')"):
            page.keyboard.press("Enter")
        place = page.evaluate("scrollY + document.activeElement.getBoundingClientRect().bottom")
        heights.append(place)
        if page.evaluate("!!document.activeElement.closest('form[data-finish]')"):
            break
    assert heights == sorted(heights), "the focus goes down the page"
    page.keyboard.press("Enter")
    page.locator("[data-finish-reply]").wait_for()
    assert page.locator("form[data-finish] button").is_hidden()
