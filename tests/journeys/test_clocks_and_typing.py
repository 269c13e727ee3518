"""Clocks that are off, deadlines and new versions that come while a phone is away, and typing Chinese."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.factories.content import copy_of_small_course, edit
from tests.journeys import phones
from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import Principal, wait_for
from tests.journeys.phones import (
    InputMethod,
    another_phone,
    answer_all,
    answers_of,
    chip,
    clock_off,
    open_lesson,
    wait_until_there,
)
from tests.journeys.running import RunningSite
from tests.journeys.test_report import ATTEMPTS, MINE

pytestmark = pytest.mark.journey

PHONE = "19911150021"
THREE_YEARS = 1096  # days
MORE = """
  - key: box
    type: short_text
    prompt: {zh-hans: "孩子把信放在哪儿？", en: "Where do children put their letters?"}
    accepted:
      - {key: whole, text: {zh-hans: "心里话信箱", en: "letter box"}}
    feedback_right: {zh-hans: "对，就是它。", en: "Right, that one."}
    feedback_wrong: {zh-hans: "想想走廊上的那只箱子。", en: "Think of the box in the corridor."}
  - key: reflection
    type: reflection
    prompt: {zh-hans: "最近一次您认真听一个孩子说话，是什么时候？", en: "When did you last really listen?"}
