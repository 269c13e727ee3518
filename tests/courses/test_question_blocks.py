"""What the editor says about a question that cannot be asked: in words, at its field, and not while it is a draft."""

import copy
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from courses.blocks import BankQuestions, LessonBody
from courses.blocks.identity import ContentWithoutIdentityError, require_identity
from courses.models import LessonPage, LessonVersion, QuestionBank
from courses.rendering import files_of
from courses.selectors import lessons_drawing_from
from tests.factories import asking
from tests.factories.asking import an_id, item
from tests.factories.people import an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

BODY = LessonBody()


def said(error: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], list[str]]:
    """Return what an error of blocks says, by the path of fields and places down to where it is shown."""
    found: dict[tuple[Any, ...], list[str]] = {}
    if getattr(error, "block_errors", None):
        for name, inner in error.block_errors.items():
            found |= said(inner, (*path, name))
        return found
    return {path: list(error.messages)}


def faults_of(block: dict[str, Any]) -> dict[tuple[Any, ...], list[str]]:
    """Return what publishing ``block`` is refused with, and hold that a draft of it is saved."""
    value = BODY.to_python([block])
    BODY.clean_deferred(value)
    try:
        BODY.clean(value)
    except ValidationError as error:
        return said(error, ())
    return {}


def changed(block: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**block, "value": {**copy.deepcopy(block["value"]), **fields}}


@pytest.mark.parametrize("block", [*asking.JUDGED, asking.REFLECTION, asking.POLL], ids=lambda block: block["type"])
def test_what_is_whole_is_taken(block: dict[str, Any]) -> None:
    assert faults_of(block) == {}


def branch(key: str, leads_to: int | None, *, good: bool = True) -> dict[str, Any]:
    return item(key, text=key, is_correct=good, feedback="好。", leads_to=leads_to)


def story(*scenes: tuple[Any, ...]) -> dict[str, Any]:
    items = [item(f"scene{n}", text=f"第{n}幕", branches=list(branches)) for n, branches in enumerate(scenes)]
    return changed(asking.SCENARIO, scenes=items)


END = (branch("x", None), branch("y", None, good=False))


def options(*texts: str) -> list[dict[str, Any]]:
    return [item(text, text=text, is_correct=False, feedback="好") for text in texts]


def things(*texts: str) -> list[dict[str, Any]]:
    return [item(f"thing{number}", text=text) for number, text in enumerate(texts)]


def pairs(*sides: tuple[str, str]) -> list[dict[str, Any]]:
    return [item(f"pair{number}", left=left, right=right) for number, (left, right) in enumerate(sides)]


LOST = ("scenes", 0, "branches", 0, "leads_to")
BAD = (branch("c", None, good=False), branch("d", None, good=False))
FAULTY: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "no option is right": (changed(asking.single(), options=options("一", "二")), ("options",)),
    "two items are one": (changed(asking.ORDER, items=things("先听", "再问", " 先 听")), ("items", 2, "text")),
    "two left sides are one": (changed(asking.MATCH, pairs=pairs(("一", "1"), ("一", "2"))), ("pairs", 1, "left")),
    "two right sides are one": (changed(asking.MATCH, pairs=pairs(("一", "1"), ("二", "1 "))), ("pairs", 1, "right")),
    "accepts nothing but signs": (changed(asking.SHORT, accepted=things("好", "……！")), ("accepted", 1, "text")),
    "no number": (changed(asking.NUMBER, answer=None), ("answer",)),
    "a scene that is not there": (story((branch("a", 5), branch("b", None))), LOST),
    "in a circle to itself": (story((branch("a", 1), branch("b", None))), LOST),
    "back to an earlier one": (
        story((branch("a", 2), branch("b", 2)), (branch("c", 1), branch("d", None))),
        ("scenes", 1, "branches", 0, "leads_to"),
    ),
    "a scene nobody reaches": (story((branch("a", 3), branch("b", None)), END, END), ("scenes", 1, "text")),
    "nobody can get it right": (story((branch("a", 2), branch("b", None, good=False)), BAD), ("scenes",)),
    "two answers of a poll are one": (changed(asking.POLL, options=things("同学", "同学")), ("options", 1, "text")),
}


