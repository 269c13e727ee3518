"""What becomes of Word files: every word is in the draft or in the report, and things are what they were."""

import io
import string
from typing import Any

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.services.importing import read_word
from tests.courses.word.reading import DOCUMENTS, NAMES, blocks, entry, read, words_accounted_for, words_in_file


def test_there_are_enough_documents_of_every_producer() -> None:
    producers = [name.partition("-")[0] for name in NAMES]
    assert len(NAMES) >= 15
    assert all(producers.count(producer) >= least for producer, least in (("word", 10), ("libreoffice", 5)))
    assert "wps" in producers


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_in_the_draft_or_in_the_report(name: str, language: str) -> None:
    assert words_accounted_for(read(name, language)) == words_in_file(DOCUMENTS / f"{name}.docx")


@pytest.mark.parametrize("name", NAMES)
def test_only_the_note_that_nobody_points_at_has_no_name_of_its_own(name: str) -> None:
    others = [e.texts for e in read(name).report.entries.values() if e.kind == "other"]
    assert others == ([["没有人引用的脚注。"]] if name == "word-notes" else [])


@pytest.mark.parametrize("name", ["word-chinese-lesson", "libreoffice-chinese-lesson"])
def test_a_lesson_from_word_and_from_libreoffice_is_the_same(name: str) -> None:
    reading = read(name)
    assert (reading.content.title, reading.content.summary) == ("先听，再问", "怎样和一个不愿开口的孩子谈心")
    assert blocks(reading, "heading") == ["一、为什么先听", "二、听到了什么"]
    first, second, last = blocks(reading, "text")
    assert first == (
        "<p>孩子愿意说，<b>是因为有人愿意等</b>。这句话听起来简单，<i>做起来不简单</i>。</p>"
        "<ul><li>找一个安静的角落<ul><li>不要在办公室里</li></ul></li><li>坐在孩子旁边，不坐在对面</li></ul>"
        "<ol><li>先说一件自己的小事</li><li>再问一个不难的问题</li></ol>"
    )
    assert second == "<p><b>（一）话里的话</b></p><p>“我不想回家”可能是“家里没有人”。</p>"
    assert last == "<p>谢谢每一位听的人。</p>"
    assert blocks(reading, "quotation") == [{"text": "他说得很少，可是每一句都算数。", "source": "林秀英，云岭小学"}]
    [table] = blocks(reading, "table")
    assert table["cells"]["data"][0] == ["孩子说", "可能是", "可以问"]
    assert table["cells"]["table_header_choice"] == "row"
    [picture] = blocks(reading, "picture")
    assert picture["image"]["alt_text"] == "操场边的一条长凳"
    assert picture["caption"] == "图一：长凳比办公桌好说话"
    assert entry(reading, "deep_heading") == ("changed", 1, ["（一）话里的话"])
    assert entry(reading, "page_break")[:2] == ("dropped", 1)
    assert entry(reading, "table_caption")[0] == "needed"


def test_links_lead_where_they_led_and_others_are_words() -> None:
    reading = read("word-english-lesson", "en")
    assert (
        '<a href="https://example.org/guide">guide to listening</a> or my own notes (see below)'
        in blocks(reading, "text")[0]
    )
    assert entry(reading, "bad_link") == ("changed", 1, ["or my own notes → file:///C:/Users/me/secret.docx"])
    assert entry(reading, "inner_link")[1] == 1
    assert {"underline", "strike", "colour"} <= {e.kind for e in reading.report.entries.values()}


def test_wps_is_understood_by_the_chinese_names_of_its_styles() -> None:
    reading = read("wps-parents-at-school")
    assert reading.content.title == "家长进校园"
    assert blocks(reading, "heading") == ["一、为什么请家长来"]
    [text] = blocks(reading, "text")
    assert text.startswith(
        "<p>许多家长一年只到校一次，</p><p>而且是来领成绩单。<br/>他们不是不想来。</p><p><b>（一）请谁来</b></p><p><b>先请奶奶</b></p>"
    )
    assert "<b>留守家庭</b>的主事人多半是奶奶。姓\u3000名都要问清楚。" in text
    assert text.endswith("<ul><li>提前一周带口信<ol><li>口信由孩子带</li></ol></li><li>安排在赶集日</li></ul>")
    assert blocks(reading, "quotation") == [{"text": "我来了，娃娃高兴了三天。", "source": "一位奶奶"}]
    assert entry(reading, "contents")[0] == "dropped"
    assert entry(reading, "indent")[0] == "changed"


