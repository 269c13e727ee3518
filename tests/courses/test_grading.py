"""Every type of question is judged by ids or folded words, and only what its form can send is an answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.grading import Answer, is_right, is_well_formed, replies_to, right_answer, walk
from courses.models import LessonPage, LessonVersion
from courses.services.versions import questions_of
from tests.factories import asking
from tests.factories.asking import an_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture(scope="module")
def asked() -> dict[str, dict[str, Any]]:
    """The questions of each type as a version keeps them, by type; nothing is saved."""
    from wagtail.models import Locale

    page = LessonPage(title="都来问", locale=Locale(language_code="zh-hans"))
    page.body = list(asking.JUDGED)
    return {question["type"]: question for question in questions_of(page)}


def test_every_type_has_a_right_answer_that_fits_and_is_right(asked: dict[str, dict[str, Any]]) -> None:
    assert len(asked) == 6
    for question in asked.values():
        answer = right_answer(question)
        assert is_well_formed(question, answer), question["type"]
        assert is_right(question, answer), question["type"]
        replies = replies_to(question, answer)
        assert replies
        assert all(reply.is_right and reply.text and reply.feedback for reply in replies)


def test_the_wrong_answer_is_told_with_its_feedback(asked: dict[str, dict[str, Any]]) -> None:
    backwards = Answer(tuple(reversed(right_answer(asked["order"]).chosen)))
    (reply,) = replies_to(asked["order"], backwards)
    assert (reply.is_right, reply.feedback) == (False, "再想想。")
    assert reply.text == "第3步 → 第2步 → 第1步 → 第0步"
    (reply,) = replies_to(asked["match"], right_answer(asked["match"]))
    assert reply.text == "话0 — 答0 · 话1 — 答1 · 话2 — 答2"


@given(st.permutations([an_id(f"o{n}") for n in range(4)]))
def test_an_order_is_right_in_one_way_only(asked: dict[str, dict[str, Any]], order: list[str]) -> None:
    answer = Answer(tuple(order))
    assert is_well_formed(asked["order"], answer)
    assert is_right(asked["order"], answer) == (order == [an_id(f"o{n}") for n in range(4)])


@given(st.permutations(range(3)), st.permutations(range(3)))
def test_pairs_are_right_in_whatever_order_they_are_given(
    asked: dict[str, dict[str, Any]], lefts: list[int], rights: list[int]
) -> None:
    pairs = list(zip(asking.RIGHT_PAIRS[::2], asking.RIGHT_PAIRS[1::2], strict=True))
    chosen = [one for left, right in zip(lefts, rights, strict=True) for one in (pairs[left][0], pairs[right][1])]
    answer = Answer(tuple(chosen))
    assert is_well_formed(asked["match"], answer)
    assert is_right(asked["match"], answer) == (lefts == rights)


def test_the_same_right_hand_twice_can_be_sent_and_is_wrong(asked: dict[str, dict[str, Any]]) -> None:
    one = asking.RIGHT_PAIRS
    answer = Answer((one[0], one[1], one[2], one[1], one[4], one[5]))
    assert is_well_formed(asked["match"], answer)
    assert not is_right(asked["match"], answer)


def test_nobody_reads_the_pairing_off_the_ids_or_the_places(asked: dict[str, dict[str, Any]]) -> None:
    for pair in asked["match"]["pairs"]:
        assert pair["right_id"] != pair["id"]
        assert pair["right_id"][:8] != pair["id"][:8]


@pytest.mark.parametrize("typed", ["心里话信箱", "心里话 信箱。", "ＬＥＴＴＥＲ　ＢＯＸ", "letter-box"])
def test_a_short_text_is_right_however_it_is_typed(asked: dict[str, dict[str, Any]], typed: str) -> None:
    assert is_right(asked["short_text"], Answer(text=typed))


@pytest.mark.parametrize(
    ("typed", "right"),
    [("10", True), ("２０ 分钟", True), ("15.0", True), ("9.99", False), ("20,1", False), ("-15", False)],
)
def test_a_number_may_be_off_by_the_tolerance_and_no_more(asked: dict[str, Any], typed: str, right: bool) -> None:
    assert is_right(asked["number"], Answer(text=typed)) is right


GOOD_WAY = (an_id("s1-ask"), an_id("s2-wait"))


@pytest.mark.parametrize(
    ("chosen", "fits", "right"),
    [
        (GOOD_WAY, True, True),
        ((an_id("s1-leave"),), True, False),
        ((an_id("s1-shout"), an_id("s3-again")), True, False),
        ((an_id("s1-ask"), an_id("s2-hurry"), an_id("s3-again")), True, False),
        ((an_id("s1-ask"),), False, False),
        ((an_id("s2-wait"),), False, False),
        ((an_id("s1-ask"), an_id("s3-again")), False, False),
        ((*GOOD_WAY, an_id("s3-again")), False, False),
        (tuple(reversed(GOOD_WAY)), False, False),
        ((an_id("s1-ask"), an_id("s1-shout")), False, False),
        (("nonsense",), False, False),
        ((), False, False),
    ],
)
def test_a_story_is_a_way_from_its_beginning_to_an_end(asked: dict, chosen: tuple, fits: bool, right: bool) -> None:
    answer = Answer(chosen)
    assert is_well_formed(asked["scenario"], answer) is fits
    if fits:
        assert is_right(asked["scenario"], answer) is right
        assert [reply.text for reply in replies_to(asked["scenario"], answer)]


def test_a_walk_keeps_what_lies_on_the_way_and_drops_the_rest(asked: dict[str, dict[str, Any]]) -> None:
    """A form without script may send choices in scenes that the story never reaches."""
    way = walk(asked["scenario"], [an_id("s3-forget"), *GOOD_WAY])
    assert tuple(branch["id"] for branch in way) == GOOD_WAY


pieces = st.one_of(st.sampled_from([*GOOD_WAY, *asking.RIGHT_PAIRS, an_id("o0"), an_id("single-good"), ""]), st.text())


@given(st.lists(pieces, max_size=25).map(tuple), st.text(max_size=30))
def test_whatever_is_sent_is_judged_without_a_fault(asked: dict[str, Any], chosen: tuple[str, ...], text: str) -> None:
    for question in asked.values():
        answer = Answer(chosen, text)
        if is_well_formed(question, answer):
            assert replies_to(question, answer)
            assert isinstance(is_right(question, answer), bool)


def test_a_version_keeps_every_type_and_nothing_of_it_changes() -> None:
    bank = asking.a_bank()
    page = asking.a_lesson(*asking.JUDGED, asking.a_draw(bank), asking.REFLECTION, asking.POLL)
    version = asking.version_of(page)
    assert [question["type"] for question in version.questions] == [
        "single_choice", "order", "match", "short_text", "number", "scenario", *["single_choice"] * 5
    ]  # fmt: skip
    assert version.questions[4]["answer"] == "15"
    assert version.questions[5]["scenes"][0]["branches"][0]["leads_to"] == an_id("s2")
    assert [question.get("draw") for question in version.questions[6:]] == [{"id": an_id("draw"), "count": 2}] * 5
    assert [(one["type"], one["id"]) for one in version.unjudged] == [
        ("reflection", an_id("reflection")),
        ("poll", an_id("poll")),
    ]
    asking.a_lesson(*page.body.get_prep_value())
    assert LessonVersion.objects.filter(translation_key=page.translation_key).count() == 1


def test_a_changed_pass_mark_or_number_of_tries_is_a_new_version() -> None:
    page = asking.a_lesson(asking.single())
    first = asking.version_of(page)
    asking.a_lesson(asking.single(), pass_mark=60)
    second = asking.version_of(page)
    assert (first.pass_mark, second.pass_mark) == (0, 60)
    asking.a_lesson(asking.single(), pass_mark=60, tries=2)
    assert asking.version_of(page).tries == 2
    asking.a_lesson(asking.single(), pass_mark=0, tries=0)
    assert asking.version_of(page).content_hash == first.content_hash


def test_publishing_a_bank_records_the_lessons_that_draw_from_it_and_no_others() -> None:
    bank, other = asking.a_bank(), asking.a_bank(key="other")
    page = asking.a_lesson(asking.a_draw(bank))
    before = LessonVersion.objects.count()
    bank.questions = [*bank.questions.get_prep_value(), asking.single("late")]
    draft = bank.save_revision()
    assert LessonVersion.objects.count() == before, "a draft is no version"
    draft.publish()
    assert len(asking.version_of(page).questions) == 6
    assert LessonVersion.objects.count() == before + 1
    other.questions = [asking.single("else")]
    other.save()
    assert LessonVersion.objects.count() == before + 1
    page.unpublish()
    bank.refresh_from_db()
    bank.questions = bank.questions.get_prep_value()[:3]
    bank.save()
    assert LessonVersion.objects.count() == before + 1, "nobody reads it"


def test_a_learner_is_asked_the_drawn_ones_only_and_others_get_others() -> None:
    page = asking.a_lesson(asking.single(), asking.a_draw(asking.a_bank(6)))
    version = asking.version_of(page)
    seeds = [f"learner {number}" for number in range(40)]
    asked = [version.required_ids(seed) for seed in seeds]
    assert all(len(ids) == 3 and an_id("single") in ids for ids in asked)
    assert asked == [version.required_ids(seed) for seed in seeds]
    assert len(set(asked)) > 5


@pytest.mark.parametrize(("key", "text"), [("number", "15"), ("short_text", "心里话信箱")])
def test_words_with_a_choice_beside_them_answer_nothing(asked: dict, key: str, text: str) -> None:
    assert is_well_formed(asked[key], Answer(text=text))
    assert not is_well_formed(asked[key], Answer((an_id("single-good"),), text))
