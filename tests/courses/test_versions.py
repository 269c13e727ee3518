"""Publishing writes down what a lesson asked; nothing that happens later changes it."""

import copy
import uuid
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from courses.blocks.identity import ContentWithoutIdentityError
from courses.grading import Answer, is_right, is_well_formed
from courses.models import LessonPage, LessonVersion
from courses.services.versions import record_version
from tests.factories import content
from tests.factories.editorial import an_editor
from tests.factories.learning import a_learner, an_answer, send
from tests.factories.people import an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def all_versions() -> list[dict[str, Any]]:
    return [dict(row) for row in LessonVersion.objects.order_by("pk").values()]


def test_publishing_what_did_not_change_writes_no_version() -> None:
    before = all_versions()
    content.lesson("ask").save_revision().publish()
    assert all_versions() == before


def test_publishing_a_change_writes_one_version_and_leaves_the_old_ones_alone() -> None:
    before = all_versions()
    page = content.lesson("ask")
    page.title = "再问一问"
    page.save_revision().publish()
    after = all_versions()
    assert after[:-1] == before
    assert after[-1]["title"] == "再问一问"
    page.save_revision().publish()
    assert all_versions() == after


def test_a_draft_is_no_version() -> None:
    before = all_versions()
    page = content.lesson("ask")
    page.title = "还没写完"
    page.save_revision()
    assert all_versions() == before


def test_a_version_survives_its_page() -> None:
    learner = a_learner()
    event = an_answer(learner, "ask", "who", "quiet")
    before = all_versions()
    content.lesson("ask").delete()
    content.lesson("ask", "en").delete()
    assert all_versions() == before
    assert send(learner, event)[0].status == "ok"


def test_a_version_that_somebody_answered_cannot_be_deleted() -> None:
    learner = a_learner()
    send(learner, an_answer(learner, "ask", "who", "quiet"))
    with pytest.raises(ProtectedError):
        content.version("ask").delete()


def test_an_answer_is_graded_by_the_version_the_learner_had() -> None:
    learner = a_learner()
    old = content.version("ask")
    page = content.lesson("ask")
    blocks = page.body.get_prep_value()
    options = next(block for block in blocks if block["type"] == "single_choice")["value"]["options"]
    for option in options:
        option["value"]["is_correct"] = not option["value"]["is_correct"]
    page.body = blocks
    page.save_revision().publish()
    send(learner, an_answer(learner, "ask", "who", "quiet", version=old))
    assert learner.events.get(verb="answered").is_right is True
    send(learner, an_answer(learner, "ask", "who", "quiet"))
    assert learner.events.filter(verb="answered").order_by("-id")[0].is_right is False