@pytest.mark.parametrize("name", ["word-tracked-changes", "libreoffice-tracked-changes"])
def test_tracked_changes_are_accepted_and_named(name: str) -> None:
    reading = read(name)
    assert blocks(reading, "text") == [
        "<p>校长每天早上站在校门口。</p><p>再问早饭。</p><p>先叫名字。</p><p>每个孩子都被叫到名字。</p><p>看得见的话。</p>"
    ]
    assert entry(reading, "insertion") == ("changed", 2, ["早上", "先叫名字。"])
    assert entry(reading, "deletion") == ("dropped", 2, ["偶尔", "先叫名字。"])
    assert entry(reading, "hidden") == ("dropped", 1, ["隐藏的备注"])
    assert entry(reading, "comment") == ("dropped", 1, ["这里加一个例子？"])


def test_what_stands_in_boxes_and_at_the_sides_is_kept_or_named() -> None:
    reading = read("word-boxes-and-sides")
    [text] = blocks(reading, "text")
    assert text.count("文本框：先照顾好自己") == 1
    assert "<p>慢慢来</p>" in text
    assert "云岭小学</p>" in text
    for kind, said in (("header", "云岭小学 内部资料"), ("footer", "第 1 页"), ("prompt", "单击此处输入文字。")):
        assert entry(reading, kind) == ("dropped", 1, [said])
    assert entry(reading, "shape") == ("dropped", 1, ["一条横线"])


def test_formulas_pinyin_and_signs_are_written_in_plain_text() -> None:
    [text] = blocks(read("word-formulas-and-signs"), "text")
    for said in (
        "平均：(总数)/(人数)=√(9)",
        "岭（lǐng）上",
        "✓做完了✓",
        "100 m²，喝 H₂O",
        "云（yún）在山上",
        "2026年11月写成",
    ):
        assert said in text
    assert entry(read("word-formulas-and-signs"), "symbol")[0] in ("changed", "dropped")


def test_merged_cells_keep_their_words_in_the_first_place() -> None:
    reading = read("word-tables")
    [table] = blocks(reading, "table")
    assert table["caption"] == "表一：一周的安排"
    assert table["cells"]["data"] == [
        ["上午", "", "下午", ""],
        ["周一 和周二", "晨读", "谈心", "跳绳"],
        ["", "", "甲组\n乙组", ""],
    ]
    assert [picture["image"]["alt_text"] for picture in blocks(reading, "picture")] == ["孩子们画的课表"]
    assert {"merged_cells", "nested_table", "frame", "lifted_picture", "look_in_table"} <= {
        e.kind for e in reading.report.entries.values()
    }


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "注释"), ("en", "Notes")])
def test_notes_stand_at_the_end_and_are_marked_in_the_text(language: str, heading: str) -> None:
    reading = read("word-notes", language)
    text, notes = blocks(reading, "text")
    assert text == "<p>监护人应当每周联系[1]，学校可以提醒[2]。[3]</p><p>最后一段。</p>"
    assert blocks(reading, "heading") == [heading]
    assert notes == (
        "<ol><li>《未成年人保护法》第十七条。</li><li>访谈，2025年春。<br/>受访者要求匿名。</li><li>全书的尾注。</li></ol>"
    )


