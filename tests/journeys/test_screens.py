"""Every screen, at phone and desk size, in both languages and both schemes: nothing runs out of it sideways.

``make screenshots`` runs this with SCREENSHOTS naming a folder: then each screen is kept as a picture to look at, and
the picture in the README is put together from them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.journeys.people import BROWSER_LANGUAGE, Facilitator, Principal, wait_for
from tests.journeys.running import SHORT_COHORT, RunningSite

pytestmark = pytest.mark.journey

COURSE = "courses/walking-beside-left-behind-children"
PUBLIC = {
    "home": "{lang}/",
    "catalogue": "{lang}/courses/",
    "course": f"{{lang}}/{COURSE}/",
    "module": f"{{lang}}/{COURSE}/listening/",
    "lesson": f"{{lang}}/{COURSE}/listening/letter-box/",
    "assignment": f"{{lang}}/{COURSE}/listening/try-listening/",
    "practices": "{lang}/practices/",
    "practice": "{lang}/practices/letter-box-own-answer/",
    "privacy": "{lang}/privacy/",
    "sign-in": "{lang}/account/sign-in/",
    "staff-sign-in": "{lang}/account/with/login/",
    "join": "j/TERRACE2/?lang={lang}",
    "join-unknown": "j/NOSUCH22/?lang={lang}",
    "verify-search": "verify/?lang={lang}",
    "verify-unknown": "v/nothing/?lang={lang}",
    "not-found": "{lang}/no-such-page/",
    "codes": "sms/?lang={lang}",
}
PRINCIPALS = {
    "today": "{lang}/today/",
    "my-course": "{lang}/course/",
    "me": "{lang}/me/",
    "profile": "{lang}/account/profile/",
    "name": "{lang}/account/name/",
}
SIZES = {"phone": (360, 740), "narrow": (320, 640), "desk": (1280, 800)}


def looks(page: Page) -> Iterator[str]:
    """Go through every size and scheme; yields the name of each."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            yield f"{size}-{scheme}"


