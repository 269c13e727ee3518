"""Phone numbers as people type them."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.phones import normalise_phone, spoken_phone

KEPT = "+8613800138000"


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        " 138-0013-8000 ",
        "138.0013.8000",
        "138–0013–8000",
        "+8613800138000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "(+86) 138 0013 8000",
        "0086 13800138000",
        "86 13800138000",
        "１３８００１３８０００",
        "＋８６　１３８　００１３　８０００",
        "\u202d138 0013 8000\u202c",  # direction marks come along when a number is copied from the address book
    ],
)
def test_one_number_in_many_spellings(typed: str) -> None:
    assert normalise_phone(typed) == KEPT


@pytest.mark.parametrize("number", ["13012345678", "15400000001", "16612345678", "17012345678", "19912345678"])
def test_every_mobile_range_is_taken_also_newer_than_the_library(number: str) -> None:
    assert normalise_phone(number) == f"+86{number}"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "12345",
        "1380013800",
        "138001380001",
        "12800138000",
        "010-6234 5678",
        "+1 415 555 2671",
        "+852 5123 4567",
        "138 0013 800O",
        "我的号码 13800138000",
        "13800138000 13900139000",
        "<script>",
        "+",
        "١٣٨٠٠١٣٨٠٠٠ ext",
        "1" * 39,
    ],
)
def test_what_is_no_chinese_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        normalise_phone(typed)
    assert refusal.value.code == "phone"


def test_another_region_can_be_opened(settings) -> None:
    settings.PHONE_REGIONS = ["CN", "HK"]
    assert normalise_phone("+852 5123 4567") == "+85251234567"
    assert spoken_phone("+85251234567") == "+852 5123 4567"
    settings.PHONE_REGIONS = ["HK"]
    with pytest.raises(ValidationError):
        normalise_phone("13800138000")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_number_survives_being_kept_shown_and_typed_again(number: str) -> None:
    kept = normalise_phone(number)
    assert normalise_phone(spoken_phone(kept)) == normalise_phone(kept) == kept


@given(st.text(max_size=40))
def test_whatever_is_typed_the_answer_is_a_number_or_a_sentence(typed: str) -> None:
    with suppress(ValidationError):
        assert normalise_phone(typed).startswith("+861")
