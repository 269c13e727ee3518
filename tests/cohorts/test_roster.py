"""Lists of people as they come: from Excel and WPS, in any order, with everything that goes wrong in them."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from accounts.models import Message, User
from cohorts.enums import EnrolmentStatus, ImportStatus, Joining
from cohorts.models import Cohort, Enrolment, PeopleImport
from cohorts.services.joining import change_joining
from cohorts.services.roster import work
from cohorts.services.roster.checking import check_rows
from cohorts.services.roster.columns import field_of, propose
from cohorts.services.roster.reading import MOST_ROWS, Table, read_table
from cohorts.services.roster.work import import_people, run_import, start_import
from foundation.uploads import RefusalCode, UploadRefused
from tests.factories.learning import a_cohort, a_learner
from tests.factories.people import a_facilitator, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

HEADER = ("姓名", "手机号", "学校", "省份")
PEOPLE = [("示例甲", "13800138001", "示例一小", "云南"), ("示例乙", "13800138002", "示例二小", "贵州")]


def a_book(*rows: Any, change: Any = None) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    if change:
        change(book, sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def a_text(*rows: Any, separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in rows)


def people_of(table: Table) -> list[tuple[str, str, str, str]]:
    entries = check_rows(table.rows, propose(table.header))
    return [(one.name, one.phone, one.school, one.region) for one in entries if one.is_good]


READ = [(name, f"+86{phone}", school, region) for name, phone, school, region in PEOPLE]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_is_read_in_the_encodings_and_separators_of_offices(encoding: str, separator: str) -> None:
    content = a_text(HEADER, *PEOPLE, separator=separator).encode(encoding)
    assert people_of(read_table(content, name="名单.CSV")) == READ


@given(order=st.permutations(range(4)), blank=st.integers(0, 3), title=st.booleans())
def test_columns_stand_in_any_order_below_a_title(order: list[int], blank: int, title: bool) -> None:
    rows = [[row[place] for place in order] for row in (HEADER, *PEOPLE)]
    above = [["2026 年秋季班名单"]] if title else []
    content = a_book(*above, *[[] for _row in range(blank)], *rows)
    assert people_of(read_table(content, name="a.xlsx")) == READ


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("姓　名", "name"),
        ("*姓名", "name"),
        ("手机号（必填）", "phone"),
        ("Mobile Number", "phone"),
        ("联系电话：", "phone"),
        ("所在学校", "school"),
        ("省/地区", "region"),
        ("省", "region"),
        ("身份证", ""),
        ("", ""),
    ],
)
def test_titles_are_understood(title: str, field: str) -> None:
    assert field_of(title) == field


def notes_of(table: Table) -> dict[str, Any]:
    return {note["code"]: note["value"] for note in table.notes}


def test_hidden_rows_are_not_read_and_told() -> None:
    def hide(_book: Any, sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True

    table = read_table(a_book(HEADER, *PEOPLE, change=hide), name="a.xlsx")
    assert people_of(table) == READ[1:]
    assert notes_of(table)["hidden"] == 1


def test_joined_cells_count_for_each_of_their_rows_and_are_told() -> None:
    def join(_book: Any, sheet: Any) -> None:
        sheet.merge_cells("C2:C3")

    table = read_table(a_book(HEADER, *PEOPLE, change=join), name="a.xlsx")
    assert [school for _name, _phone, school, _region in people_of(table)] == ["示例一小", "示例一小"]
    assert notes_of(table)["joined"] == 1


def test_a_hidden_sheet_is_passed_over_and_others_are_named() -> None:
    def add(book: Any, sheet: Any) -> None:
        other = book.create_sheet("旧名单", 0)
        other.append(HEADER)
        other.append(("示例旧", "13800138009", "", ""))
        other.sheet_state = "hidden"
        sheet.title = "新名单"

    table = read_table(a_book(HEADER, *PEOPLE, change=add), name="a.xlsx")
    assert people_of(table) == READ
    assert notes_of(table)["sheet"] == "新名单"


def test_numbers_that_excel_took_for_quantities_are_exact_in_its_own_files() -> None:
    table = read_table(a_book(HEADER[:2], ("示例甲", 13800138001), ("示例乙", 1.3800138002e10)), name="a.xlsx")
    assert [phone for _name, phone, _school, _region in people_of(table)] == ["+8613800138001", "+8613800138002"]
    assert notes_of(table)["numbers"] == 2


@pytest.mark.parametrize(
    ("written", "phone"),
    [("1.38E+10", ""), ("1.38e10", ""), ("1.3800138001E+10", "+8613800138001"), ("1.3800138000E+10", "+8613800138000")],
)
def test_shortened_numbers_in_text_are_recovered_where_every_digit_is_there(written: str, phone: str) -> None:
    table = read_table(a_text(HEADER[:2], ("示例甲", written)).encode(), name="a.csv")
    (entry,) = check_rows(table.rows, propose(table.header))
    assert entry.phone == phone
    assert [fault.field for fault in entry.faults] == ([] if phone else ["phone"])
    if not phone:
        assert written in str(entry.faults[0].sentence)


def test_a_formula_without_a_result_is_told_by_row_and_column() -> None:
    table = read_table(a_book(HEADER[:2], ("示例甲", "=A1&B1"), ("示例乙", "13800138002")), name="a.xlsx")
    entries = check_rows(table.rows, propose(table.header))
    assert [(entry.row, [fault.field for fault in entry.faults]) for entry in entries] == [(2, ["phone"]), (3, [])]


def test_two_people_with_one_number_are_both_left_out_and_a_double_row_is_one() -> None:
    rows = [
        ("示例甲", "13800138001"),
        ("示例乙", "138 0013 8001"),
        ("示例丙", "13800138003"),
        ("示例丙", "13800138003"),
    ]
    table = read_table(a_text(HEADER[:2], *rows).encode(), name="a.csv")
    entries = check_rows(table.rows, propose(table.header))
    assert [entry.is_good for entry in entries] == [False, False, True, False]
    assert "2" in str(entries[1].faults[0].sentence)
    assert "3" in str(entries[0].faults[0].sentence)
    assert entries[3].same_as == 4


@pytest.mark.parametrize(
    ("name", "phone", "field"),
    [("", "13800138001", "name"), ("示例🙂", "13800138001", "name"), ("示例", "", "phone"), ("示例", "12345", "phone")],
)
def test_what_cannot_be_printed_or_called_is_said_by_column(name: str, phone: str, field: str) -> None:
    (entry,) = check_rows([(2, [name, phone])], {"name": 0, "phone": 1})
    assert [fault.field for fault in entry.faults] == [field]


OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", RefusalCode.EMPTY),
        (OLD_EXCEL, "a.xlsx", RefusalCode.NAME_MISMATCH),
        (OLD_EXCEL, "a.xls", RefusalCode.WRONG_KIND),
        (OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", RefusalCode.PROTECTED),
        (a_book(HEADER, *PEOPLE), "a.csv", RefusalCode.NAME_MISMATCH),
        (a_book(HEADER, *PEOPLE)[:-40], "a.xlsx", RefusalCode.DAMAGED),
        (a_book(("a", "b"), ("c", "d")), "a.xlsx", RefusalCode.NO_TABLE),
        (a_book(), "a.xlsx", RefusalCode.NO_TABLE),
        ("只有一句话".encode(), "a.csv", RefusalCode.NO_TABLE),
        (b"x" * (5 * 1024 * 1024 + 1), "a.csv", RefusalCode.TOO_LARGE),
    ],
)
def test_a_bad_file_is_refused_with_its_own_sentence(content: bytes, name: str, code: RefusalCode) -> None:
    with pytest.raises(UploadRefused) as refused:
        read_table(content, name=name)
    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_twenty_thousand_rows_are_refused_before_all_are_read(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from cohorts.services.roster import reading

    rows = [(f"示例{number}", str(13800000000 + number)) for number in range(20_000)]
    content = a_text(HEADER[:2], *rows).encode() if kind == "csv" else a_book(HEADER[:2], *rows)
    read: list[int] = []

    def count(text: str) -> str:
        read.append(1)
        return text

    monkeypatch.setattr(reading, "_tidy", count)
    with pytest.raises(UploadRefused) as refused:
        read_table(content, name=f"a.{kind}")
    assert refused.value.code == RefusalCode.TOO_MANY_ROWS
    assert str(MOST_ROWS) in str(refused.value.message)
    assert len(read) < 3 * MOST_ROWS


# --- Taking in -----------------------------------------------------------------------------------------------------


@pytest.fixture
def leader() -> User:
    return a_facilitator()


@pytest.fixture
def cohort(leader: User) -> Cohort:
    return a_cohort(facilitator=leader)


def taken(cohort: Cohort, who: User, *rows: Any) -> PeopleImport:
    at = timezone.now()
    row = start_import(cohort=cohort, file=a_text(HEADER, *rows).encode(), name="a.csv", who=who, at=at)
    return run_import(row=row, actor=who, at=at)


def fates(row: PeopleImport) -> list[str]:
    return [fate for _number, fate in row.report]


def test_people_are_invited_and_the_same_list_again_changes_nothing(cohort: Cohort, leader: User) -> None:
    known = a_person(name="示例丙", phone="+8613800138003", school="自己写的")
    inside = a_learner(cohort=cohort, phone="+8613800138004")
    rows = [*PEOPLE, ("别名", "13800138003", "名单写的", ""), ("示例丁", "13800138004", "", ""), ("", "1", "", "")]
    first = taken(cohort, leader, *rows)
    assert (first.status, fates(first)) == (ImportStatus.DONE, ["new", "new", "new", "unchanged", "refused"])
    known.refresh_from_db()
    inside.refresh_from_db()
    assert (known.full_name, known.school, inside.status) == ("示例丙", "自己写的", EnrolmentStatus.ACTIVE)
    new = Enrolment.objects.get(user__phone="+8613800138001")
    assert (new.status, new.steps_total, new.user.full_name) == (EnrolmentStatus.INVITED, 4, "示例甲")
    assert not new.user.has_usable_password()
    figures = (User.objects.count(), Enrolment.objects.count(), Message.objects.count())
    again = taken(cohort, leader, *rows)
    assert fates(again) == ["unchanged"] * 4 + ["refused"]
    assert (User.objects.count(), Enrolment.objects.count(), Message.objects.count()) == figures


def test_no_more_are_invited_than_there_are_places(cohort: Cohort, leader: User) -> None:
    change_joining(cohort=cohort, joining=Joining.OPEN, capacity=1, actor=leader, at=timezone.now())
    assert fates(taken(cohort, leader, *PEOPLE)) == ["new", "full"]


def many(number: int) -> list[tuple[str, str, str, str]]:
    return [(f"示例{place}", str(13900000000 + place), "示例小学", "云南") for place in range(number)]


def test_a_long_list_goes_to_a_worker_and_goes_on_where_one_died(
    cohort: Cohort, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = taken(cohort, leader, *many(70))
    assert (row.status, row.rows_done) == (ImportStatus.PENDING, 0)
    whole = work._take_chunk

    def dies_in_the_third(row: PeopleImport, entries: Any, at: Any) -> bool:
        if row.rows_done >= 50:
            raise RuntimeError("the power went")
        return whole(row, entries, at)

    monkeypatch.setattr(work, "_take_chunk", dies_in_the_third)
    assert not import_people(pk=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.status, row.rows_done, Enrolment.objects.count()) == (ImportStatus.PENDING, 50, 50)
    monkeypatch.setattr(work, "_take_chunk", whole)
    assert import_people(pk=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.status, fates(row)) == (ImportStatus.DONE, ["new"] * 70)
    assert not import_people(pk=row.pk, now=timezone.now()), "done is done"


def test_the_desk_leads_from_a_file_to_invitations(client: Client, cohort: Cohort, leader: User) -> None:
    client.force_login(leader)
    door = f"/zh-hans/desk/{cohort.uuid}/learners/import/"
    odd = [("联系人", "号码"), ("示例甲", "13800138001"), ("示例乙", "1.38E+10"), ("姓名", "")]
    content = a_text(("姓名", "备注", "电话"), *[(b, "", a) for a, b in odd[1:]]).encode("gbk")
    response = client.post(door, {"file": SimpleUploadedFile("名单.csv", content)})
    assert response.status_code == 302
    shown = client.get(response["Location"]).content.decode()
    assert "<select" in shown
    assert client.post(response["Location"], {"name": "0", "phone": "0"}).status_code == 422
    assert client.post(response["Location"], {"name": "2"}).status_code == 422
    assert client.post(response["Location"], {"name": "2", "phone": "0", "school": "99"}).status_code == 302
    page = client.get(response["Location"]).content.decode()
    assert "1.38E+10" in page
    assert "示例甲" in page
    assert client.post(f"{response['Location']}run/").status_code == 302
    assert Enrolment.objects.get().user.full_name == "示例甲"
    assert client.post(f"{response['Location']}run/").status_code == 302, "a second tap"
    assert Enrolment.objects.count() == 1
    assert client.post(door, {"file": SimpleUploadedFile("a.xlsx", OLD_EXCEL)}).status_code == 415
    assert client.post(door, {}).status_code == 422


def test_a_list_of_another_cohort_is_nobodys_here(client: Client, cohort: Cohort, leader: User) -> None:
    other = a_facilitator(name="示例别")
    elsewhere = a_cohort(name="另一班", facilitator=other)
    row = start_import(
        cohort=elsewhere, file=a_text(HEADER, *PEOPLE).encode(), name="a.csv", who=other, at=timezone.now()
    )
    client.force_login(leader)
    for address in (f"/zh-hans/desk/{at.uuid}/learners/import/{row.uuid}/" for at in (cohort, elsewhere)):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}run/").status_code == 404
    assert not Enrolment.objects.exists()
