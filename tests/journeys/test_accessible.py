"""Every page of a learner for those who read otherwise: with a screen reader, in large type, in the dark, by keyboard.

axe looks at each page in both languages, by day and by night.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Response, Route

from tests.factories.content import copy_of_small_course
from tests.journeys.away import let_be_heard
from tests.journeys.people import Facilitator, Principal, wait_for
from tests.journeys.phones import CHOOSE_WRONG
from tests.journeys.running import ROOT, RunningSite
from tests.journeys.screens import COURSE, DEEDS, FAULTS, SCREENS

pytestmark = pytest.mark.journey

GRADUATE = "19911230001"
GRADUATES = f"""
from django.utils import timezone
from accounts.services.people import confirm_name
from certificates.services.issue import issue_certificate
from cohorts.models import Cohort
from tests.factories.learning import a_learner
from tests.factories.people import a_person
now = timezone.now()
user = a_person(name='示例校长 毕老师', phone='+86{GRADUATE}')
confirm_name(user=user, full_name=user.full_name, at=now)
learner = a_learner(cohort=Cohort.objects.get(join_code='%s'), user=user)
learner.status, learner.completed_at = 'completed', now
learner.save()
issue_certificate(enrolment=learner, at=now)
"""
"""A command of the site after which somebody has completed the course, and the worker draws the certificate."""

TOKEN = "SELECT token FROM certificates_certificate c JOIN accounts_user u ON u.id = c.holder_id " \
    "WHERE u.phone = ? AND c.status = 'issued'"  # fmt: skip
KEY = "SELECT p.translation_key FROM wagtailcore_page p WHERE p.slug = ? LIMIT 1"
POSTED = """(selector) => {
    const form = document.querySelector(selector), button = form.querySelector("button[value=submit]");
    if (button) form.append(Object.assign(document.createElement("input"), { name: button.name, value: "submit" }));
    HTMLFormElement.prototype.submit.call(form);
}"""
"""Post a form as it is posted without script, and without the browser's own questions."""

SLUGS = {"lesson": "letter-box", "other_report": "try-listening"}
SHOWN = """
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.shortcuts import render
from django.test import RequestFactory
from django.utils import translation
from home.views import errors
staticfiles_storage.hashed_files, _ = staticfiles_storage.load_manifest()  # gathered since this process began
request = RequestFactory().get('/{language}/')
request.user, request.session, request.reference = AnonymousUser(), dict(), 'A1B2C3D4'
with translation.override('{language}'):
    print(render(request, '{template}', dict(status={status}, reference=request.reference)).content.decode())
"""
GRAVE = ("serious", "critical")

AXE = """async (only) => (await axe.run(document, {resultTypes: ['violations'], ...only})).violations
    .flatMap(fault => fault.nodes.map(node => [fault.impact, fault.id, node.target.join(' '), node.failureSummary]))"""
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(one => {
    if (!one.checkVisibility() || one.closest('.visually-hidden, .skip-link, svg, progress, textarea')) return false;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const isCut =
        style.overflowY !== 'visible' && style.overflowY !== 'auto' && one.scrollHeight > one.clientHeight + 1;
    const isOut = !one.closest('.scroll') && box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
    return isCut || isOut;
}).map(one => one.outerHTML.slice(0, 120))"""


@dataclass
class Readers:
    """Who reads in a language: a guest, a principal whose report was returned with a word, and one who has finished."""

    guest: Principal
    learner: Principal
    graduate: Principal
    keys: dict[str, str]
    """What stands in the addresses of the pages."""

    def all(self) -> list[Principal]:
        return [self.guest, self.learner, self.graduate]


@pytest.fixture(scope="module")
def filled(site: RunningSite, tmp_path_factory: pytest.TempPathFactory) -> RunningSite:
    """The site with a lesson of every block, one of every kind of question, a closed course, and a graduate."""
    closed = copy_of_small_course(
        tmp_path_factory.mktemp("closed"), key="closed", slug='{zh-hans: "closed", en: "closed"}', access="members"
    )
    for folder in (*(ROOT / "tests" / "factories" / name for name in ("every-block-course", "asking-course")), closed):
        site.manage("load_course", str(folder))
    site.manage("shell", "--no-imports", "-c", GRADUATES % site.short_code)
    return site


@pytest.fixture(scope="module")
def people(filled: RunningSite, browser: Browser) -> dict[str, Readers]:
    """The readers of each language."""
    found = {}
    for language, phone in (("zh-hans", "19911110071"), ("en", "19911110072")):
        guest, learner, graduate = (Principal.with_phone(browser, filled, language) for _ in range(3))
        learner.join(filled.short_code, phone=phone, name=f"示例校长{phone[-1]}", school="示例镇清溪小学")
        report = learner.report_links()[0].rstrip("/").rsplit("/", 1)[-1]
        learner.write_report(report, ["示例：三次谈心。", "示例：再慢一点。"])
        learner.hand_in()
        learner.open_place(f"{COURSE}/listening/")
        module = learner.page.locator("a[href*='/modules/']").first.get_attribute("href") or ""
        facilitator = Facilitator.with_phone(browser, filled, "zh-hans")
        facilitator.sign_in("facilitator@terrace.example", "terrace-demo")
        facilitator.open_report_of(f"示例校长{phone[-1]}", cohort="示例短课班")
        facilitator.decide("returned", "请再写写孩子的变化。")
        graduate.sign_in_anew(GRADUATE)
        wait_for(lambda: filled.rows(TOKEN, f"+86{GRADUATE}"), seconds=60)
        keys = {"report": report, "module": module.rstrip("/").rsplit("/", 1)[-1]}
        keys |= {name: str(UUID(filled.value(KEY, slug))) for name, slug in SLUGS.items()}
        keys["certificate"] = filled.value(TOKEN, f"+86{GRADUATE}")
        found[language] = Readers(guest, learner, graduate, keys)
    return found


COLOURS: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules of axe by which a page may fail in one scheme and not in the other."""