@pytest.mark.parametrize(("block", "where"), FAULTY.values(), ids=FAULTY)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_fault_is_said_at_its_field_when_publishing_and_never_to_a_draft(
    block: dict[str, Any], where: tuple[Any, ...], language: str
) -> None:
    with translation.override(language):
        faults = faults_of(block)
    assert list(faults) == [(0, *where)]
    (sentences,) = faults.values()
    assert all(sentences)
    if language == "zh-hans":
        assert any("一" <= character <= "鿿" for character in sentences[0]), sentences


def test_a_tolerance_is_never_negative() -> None:
    with pytest.raises(ValidationError) as refused:
        BODY.clean(BODY.to_python([changed(asking.NUMBER, tolerance="-1")]))
    assert list(said(refused.value)) == [(0, "tolerance")]


def test_a_draw_takes_at_most_what_the_bank_has_and_a_bank_once() -> None:
    bank = asking.a_bank(3)
    assert faults_of(asking.a_draw(bank, 3)) == {}
    assert list(faults_of(asking.a_draw(bank, 4))) == [(0, "count")]
    assert list(faults_of(changed(asking.a_draw(bank), bank=None))) == [(0, "bank")]
    twice = BODY.to_python([asking.a_draw(bank), {**asking.a_draw(bank), "id": an_id("second")}])
    BODY.clean_deferred(twice)
    with pytest.raises(ValidationError) as refused:
        BODY.clean(twice)
    assert list(said(refused.value)) == [(1, "bank")]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_question_block_has_its_words_and_a_preview(language: str) -> None:
    with translation.override(language):
        for block in [
            *BankQuestions().child_blocks.values(),
            BODY.child_blocks["reflection"],
            BODY.child_blocks["poll"],
        ]:
            assert all((block.label, block.meta.description, block.meta.icon != "placeholder")), block.name
            value = block.normalize(block.meta.preview_value)
            html = block.render(value, {"id": "x", "answer_url": "/", "version_uuid": ""})
            assert str(value["prompt"]) in html, block.name
            block.clean(value)


def test_items_deep_inside_a_block_need_an_id_of_their_own() -> None:
    scenario = copy.deepcopy(asking.SCENARIO)
    require_identity([scenario], title="课")
    scenario["value"]["scenes"][1]["value"]["branches"] = [{"text": "一", "is_correct": True, "feedback": "好"}]
    with pytest.raises(ContentWithoutIdentityError, match=r"scenario\.scenes\.branches"):
        require_identity([scenario], title="课")


def test_a_bank_that_nobody_published_comes_before_learners_with_no_lesson(editor: Client) -> None:
    bank = asking.a_bank(3)
    page = asking.a_lesson(asking.a_draw(bank))
    page.unpublish()
    bank.unpublish()
    assert list(faults_of(asking.a_draw(bank))) == [(0, "bank")]
    editor.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}")
    assert not LessonPage.objects.get(pk=page.pk).live
    bank.save_revision().publish()
    assert faults_of(asking.a_draw(bank)) == {}
    editor.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}")
    assert LessonPage.objects.get(pk=page.pk).live


# --- banks in the admin ----------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(an_operator())
    return client


@pytest.fixture
def used() -> tuple[QuestionBank, LessonPage]:
    bank = asking.a_bank(3)
    return bank, asking.a_lesson(asking.a_draw(bank))


