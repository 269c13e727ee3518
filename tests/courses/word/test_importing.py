"""From the file to the draft: who may, in the background, with true progress, twice, and swept away."""

import io
import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import GroupPagePermission, Page

from courses.blocks.words import INLINE_FEATURES
from courses.enums import WordImportStatus
from courses.models import LessonPage, ModulePage, PracticeIndexPage, PracticePage, WordImport
from courses.services.importing import read_word
from courses.services.importing.draft import make_draft
from courses.services.importing.work import KEEP, read_document, start_import, sweep_imports
from foundation.models import AuditLine, Picture
from foundation.services import work as leases
from tests.courses.word.make_documents import pictures_of_all_kinds, saved
from tests.courses.word.reading import DOCUMENTS, NAMES
from tests.factories.people import a_person, an_operator

OPENED = ("word-chinese-lesson", "word-pictures", "word-tables")
"""Drafts with every kind of block; opening the editor takes a second for each."""

CONVERTER = ContentstateConverter(INLINE_FEATURES)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def a_module() -> ModulePage:
    return ModulePage.objects.filter(locale__language_code="zh-hans").order_by("path")[0]


def a_library() -> PracticeIndexPage:
    return PracticeIndexPage.objects.get(locale__language_code="zh-hans")


def a_volunteer(page: Page) -> Any:
    """Return somebody who may add pages below ``page`` and nothing else."""
    from django.contrib.auth.models import Permission

    group = Group.objects.create(name=f"writers of {page.pk}")
    group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    add = Permission.objects.get(codename="add_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=page, permission=add)
    person = a_person(email=f"v{page.pk}@terrace.example")
    person.groups.add(group)
    return person


def started(name: str, parent: Page, who: Any) -> WordImport:
    content = (DOCUMENTS / f"{name}.docx").read_bytes()
    return start_import(who=who, parent=parent, file=content, name=f"{name}.docx", at=timezone.now())


def a_draft(name: str, parent: Page | None = None, **options: Any) -> Any:
    parent = parent or a_module()
    who = options.pop("who", None) or an_operator()
    row = started(name, parent, who)
    read_document(pk=row.pk, now=timezone.now())
    row.refresh_from_db()
    return make_draft(row=row, actor=who, at=timezone.now(), **options)


# Wagtail leaves the files of new renditions to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", NAMES)
def test_every_document_becomes_a_draft_that_the_editor_opens_and_does_not_change(name: str, client: Client) -> None:
    page = a_draft(name)
    assert isinstance(page, LessonPage)
    assert not page.live
    for block in page.body.get_prep_value():
        assert block["id"]
        if block["type"] == "text":
            before = in_the_editor(block["value"])
            assert in_the_editor(CONVERTER.to_database_format(json.dumps(before))) == before
            assert said("".join(part["text"] for part in before["blocks"])) == said(block["value"])
    if name in OPENED:
        client.force_login(an_operator())
        assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def in_the_editor(html: str) -> dict[str, Any]:
    """Return what the editor holds for a rich text: paragraphs, items with their depth, looks and links; no keys."""
    state: dict[str, Any] = json.loads(CONVERTER.from_database_format(html))
    for block in state["blocks"]:
        block["key"] = ""
    return state


def said(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", unescape(html)))


def test_importing_twice_makes_two_drafts_of_two_names() -> None:
    first, second = a_draft("word-chinese-lesson"), a_draft("word-chinese-lesson")
    assert first.pk != second.pk
    assert (first.title, second.title) == ("先听，再问", "先听，再问 (2)")
    assert first.slug != second.slug
    assert first.slug.isascii()
    ids = [[block.id for block in page.body] for page in (first, second)]
    assert not set(ids[0]) & set(ids[1])
    assert Picture.objects.filter(title="操场边的一条长凳").count() == 1


def test_asking_twice_for_the_draft_of_one_import_makes_one() -> None:
    who = an_operator()
    row = started("word-practice", a_library(), who)
    pages = {make_draft(row=row, actor=who, at=timezone.now()).pk for _time in range(2)}
    assert len(pages) == 1
    assert AuditLine.objects.filter(action="word_import.drafted").count() == 1


def test_the_draft_belongs_to_whoever_imported_it_and_has_a_revision() -> None:
    who = a_volunteer(a_module())
    page = a_draft("word-english-lesson", who=who)
    assert page.owner == who
    assert page.get_latest_revision().user == who
    assert page.summary == "How to begin a talk when a child would rather not."


def test_a_practice_is_sorted_into_its_fields() -> None:
    page = a_draft("word-practice", a_library())
    assert isinstance(page, PracticePage)
    assert page.context == "<p>一所寄宿小学，120 名学生，八成父母在外。</p>"
    assert page.problem == "<p>孩子有话不说，出了事才知道。</p>"
    assert page.risks.startswith("<p>不追查笔迹")
    assert page.evidence.startswith("<p>一学期收到 86 封信")
    assert (page.people, page.effort) == ("两位老师", "每周 30 分钟")
    assert [block.value for block in page.body if block.block_type == "heading"] == ["三、做法", "八、我们的体会"]


def test_a_practice_is_left_in_one_piece_when_asked() -> None:
    page = a_draft("word-practice", a_library(), sorts=False)
    assert not page.context
    assert len([block for block in page.body if block.block_type == "heading"]) == 8


def test_pictures_are_stored_only_with_the_draft_and_tell_nothing_of_their_place() -> None:
    who = an_operator()
    row = started("word-pictures", a_module(), who)
    read_document(pk=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert not Picture.objects.filter(uploaded_by_user=who).exists()
    page = make_draft(row=row, actor=who, at=timezone.now())
    pictures = [block.value["image"] for block in page.body if block.block_type == "picture"]
    assert [picture.contextual_alt_text for picture in pictures] == ["山坡上的学校", "", "还是那所学校", "一片叶子"]
    assert pictures[0].pk == pictures[2].pk


def test_a_draft_that_fails_leaves_neither_rows_nor_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    who = an_operator()
    row = started("word-chinese-lesson", a_module(), who)
    before = (LessonPage.objects.count(), Picture.objects.count())

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(LessonPage, "save_revision", fail)
    with pytest.raises(RuntimeError):
        make_draft(row=row, actor=who, at=timezone.now())
    assert (LessonPage.objects.count(), Picture.objects.count()) == before
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    row.refresh_from_db()
    assert row.status == WordImportStatus.READY


# --- in the background -----------------------------------------------------------------------------------------------


def a_long_document() -> bytes:
    return saved(pictures_of_all_kinds())


def test_a_short_file_is_read_at_once_and_a_long_one_waits_for_a_worker() -> None:
    who = an_operator()
    assert started("word-english-lesson", a_module(), who).status == WordImportStatus.READY
    assert not OrmQ.objects.exists()
    row = start_import(who=who, parent=a_module(), file=a_long_document(), name="long.docx", at=timezone.now())
    assert row.status == WordImportStatus.PENDING
    assert OrmQ.objects.count() == 1


def test_progress_counts_parts_that_are_done() -> None:
    told: list[tuple[int, int]] = []
    reading = read_word(a_long_document(), name="a.docx", language="en", tell=lambda *done: told.append(done))
    parts = told[0][1]
    assert told == [(number, parts) for number in range(1, parts)]
    assert len(reading.pictures) > 3


def test_progress_is_written_while_the_document_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    who = an_operator()
    row = start_import(who=who, parent=a_module(), file=a_long_document(), name="long.docx", at=timezone.now())

    def watching(self: Any, number: int, found: Any) -> Any:
        seen.append(WordImport.objects.get(pk=row.pk).progress)
        return original(self, number, found)

    from courses.services.importing.pictures import PictureCleaner

    original = PictureCleaner.ready
    monkeypatch.setattr(PictureCleaner, "ready", watching)
    assert read_document(pk=row.pk, now=timezone.now())
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] < 100
    row.refresh_from_db()
    assert (row.status, row.progress) == (WordImportStatus.READY, 100)


def test_a_worker_that_lost_its_claim_writes_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    who = an_operator()
    row = start_import(who=who, parent=a_module(), file=a_long_document(), name="long.docx", at=timezone.now())
    kept = {path for path in (tmp_path / "private").rglob("*") if path.is_file()}
    mine = leases.claim

    def taken(model: Any, pk: int, *, now: Any) -> Any:
        claimed = mine(model, pk, now=now)
        WordImport.objects.filter(pk=pk).update(lease_holder="another/1.1/1.1")
        return claimed

    from courses.services.importing import work

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "claim", taken)
        assert not read_document(pk=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.status, row.content) == (WordImportStatus.RUNNING, {})
    assert {path for path in (tmp_path / "private").rglob("*") if path.is_file()} == kept


def test_a_fault_of_ours_is_tried_again_and_then_shown(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    from courses.services.importing import work

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("disk")

    who = an_operator()
    row = start_import(who=who, parent=a_module(), file=a_long_document(), name="long.docx", at=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(work, "read_word", fail)
        for _try in range(3):
            assert not read_document(pk=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.status, row.reason) == (WordImportStatus.FAILED, "fault: OSError")
    client.force_login(who)
    address = f"/admin/word/{row.uuid}/"
    assert "再读一次" in client.get(address).content.decode()
    assert client.post(f"{address}retry/").status_code == 302
    assert read_document(pk=row.pk, now=timezone.now())


def test_what_nobody_needs_is_swept_away_and_drafts_stay(tmp_path: Path) -> None:
    who = an_operator()
    row = started("word-chinese-lesson", a_module(), who)
    page = make_draft(row=row, actor=who, at=timezone.now())
    sweep_imports()
    assert WordImport.objects.filter(pk=row.pk).exists()
    WordImport.objects.update(created_at=timezone.now() - KEEP - timedelta(hours=1))
    assert sweep_imports() == 1
    assert not WordImport.objects.exists()
    assert not [path for path in (tmp_path / "private").rglob("*") if path.is_file()]
    assert LessonPage.objects.filter(pk=page.pk).exists()
    assert [block.value["image"].file.size for block in page.body if block.block_type == "picture"]


def test_files_that_no_import_names_are_swept_after_a_day(tmp_path: Path) -> None:
    import os

    row = started("word-practice", a_library(), an_operator())
    orphan = tmp_path / "private" / "word" / "0123.png"
    orphan.write_bytes(b"left behind")
    assert sweep_imports() == 0
    old = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (tmp_path / "private" / "word").iterdir():
        os.utime(path, (old, old))
    assert sweep_imports() == 1
    assert not orphan.exists()
    assert row.file.storage.exists(str(row.file.name))


# --- in the admin ----------------------------------------------------------------------------------------------------


def posted(client: Client, name: str, parent: Page) -> Any:
    file = SimpleUploadedFile(f"{name}.docx", (DOCUMENTS / f"{name}.docx").read_bytes())
    return client.post("/admin/word/", {"file": file, "parent": parent.pk})


def test_from_the_file_to_the_editor(client: Client) -> None:
    client.force_login(a_volunteer(a_module()))
    response = posted(client, "word-tracked-changes", a_module())
    assert response.status_code == 302
    preview = client.get(response["Location"]).content.decode()
    for words in ("改过的稿子", "校长每天早上站在校门口。", "修订中删除的文字", "偶尔", "批注", "这里加一个例子？"):
        assert words in preview
    made = client.post(f"{response['Location']}draft/")
    page = LessonPage.objects.get(title="改过的稿子")
    assert made["Location"] == f"/admin/pages/{page.pk}/edit/"
    assert client.get(response["Location"]).content.decode().count(f"/admin/pages/{page.pk}/edit/") == 1


def test_the_preview_shows_the_practice_fields_and_the_pictures(client: Client) -> None:
    client.force_login(an_operator())
    response = posted(client, "word-practice", a_library())
    preview = client.get(response["Location"]).content.decode()
    assert re.search(r"<td>一、背景</td>\s*<td>", preview)
    response = posted(client, "word-chinese-lesson", a_module())
    [source] = re.findall(r'<img src="([^"]+/picture/0/)"', client.get(response["Location"]).content.decode())
    shown = client.get(source)
    assert shown["Content-Type"] == "image/png"
    assert shown.getvalue().startswith(b"\x89PNG")


def test_progress_can_be_asked_for_and_survives_a_reload(client: Client) -> None:
    client.force_login(an_operator())
    response = client.post(
        "/admin/word/", {"file": SimpleUploadedFile("long.docx", a_long_document()), "parent": a_module().pk}
    )
    address = response["Location"]
    for _reload in range(2):
        page = client.get(address).content.decode()
        assert re.search(r"<progress[^>]* value=\"0\"", page)
    assert client.get(f"{address}status/").json() == {"waiting": True, "percent": 0, "says": "正在排队"}
    row = WordImport.objects.get()
    read_document(pk=row.pk, now=timezone.now())
    assert client.get(f"{address}status/").json()["waiting"] is False


def test_a_place_where_one_may_not_write_is_not_offered_and_not_taken(client: Client) -> None:
    mine, other = ModulePage.objects.filter(locale__language_code="zh-hans").order_by("path")[:2]
    who = a_volunteer(mine)
    client.force_login(who)
    choices = client.get("/admin/word/").context["form"].fields["parent"].choices
    nothing_chosen, *groups = choices
    assert nothing_chosen == ("", "请选择")
    offered = [pk for _group, places in groups for pk, _title in places]
    assert offered == [str(mine.pk)]
    assert posted(client, "word-practice", other).status_code == 400
    with pytest.raises(PermissionDenied):
        started("word-practice", other, who)
    assert not WordImport.objects.exists()


def test_places_are_grouped_by_course_and_language_ones_own_language_first(client: Client) -> None:
    client.force_login(an_operator())
    groups = [label for label, _places in client.get("/admin/word/").context["form"].fields["parent"].choices[1:]]
    assert [label.endswith("（简体中文）") for label in groups] == [True, True, False, False]
    assert len(set(groups)) == 4


def test_a_right_that_was_taken_away_meanwhile_counts(client: Client) -> None:
    who = a_volunteer(a_module())
    row = started("word-english-lesson", a_module(), who)
    GroupPagePermission.objects.filter(group__user=who).delete()
    client.force_login(who)
    assert client.post(f"/admin/word/{row.uuid}/draft/").status_code in (302, 403)
    assert not LessonPage.objects.filter(owner=who).exists()


@pytest.mark.parametrize("end", ["", "status/", "picture/0/"])
def test_nobody_sees_the_import_of_another(end: str, client: Client) -> None:
    row = started("word-chinese-lesson", a_module(), a_volunteer(a_module()))
    client.force_login(an_operator())
    assert client.get(f"/admin/word/{row.uuid}/{end}").status_code == 404
    for action in ("draft", "retry"):
        assert client.post(f"/admin/word/{row.uuid}/{action}/").status_code == 404


def test_the_explorer_leads_to_the_import(client: Client) -> None:
    client.force_login(an_operator())
    for page in (a_module(), a_library()):
        assert f"/admin/word/?parent={page.pk}" in client.get(f"/admin/pages/{page.pk}/").content.decode()
    assert "/admin/word/?parent" not in client.get(f"/admin/pages/{a_module().get_parent().pk}/").content.decode()
    assert f'value="{a_module().pk}" selected' in client.get(f"/admin/word/?parent={a_module().pk}").content.decode()


def test_a_document_of_twenty_pages_and_ten_pictures_is_read_whole() -> None:
    """The bench holds its time to 3 seconds."""
    from tests.courses.word.make_documents import twenty_pages

    reading = read_word(io.BytesIO(twenty_pages()), name="long.docx", language="zh-hans")
    assert len(reading.pictures) == 10
