"""What comes between an answer and the server: an ended session, another phone, a new build. 0 lost, 0 doubled."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys import phones
from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import Principal, joined, wait_for
from tests.journeys.phones import another_phone, answer_all, answers_of, chip, open_lesson, wait_until_there, words_of
from tests.journeys.running import ROOT, RunningSite, free_port, wait_until_well
from tests.journeys.test_report import ATTEMPTS
from tests.journeys.test_weak_signal import ANSWERS

pytestmark = pytest.mark.journey

PHONE = "19911150011"
SECRET = "csrftoken"
SESSION = "sessionid"
RIGHT = (
    "SELECT json_array_length(p.right) FROM cohorts_lessonprogress p JOIN cohorts_enrolment n "
    "ON n.id = p.enrolment_id JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ? AND p.lesson_key = ?"
)


# --- sessions and tokens ---------------------------------------------------------------------------------------------


def end_session(person: Principal) -> None:
    """End the session on the server, as its age or a changed password does."""
    (key,) = (one["value"] for one in person.page.context.cookies() if one["name"] == SESSION)
    phones.change(person.site, "DELETE FROM django_session WHERE session_key = ?", key)


def test_after_the_session_ended_all_is_kept_and_arrives_once_after_signing_in(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str
) -> None:
    before = len(answers_of(site, PHONE))
    person = Principal.with_phone(browser, site, "zh-hans")
    person.sign_in_anew(PHONE)
    open_lesson(person, lesson)
    end_session(person)
    number = answer_all(person)
    wait_for(lambda: f"已退出登录，{number} 条" in chip_after_trying(person), seconds=15)
    open_lesson(person, lesson)
    wait_for(lambda: f"已退出登录，{number} 条" in chip(person), seconds=5)
    assert len(answers_of(site, PHONE)) == before
    person.press("[data-connection] a")
    expect(person.page.locator("[data-part=waiting] li")).to_have_count(number)
    person.press("[data-part=signed-out] a")
    assert "/account/sign-in/" in person.page.url
    person.sign_in_anew(PHONE)
    wait_until_there(site, PHONE, before + number)
    open_lesson(person, lesson)
    wait_for(lambda: chip(person) == "已保存", seconds=5)
    assert len(answers_of(site, PHONE)) == before + number
    assert person.faults == []
    person.page.context.close()


def test_after_session_and_token_were_lost_all_is_kept_and_arrives_once(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str
) -> None:
    """As in browsers that clear up."""
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, owner)
    open_lesson(person, lesson)
    cookies = person.page.context.cookies()
    person.page.context.clear_cookies()
    number = answer_all(person)
    wait_for(lambda: f"已退出登录，{number} 条" in chip_after_trying(person), seconds=15)
    person.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    wait_for(lambda: chip_after_trying(person) == "已保存", seconds=15)
    wait_until_there(site, PHONE, before + number)
    assert person.faults == []
    person.page.context.close()


@pytest.mark.parametrize("token", ["", "another".ljust(32, "x")], ids=["lost", "changed"])
def test_a_token_that_no_longer_fits_is_fetched_anew(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str, token: str
) -> None:
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, owner)
    open_lesson(person, lesson)
    wait_for(lambda: chip(person) == "已保存", seconds=5)
    person.page.context.clear_cookies(name=SECRET)
    if token:
        person.page.context.add_cookies([{"name": SECRET, "value": token, "url": site.address}])
    statuses: list[int] = []
    person.page.on("response", lambda answer: statuses.append(answer.status) if "/events/" in answer.url else None)
    number = answer_all(person)
    wait_until_there(site, PHONE, before + number)
    person.page.wait_for_timeout(100)  # the browser tells of its answers while it is listened to
    assert statuses[0] == 403, "the old token was refused"
    assert person.faults == []
    person.page.context.close()


def chip_after_trying(person: Principal) -> str:
    """Let the page try at once, which it would do by itself some seconds later, and return what it says."""
    person.page.evaluate("dispatchEvent(new Event('online'))")
    return chip(person)


def test_a_report_handed_in_after_the_session_ended_asks_to_sign_in_and_arrives_once(
    site: RunningSite, browser: Browser, owner: Principal
) -> None:
    (report,) = owner.report_links()
    person = another_phone(browser, owner)
    person.open(report)
    person.page.wait_for_load_state("networkidle")
    cookies = person.page.context.cookies()
    person.page.context.clear_cookies(name=SESSION)
    person.page.locator("textarea").first.fill("会话过期以后写的")
    person.page.locator("button[value=submit]").click()
    said = person.page.locator("[data-said]")
    expect(said).to_contain_text("登录后就会发送")
    assert "/account/sign-in/" in (said.locator("a").get_attribute("href") or "")
    assert site.value(ATTEMPTS, f"+86{PHONE}") == 0
    person.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    with person.page.expect_navigation():
        person.page.evaluate("dispatchEvent(new Event('online'))")
    assert "待批" in person.text
    assert site.value(ATTEMPTS, f"+86{PHONE}") == 1
    assert words_of(site, PHONE) == "会话过期以后写的"
    assert person.faults == []
    person.page.context.close()


def test_an_answer_that_is_given_before_the_reader_is_known_waits_for_it(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str
) -> None:
    """On a weak signal the lesson is there a second before the reader's own state."""
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, owner)
    held: list[Route] = []
    person.page.route("**/api/state/**", lambda route: held.append(route))
    person.open(lesson)
    wait_for(lambda: person.page.evaluate("document.readyState") == "complete" and held, seconds=5)
    number = answer_all(person)
    expect(person.page.locator("[data-connection]")).to_be_hidden()
    held[0].continue_()
    wait_until_there(site, PHONE, before + number)
    wait_for(lambda: chip(person) == "已保存", seconds=5)
    assert person.faults == []
    person.page.context.close()


