"""Loading a course from files: twice changes nothing, a fault changes nothing, and identity outlives every edit."""

from pathlib import Path

import pytest
from wagtail.models import Page, Revision

from courses.models import CoursePage, LessonPage, LessonVersion, PracticePage
from courses.services.loading import LoadError, load_course
from home.services.site import prepare_site
from tests.factories import content

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """A copy of the folder that was loaded, to edit and load again."""
    return content.copy_of_small_course(tmp_path)


def rows() -> dict[str, list[object]]:
    """Return everything that loading may write, as data."""
    return {
        "pages": list(Page.objects.order_by("pk").values("pk", "title", "path", "latest_revision", "live")),
        "revisions": list(Revision.objects.order_by("pk").values_list("pk", flat=True)),
        "versions": list(LessonVersion.objects.order_by("pk").values("pk", "content_hash")),
    }


def test_loading_again_changes_nothing(loaded: Path) -> None:
    before = rows()
    load_course(loaded)
    prepare_site()
    assert rows() == before


def test_both_languages_share_every_identity(loaded: Path) -> None:
    assert LessonPage.objects.count() == 6
    for key in ("ask", "read", "choose"):
        chinese, english = content.lesson(key, "zh-hans"), content.lesson(key, "en")
        assert chinese.translation_key == english.translation_key
        assert chinese.title != english.title
        assert [block.id for block in chinese.body] == [block.id for block in english.body]
        assert shape(content.version(key, "zh-hans")) == shape(content.version(key, "en"))
    assert [prompt.id for prompt in content.assignment("en").prompts] == [
        content.prompt(key) for key in ("did", "more", "photos")
    ]


def shape(version: LessonVersion) -> list[tuple[object, ...]]:
    """Return a version without its words."""
    return [
        (q["id"], q["type"], q["required"], tuple((option["id"], option["is_correct"]) for option in q["options"]))
        for q in version.questions
    ]


def test_identity_comes_from_the_keys_and_from_nothing_else(loaded: Path) -> None:
    version = content.version("ask")
    assert [q["id"] for q in version.questions] == [content.question("ask", "who"), content.question("ask", "wait")]
    assert [option["id"] for option in version.questions[0]["options"]] == [
        content.option("ask", "who", "quiet"),
        content.option("ask", "who", "loud"),
    ]
    assert [option["id"] for option in version.questions[1]["options"]] == ["true", "false"]


def test_editing_one_sentence_publishes_one_page(loaded: Path) -> None:
    before = rows()
    content.edit(loaded / "modules/first/lessons/01-ask.yaml", "先听，再问。", "先听，等一等，再问。")
    load_course(loaded)
    after = rows()
    assert len(after["revisions"]) == len(before["revisions"]) + 1
    changed = [new for old, new in zip(before["pages"], after["pages"], strict=True) if old != new]
    assert [page["pk"] for page in changed] == [content.lesson("ask").pk]  # type: ignore[index]
    assert len(after["versions"]) == len(before["versions"]) + 1
    assert after["versions"][: len(before["versions"])] == before["versions"], "old versions are never touched"


def test_a_mended_typing_error_keeps_the_identity_of_question_and_option(loaded: Path) -> None:
    before = shape(content.version("ask"))
    content.edit(loaded / "modules/first/lessons/01-ask.yaml", "安静的孩子", "安静的那个孩子")
    load_course(loaded)
    assert shape(content.version("ask")) == before
    assert content.version("ask").questions[0]["options"][0]["text"] == "安静的那个孩子"


def test_moved_options_keep_their_identity(loaded: Path) -> None:
    file = loaded / "modules/first/lessons/01-ask.yaml"
    text = file.read_text(encoding="utf-8")
    start, middle, end = (text.index(mark) for mark in ("      - key: quiet", "      - key: loud", "  - key: wait"))
    file.write_text(text[:start] + text[middle:end] + text[start:middle] + text[end:], encoding="utf-8")
    load_course(loaded)
    options = content.version("ask").questions[0]["options"]
    assert [(option["id"], option["is_correct"]) for option in options] == [
        (content.option("ask", "who", "loud"), False),
        (content.option("ask", "who", "quiet"), True),
    ]


def test_a_summary_is_published_too(loaded: Path) -> None:
    content.edit(loaded / "practices/01-letter-box.yaml", "一只带锁的箱子。", "一只带锁的木箱。")
    content.edit(loaded / "course.yaml", "hours: 2.5", "hours: 3")
    load_course(loaded)
    assert PracticePage.objects.get(locale__language_code="zh-hans").summary == "一只带锁的木箱。"
    assert {course.hours for course in CoursePage.objects.all()} == {3}


