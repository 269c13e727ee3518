"""What people type is read as they mean it, and what is drawn stays drawn: alike on the server and on the phone."""

import json
import shutil
import subprocess
import uuid
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from courses.drawing import drawn, mixed
from courses.folding import fold, read_number

CASES = json.loads((Path(__file__).parent / "typed_cases.json").read_text(encoding="utf-8"))
SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "questions.js"
ids = st.lists(st.uuids().map(str), min_size=1, max_size=9, unique=True)


@pytest.mark.parametrize(("typed", "folded"), CASES["fold"])
def test_width_case_spaces_and_punctuation_are_folded(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(("typed", "number"), CASES["number"])
def test_a_number_is_read_in_any_common_writing(typed: str, number: str | None) -> None:
    assert read_number(typed) == (None if number is None else Decimal(number))


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_every_number_is_read_as_it_is_written_here(number: Decimal) -> None:
    plain = format(number, "f")
    assert read_number(plain) == number
    assert read_number(f"{plain} 元") == number
    if abs(number) < 1000:
        assert read_number(plain.replace(".", ",")) in (number, number * 1000), "1,200 may part thousands"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_number_or_none(text: str) -> None:
    read = read_number(text)
    assert read is None or read.is_finite()


# --- drawing ---------------------------------------------------------------------------------------------------------


@given(ids, st.integers(1, 10), st.uuids().map(str), st.randoms(use_true_random=False))
def test_a_draw_is_exactly_that_many_and_stable(bank: list[str], count: int, seed: str, chance) -> None:
    mine = drawn(bank, count, draw="d", seed=seed)
    assert len(mine) == min(count, len(bank))
    assert mine <= set(bank)
    chance.shuffle(bank)
    assert drawn([*bank, *bank], count, draw="d", seed=seed) == mine


@given(ids, st.integers(1, 5), st.uuids().map(str), st.uuids().map(str))
def test_a_question_more_in_the_bank_changes_at_most_one_of_the_drawn(
    bank: list[str], count: int, seed: str, new: str
) -> None:
    before = drawn(bank, count, draw="d", seed=seed)
    assert len(before - drawn([*bank, new], count, draw="d", seed=seed)) <= 1
    for question in set(bank) - before:
        assert drawn([one for one in bank if one != question], count, draw="d", seed=seed) == before


def test_a_draw_is_roughly_fair() -> None:
    """Of 3,000 learners each question of six is drawn for a third, and each pair for a fifteenth."""
    bank = [str(uuid.uuid5(uuid.NAMESPACE_DNS, str(number))) for number in range(6)]
    draws = [drawn(bank, 2, draw="d", seed=str(uuid.uuid5(uuid.NAMESPACE_URL, str(n)))) for n in range(3000)]
    single = Counter(one for draw in draws for one in draw)
    pairs = Counter(draws)
    assert all(900 <= single[one] <= 1100 for one in bank), single
    assert len(pairs) == 15
    assert all(140 <= count <= 260 for count in pairs.values()), pairs


@given(ids)
def test_mixing_keeps_all_and_never_the_order_that_is_right(items: list[str]) -> None:
    assert sorted(mixed(items)) == sorted(items)
    assert mixed(items) == mixed(list(items))
    assert len(items) == 1 or mixed(items) != items


# --- the twin on the phone -------------------------------------------------------------------------------------------

ASK_NODE = """
globalThis.document = { getElementById: () => ({ dataset: {} }) };
const { fold, readNumber, drawn } = await import(process.argv[1]);
const cases = JSON.parse(process.argv[2]);
console.log(JSON.stringify({
  fold: cases.fold.map(([typed]) => fold(typed)),
  number: cases.number.map(([typed]) => { const read = readNumber(typed); return isNaN(read) ? null : read; }),
  drawn: cases.drawn.map((args) => drawn(...args).sort()),
}));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed; the journey asks a browser")
def test_the_phone_reads_and_draws_as_the_server_does(tmp_path: Path) -> None:
    script = tmp_path / "questions.mjs"
    shutil.copyfile(SCRIPT, script)
    said = subprocess.run(
        ["node", "--input-type=module", "--eval", ASK_NODE, "--", str(script), json.dumps(CASES)],
        capture_output=True,
        check=True,
        text=True,
    )
    phone = json.loads(said.stdout)
    assert phone["fold"] == [folded for _typed, folded in CASES["fold"]]
    assert phone["number"] == [None if number is None else float(number) for _typed, number in CASES["number"]]
    assert phone["drawn"] == [sorted(drawn(i, n, draw=draw, seed=seed)) for i, n, draw, seed in CASES["drawn"]]
