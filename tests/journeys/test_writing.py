"""From a Word file to an English lesson on a phone, by three people in a browser.

1. A volunteer imports a Word file into a module, reads what became of it, adds a question and hands the draft in.
2. An editor returns it with a comment; the volunteer is told, mends it and hands it in again; the editor publishes it.
3. A translator opens the lesson side by side and translates it; an editor publishes the translation.
4. A principal reads the English lesson at 360 px.

After each step the rows on the server are looked at, because a page can say anything.
"""

from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import Person, Principal, wait_for
from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

TITLE = "放学路上的十分钟"
SUMMARY = "学完这一课，您会用放学路上的十分钟听一个孩子说话。"
ENGLISH = {
    "学完这一课": "After this lesson you can listen to a child for ten minutes on the way home, in the rain too.",
    "先走，再说": "Walk first",
    "孩子和您并肩走着": "Side by side, with no eyes to meet, words come more easily.",
    "等他先开口": "Let him begin",
    "不打断": "Do not interrupt",
    "放学路上，先做什么": "On the way home, do you walk beside him first?",
    TITLE: "Ten minutes on the way home",
    "对，先并肩走": "Yes: side by side.",
    "先走几步": "A few steps first, then listen.",
}
"""What the translator writes, by what stands there; the first that fits, since the summary holds the title's words."""
SEGMENT = (
    "button => { while (button.innerText.trim().length < 3) button = button.parentElement; return button.innerText }"
)
"""What stands in the passage that a button belongs to."""

QUESTION = "放学路上，先做什么？"


class Colleague(Person):
    """Somebody who works in the admin, at a desk."""

    @classmethod
    def at_desk(cls, browser: Browser, site: RunningSite, role: str) -> "Colleague":
        """Sign in as a sample person of that role, in Chinese."""
        person = cls.with_phone(browser, site, "zh-hans")
        person.page.set_viewport_size({"width": 1280, "height": 800})
        person.open_place("account/with/login/")
        person.page.locator("input[type=email]").fill(f"{role}@terrace.example")
        person.page.locator("input[type=password]").fill("terrace-demo")
        person.press("main form button.button")
        return person

    def edit(self, pk: int) -> None:
        """Open a page in the editor."""
        self.open(f"/admin/pages/{pk}/edit/")

    def choose_action(self, name: str) -> None:
        """Choose an action at the foot of the editor, from the menu when it is not the first."""
        button = self.page.locator(f"footer button[name='{name}']").first
        if not button.is_visible():
            self.page.locator("footer [data-w-dropdown-target='toggle']").first.click()
        with self.page.expect_navigation():
            button.click()


@pytest.fixture
def word_file(tmp_path: Path) -> Path:
    """A short document as a volunteer keeps it: title, a first paragraph, headings, a list, a quotation."""
    document = docx.Document()
    document.add_heading(TITLE, level=0)
    document.add_paragraph(SUMMARY)
    document.add_heading("先走，再说", level=1)
    document.add_paragraph("孩子和您并肩走着，不用看着您的眼睛，话就容易出口。")
    document.add_paragraph("等他先开口", style="List Bullet")
    document.add_paragraph("不打断", style="List Bullet")
    path = tmp_path / "放学路上.docx"
    document.save(str(path))
    return path


def test_from_a_word_file_to_an_english_lesson(site: RunningSite, browser: Browser, word_file: Path) -> None:
    since = site.value("SELECT coalesce(max(id), 0) FROM accounts_message")

    # 1. The volunteer imports, adds a question, hands in.
    volunteer = Colleague.at_desk(browser, site, "volunteer")
    pk = import_word(volunteer, word_file)
    assert row_of(site, pk) == {"title": TITLE, "live": 0, "summary": SUMMARY, "language": "zh-hans"}
    add_true_false(volunteer.page)
    volunteer.choose_action("action-submit")
    assert state_of(site, pk) == "in_progress"
    assert told(site, "editor", "content_submitted", since) == 1

    # 2. The editor returns it with a comment, then publishes what comes back.
    editor = Colleague.at_desk(browser, site, "editor")
    decide(editor, pk, "reject", "请补一句：下雨天怎么办。")
    assert state_of(site, pk) == "needs_changes"
    assert told(site, "volunteer", "content_returned", since) == 1
    volunteer.open("/admin/")
    assert "请补一句：下雨天怎么办。" in volunteer.text
    volunteer.edit(pk)
    volunteer.page.locator("textarea[name=summary]").fill(f"{SUMMARY}下雨天也行。")
    volunteer.choose_action("action-submit")
    decide(editor, pk, "approve", "")
    assert row_of(site, pk)["live"] == 1
    assert told(site, "volunteer", "content_published", since) == 1
    version = "SELECT count(*) FROM courses_lessonversion v JOIN wagtailcore_page p " \
        "ON p.translation_key = v.translation_key WHERE p.id = ?"  # fmt: skip
    assert site.value(version, pk) == 1

    # 3. The translator translates side by side; the editor publishes.
    translator = Colleague.at_desk(browser, site, "translator")
    english = translate(translator, pk)
    assert row_of(site, english)["live"] == 0
    publish_translation(editor, english)
    wait_for(lambda: row_of(site, english)["live"] == 1, seconds=10)
    assert row_of(site, english)["title"] == ENGLISH[TITLE]

    # 4. A principal reads it in English on a phone.
    principal = Principal.with_phone(browser, site, "en")
    path = site.value("SELECT url_path FROM wagtailcore_page WHERE id = ?", english)
    principal.open_place(path.split("/", 2)[2])
    for words in list(ENGLISH.values())[:-2]:
        assert words in principal.text, "feedback shows after an answer, everything else at once"
    assert principal.fits_the_screen()
    for person in (volunteer, editor, translator, principal):
        assert person.faults == []