"""
"""What the course of these journeys asks beyond the small one: words to type."""


CLOCK = "SELECT n.clock_minutes_off FROM cohorts_enrolment n JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ?"
DEADLINE = "INSERT OR REPLACE INTO cohorts_deadline (cohort_id, step_key, due_at) VALUES (?, ?, ?)"
KEPT = """(beginning) => {
    const mine = Object.keys(localStorage).filter((key) => key.startsWith(beginning));
    return mine.map((key) => localStorage[key]).join();
}"""


@dataclass
class Course:
    """A course, the folder that it is loaded from, and somebody who learns in it."""

    site: RunningSite
    folder: Path
    code: str
    owner: Principal
    lessons: list[str]

    def load(self) -> None:
        """Publish the folder as it is now."""
        self.site.manage("load_course", str(self.folder))


@pytest.fixture(scope="module")
def course(site: RunningSite, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = copy_of_small_course(
        tmp_path_factory.mktemp("clocks"), key="clocks", slug='{zh-hans: "clocks", en: "clocks"}',
        title='{zh-hans: "钟表", en: "Clocks"}',
    )  # fmt: skip
    with (folder / "modules/first/lessons/01-ask.yaml").open("a", encoding="utf-8") as lesson:
        lesson.write(MORE)
    site.manage("load_course", str(folder))
    said = site.manage(
        "open_cohort", "--course=clocks", "--name=钟表班", "--starts=2026-01-01", "--ends=2099-01-01",
        "--facilitator=facilitator@terrace.example",
    )  # fmt: skip
    code = said.rstrip().rstrip("/").rpartition("/")[2]
    owner = Principal.with_phone(browser, site, "zh-hans")
    owner.join(code, phone=PHONE, name="示例校长", school="示例小学")
    return Course(site, folder, code, owner, owner.lesson_links())


def a_close(person: Principal) -> None:
    assert person.faults == []
    person.page.context.close()


# --- clocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [THREE_YEARS, -THREE_YEARS], ids=["ahead", "behind"])
def test_answers_from_a_phone_whose_clock_is_three_years_off_get_their_true_time(
    site: RunningSite, browser: Browser, course: Course, days: int
) -> None:
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, course.owner, clock_off(days))
    open_lesson(person, course.lessons[0])
    person.page.locator("form[data-type=short_text]").scroll_into_view_if_needed()
    person.page.wait_for_load_state("networkidle")
    lose_signal(person.page.context)
    began = datetime.now(UTC)
    number = answer_all(person)
    ended = datetime.now(UTC)
    find_signal(person.page.context)
    rows = wait_until_there(site, PHONE, before + number)[before:]
    by_phone, true = [moment(row[4]) for row in rows], [moment(row[6]) for row in rows]
    assert true == sorted(true)
    assert [row[2] for row in rows] == sorted(row[2] for row in rows), "in the order in which they were given"
    assert began - timedelta(seconds=3) < true[0] <= true[-1] < ended + timedelta(seconds=3)
    assert abs(by_phone[0] - true[0] - timedelta(days=days)) < timedelta(seconds=3)
    assert all(row[3] for row in rows)
    assert site.value(CLOCK, f"+86{PHONE}") == pytest.approx(days * 1440, abs=1), "the facilitator is told"
    wait_for(lambda: chip(person) == "已保存", seconds=5)
    a_close(person)


def moment(stored: object) -> datetime:
    return datetime.fromisoformat(str(stored)).replace(tzinfo=UTC)


def test_a_lease_that_was_taken_while_the_clock_was_wrong_does_not_hold(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    """On a phone without Web Locks that was switched off in the middle of sending."""
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, course.owner, phones.IOS_14)
    person.page.context.add_init_script(f"localStorage['terrace-lease'] ??= Date.now() + {THREE_YEARS * 86_400_000};")
    open_lesson(person, course.lessons[0])
    rows = wait_until_there(site, PHONE, before + answer_all(person))[before:]
    assert {uuid.UUID(row[0]).version for row in rows} == {4}
    a_close(person)


@pytest.mark.parametrize("days", [THREE_YEARS, -THREE_YEARS], ids=["ahead", "behind"])
def test_of_words_kept_for_oneself_the_later_stand_whatever_the_clock_says(
    site: RunningSite, browser: Browser, course: Course, days: int
) -> None:
    kept = "SELECT count(*) FROM cohorts_reflection WHERE text = ?"
    person = another_phone(browser, course.owner, clock_off(days))
    field = keep_reflection(person, course, f"先写的 {days}")
    wait_for(lambda: site.value(kept, f"先写的 {days}") == 1, seconds=10)
    field.press_sequentially("，又写了一句")
    open_reflection(person, course)
    expect(field).to_have_value(f"先写的 {days}，又写了一句")
    elsewhere = another_phone(browser, course.owner)
    person.page.wait_for_timeout(2_500)  # the phone takes its own words for up to that much later than they are
    keep_reflection(elsewhere, course, f"在别处后写的 {days}")
    wait_for(lambda: site.value(kept, f"在别处后写的 {days}") == 1, seconds=10)
    open_reflection(person, course)
    expect(field).to_have_value(f"在别处后写的 {days}")
    a_close(person)
    a_close(elsewhere)


def open_reflection(person: Principal, course: Course) -> Locator:
    open_lesson(person, course.lessons[0])
    field = person.page.locator("form[data-unjudged=reflection] textarea")
    field.scroll_into_view_if_needed()
    person.page.wait_for_load_state("networkidle")
    return field


def keep_reflection(person: Principal, course: Course, words: str) -> Locator:
    field = open_reflection(person, course)
    field.fill(words)
    person.page.locator("form[data-unjudged=reflection] button").click()
    return field


# --- typing Chinese --------------------------------------------------------------------------------------------------


PLACES = {
    "short text": ("", "form[data-type=short_text] input[name=text]"),
    "search": ("/zh-hans/search/", "#q"),
    "join": ("/j/{code}/", "input[name=phone]"),
    "name": ("/zh-hans/account/name/", "main form input[type=text]"),
}


@pytest.mark.parametrize("place", PLACES)
def test_enter_that_confirms_a_word_sends_no_form(
    site: RunningSite, browser: Browser, course: Course, place: str
) -> None:
    address, selector = PLACES[place]
    person = another_phone(browser, course.owner)
    if place == "join":
        person.page.context.clear_cookies()
    if address:
        person.open(address.format(code=course.code))
    else:
        open_lesson(person, course.lessons[0])
    before = len(answers_of(site, PHONE))
    field = person.page.locator(selector).first
    field.scroll_into_view_if_needed()
    person.page.wait_for_load_state("networkidle")
    person.page.evaluate("addEventListener('submit', () => { self.sent = (self.sent ?? 0) + 1; }, true)")
    method = InputMethod(person.page)
    for is_composing in (True, False):  # engines differ in whether the word ends before Enter is told or after
        field.fill("")
        field.focus()
        method.compose("xin li hua xin xiang")
        deeds = [method.enter, lambda: method.confirm("心里话信箱")]
        for deed in deeds if is_composing else reversed(deeds):
            deed()
        assert field.input_value() == "心里话信箱"
    assert person.page.evaluate("self.sent ?? 0") == 0
    assert len(answers_of(site, PHONE)) == before
    person.page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("self.sent") == 1, "Enter by itself sends"
    person.page.context.close()


def test_words_are_kept_after_a_word_is_confirmed_and_never_within_it(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    person = another_phone(browser, course.owner)
    open_reflection(person, course).fill("")
    compose_into(person, person.page.locator("form[data-unjudged=reflection] textarea"), "terrace-reflection:")
    person.open(course.owner.report_links()[0])
    person.page.wait_for_load_state("networkidle")
    compose_into(person, person.page.locator("textarea").first, "terrace-words:")
    wait_for(lambda: phones.words_of(site, PHONE) == "心里话", seconds=10)
    a_close(person)


def compose_into(person: Principal, field: Locator, place: str) -> None:
    field.focus()
    method = InputMethod(person.page)
    method.compose("xin li hua")
    assert "xin" not in person.page.evaluate(KEPT, place)
    method.confirm("心里话")
    wait_for(lambda: "心里话" in person.page.evaluate(KEPT, place), seconds=3)


# --- deadlines -------------------------------------------------------------------------------------------------------


LATE = (
    "SELECT a.written_at > d.due_at FROM cohorts_submissionattempt a JOIN cohorts_submission s "
    "ON s.id = a.submission_id JOIN cohorts_enrolment n ON n.id = s.enrolment_id JOIN cohorts_deadline d "
    f"ON d.cohort_id = n.cohort_id AND d.step_key = s.assignment_key WHERE s.id IN (SELECT s.id {MINE})"
)


def hand_in_offline(person: Principal, report: str, words: str, *, first: Callable[[], None] | None = None) -> None:
    """Open the report, lose the signal, and hand in after what happens ``first``."""
    person.open(report)
    person.page.wait_for_load_state("networkidle")
    lose_signal(person.page.context)
    if first:
        first()
    person.page.locator("textarea").first.fill(words)
    person.page.locator("button[value=submit]").click()
    expect(person.page.locator("[data-said]")).to_contain_text("已在这部手机上提交")


def wait_for_hand_in(person: Principal) -> None:
    """Give the signal back, and wait until the page shows the report as handed in."""
    with person.page.expect_navigation(timeout=30_000):
        find_signal(person.page.context)
    assert "待批" in person.text


def test_a_report_handed_in_before_a_deadline_that_passed_on_the_way_is_in_time(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    phone = "19911150022"
    person = Principal.with_phone(browser, site, "zh-hans")
    person.page.context.add_init_script(clock_off(THREE_YEARS))
    person.join(course.code, phone=phone, name="示例校长", school="示例小学")
    (report,) = person.report_links()
    hand_in_offline(person, report, "路上写的")
    set_deadline(site, report)
    wait_for_hand_in(person)
    assert site.value(ATTEMPTS, f"+86{phone}") == 1
    assert site.value(LATE, f"+86{phone}") == 0
    assert "迟交" not in person.text
    a_close(person)


def test_a_report_handed_in_after_its_deadline_is_told_to_be_late_also_when_the_clock_is_set_right_meanwhile(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    person = another_phone(browser, course.owner, clock_off(THREE_YEARS))
    (report,) = course.owner.report_links()

    def deadline_passes_and_clock_is_set_right() -> None:
        set_deadline(site, report)
        person.page.evaluate("clockOff = 0")

    hand_in_offline(person, report, "钟对好以后写的", first=deadline_passes_and_clock_is_set_right)
    wait_for_hand_in(person)
    assert site.value(ATTEMPTS, f"+86{PHONE}") == 1
    assert site.value(LATE, f"+86{PHONE}") == 1
    assert "迟交" in person.text
    a_close(person)


def set_deadline(site: RunningSite, report: str) -> None:
    """Let the deadline pass now."""
    key = uuid.UUID(report.rstrip("/").rpartition("/")[2]).hex
    time.sleep(1)  # what was done before it was done before it, also by a clock that is known to a second
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    (cohort,) = site.rows("SELECT id FROM cohorts_cohort WHERE name = '钟表班'")
    phones.change(site, DEADLINE, *cohort, key, now)
    time.sleep(1)


# --- versions -----------------------------------------------------------------------------------------------------


def test_answers_to_a_version_that_was_replaced_meanwhile_count_against_it(
    site: RunningSite, browser: Browser, course: Course
) -> None:
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, course.owner)
    open_lesson(person, course.lessons[0])
    person.page.locator("form[data-type=short_text]").scroll_into_view_if_needed()
    person.page.wait_for_load_state("networkidle")
    read = person.page.evaluate("document.getElementById('learner-script').dataset.version")
    lose_signal(person.page.context)
    edit(course.folder / "modules/first/lessons/01-ask.yaml", "是的。", "是的，先找他。")
    course.load()
    number = answer_all(person)
    find_signal(person.page.context)
    rows = wait_until_there(site, PHONE, before + number)[before:]
    assert {uuid.UUID(str(row[7])) for row in rows} == {uuid.UUID(read)}
    assert all(row[3] for row in rows)
    wait_for(lambda: chip(person) == "已保存", seconds=5)
    later = another_phone(browser, course.owner)
    open_lesson(later, course.lessons[0])
    assert later.page.evaluate("document.getElementById('learner-script').dataset.version") != read
    assert "是的，先找他。" in later.page.content()
    a_close(person)
    a_close(later)
