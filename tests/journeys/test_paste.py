"""What is copied in Word and in WeChat arrives in the editor as paragraphs, lists, bold words and links; no more."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

CLIPBOARD = Path(__file__).parent / "clipboard"
COPY = """html => {
  const set = event => {
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", "plain");
    event.preventDefault();
  };
  document.addEventListener("copy", set, { once: true });
  document.execCommand("copy");
}"""
EDITOR = '[data-contentpath="sources"] .public-DraftEditor-content'


@pytest.fixture(scope="module")
def page(site: RunningSite, browser: Browser) -> Iterator[Page]:
    """The editor of a new lesson, open before an operator."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    module = site.value(
        "SELECT p.id FROM wagtailcore_page p JOIN courses_modulepage m ON m.page_ptr_id = p.id "
        "JOIN wagtailcore_locale l ON l.id = p.locale_id WHERE l.language_code = 'zh-hans' ORDER BY p.path LIMIT 1"
    )
    page.goto(f"{site.address}/admin/")
    page.fill("input[name=login]", "operator@terrace.example")
    page.fill("input[name=password]", "terrace-demo")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/**")
    page.goto(f"{site.address}/admin/pages/add/courses/lessonpage/{module}/")
    yield page
    context.close()


def pasted(page: Page, name: str) -> list[tuple[Any, ...]]:
    """Paste a sample with the keyboard into an empty editor and return its blocks: kind, depth, words, looks, links."""
    page.locator(EDITOR).wait_for()
    page.evaluate(COPY, (CLIPBOARD / name).read_text(encoding="utf-8"))
    page.click(EDITOR)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+V")
    page.wait_for_timeout(1_000)  # the editor writes into its field a moment later
    state = json.loads(page.input_value("input[name=sources]"))
    links = state["entityMap"]
    return [
        (
            block["type"].removesuffix("-list-item"),
            block["depth"],
            block["text"],
            [(look["style"], block["text"][look["offset"] :][: look["length"]]) for look in block["inlineStyleRanges"]],
            [links[str(link["key"])]["data"]["url"] for link in block["entityRanges"]],
        )
        for block in state["blocks"]
    ]


def said_beside(page: Page) -> str:
    return page.locator('[data-contentpath="sources"] [data-paste-said]').inner_text()


def test_word(page: Page) -> None:
    assert pasted(page, "word.html") == [
        ("unstyled", 0, "一、怎么开始", [("BOLD", "一、怎么开始")], []),
        ("unstyled", 0, "先找一个安静的角落， 不要在办公室。", [("BOLD", "安静"), ("ITALIC", "不要")], []),
        ("unordered", 0, "坐在旁边", [], []),
        ("ordered", 1, "不坐对面", [], []),
        ("unordered", 0, "等他开口", [], []),
        ("unstyled", 0, "指南和[1]我的笔记", [], ["https://example.org/guide"]),
        ("unstyled", 0, "孩子说 | 可以问", [], []),
        ("unstyled", 0, "没事 | 走一走？", [], []),
    ]
    assert "图片不会" in said_beside(page)
    assert "表格" in said_beside(page)


def test_wechat(page: Page) -> None:
    assert pasted(page, "wechat.html") == [
        ("unstyled", 0, "家长进校园", [("BOLD", "家长进校园")], []),
        ("unstyled", 0, "许多家长一年只到校一次，而且是来领成绩单。", [("BOLD", "而且是来领成绩单")], []),
        ("unordered", 0, "提前一周带口信", [], []),
        ("unordered", 0, "安排在赶集日", [], []),
        ("unstyled", 0, "第一行", [], []),
        ("unstyled", 0, "第二段", [], []),
    ]
    assert "图片不会" in said_beside(page)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("<p>&nbsp; a&nbsp;b </p><p>　</p>", "<p>a b</p>"),
        ("a<br>b", "<p>a<br>b</p>"),
        ("a<br><br>b", "<p>a</p><p>b</p>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ('<b style="font-weight:normal">a</b>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', "<p>a</p>"),
        ('<a href="https://e.org/?a=1&amp;b=2">a</a>', '<p><a href="https://e.org/?a=1&amp;b=2">a</a></p>'),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("<p>a</p><script>x</script><style>y</style>", "<p>a</p>"),
        ("&lt;img src=x onerror=y&gt;", "<p>&lt;img src=x onerror=y&gt;</p>"),
        ("<p>孩子</p>\n<p>校长</p>", "<p>孩子</p><p>校长</p>"),
        ("<img src=x>", ""),
    ],
)
def test_small_things(page: Page, given: str, clean: str) -> None:
    script = "async html => (await import('/static/js/admin/clean-paste.js')).cleanPaste(html).html"
    assert page.evaluate(script, given) == clean