def faults(page: Page, only: dict[str, object] | None = None) -> list[str]:
    """Return what axe, which the page has, calls serious or critical; with ``only``, by those rules."""
    return [" · ".join(fault) for fault in page.evaluate(AXE, only) if fault[0] in GRAVE]


def test_axe_finds_a_fault_that_is_there(people: dict[str, Readers]) -> None:
    guest = people["en"].guest
    guest.open("/en/")
    guest.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
    guest.page.evaluate(AXE_SCRIPT)
    assert any("button-name" in fault for fault in faults(guest.page))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_finds_nothing_serious_and_twice_the_text_is_neither_cut_nor_wider(
    people: dict[str, Readers], language: str
) -> None:
    readers = people[language]
    found: dict[str, list[str]] = {}
    for name, screen in SCREENS.items():
        person: Principal = getattr(readers, screen.who)
        path = screen.path.format(lang=language, **readers.keys)
        answer = person.page.goto(f"{person.site.address}/{path}")
        found[name] = [*policy_faults(answer, screen.status), *looked_at(person)]
    for name, deed in WAYS.items():
        person, answer = deed(readers)
        found[name] = [*policy_faults(answer, None), *looked_at(person)]
    for name, script_has_shown in STATES.items():
        found[name] = looked_at(script_has_shown(readers))
    for status in FAULTS:
        show_fault(readers.guest, status)
        found[str(status)] = looked_at(readers.guest)
    assert {name: told for name, told in found.items() if told} == {}
    assert [person.faults for person in readers.all()] == [[], [], []]


def sent(person: Principal, deed: Callable[[], object]) -> tuple[Principal, Response]:
    """Do what leads to a page; return who sees it, and how it was answered."""
    with person.page.expect_navigation() as following:
        deed()
    return person, following.value


def asked_for_a_code(readers: Readers) -> tuple[Principal, Response]:
    guest = readers.guest
    guest.open_place("account/sign-in/")
    guest.page.fill("input[name=phone]", {"zh-hans": "19911230002", "en": "19911230003"}[guest.language])
    guest.page.check("input[name=consent]")
    return sent(guest, guest.page.locator("main form button.button").click)


def typed_a_wrong_code(readers: Readers) -> tuple[Principal, Response]:
    guest = readers.guest
    guest.open_place("account/with/login/code/confirm/")
    guest.page.fill("input[name=code]", "1")
    return sent(guest, guest.page.locator("button[value=verify]").click)


def typed_no_number(readers: Readers) -> tuple[Principal, Response]:
    guest = readers.guest
    guest.page.context.clear_cookies(name="sessionid")
    guest.open_place("account/sign-in/")
    guest.page.fill("input[name=phone]", "12")
    return sent(guest, lambda: guest.page.evaluate(POSTED, "main form"))


def sent_without_a_token(readers: Readers) -> tuple[Principal, Response]:
    guest = readers.guest
    guest.open_place("account/sign-in/")
    guest.page.context.clear_cookies()
    return sent(guest, lambda: guest.page.evaluate(POSTED, "main form"))


def answered_without_script(readers: Readers) -> tuple[Principal, Response]:
    guest = readers.guest
    guest.open(f"/{SCREENS['lesson of a guest'].path.format(lang=guest.language)}")
    guest.page.locator("form[data-question]:visible [name=option]").first.check(force=True)
    return sent(guest, lambda: guest.page.evaluate(POSTED, "form[data-question]"))


def answered_from_elsewhere(readers: Readers) -> tuple[Principal, Response]:
    """As by a browser that does not say where a form comes from."""
    page = readers.guest.page
    told = ("sec-fetch-site", "origin")

    def say_nothing(route: Route) -> None:
        known = {name: value for name, value in route.request.headers.items() if name not in told}
        route.continue_(headers=known | {"origin": "null", "sec-fetch-site": "cross-site"})

    page.route("**/learn/event/", say_nothing, times=1)
    return answered_without_script(readers)


def left_a_question_open(readers: Readers) -> tuple[Principal, Response]:
    learner = readers.learner
    learner.open_place(f"assignments/{readers.keys['report']}/")
    learner.page.locator("textarea").first.fill("")
    return sent(learner, lambda: learner.page.evaluate(POSTED, "main form:has(textarea)"))


