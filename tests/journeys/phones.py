"""Phones as people have them: with a clock that is off, a broken database, no room, an old browser.

Each is a script that runs before those of a page, so that the product meets what it would meet on such a phone.
"""

import json
import sqlite3
from contextlib import closing
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.journeys.away import let_be_heard
from tests.journeys.people import Principal, wait_for
from tests.journeys.running import RunningSite

ANSWERED = (
    "SELECT e.uuid, e.device, e.seq, e.is_right, e.at, e.received_at, e.corrected_at, v.uuid "
    "FROM cohorts_learningevent e JOIN cohorts_enrolment n ON n.id = e.enrolment_id "
    "JOIN accounts_user u ON u.id = n.user_id JOIN courses_lessonversion v ON v.id = e.lesson_version_id "
    "WHERE u.phone = ? AND e.verb = 'answered' ORDER BY e.id"
)
"""The answers of a person as they stand on the server."""

WORDS = (
    "SELECT s.answers FROM cohorts_submission s JOIN cohorts_enrolment n ON n.id = s.enrolment_id "
    "JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ?"
)

DATABASE_GONE = "Object.defineProperty(self, 'indexedDB', { get: () => undefined });"
STORAGE_DENIED = """Object.defineProperty(self, "localStorage", {
    get() { throw new DOMException("", "SecurityError"); },
});"""
NO_ROOM = """
    const full = () => { throw new DOMException("", "QuotaExceededError"); };
    IDBObjectStore.prototype.put = full;
    Storage.prototype.setItem = full;
"""
NO_ROOM_FOR_FILES = """
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (item) {
        if (item.blob) throw new DOMException("", "QuotaExceededError");
        return put.call(this, item);
    };
"""
IOS_14 = "delete Navigator.prototype.locks; delete Crypto.prototype.randomUUID;"
"""What the oldest phones lack that Terrace is made for, as far as keeping and sending goes."""
NO_WORKER = "delete Navigator.prototype.serviceWorker;"

CHOOSE_WRONG = """(form) => {
    const wrong = form.querySelector("[data-right='0']").dataset.for;
    form.querySelector(`input[value='${wrong}']`).click();
}"""


def clock_off(days: int) -> str:
    """Return the script of a phone whose clock is off. ``clockOff`` is in milliseconds and can be set right later."""
    return f"""
        self.clockOff = {days * 86_400_000};
        const True = Date;
        self.Date = class extends True {{
            constructor(...told) {{ told.length ? super(...told) : super(True.now() + clockOff); }}
            static now() {{ return True.now() + clockOff; }}
        }};
    """


def another_phone(browser: Browser, owner: Principal, *scripts: str) -> Principal:
    """Return the same person, signed in, with a phone that holds nothing yet and has these faults."""
    person = Principal.with_phone(browser, owner.site, owner.language)
    person.page.context.add_cookies(owner.page.context.cookies())  # type: ignore[arg-type]
    for script in scripts:
        person.page.context.add_init_script(script)
    return person


def counting_workers(context: BrowserContext) -> None:
    """Let each page from now on count in ``registrations`` how often it asks for the service worker."""
    context.add_init_script("""
        self.registrations = 0;
        const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
        navigator.serviceWorker.register = (...what) => { registrations += 1; return register(...what); };
    """)


def open_lesson(person: Principal, address: str) -> None:
    """Open a lesson and wait until its script knows its reader."""
    person.open(address)
    person.page.wait_for_selector("[data-connection]:not([hidden])")


def answer_all(person: Principal) -> int:
    """Answer every question of the open lesson rightly and return how many there are."""
    forms = person.page.locator("form[data-question]:visible").all()
    for form in forms:
        person.answer_rightly(form)
        form.locator(".feedback:not([hidden])").first.wait_for()
    return len(forms)


def chip(person: Principal) -> str:
    """What the page says of the connection and of what waits."""
    return person.page.locator("[data-connection]").inner_text()


def cut(person: Principal) -> None:
    """Let nothing through that is sent: the page itself can be opened anew."""
    let_be_heard(person.page.context)
    person.page.context.route("**/api/events/**", lambda route: route.abort())


def mend(person: Principal) -> None:
    """Let everything through again, and let the browser say so."""
    person.page.context.unroute("**/api/events/**")
    person.page.evaluate("dispatchEvent(new Event('online'))")


def answers_of(site: RunningSite, phone: str) -> list[tuple[Any, ...]]:
    """Return the person's answers on the server, in the order in which they came."""
    return site.rows(ANSWERED, f"+86{phone}")


def wait_until_there(site: RunningSite, phone: str, number: int) -> list[tuple[Any, ...]]:
    """Return the person's answers once there are ``number``; more would be a fault."""
    wait_for(lambda: len(answers_of(site, phone)) >= number, seconds=15)
    found = answers_of(site, phone)
    assert len(found) == number
    return found


def words_of(site: RunningSite, phone: str) -> str:
    """Return the words of the person's draft on the server."""
    return "".join(json.loads(site.value(WORDS, f"+86{phone}")).values())


def change(site: RunningSite, query: str, *values: object) -> None:
    """Change a row of the site, as time or its people would."""
    with closing(sqlite3.connect(site.var / "terrace.sqlite3", timeout=20)) as connection, connection:
        connection.execute(query, values)


class InputMethod:
    """An input method at the keyboard of a page: letters become words, and Enter confirms one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys: CDPSession = page.context.new_cdp_session(page)

    def compose(self, letters: str) -> None:
        """Type letters that are no word yet."""
        place = {"selectionStart": len(letters), "selectionEnd": len(letters)}
        self.keys.send("Input.imeSetComposition", {"text": letters, **place})

    def enter(self) -> None:
        """Press Enter as an input method takes it, in an engine that types it into the field all the same."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        self.keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **key})
        self.keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})

    def confirm(self, word: str) -> None:
        """Put the word in the place of the letters."""
        self.keys.send("Input.insertText", {"text": word})
