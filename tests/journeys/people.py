"""The people of the journeys, and what they do with their hands. Locators name what a person sees or hears."""

import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, Locator, Page, Response, ViewportSize

from tests.journeys.running import RunningSite

PHONE_SCREEN: ViewportSize = {"width": 360, "height": 740}
BROWSER_LANGUAGE = {"zh-hans": "zh-CN", "en": "en-GB"}


@dataclass
class Person:
    """Somebody with a browser. Every fault of a script and of the server, in whatever tab, is written down.

    That no page asks another host or breaks the policy is watched for everybody; see ``watching``.
    """

    site: RunningSite
    page: Page
    language: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    def with_phone(cls, browser: Browser, site: RunningSite, language: str, *, script: bool = True) -> Self:
        """Return a person with a phone-sized screen."""
        context = browser.new_context(
            viewport=PHONE_SCREEN,
            locale=BROWSER_LANGUAGE[language],
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        person = cls(site, context.new_page(), language)
        context.on("weberror", lambda told: person.faults.append(f"script: {told.error}"))
        context.on("response", person._look_at)
        return person

    def _look_at(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")

    def open(self, path: str) -> None:
        """Open an address of the site; one without a prefix in the person's language."""
        self.page.goto(f"{self.site.address}{path}")

    def open_place(self, path: str) -> None:
        """Open a screen in the person's language."""
        self.open(f"/{self.language}/{path}")

    def press(self, selector: str) -> None:
        """Press something and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    @property
    def text(self) -> str:
        """What stands on the page."""
        return self.page.locator("body").inner_text()

    def fits_the_screen(self) -> bool:
        """Whether nothing runs out of the screen sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def sign_in_with_code(self, phone: str, *, shared: bool = False) -> None:
        """Type the number and the code that arrives; say whether others use this phone too."""
        self.page.fill("input[name=phone]", phone)
        if shared:
            self.page.check("input[name=shared]")
        self.page.check("input[name=consent]")
        self.press("main form button.button")
        self.page.fill("input[name=code]", self.code_for(phone))
        self.press("button[value=verify]")

    def sign_in_anew(self, phone: str, *, shared: bool = False) -> None:
        """Begin a session without a code, which a number gets once a minute, and open the first screen."""
        make = (
            "from importlib import import_module; from django.conf import settings; "
            "from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY; "
            "from accounts.models import User; "
            f"user = User.objects.get(phone='+86{phone}'); "
            "session = import_module(settings.SESSION_ENGINE).SessionStore(); "
            "session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0], "
            "HASH_SESSION_KEY: user.get_session_auth_hash()}); session.create(); "
            f"from accounts.services.shared_phones import share_phone; {shared} and share_phone(session); "
            "session.save(); print(session.session_key)"
        )
        key = self.site.manage("shell", "--no-imports", "-c", make).strip().splitlines()[-1]
        self.page.context.add_cookies([{"name": "sessionid", "value": key, "url": self.site.address}])
        self.open_place("today/")

    def code_for(self, phone: str) -> str:
        """Read the newest code for ``phone`` off the page of sent codes, in a tab of its own."""
        tab = self.page.context.browser.new_page()  # type: ignore[union-attr]
        tab.goto(f"{self.site.address}/sms/")
        card = tab.locator("section.card", has_text=phone[-4:]).first
        found = re.search(r"\b\d{6}\b", card.inner_text())
        tab.close()
        assert found, f"no code for {phone}"
        return found.group()


class Principal(Person):
    """Studies on the phone."""

    def join(self, code: str, *, phone: str, name: str, school: str, shared: bool = False) -> None:
        """Scan the code, type number, code and name: three screens, then in."""
        self.open(f"/j/{code}/?lang={self.language}")
        self.sign_in_with_code(phone, shared=shared)
        self.page.fill("input[name=full_name]", name)
        self.page.fill("input[name=school]", school)
        self.press("main form button.button")

    def lesson_links(self) -> list[str]:
        """Return the addresses of the course's lessons, in order."""
        return [address for address in self._step_links() if "/assignments/" not in address]

    def report_links(self) -> list[str]:
        """Return the addresses of the course's assignments, in order."""
        return [address for address in self._step_links() if "/assignments/" in address]

    def _step_links(self) -> list[str]:
        self.open_place("course/")
        steps = self.page.locator("ol.list a.step")
        return [steps.nth(i).get_attribute("href") or "" for i in range(steps.count())]

    def study(self, address: str) -> None:
        """Read a lesson, answer every question rightly, and finish it."""
        self.open(address)
        self.page.wait_for_selector("[data-connection]:not([hidden])")
        for form in self.page.locator("form[data-question]:visible").all():
            self.answer_rightly(form)
        self.page.locator("form[data-finish] button").click()
        self.page.locator("[data-finish-reply]").wait_for()

    def answer_rightly(self, form: Locator) -> None:
        """Give the right answer to a question of any type, with script or without, and send it."""
        kind, key = form.get_attribute("data-type"), form.get_attribute("data-key") or ""
        if kind == "order" and form.locator("[data-item]").count():
            self._arrange(form, key.split(","))
        elif kind in ("order", "match"):
            for place, chosen in enumerate(key.split(",")[(kind == "match") :: 1 + (kind == "match")]):
                form.locator("select").nth(place).select_option(chosen)
        elif kind in ("short_text", "number"):
            form.locator("input[name=text]").fill(key.split(",")[0])
        elif kind == "scenario":
            self._follow(form)
        else:
            for right in form.locator("[data-right='1']").all():
                form.locator(f"input[value='{right.get_attribute('data-for')}']").check(force=True)
        form.locator(".button-wide").click()

    def _arrange(self, form: Locator, wanted: list[str]) -> None:
        """Move each item up to its place with its button."""
        for place, item in enumerate(wanted):
            while form.locator("[data-item]").nth(place).get_attribute("data-item") != item:
                form.locator(f"[data-item='{item}'] button").first.click()

    def _follow(self, form: Locator) -> None:
        """Take the first good choice in each scene up to the last one, which the caller sends."""
        scenes = form.locator("[data-scene]")
        for place in range(scenes.count()):
            if scenes.nth(place).is_hidden():
                continue
            good = scenes.nth(place).locator("[data-right='1']").first.get_attribute("data-for")
            choice = form.locator(f"input[value='{good}']")
            choice.check(force=True)
            if choice.get_attribute("data-to") and form.locator("[data-scene]:not(:visible)").count():
                form.locator(".button-wide").click()

    def write_report(self, key: str, texts: list[str]) -> None:
        """Open the assignment and type an answer to each question."""
        self.open_place(f"assignments/{key}/")
        for area, text in zip(self.page.locator("textarea").all(), texts, strict=True):
            area.fill(text)

    def add_photo(self, photo: Path) -> None:
        """Choose a photo; the page keeps it, sends it by itself, and says what became of it."""
        self.page.set_input_files("input[type=file]", photo)
        arrived = self.page.locator("[data-file] [data-where]", has_text=re.compile("已保存|Saved"))
        arrived.or_(self.page.locator("[data-said]:not([hidden])")).first.wait_for()

    def hand_in(self) -> None:
        """Hand the report in."""
        self.press("button[value=submit]")


class Facilitator(Person):
    """Reviews, on the phone too."""

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by e-mail."""
        self.open_place("account/with/login/")
        self.page.locator("input[type=email]").fill(email)
        self.page.locator("input[type=password]").fill(password)
        self.press("main form button.button")

    def open_cohort(self, name: str) -> None:
        """Open the reviews of a cohort."""
        self.open_place("desk/")
        self.press(f"a.cover:has-text('{name}')")
        self.press(".tabs a[href$='/reviews/']")

    def open_report_of(self, name: str, *, cohort: str) -> None:
        """Open the report of somebody that waits."""
        self.open_cohort(cohort)
        self.press(f"a.cover:has-text('{name}')")

    def decide(self, decision: str, words: str) -> None:
        """Tap the best level of each criterion, write a word, and accept or return."""
        for row in self.page.locator(".levels").all():
            row.locator("label").last.click()
        self.page.fill("textarea[name=feedback]", words)
        self.press(f"button[value={decision}]")


READ = """async () => {
    const rest = (time) => new Promise((done) => setTimeout(() => requestAnimationFrame(done), time));
    do {
        scrollBy(0, 500);
        await rest(30);
    } while (scrollY + innerHeight < document.documentElement.scrollHeight - 1);
    await rest(100);
}"""
"""Scroll to the end of the page in steps as a thumb does: each lets what comes near be seen to come near."""


def read_to_the_end(page: Page) -> None:
    """Go through a page from where it stands to its end, and wait for the pictures that came near."""
    page.evaluate(READ)
    page.wait_for_function("[...document.images].every((image) => image.complete)")


def joined(browser: Browser, site: RunningSite, phone: str, *, script: bool = True) -> Principal:
    """Return somebody with a phone who has just joined the short course."""
    person = Principal.with_phone(browser, site, "zh-hans", script=script)
    person.join(site.short_code, phone=phone, name="示例校长", school="示例小学")
    return person


def wait_for(condition, *, seconds: float) -> float:
    """Return after how many seconds ``condition()`` held; fail when it does not within ``seconds``."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, f"not within {seconds} s"
        time.sleep(0.25)
    return time.monotonic() - start


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF as poppler reads it."""
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()