# --- two phones -----------------------------------------------------------------------------------------------------


def test_of_two_phones_in_one_quiz_the_best_answer_stands_and_all_are_kept(
    site: RunningSite, browser: Browser, owner: Principal
) -> None:
    lesson = owner.lesson_links()[-1]
    before = len(answers_of(site, PHONE))
    first, second = another_phone(browser, owner), another_phone(browser, owner)
    open_lesson(first, lesson)
    open_lesson(second, lesson)
    lose_signal(first.page.context)
    right = second.page.locator("form[data-required]")
    second.answer_rightly(right)
    wait_until_there(site, PHONE, before + 1)
    wrong = first.page.locator("form[data-required]")
    wrong.evaluate(phones.CHOOSE_WRONG)
    wrong.locator(".button-wide").click()
    find_signal(first.page.context)
    rows = wait_until_there(site, PHONE, before + 2)[before:]
    assert [row[3] for row in rows] == [1, 0]
    assert rows[0][1] != rows[1][1], "each phone has its own number"
    key = first.page.evaluate("document.getElementById('learner-script').dataset.lesson")
    assert site.value(RIGHT, f"+86{PHONE}", uuid.UUID(key).hex) == 1
    second.page.locator("form[data-finish] button").click()
    wait_for(lambda: site.value(ANSWERS, f"+86{PHONE}", "finished") == 1, seconds=10)
    for person in (first, second):
        open_lesson(person, lesson)
        expect(person.page.locator("[data-finish-reply]")).to_contain_text("学完了")
        assert person.faults == []
        person.page.context.close()
    assert len(answers_of(site, PHONE)) == before + 2


# --- builds ----------------------------------------------------------------------------------------------------------


