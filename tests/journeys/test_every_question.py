"""A principal answers one question of each type by keyboard only, on a phone's screen. The server's rows are looked at.

1. Joins the cohort of a course that asks in every way. 2. Is told what is still open. 3. Answers each: choosing,
ordering by buttons, matching, typing, following a story, what was drawn. 4. Uses up the tries of one. 5. Is short of
the pass mark, then reaches it. 6. Writes for herself, answers the poll, and finds both again. 7. Comes back after the
lesson got a new question: it is marked as new, and nothing was taken away.
"""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from courses.drawing import drawn
from tests.courses.test_typed_answers import CASES
from tests.factories.content import edit
from tests.journeys.people import Principal, wait_for
from tests.journeys.running import ROOT, RunningSite

pytestmark = pytest.mark.journey

COURSE = ROOT / "tests" / "factories" / "asking-course"
PHONE = "19911110021"
OF_HER = (
    "SELECT json_group_array(json_array(e.verb, e.is_right)) FROM (SELECT e.* FROM cohorts_learningevent e "
    "JOIN cohorts_enrolment n ON n.id = e.enrolment_id JOIN accounts_user u ON u.id = n.user_id "
    "WHERE u.phone = ? ORDER BY e.id) e"
)


def join_code_of_asking_cohort(site: RunningSite, folder: Path) -> str:
    """Load the course and open a cohort for it."""
    site.manage("load_course", str(folder))
    said = site.manage(
        "open_cohort", "--course", "asking", "--name", "题型班", "--starts", "2026-01-01", "--ends", "2099-01-01",
        "--facilitator", "facilitator@terrace.example",
    )  # fmt: skip
    return said.rstrip().rstrip("/").rpartition("/")[2]