def import_word(volunteer: Colleague, file: Path) -> int:
    """Import the file into the module on listening and return the draft's id."""
    volunteer.open("/admin/word/")
    volunteer.page.select_option("select[name=parent]", label="听见孩子")
    volunteer.page.set_input_files("input[type=file]", file)
    volunteer.press("form[enctype] button[type=submit]")
    assert "原样保留" in volunteer.text
    volunteer.press("form.word-make button[type=submit]")
    return int(volunteer.page.url.rstrip("/").split("/")[-2])


def add_true_false(page: Page) -> None:
    """Add a question at the end of the lesson with the editor's own menu."""
    page.locator("[data-streamfield-stream-container] > div button.c-sf-add-button").last.click()
    page.locator("[role=option]", has_text="判断题").first.click()
    block = page.locator("[data-streamfield-child]").last
    for name, words in {
        "prompt": QUESTION,
        "feedback_true": "对，先并肩走。",
        "feedback_false": "先走几步，再听他说。",
    }.items():
        block.locator(f"textarea[name$='-value-{name}']").fill(words)
    block.locator("select[name$='-value-answer']").select_option("true")


def decide(editor: Colleague, pk: int, action: str, words: str) -> None:
    """Return a page or approve it, with a word."""
    editor.edit(pk)
    button = editor.page.locator(f"footer [data-workflow-action-name='{action}']").first
    if not button.is_visible():
        editor.page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    button.click()
    comment = editor.page.locator(".modal textarea[name=comment]")
    if action == "reject":
        comment.fill(words)
        with editor.page.expect_navigation():
            editor.page.locator(".modal button[type=submit], .modal input[type=submit]").first.click()
    else:
        editor.page.wait_for_url("**/admin/pages/**", timeout=20_000)


def translate(translator: Colleague, pk: int) -> int:
    """Open the lesson side by side, write every passage in English, hand it in, and return the translation's id."""
    translator.open(f"/admin/localize/submit/page/{pk}/")
    translator.press("main button[name=language][value=en]")
    page = translator.page
    waiting = page.locator("main").get_by_role("button", name="翻译", exact=True)
    waiting.first.wait_for()
    left = waiting.count()
    assert left >= len(ENGLISH)
    while left:
        source = waiting.first.evaluate(SEGMENT)
        waiting.first.click()
        area = page.locator("main textarea:visible, main [contenteditable=true]:visible").first
        area.fill(next(words for chinese, words in ENGLISH.items() if chinese in source))
        page.locator("main").get_by_role("button", name="保存", exact=True).first.click()
        left -= 1
        expect(waiting).to_have_count(left, timeout=15_000)
    english = int(page.url.rstrip("/").split("/")[-2])
    with page.expect_navigation():
        page.get_by_role("button", name="提交审核").click()
    return english


def publish_translation(editor: Colleague, pk: int) -> None:
    """Read the translation side by side and publish it."""
    editor.edit(pk)
    button = editor.page.locator("footer").get_by_role("button", name="发布译文")
    with editor.page.expect_navigation():
        button.click()


def row_of(site: RunningSite, pk: int) -> dict[str, Any]:
    ((title, live, summary, language),) = site.rows(
        "SELECT p.title, p.live, l.summary, o.language_code FROM wagtailcore_page p "
        "JOIN courses_lessonpage l ON l.page_ptr_id = p.id JOIN wagtailcore_locale o ON o.id = p.locale_id "
        "WHERE p.id = ?",
        pk,
    )
    return {"title": title, "live": live, "summary": summary, "language": language}


def state_of(site: RunningSite, pk: int) -> str:
    return str(
        site.value("SELECT status FROM wagtailcore_workflowstate WHERE object_id = ? ORDER BY id DESC LIMIT 1", str(pk))
    )


def told(site: RunningSite, role: str, event: str, since: int) -> int:
    return int(
        site.value(
            "SELECT count(*) FROM accounts_message m JOIN accounts_user u ON u.id = m.recipient_id "
            "WHERE u.email = ? AND m.event = ? AND m.id > ?",
            f"{role}@terrace.example",
            event,
            since,
        )
    )