@dataclass
class Build(RunningSite):
    """The site as another build of it serves it: with static files of other names, or with another secret key."""

    folder: Path = ROOT
    settings: str = "config.settings.demo"

    @property
    def environment(self) -> dict[str, str]:
        """In which its commands work."""
        port = self.address.rpartition(":")[2]
        own = {"DJANGO_SETTINGS_MODULE": self.settings, "PYTHONPATH": str(self.folder), "PORT": port}
        return super().environment | own

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve it, in the place of the build before."""
        bind = self.address.rpartition("/")[2].replace("localhost", "127.0.0.1")
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind, "--threads", "4"]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        try:
            wait_until_well(self)
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def next_build(site: Build, folder: Path, name: str, *, key: str = "") -> Build:
    """Make the next build: each of our scripts has changed and so has its name; the old ones are gone."""
    root = folder / f"{name}-static"
    shutil.copytree(ROOT / "build" / "static", root)
    manifest = json.loads((root / "staticfiles.json").read_text())
    for script, hashed in manifest["paths"].items():
        if re.fullmatch(r"js/[\w-]+\.js", script):
            body = (root / hashed).read_bytes() + f"\n// {name}".encode()
            for old in root.glob(f"{hashed}*"):
                old.unlink()
            manifest["paths"][script] = f"{script[:-3]}.{hashlib.md5(body).hexdigest()[:12]}.js"
            (root / manifest["paths"][script]).write_bytes(body)
    manifest["hash"] = hashlib.md5(name.encode()).hexdigest()[:12]
    (root / "staticfiles.json").write_text(json.dumps(manifest))
    lines = ["from pathlib import Path", "from config.settings.demo import *", f"STATIC_ROOT = Path({str(root)!r})"]
    lines += [f"SECRET_KEY = {key!r}"] if key else []
    (folder / f"{name}.py").write_text("\n".join(lines))
    return Build(site.address, site.var, site.process, site.short_code, folder, name)


WORKER = """async () => {
    const found = await navigator.serviceWorker.getRegistration();
    const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
    const isOurs = navigator.serviceWorker.controller === found.active;
    return { waits: Boolean(found.waiting), isOurs, swaps: self.swaps ?? 0, shells };
}"""
SCRIPT = "document.getElementById('learner-script').src"


def test_builds_and_a_secret_key_change_while_a_quiz_and_a_report_are_open(
    site: RunningSite, browser: Browser, tmp_path: Path
) -> None:
    phone = "19911150012"
    first = Build(f"http://localhost:{free_port()}", site.var, site.process, site.short_code)
    second = next_build(first, tmp_path, "second_build")
    third = next_build(first, tmp_path, "third_build", key="another".ljust(50, "y"))

    with first.serving():
        person = joined(browser, first, phone)
        lesson, report = person.lesson_links()[0], person.report_links()[0]
        person.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        open_lesson(person, lesson)
        old_script, old_worker = person.page.evaluate(SCRIPT), person.page.evaluate(WORKER)
        assert old_worker["isOurs"]
        person.page.evaluate("void (navigator.serviceWorker.oncontrollerchange = () => { self.swaps = 1; })")
        questions = person.page.locator("form[data-question]")
        person.answer_rightly(questions.first)
        wait_until_there(site, phone, 1)
        writing = person.page.context.new_page()
        writing.goto(f"{first.address}{report}")
        writing.wait_for_load_state("networkidle")

    with second.serving():
        an_hour_later(person.page)
        person.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
        wait_for(lambda: person.page.evaluate(WORKER)["waits"], seconds=10)
        person.answer_rightly(questions.nth(1))
        wait_until_there(site, phone, 2)
        person.page.locator("form[data-finish] button").click()
        expect(person.page.locator("[data-finish-reply]")).to_contain_text("学完了")
        writing.locator("textarea").first.fill("换了新版以后写的")
        writing.locator("button[value=submit]").click()
        expect(writing.locator("body")).to_contain_text("待批", timeout=15_000)
        assert site.value(ATTEMPTS, f"+86{phone}") == 1
        assert words_of(site, phone) == "换了新版以后写的"
        now = person.page.evaluate(WORKER)
        assert now["waits"], "the new worker waits while a page of the old one is open"
        assert now["isOurs"]
        assert not now["swaps"]
        context = person.page.context
        writing.close()
        person.page.close()
        person.page = context.new_page()
        an_hour_later(person.page)
        open_lesson(person, lesson)
        wait_for(lambda: not set(person.page.evaluate(WORKER)["shells"]) & set(old_worker["shells"]), seconds=10)
        assert not person.page.evaluate(WORKER)["waits"]
        wait_for(lambda: reopened_script(person) != old_script, seconds=15)
        expect(person.page.locator("[data-finish-reply]")).to_contain_text("学完了")

    with third.serving():
        person.answer_rightly(person.page.locator("form[data-question]").first)
        expect(person.page.locator("[data-connection]")).to_contain_text("已退出登录，1 条", timeout=15_000)
        assert len(answers_of(site, phone)) == 2
        person.site = third
        person.sign_in_anew(phone)
        wait_until_there(site, phone, 3)
        open_lesson(person, lesson)
        wait_for(lambda: chip(person) == "已保存", seconds=5)
        assert len(answers_of(site, phone)) == 3
        assert site.value(ATTEMPTS, f"+86{phone}") == 1
        assert person.faults == []
    person.page.context.close()


def an_hour_later(page: Page) -> None:
    """Let go what the browser itself may answer with for an hour, which is not what the worker keeps."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")


def reopened_script(person: Principal) -> str:
    person.page.reload()
    return str(person.page.evaluate(SCRIPT))
