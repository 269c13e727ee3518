"""A second person publishes: the rule of docs/decisions/0035, asked directly and at each door that publishes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import rich_text
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from accounts.models import Message, User
from accounts.rules import why_not_publish
from courses.models import QuestionBank
from foundation.refusals import Refused
from tests.factories import content
from tests.factories.asking import a_bank
from tests.factories.editorial import a_lesson_by, a_site_operator, an_editor, answer, change, hand_in
from tests.factories.people import an_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_editor(course) -> User:
    return an_editor(name="吴编")


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def may(user: User, page) -> bool:
    """Ask anew, as each request does."""
    known = fresh(page)
    base = Page.objects.get(pk=page.pk)
    asked = known.permissions_for_user(User.objects.get(pk=user.pk)).can_publish()
    assert base.permissions_for_user(User.objects.get(pk=user.pk)).can_publish() == asked
    return bool(asked)


def publish(page, user: User) -> None:
    fresh(page).get_latest_revision().publish(user=user)


# --- the rule ------------------------------------------------------------------------------------------------------


def test_an_editor_publishes_what_somebody_else_wrote_and_nobody_what_they_wrote(author, editor, other_editor) -> None:
    theirs, own = a_lesson_by(author), a_lesson_by(editor)
    assert (may(editor, theirs), may(author, theirs)) == (True, False)
    assert (may(editor, own), may(other_editor, own)) == (False, True)
    publish(theirs, editor)
    assert fresh(theirs).live
    with pytest.raises(PermissionDenied):
        publish(own, editor)
    assert not fresh(own).live


@pytest.mark.parametrize("who", [an_operator, a_site_operator])
def test_operators_and_superusers_publish_their_own_words_as_little_as_others(course, who) -> None:
    operator = who()
    assert not may(operator, a_lesson_by(operator))


def test_a_correction_is_the_corrector_s_own_until_the_author_hands_it_in(author, editor, other_editor) -> None:
    page = a_lesson_by(author)
    hand_in(page, author)
    change(page, editor)
    assert not may(editor, page)
    assert may(other_editor, page), "a third person is always somebody else"
    answer(fresh(page), editor, "reject", "请看我改的两处。")
    fresh(page).current_workflow_state.resume(author)
    assert may(editor, page), "the author has read the correction and handed it in"
    change(page, editor)
    assert not may(editor, page), "what is corrected after that is nobody else's"


def test_two_editors_are_second_person_to_each_other_by_handing_in(editor, other_editor) -> None:
    page = change(a_lesson_by(editor), other_editor)
    assert not may(editor, page)
    assert not may(other_editor, page)
    hand_in(page, other_editor)
    assert may(editor, page)
    assert not may(other_editor, page)


def test_handing_in_one_s_own_words_makes_nobody_a_second_person(editor) -> None:
    page = a_lesson_by(editor)
    hand_in(page, editor)
    assert not may(editor, page)
    with pytest.raises(Refused):
        answer(fresh(page), editor, "approve")
    assert [name for name, _label, _modal in fresh(page).current_workflow_task.get_actions(page, editor)] == ["reject"]


def test_saving_without_a_change_or_setting_a_date_is_no_writing(author, editor) -> None:
    page = a_lesson_by(author)
    change(page, editor, summary=page.summary)
    change(page, editor, go_live_at=timezone.now() + timedelta(days=1), expire_at=timezone.now() + timedelta(days=9))
    assert may(editor, page)


def test_what_is_published_begins_anew(author, editor) -> None:
    page = a_lesson_by(author)
    publish(page, editor)
    change(page, editor)
    assert not may(editor, page)
    publish(page, an_editor())
    assert may(editor, page), "nothing waits"
    change(page, author)
    assert may(editor, page)


def test_taking_a_page_back_from_learners_changes_nobody_s_words(author, editor) -> None:
    page = a_lesson_by(author)
    publish(page, editor)
    publish(change(page, author), editor)
    page = fresh(page)
    page.unpublish(user=editor)
    assert may(editor, page), "it was read before it was published"
    change(page, editor)
    assert not may(editor, page)


def test_a_restored_version_is_the_words_of_whoever_restores_it(author, editor, other_editor) -> None:
    page = a_lesson_by(author, title="旧题")
    publish(page, editor)
    old = fresh(page).latest_revision
    publish(change(page, author, title="新题"), editor)
    old.as_object().save_revision(user=editor, previous_revision=old)
    assert not may(editor, page)
    assert may(other_editor, page)


def test_a_published_revision_that_is_written_over_counts_as_unread(author, editor) -> None:
    page = a_lesson_by(author)
    page = change(page, editor, summary=page.summary)
    publish(page, editor)
    live = fresh(page)
    live.summary = "偷换的话。"
    live.save_revision(user=editor, overwrite_revision=live.latest_revision)
    assert not may(editor, page)


def test_the_sentence_names_whom_to_ask(author, editor, other_editor) -> None:
    page = a_lesson_by(editor)
    assert "吴编" in why_not_publish(user=editor, page=page)
    assert "沈青" not in why_not_publish(user=editor, page=page)
    User.objects.exclude(pk=editor.pk).update(is_active=False)
    assert "运维" in why_not_publish(user=editor, page=page)


def test_a_loader_and_a_date_that_was_agreed_to_are_no_persons(author, editor) -> None:
    page = a_lesson_by(None)
    page.get_latest_revision().publish()
    assert fresh(page).live
    with pytest.raises(PermissionDenied):
        a_lesson_by(editor).get_latest_revision().publish()  # as wagtail-localize publishes: in nobody's name


# --- translations --------------------------------------------------------------------------------------------------


def a_translation(lesson, by: User) -> Page:
    """Translate the lesson's title, as the translators' screen does."""
    source, _made = TranslationSource.update_or_create_from_instance(lesson)
    translation = Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="en"))
    segment = source.stringsegment_set.first()
    StringTranslation.objects.create(
        translation_of=segment.string,
        locale=translation.target_locale,
        context=segment.context,
        data="Translated",
        last_translated_by=by,
    )
    source.create_or_update_translation(translation.target_locale, user=by, publish=False, fallback=True)
    return translation.get_target_instance()


def gather(page, by: User) -> None:
    """Save what was translated as a draft of the page."""
    translation = Translation.objects.get(source__object_id=page.translation_key, target_locale=page.locale)
    StringTranslation.objects.filter(context__object_id=page.translation_key).update(data=f"Translated {by.pk}")
    translation.save_target(user=by, publish=False)


def test_who_translated_does_not_publish_the_translation(author, editor, other_editor) -> None:
    lesson = a_lesson_by(author)
    publish(lesson, editor)
    page = a_translation(fresh(lesson), editor)
    assert not may(editor, page)
    assert may(other_editor, page)
    gather(page, other_editor)
    assert may(other_editor, page), "gathering what others translated is no writing"
    change(page, other_editor, title="Rewritten")
    assert not may(other_editor, page), "writing into the translation is"


def test_a_draft_of_a_translation_that_is_written_over_is_writing(author, editor, other_editor) -> None:
    lesson = a_lesson_by(author)
    publish(lesson, editor)
    page = a_translation(fresh(lesson), author)
    gather(page, editor)
    latest = fresh(page).get_latest_revision_as_object()
    latest.title = "Smuggled in"
    latest.save_revision(user=editor, overwrite_revision=latest.latest_revision)
    assert not may(editor, page)


# --- the doors -----------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(editor) -> Client:
    client = Client()
    client.force_login(editor)
    return client


PLAIN_FIELDS = ("title", "slug", "summary", "minutes", "pass_mark", "tries", "credit")


def form_of(page) -> dict[str, object]:
    """Return what the browser sends back from the editor of a lesson when nothing was changed."""
    formset = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    return {
        **{
            name: getattr(page, name)
            for name in ("title", "slug", "summary", "minutes", "pass_mark", "tries", "credit")
        },
        "sources": rich_text(page.sources),
        "body-count": "0",
        **{f"comments-{name}": count for name, count in formset.items()},
    }


def test_changing_and_publishing_at_once_keeps_a_draft_and_says_why(author, editor, other_editor, browser) -> None:
    page = a_lesson_by(author)
    data = form_of(page) | {"summary": "我改的话。", "action-publish": "1"}
    response = browser.post(f"/admin/pages/{page.pk}/edit/", data, follow=True)
    assert not fresh(page).live
    assert fresh(page).get_latest_revision_as_object().summary == "我改的话。"
    assert "吴编" in response.content.decode()


def test_changing_and_approving_at_once_keeps_a_draft_and_says_why(author, editor, other_editor, browser) -> None:
    page = a_lesson_by(author)
    hand_in(page, author)
    data = form_of(page) | {
        "summary": "我改的话。",
        "action-workflow-action": "1",
        "workflow-action-name": "approve",
    }
    response = browser.post(f"/admin/pages/{page.pk}/edit/", data, follow=True)
    assert not fresh(page).live
    assert fresh(page).get_latest_revision_as_object().summary == "我改的话。"
    assert "吴编" in response.content.decode()
    assert fresh(page).workflow_in_progress


def test_approving_what_somebody_else_wrote_publishes_it(author, browser) -> None:
    page = a_lesson_by(author)
    hand_in(page, author)
    data = form_of(page) | {"action-workflow-action": "1", "workflow-action-name": "approve"}
    browser.post(f"/admin/pages/{page.pk}/edit/", data)
    assert fresh(page).live


def test_a_page_in_review_offers_answers_and_no_bare_publish(author, editor, browser) -> None:
    page = a_lesson_by(author)
    edit = f"/admin/pages/{page.pk}/edit/"
    assert 'name="action-publish"' in browser.get(edit).content.decode()
    hand_in(page, author)
    html = browser.get(edit).content.decode()
    assert 'name="action-publish"' not in html
    assert 'data-workflow-action-name="approve"' in html


def test_publishing_many_at_once_leaves_one_s_own(author, editor, browser) -> None:
    theirs, own = a_lesson_by(author), a_lesson_by(editor)
    browser.post(f"/admin/bulk/wagtailcore/page/publish/?id={theirs.pk}&id={own.pk}", {"include_descendants": ""})
    assert (fresh(theirs).live, fresh(own).live) == (True, False)


def test_a_new_page_is_never_published_in_the_moment_it_is_made(editor, browser) -> None:
    module = content.lesson("ask").get_parent()
    address = f"/admin/pages/add/courses/lessonpage/{module.pk}/"
    assert "action-publish" not in browser.get(address).content.decode()


def test_a_copy_begins_as_a_draft(author, editor, browser) -> None:
    page = content.lesson("ask")
    data = {"new_title": "副本", "new_slug": "copy-of-it", "new_parent_page": page.get_parent().pk}
    asked = browser.post(f"/admin/pages/{page.pk}/copy/", data | {"publish_copies": "on"})
    assert "new_parent_page" in asked.context["form"].errors
    browser.post(f"/admin/pages/{page.pk}/copy/", data)
    copy = Page.objects.get(slug="copy-of-it")
    assert not copy.live
    assert not may(editor, copy.specific)


def test_the_admin_s_own_api_is_no_way_round(course, client) -> None:
    superuser, live = an_operator(), content.lesson("ask")
    own, changed = a_lesson_by(superuser), change(content.lesson("read"), superuser, summary="我改的话。")
    client.force_login(superuser)
    before = list(Page.objects.live().order_by("pk").values_list("pk", flat=True)), fresh(changed).summary
    beside = {"destination_page_id": live.get_parent().pk, "slug": "beside-it"}
    for page, action, data in [
        (own, "publish", {}),
        (changed, "publish", {}),
        (live, "copy", {"title": "我写的标题", "keep_live": True}),
        (live.get_parent(), "copy", {"recursive": True, "slug": "another-module"}),
        (own, "copy", {"keep_live": True}),
        (live, "create_alias", beside),
        (own, "create_alias", beside),
    ]:
        address = f"/admin/api/main/pages/{page.pk}/action/{action}/"
        assert client.post(address, data, content_type="application/json").status_code == 403, (action, data)
    address = f"/admin/api/main/pages/{changed.pk}/action/revert_to_page_revision/"
    client.post(address, {"revision_id": changed.latest_revision_id}, content_type="application/json")
    assert (list(Page.objects.live().order_by("pk").values_list("pk", flat=True)), fresh(changed).summary) == before


# --- what is no page -----------------------------------------------------------------------------------------------


def test_a_question_bank_is_published_by_a_second_person_too(editor, other_editor, browser) -> None:
    bank = QuestionBank.objects.create(title="题库", locale=Locale.objects.get(language_code="zh-hans"), live=False)
    bank.save_revision()
    edit = f"/admin/snippets/courses/questionbank/edit/{bank.pk}/"
    one_question = {
        "title": "我改的题库",
        "questions-count": "1",
        "questions-0-deleted": "",
        "questions-0-order": "0",
        "questions-0-type": "true_false",
        "questions-0-id": "0b7e4b2e-6a49-4a6c-9f0b-0f8e6f0f4a11",
        "questions-0-value-prompt": "对吗？",
        "questions-0-value-answer": "true",
        "questions-0-value-feedback_true": "对。",
        "questions-0-value-feedback_false": "再想想。",
        "questions-0-value-explanation": "",
        "questions-0-value-required": "on",
        "action-publish": "1",
    }
    response = browser.post(edit, one_question, follow=True)
    assert not fresh(bank).live
    assert fresh(bank).get_latest_revision_as_object().title == "我改的题库"
    assert "吴编" in response.content.decode()
    fresh(bank).get_latest_revision().publish(user=other_editor)
    assert fresh(bank).live
    with pytest.raises(Refused):
        change(fresh(bank), editor, title="又改").get_latest_revision().publish(user=editor)


def test_a_question_bank_goes_through_the_review(editor, other_editor) -> None:
    bank = a_bank(1)
    bank.unpublish()
    bank.save_revision(user=editor)
    hand_in(bank, editor)
    with pytest.raises(Refused):
        answer(fresh(bank), editor, "approve")
    answer(fresh(bank), other_editor, "approve")
    assert fresh(bank).live
    assert Message.objects.filter(recipient=editor, event="content_published").exists()