def left_a_part_open(readers: Readers) -> tuple[Principal, Response]:
    learner = readers.learner
    learner.open_place("practices/write/new/")
    return sent(learner, lambda: learner.page.evaluate(POSTED, "main form:has(textarea)"))


WAYS = {
    "code": asked_for_a_code,
    "wrong code": typed_a_wrong_code,
    "number that is none": typed_no_number,
    "form without a token": sent_without_a_token,
    "answer without script": answered_without_script,
    "answer that is asked for once more": answered_from_elsewhere,
    "report with a question open": left_a_question_open,
    "practice with a part open": left_a_part_open,
}
assert WAYS.keys() == DEEDS.keys()


SAYS_REFUSED = """() => document.querySelector("[data-connection]").textContent
    .includes(document.getElementById("learner-script").dataset.refused.replace("%n", 1))"""


def answered_with_script(readers: Readers) -> Principal:
    """Two answers in a lesson, a right one that the server refuses and a wrong one that waits."""
    person = readers.graduate
    person.open(person.lesson_links()[0])
    page = person.page
    page.wait_for_selector("[data-connection]:not([hidden])")
    page.evaluate("document.querySelector('form[data-question]').dataset.question = 'no-such-question'")
    refused, kept = page.locator("form[data-question]:visible").all()[:2]
    person.answer_rightly(refused)
    page.wait_for_function(SAYS_REFUSED)
    let_be_heard(page.context)
    page.route("**/api/events/**", lambda route: route.abort())
    kept.evaluate(CHOOSE_WRONG)
    kept.locator(".button-wide").click()
    for form in (refused, kept):
        form.locator(".feedback:not([hidden])").first.wait_for()
    return person


def waiting_and_refused(readers: Readers) -> Principal:
    person = readers.graduate
    person.open_place("waiting/")
    for part in ("waiting", "refused"):
        person.page.locator(f"[data-part={part}]:not([hidden]) li").first.wait_for()
    return person


def module_on_the_phone(readers: Readers) -> Principal:
    """The page that stands for what cannot be reached, on a phone that took a module along."""
    person = readers.guest
    person.open_place("courses/asking/all/")
    card = person.page.locator("[data-download]")
    card.get_by_role("button").first.click()
    card.locator("[data-actions] button", has_text=REMOVE[person.language]).wait_for(timeout=20_000)
    person.open_place("offline/")
    person.page.locator("[data-kept] a").first.wait_for()
    return person


REMOVE = {"zh-hans": "从手机里移除", "en": "Remove from this phone"}
STATES = {
    "lesson with feedback": answered_with_script,
    "waiting with something in it": waiting_and_refused,
    "offline page with a module": module_on_the_phone,
}
"""What script shows, in this order: what was answered in the lesson stands in Waiting."""


def show_fault(guest: Principal, status: int) -> None:
    """Let the guest see the page that stands for an answer which a browser cannot ask for."""
    template = "429.html" if status == 429 else f"errors/{status}.html"
    told = {"language": guest.language, "template": template, "status": status}
    body = guest.site.manage("shell", "--no-imports", "-c", SHOWN.format(**told))
    address = f"**/{guest.language}/fault/"
    guest.page.route(address, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    guest.open_place("fault/")
    guest.page.unroute(address)


def policy_faults(answer: Response | None, status: int | None) -> list[str]:
    """Return what is wrong with how a page was answered: its status, and what its policy lets a script do."""
    assert answer
    rules = dict(rule.strip().partition(" ")[::2] for rule in answer.headers["content-security-policy"].split(";"))
    is_as_told = answer.status == status if status else answer.status < 500
    scripts = rules["script-src"]
    return ([] if is_as_told else [f"status {answer.status}"]) + ([scripts] if "unsafe" in scripts else [])


def looked_at(person: Principal) -> list[str]:
    """Return what is wrong with the page that is open, by day, by night, and with its text at 200 %."""
    page, found = person.page, []
    page.evaluate(AXE_SCRIPT)  # it runs as an extension would; the policy stays as it is
    page.emulate_media(color_scheme="light")
    found += faults(page)
    page.emulate_media(color_scheme="dark")
    found += [f"in the dark: {fault}" for fault in faults(page, COLOURS)]
    return found + cut_at_twice_the_text(person)


def cut_at_twice_the_text(person: Principal) -> list[str]:
    """Return what is cut or runs out sideways on the narrowest screen with its text at 200 %."""
    person.page.set_viewport_size({"width": 320, "height": 640})
    person.page.evaluate("document.documentElement.style.fontSize = '200%'")
    found: list[str] = person.page.evaluate(CLIPPED)
    if not person.fits_the_screen():
        found.append("the page itself is wider")
    person.page.set_viewport_size({"width": 360, "height": 740})
    return found


def test_a_lesson_is_done_by_keyboard_alone(people: dict[str, Readers]) -> None:
    person = people["zh-hans"].learner
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