def test_pictures_come_with_their_words_and_the_others_are_named() -> None:
    reading = read("word-pictures")
    assert [picture["image"]["alt_text"] for picture in blocks(reading, "picture")] == [
        "山坡上的学校",
        "",
        "还是那所学校",
        "一片叶子",
    ]
    assert [picture.clean.format for picture in reading.pictures] == ["jpeg", "jpeg", "jpeg", "png"]
    assert entry(reading, "metafile")[2] == ["image4.png 从 Excel 粘贴的图表"]
    assert entry(reading, "damaged_picture")[2] == ["image5.png 坏掉的照片"]
    assert entry(reading, "linked_picture")[2] == ["http://127.0.0.1:9/picture.png 网上的图"]
    assert entry(reading, "object")[2] == ["Excel.Sheet.12"]
    assert entry(reading, "alt_text")[:2] == ("needed", 1)


def test_numbers_that_word_made_are_named() -> None:
    reading = read("word-numbering")
    assert blocks(reading, "heading") == ["第一件事", "第二件事"]
    assert blocks(reading, "text")[1] == "<ol><li>甲</li></ol><p>中间插一句话。</p><ol><li>乙</li></ol>"
    assert entry(reading, "heading_number")[1] == 2
    assert entry(reading, "list_number")[1] == 2
    assert entry(reading, "list_goes_on") == ("changed", 1, ["乙"])


def test_a_document_without_styles_has_its_bold_lines_as_headings() -> None:
    reading = read("word-without-styles")
    assert reading.content.title == "关于建立留守儿童谈心制度的做法"
    assert blocks(reading, "heading") == ["一、怎么开始", "二、怎么坚持"]
    assert "<p><b>请注意，这一句是重点，不是标题。</b></p>" in blocks(reading, "text")[1]
    assert entry(reading, "bold_heading")[1] == 2


def test_lines_that_end_softly_become_paragraphs_where_they_are_indented() -> None:
    [text] = blocks(read("word-soft-breaks"), "text")
    assert text == "<p>各位校长：</p><p>本周五开会。</p><p>请带上花名册。<br/>联系人：高云</p>"


# --- any document ----------------------------------------------------------------------------------------------------

STYLES = [
    "Normal",
    "Heading 1",
    "Heading 2",
    "Title",
    "List Bullet",
    "List Bullet 3",
    "List Number",
    "Quote",
    "Caption",
]
ALPHABET = string.ascii_letters + "，。“”—·0123456789 \u3000孩子校长听说第一章<&>\"'\u00a0é😀\tﬁ（）：-"
runs = st.tuples(st.text(ALPHABET, max_size=12), st.sampled_from(["", "bold", "italic", "break", "underline"]))
paragraphs = st.tuples(st.just("p"), st.sampled_from(STYLES), st.lists(runs, max_size=4))
tables = st.tuples(
    st.just("t"),
    st.integers(1, 3),
    st.lists(st.lists(st.text(ALPHABET, max_size=8), min_size=3, max_size=3), max_size=3),
)


def built(parts: list[Any]) -> bytes:
    document = docx.Document()
    document.add_paragraph("开头")
    for kind, style, content in parts:
        if kind == "p":
            add_paragraph(document, style, content)
        elif content:
            add_table(document, style, content)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def add_paragraph(document: Any, style: str, content: list[tuple[str, str]]) -> None:
    paragraph = document.add_paragraph(style=style)
    for text, look in content:
        run = paragraph.add_run(text)
        if look == "break":
            run.add_break()
        elif look:
            setattr(run, look, True)


def add_table(document: Any, width: int, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), width)
    for y, row in enumerate(rows):
        for x in range(width):
            table.cell(y, x).text = row[x]
    if width > 1 and len(rows) > 1:
        table.cell(0, 0).merge(table.cell(1, 1))


@settings(max_examples=40)
@given(parts=st.lists(paragraphs | tables, max_size=8))
@example(parts=[("p", "Heading 1", [("<0>", "")])])
def test_no_word_of_any_document_is_lost(parts: list[Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    content = built(parts)
    path = tmp_path_factory.mktemp("word") / "any.docx"
    path.write_bytes(content)
    reading = read_word(content, name="any.docx", language="zh-hans")
    assert words_accounted_for(reading) == words_in_file(path)
    assert not reading.report.has("other")