def test_a_bank_in_use_stays_and_the_refusal_names_the_lessons(editor: Client, used: tuple[Any, LessonPage]) -> None:
    bank, page = used
    assert lessons_drawing_from([bank]) == [page]
    one = editor.post(f"/admin/snippets/courses/questionbank/delete/{bank.pk}/", follow=True)
    many = editor.post(f"/admin/bulk/courses/questionbank/delete/?id={bank.pk}", follow=True)
    for response in (one, many):
        assert response.status_code == 200
        assert "没有删除" in response.content.decode()
        assert page.title in response.content.decode()
    assert QuestionBank.objects.filter(pk=bank.pk).exists()
    asking.a_lesson(asking.single())
    assert editor.post(f"/admin/snippets/courses/questionbank/delete/{bank.pk}/").status_code == 302
    assert not QuestionBank.objects.filter(pk=bank.pk).exists()
    assert LessonVersion.objects.filter(translation_key=page.translation_key).count() == 2, "what was asked is kept"


def test_the_editor_of_a_bank_says_who_draws_from_it_and_shows_it_as_a_lesson_does(
    editor: Client, used: tuple[QuestionBank, LessonPage]
) -> None:
    bank, page = used
    listing = editor.get("/admin/snippets/courses/questionbank/")
    assert "题库" in listing.content.decode()
    edit = editor.get(f"/admin/snippets/courses/questionbank/edit/{bank.pk}/")
    assert page.title in edit.content.decode()
    usage = editor.get(f"/admin/snippets/courses/questionbank/usage/{bank.pk}/")
    assert page.title in usage.content.decode()
    preview = bank.make_preview_request(edit.wsgi_request)
    assert preview.status_code == 200
    assert preview.content.decode().count("data-question=") == 3
    assert "题目bank1？" in preview.content.decode()


def test_a_draft_of_a_bank_changes_no_lesson_until_it_is_published(used: tuple[QuestionBank, LessonPage]) -> None:
    bank, page = used
    bank.questions = [*bank.questions.get_prep_value(), asking.single("new")]
    bank.save_revision()
    assert "题目new？" not in Client().get(page.url).content.decode()
    bank.latest_revision.publish()
    assert "题目new？" in Client().get(page.url).content.decode()
    assert asking.version_of(page).question(an_id("new")) is not None


def test_a_draw_asks_in_the_language_of_the_lesson(english: Any) -> None:
    bank = asking.a_bank(3)
    twin = bank.copy_for_translation(english)
    blocks = twin.questions.get_prep_value()
    for number, block in enumerate(blocks):
        block["value"]["prompt"] = f"Question {number}?"
    twin.questions = blocks
    twin.save()
    page = asking.a_lesson(asking.a_draw(bank))
    english_page = page.copy_for_translation(english, copy_parents=True)
    english_page.save_revision().publish()
    version = asking.version_of(LessonPage.objects.get(pk=english_page.pk))
    assert [question["prompt"] for question in version.questions] == ["Question 0?", "Question 1?", "Question 2?"]
    assert {question["id"] for question in version.questions} == {q["id"] for q in asking.version_of(page).questions}
    twin.questions = [*twin.questions.get_prep_value()[:2]]
    twin.save()
    assert len(asking.version_of(LessonPage.objects.get(pk=english_page.pk)).questions) == 2
    assert len(asking.version_of(page).questions) == 3


def test_only_a_lesson_that_asks_otherwise_than_by_choosing_fetches_the_script_for_it(client: Client) -> None:
    """And what an author is told that a page costs counts it, although it comes only when the reader is near."""
    plain = asking.a_lesson(asking.single(), slug="plain")
    cases: list[dict[str, Any]] = [{}, {"tries": 2}, {"pass_mark": 60}]
    for fields in cases:
        page = asking.a_lesson(asking.single() if fields else asking.ORDER, **fields)
        assert any("/js/questions" in file.url for file in files_of(page)), fields
        assert 'id="question-words"' in client.get(page.url).content.decode()
    assert not any("/js/questions" in file.url for file in files_of(plain))
    assert "questions.js" not in client.get(plain.url).content.decode()


def test_a_new_question_begins_with_as_many_options_as_it_needs() -> None:
    for kind, field, least in (("single_choice", "options", 2), ("order", "items", 3), ("match", "pairs", 2)):
        block = LessonBody().child_blocks[kind]
        assert len(block.get_default()[field]) == least
    assert len(LessonBody().child_blocks["short_text"].get_default()["accepted"]) == 1
