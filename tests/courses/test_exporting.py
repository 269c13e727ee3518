"""Export, then load: the same course, in the same site and in another."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Revision

from courses.models import CoursePage, LessonPage, PracticePage, QuestionBank, Theme
from courses.services.course_files.richtext import markdown_of, rich_text, same_text
from courses.services.exporting import ExportError, export_course
from courses.services.loading import LoadError, load_course
from courses.services.loading.shelf import Files
from foundation.models import Handout, Picture, Recording
from home.services.site import prepare_site
from tests.factories.content import EVERY_BLOCK, site_with_course

pytestmark = pytest.mark.django_db
FILES = {"image": Picture, "poster": Picture, "recording": Recording, "file": Handout}


@pytest.fixture
def course() -> CoursePage:
    return site_with_course(EVERY_BLOCK)


@pytest.fixture
def exported(course: CoursePage, tmp_path: Path) -> Path:
    assert export_course(course=course, folder=tmp_path / "out") == []
    return tmp_path / "out"


def test_pictures_and_files_keep_title_credit_and_licence(exported: Path) -> None:
    picture, handout, recording = Picture.objects.get(), Handout.objects.get(), Recording.objects.get()
    assert (picture.title, picture.credit, picture.licence) == ("A bench under a tree", "Sample school", "CC BY-NC 4.0")
    assert (handout.title, handout.licence) == ("A plan for the week", "CC0 1.0")
    assert (recording.title, recording.licence) == ("A tone", "")
    Picture.objects.update(credit="", licence="")
    load_course(exported)
    picture.refresh_from_db()
    assert (picture.credit, picture.licence) == ("Sample school", "CC BY-NC 4.0")


def test_two_pictures_of_the_same_bytes_stay_two(course: CoursePage, exported: Path) -> None:
    files = Files(exported)
    first = files.picture("A-bench-under-a-tree.png")
    about = exported / "images/about.yaml"
    shutil.copy(exported / "images/A-bench-under-a-tree.png", exported / "images/other.png")
    about.write_text(about.read_text(encoding="utf-8") + "- {name: other.png, title: Other, licence: CC0 1.0}\n")
    files = Files(exported)
    assert files.picture("A-bench-under-a-tree.png") == first
    assert files.picture("other.png") != first
    assert Picture.objects.get(pk=first).title == "A bench under a tree"


@pytest.mark.parametrize(
    ("place", "said", "fault"),
    [
        (
            "images",
            "- {name: drawing.png, title: A, licence: B}\n- {name: no.png, title: A, licence: B}",
            "2: «no.png»",
        ),
        ("images", "- {name: drawing.png, title: A}", "1: «licence» must be words"),
        ("images", "- name: drawing.png\n  titel: A\n  licence: B", "2: titel means nothing here"),
        ("files", "- name: plan.txt\n  title: A\n  credit: C\n  licence: B", "3: credit means nothing here"),
        ("images", f"- {{name: drawing.png, title: A, licence: {'B' * 101}}}", "1: «licence» has more than 100"),
        ("files", "plan.txt: A", "1: must be a list"),
    ],
)
def test_a_fault_in_what_is_said_of_files_names_its_line(
    course: CoursePage, tmp_path: Path, place: str, said: str, fault: str
) -> None:
    folder = shutil.copytree(EVERY_BLOCK, tmp_path / "copy")
    (folder / place / "about.yaml").write_text(said, encoding="utf-8")
    with pytest.raises(LoadError) as error:
        load_course(folder)
    assert f"about.yaml:{fault}" in str(error.value)


def texts(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def said(row: Any) -> dict[str, Any]:
    """Return everything a page or bank says, with what it points to by name instead of by number."""
    fields: dict[str, Any] = {}
    for field in row._meta.get_fields():
        value: Any = getattr(row, field.name, None) if not field.is_relation or field.many_to_one else None
        if isinstance(field, StreamField):
            fields[field.name] = [named(block) for block in value.get_prep_value()]
        elif field.name in SAME:
            fields[field.name] = str(value)
        elif isinstance(field, RichTextField):
            fields[field.name] = value
    fields["themes"] = [theme.key for theme in row.themes.all()] if hasattr(row, "themes") else []
    return fields


SAME = {
    *("title", "slug", "translation_key", "live", "summary", "minutes", "pass_mark", "tries", "credit", "hours"),
    *(
        "access",
        "minimum_score",
        "people",
        "effort",
        "cost",
        "region",
        "author",
        "school",
        "licence",
        "edition",
        "practice",
    ),
    "adapted_from",
}


def named(thing: Any, under: str = "") -> Any:
    if isinstance(thing, list):
        return [named(item, under) for item in thing]
    if isinstance(thing, dict):
        return {key: named(value, key) for key, value in thing.items()}
    if under in FILES and isinstance(thing, int):
        row = FILES[under].objects.get(pk=thing)  # type: ignore[attr-defined]
        return [row.title, row.licence, getattr(row, "credit", "")]
    if under in ("page", "bank") and thing:
        model = PracticePage if under == "page" else QuestionBank
        return str(model.objects.get(pk=thing).translation_key)
    return str(thing)


def everything() -> dict[str, Any]:
    rows = [*Page.objects.filter(depth__gt=1).order_by("path").specific(), *QuestionBank.objects.order_by("pk")]
    return {f"{row.locale} {row} {type(row).__name__}": said(row) for row in rows} | {
        "themes": [[theme.key, theme.names, theme.position] for theme in Theme.objects.all()]
    }


def test_loading_what_was_exported_changes_nothing_in_the_same_site(exported: Path) -> None:
    before, revisions = everything(), Revision.objects.count()
    load_course(exported)
    assert everything() == before
    assert Revision.objects.count() == revisions
    assert (Picture.objects.count(), Handout.objects.count(), Recording.objects.count()) == (1, 1, 1)


def test_another_site_gets_the_same_course(tmp_path: Path) -> None:
    with transaction.atomic():
        course = site_with_course(EVERY_BLOCK)
        before = json.dumps(everything(), ensure_ascii=False, indent=1)
        export_course(course=course, folder=tmp_path / "out", is_whole_library=True)
        transaction.set_rollback(True)
    assert not LessonPage.objects.exists()
    prepare_site()
    load_course(tmp_path / "out")
    assert json.dumps(everything(), ensure_ascii=False, indent=1) == before


def test_keys_come_back_and_ids_that_follow_from_them_are_not_written(exported: Path) -> None:
    lesson = (exported / "modules/only/lessons/01-everything.yaml").read_text(encoding="utf-8")
    assert "key: small-step" in lesson
    assert "leads_to: chair" in lesson
    assert "practice: branch-talk" in lesson
    assert "only:" in lesson
    assert "id:" not in lesson
    assert "<b>先听。</b><b>再问</b>。" in lesson, "CommonMark would not make the first of these bold"
    assert (exported / "practices/02-branch-talk.yaml").is_file()


def test_exporting_what_was_exported_writes_the_same_text(exported: Path, tmp_path: Path) -> None:
    course = load_course(exported)["zh-hans"]
    export_course(course=course, folder=tmp_path / "again")
    assert texts(tmp_path / "again") == texts(exported)


def test_what_was_born_in_the_editor_keeps_its_identity(course: CoursePage, tmp_path: Path) -> None:
    lesson = LessonPage.objects.get(locale__language_code="zh-hans")
    born = LessonPage(title="编辑里写的", slug="born", summary="一句话。", locale=lesson.locale)
    born.body = [("heading", "新的"), ("checklist", {"title": "做", "items": [{"text": "一"}, {"text": "二"}]})]
    lesson.get_parent().add_child(instance=born)
    born.save_revision().publish()
    export_course(course=course, folder=tmp_path / "out")
    before, revisions = everything(), Revision.objects.count()
    load_course(tmp_path / "out")
    assert everything() == before
    assert Revision.objects.count() == revisions
    text = (tmp_path / "out/modules/only/lessons/02-born.yaml").read_text(encoding="utf-8")
    assert f"id: {born.translation_key}" in text
    assert "only:\n  - zh-hans" in text


def test_what_was_never_published_is_named(course: CoursePage, tmp_path: Path) -> None:
    lesson = LessonPage.objects.get(locale__language_code="en")
    lesson.unpublish()
    assert export_course(course=course, folder=tmp_path / "out") == [
        "Everything (en): never published, so it is not in the folder"
    ]
    text = (tmp_path / "out/modules/only/lessons/01-everything.yaml").read_text(encoding="utf-8")
    assert text.startswith("key: everything\nonly:\n  - zh-hans\n")


def test_nothing_is_overwritten_and_nothing_is_left_half_written(course: CoursePage, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="not empty"):
        export_course(course=course, folder=tmp_path / "full")
    Path(Picture.objects.get().file.path).unlink()
    with pytest.raises(FileNotFoundError):
        export_course(course=course, folder=tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name not in ("media", "private")) == ["full"]


def test_the_command_finds_a_course_by_key_and_names_those_there_are(course: CoursePage, tmp_path: Path) -> None:
    call_command("export_course", "every-block", str(tmp_path / "out"), "--library")
    assert (tmp_path / "out" / "course.yaml").is_file()
    with pytest.raises(CommandError, match="There are: every-block"):
        call_command("export_course", "nowhere", str(tmp_path / "other"))


PIECES = st.text(alphabet="a1好。“”*_`#-+.()[]<>&\\!~|=: \n　", min_size=1, max_size=12)


def inline(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        children.map(lambda inner: f"<b>{inner}</b>"),
        children.map(lambda inner: f"<i>{inner}</i>"),
        children.map(lambda inner: f'<a href="https://example.org/x_y">{inner}</a>'),
        st.tuples(children, children).map("".join),
    )


ESCAPED = PIECES.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
INLINE = st.recursive(ESCAPED, inline, max_leaves=4)
ITEMS = st.lists(INLINE.map(lambda text: f"<li>{text}</li>"), min_size=1, max_size=3).map("".join)
BLOCKS = st.one_of(
    INLINE.map(lambda text: f"<p>{text}</p>"),
    ITEMS.map(lambda items: f"<ul>{items}</ul>"),
    ITEMS.map(lambda items: f"<ol>{items}</ol>"),
)


@given(st.lists(BLOCKS, max_size=4).map("".join))
def test_rich_text_comes_back_from_markdown_as_it_was(html: str) -> None:
    assert same_text(rich_text(markdown_of(html)), html)


def test_the_folder_that_is_exported_can_be_a_new_one_inside_a_new_one(course: CoursePage, tmp_path: Path) -> None:
    export_course(course=course, folder=tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "course.yaml").is_file()
    shutil.rmtree(tmp_path / "a")