def check(page: Page, name: str, language: str) -> None:
    """Look at the page in every size and scheme, and keep the pictures when somebody asked for them."""
    assert page.evaluate("document.documentElement.lang") == language, name
    assert page.locator("h1").count() == 1, name
    for look in looks(page):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {look} runs out"
        if folder := os.environ.get("SCREENSHOTS"):
            path = Path(folder) / f"{name}-{language}-{look}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path, full_page=True)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_screens_fit(site: RunningSite, browser: Browser, language: str) -> None:
    page = browser.new_context(locale=BROWSER_LANGUAGE[language], reduced_motion="reduce").new_page()
    for name, path in PUBLIC.items():
        page.goto(f"{site.address}/{path.format(lang=language)}")
        check(page, name, language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_screens_of_a_principal_and_a_facilitator_fit(site: RunningSite, browser: Browser, language: str) -> None:
    phone = {"zh-hans": "19911110011", "en": "19911110012"}[language]
    principal = Principal.with_phone(browser, site, language)
    principal.join("TERRACE2", phone=phone, name="示例校长 唐老师", school="示例镇清溪小学")
    for name, path in PRINCIPALS.items():
        principal.open(f"/{path.format(lang=language)}")
        check(principal.page, f"principal-{name}", language)
    principal.study(principal.lesson_links()[0])
    check(principal.page, "principal-lesson-finished", language)
    assignment = principal.report_links()[0]
    principal.open(assignment)
    check(principal.page, "principal-report", language)
    principal.page.set_viewport_size({"width": 360, "height": 740})
    principal.write_report(key_of(assignment), ["示例：三次谈心。", "示例：先开口了。", "示例：再慢一点。"])
    principal.hand_in()
    check(principal.page, "principal-report-handed-in", language)

    facilitator = Facilitator.with_phone(browser, site, language)
    facilitator.sign_in("facilitator@terrace.example", "terrace-demo")
    facilitator.open_place("desk/")
    check(facilitator.page, "facilitator-desk", language)
    facilitator.open_cohort("2026 秋季班")
    check(facilitator.page, "facilitator-reviews", language)
    facilitator.open_report_of("唐老师", cohort="2026 秋季班")
    check(facilitator.page, "facilitator-review", language)
    facilitator.decide("accepted", "“先听再问”这一步很好。")
    facilitator.open_cohort("2026 秋季班")
    facilitator.press(".tabs a:last-of-type >> nth=-1")
    check(facilitator.page, "facilitator-learners", language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_screens_of_a_principal_who_finished_fit(site: RunningSite, browser: Browser, language: str) -> None:
    phone = {"zh-hans": "19911110013", "en": "19911110014"}[language]
    principal = Principal.with_phone(browser, site, language)
    principal.join(site.short_code, phone=phone, name="示例校长 韩老师", school="示例镇清溪小学")
    for lesson in principal.lesson_links():
        principal.study(lesson)
    (assignment,) = principal.report_links()
    principal.write_report(key_of(assignment), ["示例：三次谈心，第三次他先开口了。", "示例：再慢一点。"])
    principal.hand_in()
    facilitator = Facilitator.with_phone(browser, site, language)
    facilitator.sign_in("facilitator@terrace.example", "terrace-demo")
    facilitator.open_report_of("韩老师", cohort=SHORT_COHORT)
    facilitator.decide("accepted", "“先听再问”这一步很好。")

    principal.open_place("today/")
    check(principal.page, "principal-today-completed", language)
    principal.open_place("account/name/")
    principal.press("main form button.button")
    issued = "SELECT count(*) FROM certificates_certificate c JOIN accounts_user u ON u.id = c.holder_id WHERE u.phone = ? AND c.status = 'issued'"  # noqa: E501
    wait_for(lambda: site.value(issued, f"+86{phone}") == 1, seconds=60)
    principal.open_place("me/")
    principal.page.locator("img.sheet").scroll_into_view_if_needed()
    principal.page.wait_for_function("document.querySelector('img.sheet').complete")
    check(principal.page, "principal-me-certificate", language)
    token = site.value(
        "SELECT token FROM certificates_certificate c JOIN accounts_user u ON u.id = c.holder_id WHERE u.phone = ?",
        f"+86{phone}",
    )
    principal.open(f"/v/{token}/?lang={language}")
    check(principal.page, "verify", language)


def key_of(assignment: str) -> str:
    """Return the key at the end of an assignment's address."""
    return assignment.rstrip("/").rsplit("/", 1)[-1]


def overview(folder: Path, target: Path) -> None:
    """Put the README's picture together: four phone screens side by side."""
    names = ("principal-today", "lesson", "facilitator-review", "verify")
    shots = []
    for name in names:
        with Image.open(folder / f"{name}-zh-hans-phone-light.png") as opened:
            shots.append(opened.convert("RGB"))
    height, gap = 900, 24
    width = sum(shot.width for shot in shots) + gap * (len(shots) + 1)
    sheet = Image.new("RGB", (width, height + 2 * gap), "#d9d6cc")
    left = gap
    for shot in shots:
        sheet.paste(shot.crop((0, 0, shot.width, min(height, shot.height))), (left, gap))
        left += shot.width + gap
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(128).save(target, optimize=True)


def test_the_overview_is_put_together(tmp_path: Path) -> None:
    for name in ("principal-today", "lesson", "facilitator-review", "verify"):
        Image.new("RGB", (360, 500)).save(tmp_path / f"{name}-zh-hans-phone-light.png")
    overview(tmp_path, tmp_path / "overview.png")
    with Image.open(tmp_path / "overview.png") as made:
        assert made.size == (4 * 360 + 5 * 24, 948)
    if folder := os.environ.get("SCREENSHOTS"):
        overview(Path(folder), Path(__file__).resolve().parents[2] / "docs" / "images" / "overview.png")
