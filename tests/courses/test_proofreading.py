"""What a careful colleague says about a page: every finding is found, and good pages are left in peace."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Locale

from courses.models import LessonPage, PracticePage
from courses.rendering import FileKind, PageFile, Weight
from courses.services.proofreading import Finding, must_be_mended, proofread
from courses.services.proofreading.findings import Part
from courses.services.proofreading.words import long_paragraphs, names, untranslated
from foundation.models import Picture, Recording
from tests.factories import content
from tests.factories.content import DEMONSTRATION, site_with_course

pytestmark = pytest.mark.django_db

BLOCK = "3c2ad64f-5f3b-4bd5-9c59-9f7d6d0f3a11"
ASKS: dict[str, Any] = {
    "type": "true_false",
    "id": "3c2ad64f-5f3b-4bd5-9c59-9f7d6d0f3a12",
    "value": {"prompt": "先听再问。", "answer": "true", "feedback_true": "对。", "feedback_false": "再想想。"},
}


def a_lesson(*blocks: dict[str, Any], language: str = "zh-hans", **fields: Any) -> LessonPage:
    """Return a lesson that was not saved, with these blocks."""
    locale = Locale.objects.get_or_create(language_code=language)[0]
    body = [{"id": BLOCK, **block} for block in blocks]
    return LessonPage(**{"title": "课", "summary": "一句话。", "locale": locale, "body": body, **fields})


def codes(page: Any, **kwargs: Any) -> list[str]:
    return [finding.code for finding in proofread(page, **kwargs)]


def text(html: str) -> dict[str, Any]:
    return {"type": "text", "value": html}


def a_picture(**words: Any) -> dict[str, Any]:
    picture = Picture.objects.create(title="图", file="original_images/none.png", width=10, height=10)
    return {"type": "picture", "value": {"image": {"image": picture.pk, **words}, "caption": ""}}


def test_a_good_lesson_is_left_in_peace() -> None:
    page = a_lesson(text("<p>先听，再问。</p>"), a_picture(alt_text="两个孩子在树下读信", decorative=False), ASKS)
    assert proofread(page) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"alt_text": "", "decorative": False}, ["alt_missing"]),
        ({"alt_text": "", "decorative": True}, []),
        ({"alt_text": "图片", "decorative": False}, ["alt_meaningless"]),
        ({"alt_text": "图片 2", "decorative": False}, ["alt_meaningless"]),
        ({"alt_text": "Picture 3", "decorative": False}, ["alt_meaningless"]),
        ({"alt_text": "mmexport1700000000.jpg", "decorative": False}, ["alt_meaningless"]),
        ({"alt_text": "IMG_2041", "decorative": False}, ["alt_meaningless"]),
        ({"alt_text": "图书角的照片墙前，三个孩子在挑书", "decorative": False}, []),
    ],
)
def test_words_for_pictures(words: dict[str, Any], expected: list[str]) -> None:
    page = a_lesson(a_picture(**words), ASKS)
    assert codes(page) == expected
    assert [finding.code for finding in must_be_mended(page)] == [code for code in expected if code == "alt_missing"]


def test_a_recording_needs_its_words() -> None:
    recording = Recording.objects.create(title="录音", original=ContentFile(b"x", "a.mp3"), queued_at=timezone.now())
    silent = {"recording": recording.pk, "title": "谈话", "transcript": "<p> </p>"}
    without = a_lesson({"type": "audio", "value": silent}, ASKS)
    assert [finding.code for finding in must_be_mended(without)] == ["transcript_missing"]
    said = silent | {"transcript": "<p>早上好。</p>"}
    assert codes(a_lesson({"type": "audio", "value": said}, ASKS)) == []


def test_a_film_needs_a_summary() -> None:
    film = {"title": "短片", "link": "https://film.example/1", "summary": ""}
    assert codes(a_lesson({"type": "video", "value": film}, ASKS)) == ["summary_of_film_missing"]


def test_headings_need_something_under_them() -> None:
    heading = {"type": "heading", "value": "怎么开始"}
    assert codes(a_lesson(heading, heading | {"value": "第二个"}, text("<p>文字。</p>"), ASKS)) == ["heading_empty"]
    assert codes(a_lesson(ASKS, heading)) == ["heading_empty"]
    assert codes(a_lesson(heading, text("<p>文字。</p>"), ASKS)) == []


def test_a_lesson_asks_something_with_feedback() -> None:
    assert codes(a_lesson(text("<p>文字。</p>"))) == ["no_question"]
    silent = {**ASKS, "value": {**ASKS["value"], "feedback_false": " "}}
    (finding,) = proofread(a_lesson(silent))
    assert (finding.code, finding.block, finding.is_must) == ("no_feedback", ASKS["id"], True)
    options = [
        {"type": "item", "id": "a", "value": {"text": "是", "is_correct": True, "feedback": "对。"}},
        {"type": "item", "id": "b", "value": {"text": "否", "is_correct": False, "feedback": ""}},
    ]
    chosen = {"type": "single_choice", "value": {"prompt": "？", "options": options}}
    assert codes(a_lesson(chosen)) == ["no_feedback"]


def test_what_the_form_would_refuse_is_said_with_its_place() -> None:
    options = [{"type": "item", "id": "a", "value": {"text": "是", "is_correct": True, "feedback": "对。"}}]
    chosen = {"type": "single_choice", "id": ASKS["id"], "value": {"prompt": "", "options": options}}
    quoted = {"type": "quotation", "value": {"text": "先听。", "source": ""}}
    page = a_lesson(quoted, chosen, title="", minutes=None)
    told = [(finding.block, finding.sentence) for finding in must_be_mended(page) if finding.code == "required"]
    assert [block for block, _sentence in told] == [BLOCK, ASKS["id"], ASKS["id"], "", ""]
    sentences = " ".join(sentence for _block, sentence in told)
    for said in ("“引文 › 谁说的，出处在哪里”还没有填", "“单选题 › 题目”还没有填", "“标题”还没有填", "单选题 › 选项"):
        assert said in sentences


def test_a_practice_needs_licence_credit_and_risks() -> None:
    locale = Locale.objects.get(language_code="zh-hans")
    bare = PracticePage(title="实践", summary="一句话。", locale=locale, licence=" ", credit="", risks="<p></p>")
    assert codes(bare) == ["licence_missing", "credit_missing", "risks_missing"]
    assert len(must_be_mended(bare)) == 3
    whole = PracticePage(title="实践", summary="一句话。", locale=locale, credit="林老师", risks="<p>不追查笔迹。</p>")
    assert codes(whole) == []


def test_a_summary_is_asked_for() -> None:
    assert codes(a_lesson(ASKS, summary=" ")) == ["summary_missing"]


# --- names of children ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("后来王小芳同学第一次开口了。", "王小芳"),
        ("李强，8岁，和奶奶一起住。", "李强"),
        ("陈晨三年级的时候转来。", "陈晨"),
        ("有一个学生刘洋，总坐在最后一排。", "刘洋"),
        ("上王小芳同学家里去。", "王小芳"),
        ("我们班周小芳同学来读信。", "周小芳"),
        ("A boy called Xiaojun lives with his grandmother.", "Xiaojun"),
        ("The girl named Lan writes every week.", "Lan"),
    ],
)
def test_a_childs_name_is_noticed(said: str, name: str) -> None:
    found = list(names(Part("text", said, BLOCK)))
    assert [finding.code for finding in found] == ["name_of_child"], said
    assert name in found[0].sentence


@pytest.mark.parametrize(
    "said",
    [
        "同学们排好队，高年级同学先走。",
        "任何同学都可以投信。",
        "向全班同学说明。",
        "张三同学是课本里的例子。",
        "林老师和周校长一起读信。",
        "孩子高兴，说话就多了。",
        "许多同学第一次写信，三年级的最多。",
        "上周他帮小同学打饭。",
        "每周末小同学们打电话。",
        "一个四年级的男孩，爸爸妈妈在外地。",
        "A boy in year four is called by his number.",
        "Let a child named by the class read first.",
    ],
)
def test_ordinary_words_are_no_names(said: str) -> None:
    assert not list(names(Part("text", said, BLOCK))), said


# --- words ------------------------------------------------------------------------------------------------------------


def test_long_paragraphs() -> None:
    assert list(long_paragraphs(Part("quotation", "听" * 221)))
    assert not list(long_paragraphs(Part("quotation", "听" * 220)))
    assert list(long_paragraphs(Part("quotation", "word " * 131)))
    assert codes(a_lesson(text(f"<p>{'听' * 150}</p><p>{'问' * 150}</p>"), ASKS)) == []


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="http://elsewhere.example/">教育部的文件</a>', ["link_not_encrypted"]),
        ('<a href="https://elsewhere.example/">点击这里</a>', ["link_says_nothing"]),
        ('<a href="https://elsewhere.example/">Here.</a>', ["link_says_nothing"]),
        ('<a href="https://elsewhere.example/">教育部的文件</a>', []),
        ('<a linktype="page" id="3">上一课</a>', []),
    ],
)
def test_links(link: str, expected: list[str]) -> None:
    assert codes(a_lesson(text(f"<p>见{link}。</p>"), ASKS)) == expected


@pytest.mark.parametrize(
    ("said", "language", "is_left"),
    [
        ("先听孩子把话说完，再问一个问题。", "en", True),
        ("The term 留守儿童 means children whose parents work far away.", "en", False),
        ("Keep the sheet “两个孩子在树下读信的时候” by the letter box.", "en", False),
        ("Listen first, then ask one question at a time, and wait for an answer to come.", "zh-hans", True),
        ("用 WPS Office 打开这个文件。", "zh-hans", False),
        ("见 https://www.moe.gov.cn/jyb_xxgk/moe_1777/moe_1778/202001/t20200101.html", "zh-hans", False),
    ],
)
def test_what_was_left_untranslated(said: str, language: str, is_left: bool) -> None:
    assert bool(list(untranslated(Part("text", said), language))) is is_left


# --- weight -----------------------------------------------------------------------------------------------------------


def test_what_weighs_most_is_named() -> None:
    sizes = [(15_000, FileKind.PAGE, 0), (9_000, FileKind.PICTURE, 1), (84_000, FileKind.PICTURE, 3)]
    weight = Weight(tuple(PageFile(f"/{number}", size, "", kind, number) for size, kind, number in sizes))
    found = proofread(a_lesson(ASKS), weight=weight)
    assert [finding.code for finding in found] == ["picture_heavy", "text_heavy", "page_heavy"]
    assert "3" in found[0].sentence
    assert "84 kB" in found[0].sentence
    assert not any(finding.is_must for finding in found)


# --- real pages -------------------------------------------------------------------------------------------------------


def test_the_demonstration_stands_a_careful_reading() -> None:
    site_with_course(DEMONSTRATION)
    pages = [*LessonPage.objects.select_related("locale"), *PracticePage.objects.select_related("locale")]
    assert len(pages) > 10
    found: dict[str, list[Finding]] = {page.url_path: proofread(page) for page in pages}
    quiet = {"long_paragraph"}
    assert not {url: seen for url, fs in found.items() if (seen := [f for f in fs if f.code not in quiet])}


def test_the_page_itself_is_not_changed() -> None:
    content.site_with_course()
    lesson = content.lesson("ask")
    before = lesson.serializable_data()
    proofread(lesson)
    assert lesson.serializable_data() == before
