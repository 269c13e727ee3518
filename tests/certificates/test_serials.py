"""The number on the sheet: a check character that finds slips, a year of its own, and no gap."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import assume, given
from hypothesis import strategies as st

from certificates.models import SerialCounter
from certificates.serials import ALPHABET, check_character, format_serial, normalise_serial
from certificates.services.serials import next_serial
from certificates.verification.result import read_serial
from tests.certificates.builders import NOW

serials = st.builds(
    format_serial,
    prefix=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8),
    year=st.integers(2026, 2099),
    number=st.integers(1, 999_999),
)


@pytest.mark.parametrize(
    ("text", "character"),
    [
        # The published examples of three registries that use this very system: GRid, EIDR and ISAN (with its version).
        ("A1-2425G-ABC1234002", "M"),
        ("EA73-79D7-1B2B-B378-3A73", "M"),
        ("7791-8534-2C23-9030-8610", "5"),
        ("0000-0000-3A8D-0000", "Z"),
        ("0000-0000-3A8D-0000-0000-0000", "6"),
    ],
)
def test_the_check_character_is_that_of_the_standard(text: str, character: str) -> None:
    assert check_character(text) == character
    assert normalise_serial(f"{text}-{character}") == f"{text}-{character}"


def test_the_form_of_a_serial() -> None:
    assert format_serial(prefix="TC", year=2026, number=123)[:-1] == "TC-2026-000123-"
    assert format_serial(prefix="TC", year=2026, number=1_234_567)[:-1] == "TC-2026-1234567-"


@given(serials)
def test_a_serial_is_read_as_it_was_printed(serial: str) -> None:
    assert normalise_serial(serial) == read_serial(serial) == serial


@given(serials, st.data())
def test_one_wrong_character_is_found_out(serial: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([place for place, character in enumerate(serial) if character != "-"]))
    other = data.draw(st.sampled_from(ALPHABET.replace(serial[place], "")))
    assert normalise_serial(serial[:place] + other + serial[place + 1 :]) is None


@given(serials, st.data())
def test_swapped_neighbours_are_found_out(serial: str, data: st.DataObject) -> None:
    """All but those that are neighbours in the alphabet too, of which one in 36 escapes: see the next test."""
    body = serial.replace("-", "")
    place = data.draw(st.integers(0, len(body) - 2))
    one, two = body[place], body[place + 1]
    assume(abs(ALPHABET.index(one) - ALPHABET.index(two)) not in (0, 1, 35))
    swapped = body[:place] + two + one + body[place + 2 :]
    assert check_character(swapped[:-1]) != swapped[-1]


def test_how_many_swaps_the_system_cannot_see() -> None:
    """It doubles modulo 37 and adds modulo 36, so a few escape; 36 of 22,680, which no certificate depends on."""

    def remainder(before: int, value: int) -> int:
        return ((before + value) % 36 or 36) * 2 % 37

    escaped = [
        (one, two)
        for before in range(1, 37)
        for one in range(36)
        for two in range(one)
        if remainder(remainder(before, one), two) == remainder(remainder(before, two), one)
    ]
    assert len(escaped) == 36
    assert all(one - two in (1, 35) for one, two in escaped)


@pytest.mark.parametrize(
    "typed",
    [
        "tc-2026-000123-{c}",
        " TC 2026 000123 {c} ",
        "TC2026000123{c}",
        "ＴＣ－２０２６－０００１２３－{c}",
        "TC–2026—000123‐{c}",
        "TC.2026.000123.{c}",
    ],
)
def test_what_people_type_is_understood(typed: str) -> None:
    serial = format_serial(prefix="TC", year=2026, number=123)
    assert read_serial(typed.replace("{c}", serial[-1])) == serial


@pytest.mark.parametrize("typed", ["", "-", "TC", "张三", "TC-2026-000123", "😀" * 40, "2026", "--------"])
def test_what_is_no_serial_is_none(typed: str) -> None:
    assert read_serial(typed) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), 2027),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), 2027),
    ],
)
def test_the_year_is_that_of_shanghai(moment: datetime, year: int) -> None:
    assert next_serial(at=moment).startswith(f"TC-{year}-000001-")


@pytest.mark.django_db
def test_each_year_and_each_prefix_counts_from_one(settings) -> None:
    with transaction.atomic():
        numbers = [next_serial(at=NOW), next_serial(at=NOW), next_serial(at=NOW.replace(year=2027))]
        settings.CERTIFICATE_SERIAL_PREFIX = "XB"
        numbers.append(next_serial(at=NOW))
    assert [number[:-2] for number in numbers] == [
        "TC-2026-000001",
        "TC-2026-000002",
        "TC-2027-000001",
        "XB-2026-000001",
    ]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_serial_needs_the_transaction_of_its_row() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_serial(at=NOW)
    assert not SerialCounter.objects.exists()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_twenty_threads_each_gets_its_own_and_a_rollback_gives_back() -> None:
    class ChangeOfMindError(Exception):
        pass

    def take(number: int) -> str:
        try:
            with transaction.atomic():
                serial = next_serial(at=NOW)
                if number % 5 == 0:
                    raise ChangeOfMindError
                return serial
        except ChangeOfMindError:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        taken = [serial for serial in threads.map(take, range(60)) if serial]

    assert sorted(int(serial.split("-")[2]) for serial in taken) == list(range(1, 49))
    assert SerialCounter.objects.get().last == 48