def test_publishing_through_the_admin_keeps_every_identity(client: Client) -> None:
    """The editor's form carries ids in hidden fields; what it saves must be what it was given."""
    author, editor = an_operator(), an_editor()
    client.force_login(author)
    page = content.lesson("ask")
    before = [(q["id"], [option["id"] for option in q["options"]]) for q in content.version("ask").questions]
    form = editor_form(page)
    form["body-1-value-prompt"] = "先去找谁？"
    response = client.post(f"/admin/pages/{page.pk}/edit/", {**form, "action-submit": "yes"})
    assert response.status_code == 302, response.context and response.context["form"].errors
    assert content.version("ask").questions[0]["prompt"] != "先去找谁？", "nobody has read it yet"
    client.force_login(editor)
    state = content.lesson("ask").current_workflow_task_state
    client.post(f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/", {"comment": ""})
    version = content.version("ask")
    assert version.questions[0]["prompt"] == "先去找谁？"
    assert [(q["id"], [option["id"] for option in q["options"]]) for q in version.questions] == before


def editor_form(page: LessonPage) -> dict[str, Any]:
    """Return what a browser sends from Wagtail's editor of the small course's first lesson."""
    edit = page.get_edit_handler()
    form = edit.get_form_class()(instance=page)
    data = {
        "title": page.title,
        "slug": page.slug,
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "summary": page.summary,
        "minutes": str(page.minutes),
        "pass_mark": "0",
        "tries": "0",
        "credit": "",
        "sources": "null",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    }
    assert "body" in form.fields
    blocks = page.body.get_prep_value()
    data["body-count"] = str(len(blocks))
    for number, block in enumerate(blocks):
        name = f"body-{number}"
        data |= {f"{name}-deleted": "", f"{name}-order": str(number), f"{name}-type": block["type"]}
        data |= {f"{name}-id": block["id"]} | editor_value(f"{name}-value", block)
    return data


def editor_value(name: str, block: dict[str, Any]) -> dict[str, str]:
    value = block["value"]
    if block["type"] == "text":
        from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

        return {name: ContentstateConverter(["bold", "italic", "ol", "ul", "link"]).from_database_format(value)}
    if block["type"] == "true_false":
        fields = {key: str(text) for key, text in value.items() if key != "required"}
        return {f"{name}-{key}": text for key, text in fields.items()} | {f"{name}-required": "on"}
    data = {
        f"{name}-prompt": value["prompt"],
        f"{name}-required": "on",
        f"{name}-explanation": value["explanation"],
        f"{name}-options-count": str(len(value["options"])),
    }
    for number, option in enumerate(value["options"]):
        item = f"{name}-options-{number}"
        data |= {
            f"{item}-deleted": "",
            f"{item}-order": str(number),
            f"{item}-type": "item",
            f"{item}-id": option["id"],
        }
        data |= {f"{item}-value-text": option["value"]["text"], f"{item}-value-feedback": option["value"]["feedback"]}
        if option["value"]["is_correct"]:
            data[f"{item}-value-is_correct"] = "on"
    return data


def blocks_without_option_ids(page: LessonPage) -> list[dict[str, Any]]:
    """Return the lesson's blocks as a careless script would write them: options as plain values."""
    blocks = copy.deepcopy(page.body.get_prep_value())
    question = next(block for block in blocks if block["type"] == "single_choice")
    question["value"]["options"] = [option["value"] for option in question["value"]["options"]]
    question["value"]["prompt"] = "没有身份的题目？"
    return list(blocks)


def test_a_version_of_options_without_identity_is_refused() -> None:
    page = content.lesson("ask")
    before = all_versions()
    page.body = blocks_without_option_ids(page)
    with pytest.raises(ContentWithoutIdentityError, match=r"问一问: no id in single_choice\.options"):
        record_version(lesson=page, at=timezone.now())
    assert all_versions() == before


def test_publishing_options_without_identity_leaves_the_live_page_as_it_was() -> None:
    page = content.lesson("ask")
    page.body = blocks_without_option_ids(page)
    with pytest.raises(ContentWithoutIdentityError):
        page.save_revision().publish()
    assert "没有身份的题目？" not in str(LessonPage.objects.get(pk=page.pk).body.get_prep_value())


def test_a_block_written_without_an_id_gets_one_that_stays() -> None:
    page = content.lesson("ask")
    blocks = copy.deepcopy(page.body.get_prep_value())
    next(block for block in blocks if block["type"] == "single_choice").pop("id")
    page.body = blocks
    page.save_revision().publish()
    kept = content.version("ask").questions[0]["id"]
    assert [block.id for block in content.lesson("ask").body if block.block_type == "single_choice"] == [kept]
    content.lesson("ask").save_revision().publish()
    assert content.version("ask").questions[0]["id"] == kept


# --- grading ---------------------------------------------------------------------------------------------------------

QUESTION: dict[str, Any] = {
    "id": str(uuid.uuid4()),
    "type": "multiple_choice",
    "options": [{"id": "a", "is_correct": True}, {"id": "b", "is_correct": True}, {"id": "c", "is_correct": False}],
}


@pytest.mark.parametrize(
    ("chosen", "right"), [("ab", True), ("ba", True), ("aab", True), ("a", False), ("abc", False), ("", False)]
)
def test_exactly_the_correct_options_are_right(chosen: str, right: bool) -> None:
    assert is_right(QUESTION, Answer(tuple(chosen))) is right


@pytest.mark.parametrize(
    ("kind", "chosen", "fits"),
    [
        ("multiple_choice", "ab", True),
        ("multiple_choice", "", False),
        ("multiple_choice", "ax", False),
        ("single_choice", "a", True),
        ("single_choice", "aa", True),
        ("single_choice", "ab", False),
        ("true_false", "ac", False),
    ],
)
def test_only_what_a_form_can_send_is_an_answer(kind: str, chosen: str, fits: bool) -> None:
    assert is_well_formed({**QUESTION, "type": kind}, Answer(tuple(chosen))) is fits