class ByKeyboard(Principal):
    """Touches nothing: moves with Tab, chooses with the arrows and the space bar, sends with Enter."""

    def question(self, kind: str, number: int = 0) -> Locator:
        """The form of a question of that type that is shown."""
        return self.page.locator(f"form[data-type={kind}]:visible").nth(number)

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the focus is on ``target``; it must be reached within one round of the page."""
        element = target.element_handle()
        for _ in range(200):
            if self.page.evaluate("one => document.activeElement === one", element):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    def tick(self, box: Locator) -> None:
        """Choose a radio button: Tab goes to the group, arrows within it."""
        group = box.evaluate("one => one.name")
        boxes = box.locator(f"xpath=ancestor::fieldset[1]//input[@name='{group}']")
        values = [boxes.nth(i).get_attribute("value") for i in range(boxes.count())]
        is_chosen = [boxes.nth(i).is_checked() for i in range(boxes.count())]
        self.tab_to(boxes.nth(is_chosen.index(True) if any(is_chosen) else 0))
        self.page.keyboard.press("Space")
        while self.page.evaluate("document.activeElement.value") != box.get_attribute("value"):
            self.page.keyboard.press("ArrowDown")
        assert box.is_checked(), values

    def check(self, form: Locator) -> None:
        """Send the form with its button."""
        self.tab_to(form.locator("button.button-wide"))
        self.page.keyboard.press("Enter")

    def told(self, form: Locator) -> str:
        """What the form says now."""
        return form.locator(".replies").inner_text()

    def choose(self, form: Locator, *, right: bool) -> None:
        """Choose an option that is right, or one that is not, and send it."""
        mark = form.locator(f"[data-for][data-right='{int(right)}']").first.get_attribute("data-for")
        self.tick(form.locator(f"input[value='{mark}']"))
        self.check(form)

    def put_in_order(self, form: Locator) -> None:
        """Move each item up to its place with its button."""
        wanted = (form.get_attribute("data-key") or "").split(",")
        for place, item in enumerate(wanted):
            while form.locator("[data-item]").nth(place).get_attribute("data-item") != item:
                button = form.locator(f"[data-item='{item}'] button").first
                self.tab_to(button)
                self.page.keyboard.press("Enter")
                assert self.page.evaluate("document.activeElement.closest('[data-item]').dataset.item") == item
        assert "位" in self.told(form), "where it is now is said"

    def match(self, form: Locator) -> None:
        """Choose the right-hand side of each pair from its list."""
        key = (form.get_attribute("data-key") or "").split(",")
        for place, right in enumerate(key[1::2]):
            select = form.locator("select").nth(place)
            self.tab_to(select)
            for _ in range(8):
                if select.input_value() == right:
                    break
                self.page.keyboard.press("ArrowDown")
            assert select.input_value() == right

    def type(self, form: Locator, text: str) -> None:
        """Type an answer and send it with Enter."""
        field = form.locator("input[name=text]")
        self.tab_to(field)
        field.fill("")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run(["cp", "-r", str(COURSE), str(tmp_path / "asking-course")], check=True)
    return tmp_path / "asking-course"


def test_every_type_is_answered_by_keyboard_on_a_phone(site: RunningSite, browser: Browser, folder: Path) -> None:
    her = ByKeyboard.with_phone(browser, site, "zh-hans")
    her.join(join_code_of_asking_cohort(site, folder), phone=PHONE, name="示例校长", school="示例小学")
    lesson = next(link for link in her.lesson_links() if "everything" in link)
    her.open(lesson)
    her.page.wait_for_selector("[data-connection]:not([hidden])")
    assert her.fits_the_screen()

    finish = her.page.locator("form[data-finish] button")
    her.tab_to(finish)
    her.page.keyboard.press("Enter")
    reply = her.page.locator("[data-finish-reply]")
    reply.wait_for()
    assert "8" in reply.inner_text(), "six and two drawn"

    single = her.question("single_choice")
    her.choose(single, right=False)
    assert "还可以试 1 次" in her.told(single)
    assert single.locator(".explanation").is_hidden()
    her.page.wait_for_timeout(1100)  # sooner, the same answer again is a double tap
    her.choose(single, right=False)
    assert "用完" in her.told(single)
    assert single.locator(".explanation").is_visible(), "after the last try the explanation"
    assert single.locator("button").is_disabled()

    order = her.question("order")
    her.put_in_order(order)
    her.check(order)
    assert "对" in her.told(order)

    match = her.question("match")
    her.check(match)
    assert "空着" in her.told(match)
    her.match(match)
    her.check(match)
    assert "都接住了" in her.told(match)

    short = her.question("short_text")
    her.type(short, "邮筒")
    assert "再想想" in her.told(short)
    her.type(short, "心里话 信箱。")
    assert "就是它" in her.told(short)

    number = her.question("number")
    her.type(number, "很久")
    assert "用数字写" in her.told(number)
    her.type(number, "１２")
    assert "十到二十" in her.told(number)

    story = her.question("scenario")
    assert story.locator("[data-scene]:visible").count() == 1
    for scene in range(2):
        good = story.locator("[data-scene]:visible").nth(scene).locator("[data-right='1']").get_attribute("data-for")
        her.tick(story.locator(f"input[value='{good}']"))
        her.check(story)
    assert "说了很久" in story.inner_text()

    drawn = her.page.locator("[data-draw] form:visible")
    assert drawn.count() == 2
    for place in range(2):
        her.choose(drawn.nth(place), right=place == 0)

    her.tab_to(finish)
    her.page.keyboard.press("Enter")
    wait_for(lambda: "答对 6 道，这一课要求答对 7 道" in reply.inner_text(), seconds=5)
    her.choose(drawn.nth(1), right=True)
    her.tab_to(finish)
    her.page.keyboard.press("Enter")
    her.page.locator("[data-finish-note]").wait_for(state="hidden")

    words = her.page.locator("form[data-unjudged=reflection]")
    her.tab_to(words.locator("textarea"))
    her.page.keyboard.type("上周三，在操场。")
    her.check(words)
    poll = her.page.locator("form[data-unjudged=poll]")
    her.tick(poll.locator("input").nth(4))
    her.check(poll)
    wait_for(lambda: "满三人" in poll.inner_text(), seconds=20)

    def events() -> list[list[object]]:
        return json.loads(site.value(OF_HER, f"+86{PHONE}"))

    wait_for(lambda: len(events()) == 15, seconds=20)
    verbs = [verb for verb, _right in events()]
    assert verbs.count("answered") == 11
    assert [verb for verb in verbs if verb != "answered"] == ["finished", "completed", "reflected", "voted"]
    graded = [bool(right) for verb, right in events() if verb == "answered"]
    assert graded == [False, False, True, True, False, True, True, True, True, False, True]
    row = site.rows(
        "SELECT p.completed_at, p.right FROM cohorts_lessonprogress p "
        "JOIN cohorts_enrolment n ON n.id = p.enrolment_id JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ?",
        f"+86{PHONE}",
    )
    assert row[0][0] is not None
    assert len(json.loads(row[0][1])) == 7
    assert her.faults == []

    edit(
        folder / "modules/all/lessons/01-everything.yaml",
        "  - key: reflection\n",
        NEW_QUESTION + "  - key: reflection\n",
    )
    edit(folder / "modules/all/lessons/01-everything.yaml", "tries: 2\n", "")
    site.manage("load_course", str(folder))
    her.open(lesson)
    her.page.reload()  # an open lesson may be read from the browser's own cache for a minute
    her.page.wait_for_load_state("networkidle")
    her.page.reload()  # a lesson that was kept is shown at once, and renewed for the next time
    her.page.wait_for_selector("[data-connection]:not([hidden])")
    her.page.locator("textarea").scroll_into_view_if_needed()  # what she wrote comes once she reads on
    new = her.page.locator("form:has(.eyebrow .chip)")
    wait_for(lambda: new.count() == 1, seconds=10)
    assert "新加的一道" in new.inner_text()
    assert her.page.locator("form[data-finish] button").is_hidden(), "what was finished stays finished"
    wait_for(lambda: her.page.locator("textarea").input_value() == "上周三，在操场。", seconds=10)
    assert her.page.locator("form[data-unjudged=poll] :checked").count() == 1
    assert her.page.locator("[data-draw] form:visible").count() == 2

    assert single.locator(":checked").count() == 1, "without a limit of tries what was answered is given back"
    assert "再想想" in her.told(single)
    assert order.locator("[data-item]").evaluate_all("items => items.map((item) => item.dataset.item).join()") == (
        order.get_attribute("data-key")
    )
    assert "对" in her.told(order)
    assert [select.input_value() for select in match.locator("select").all()] == (
        (match.get_attribute("data-key") or "").split(",")[1::2]
    )
    assert short.locator("[name=text]").input_value() == "心里话 信箱。"
    assert "十到二十" in her.told(number)
    assert story.locator("[data-scene]:visible").count() == 2
    assert "说了很久" in story.inner_text()
    assert all(form.locator(".feedback-right:visible").count() == 1 for form in drawn.all())
    assert her.faults == []


NEW_QUESTION = """  - key: late
    type: true_false
    prompt: {zh-hans: "这是新加的一道。", en: "This one is new."}
    answer: true
    feedback_true: {zh-hans: "对。", en: "Right."}
    feedback_false: {zh-hans: "再想想。", en: "Think again."}
"""


ASK_THE_PHONE = """async (cases) => {
  document.body.insertAdjacentHTML("beforeend", "<template id=question-words></template>");
  const { fold, readNumber, drawn } = await import("/static/js/questions.js");
  return {
    fold: cases.fold.map(([typed]) => fold(typed)),
    number: cases.number.map(([typed]) => { const read = readNumber(typed); return isNaN(read) ? null : read; }),
    drawn: cases.drawn.map((one) => drawn(...one).sort()),
  };
}"""


def test_a_browser_reads_and_draws_as_the_server_does(site: RunningSite, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/zh-hans/")
    phone = page.evaluate(ASK_THE_PHONE, CASES)
    page.close()
    assert phone["fold"] == [folded for _typed, folded in CASES["fold"]]
    assert phone["number"] == [None if number is None else float(number) for _typed, number in CASES["number"]]
    assert phone["drawn"] == [sorted(drawn(i, n, draw=draw, seed=seed)) for i, n, draw, seed in CASES["drawn"]]