FAULTS = [
    ("course.yaml", "key: small", "", "no «key»"),
    ("course.yaml", "[first, second]", "[first, third]", "third/module.yaml: there is no such file"),
    ("course.yaml", "[first, second]", "", "«modules» is missing"),
    ("modules/first/module.yaml", "[ask, read]", "[ask, reed]", "no file with the key «reed»"),
    ("modules/first/lessons/02-read.yaml", "key: read", "key: ask", "is taken by 01-ask.yaml"),
    ("modules/first/lessons/02-read.yaml", "practice: letter-box", "practice: nowhere", "no practice «nowhere»"),
    ("modules/first/lessons/02-read.yaml", "type: checklist", "type: poem", "no block type «poem»"),
    ("modules/first/lessons/02-read.yaml", "key: card", "key: words", "needs a key of its own"),
    ("modules/second/lessons/01-choose.yaml", 'en: "Choosing"', 'fr: "Choisir"', "no text in en"),
    ("modules/second/lessons/01-choose.yaml", "title:", "title: [", "01-choose.yaml"),
    (
        "modules/first/lessons/02-read.yaml",
        "body:",
        "body:\n  - key: seen\n    type: picture\n    image: no.png",
        "02-read.yaml:9: seen.image: there is no picture «no.png»",
    ),
    ("modules/second/lessons/01-choose.yaml", "type: multiple_choice", "type: picture", "means nothing here"),
    ("modules/first/lessons/02-read.yaml", "minutes:", "minuts:", "02-read.yaml:5: minuts: means nothing here"),
    ("modules/first/lessons/02-read.yaml", "minutes:", "key: two\nminutes:", "02-read.yaml:5: «key» is given twice"),
    (
        "modules/first/lessons/02-read.yaml",
        "箱子要带锁。",
        "**箱子。**要带锁。",
        "02-read.yaml:9: words.text: ** would show as it is",
    ),
    ("course.yaml", "key: small", "key: Small Course", "course.yaml:1: «Small Course» is no key"),
    ("course.yaml", "[first, second]", "[first, first]", "course.yaml:9: «modules» lists a key twice"),
    (
        "practices/01-letter-box.yaml",
        "[listening]",
        "[hearing]",
        "01-letter-box.yaml:8: there is no theme «hearing»",
    ),
    ("modules/second/lessons/01-choose.yaml", "      - key: lock\n", "      - ", "01-choose.yaml"),
    ("modules/second/lessons/01-choose.yaml", "body:", "minutes: soon\nbody:", "01-choose.yaml"),
    (
        "modules/second/lessons/01-choose.yaml",
        "correct: true",
        "correct: false",
        "01-choose.yaml:9: which.options: 请至少标出一个正确选项; extra.options: ",
    ),
    ("modules/second/lessons/01-choose.yaml", 'zh-hans: "选一选"', 'zh-hans: ""', "01-choose.yaml"),
    (
        "modules/second/lessons/01-choose.yaml",
        "      - key: lock\n        correct",
        "      - correct",
        "01-choose.yaml",
    ),
    ("modules/second/lessons/01-choose.yaml", 'zh-hans: "带锁"', 'zh-hans: ["带锁"]', "01-choose.yaml"),
    ("modules/first/assignments/01-report.yaml", "kind: text", "kind: number", "no block type «number»"),
    ("course.yaml", "access: open", "access: everybody", "course.yaml"),
    ("course.yaml", "hours: 2.5", "hours: many", "course.yaml"),
    ("course.yaml", "minimum_score: 50", "minimum_score: 500", "course.yaml:8: minimum_score: 确保"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS, ids=[f"{f[0]}-{f[3]}" for f in FAULTS])
def test_a_fault_names_its_file_and_changes_nothing_at_all(
    loaded: Path, file: str, old: str, new: str, said: str
) -> None:
    before = rows()
    content.edit(loaded / "practices/01-letter-box.yaml", "一只带锁的箱子。", "这句话不会发布。")
    content.edit(loaded / file, old, new)
    with pytest.raises(LoadError) as fault:
        load_course(loaded)
    assert said in str(fault.value)
    assert str(loaded) in str(fault.value)
    assert rows() == before


def test_markup_in_a_file_becomes_no_script(loaded: Path) -> None:
    content.edit(
        loaded / "modules/first/lessons/01-ask.yaml",
        "先听，再问。",
        "<script>alert(1)</script>[a](javascript:alert(1))",
    )
    load_course(loaded)
    words = str(content.lesson("ask").body.get_prep_value()[0])
    assert "<script" not in words
    assert "href='javascript" not in words
    assert 'href="javascript' not in words
