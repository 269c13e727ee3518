"""What people are told about their pages, and that nobody is told by e-mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import Comment, CommentReply, Task, Workflow

from accounts.enums import MessageEvent
from accounts.models import Message, User
from accounts.names import REVIEW
from accounts.rendering import address_of, text_of
from accounts.services.schedule import keep_dates
from courses.models import LessonVersion
from foundation.registries import page_doors, sweepers
from home.services.rights import prepare_review
from tests.factories.editorial import (
    a_lesson_by,
    a_practice_by,
    a_site_operator,
    a_volunteer,
    an_editor,
    answer,
    change,
    hand_in,
)
from tests.factories.people import a_person

pytestmark = pytest.mark.django_db


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def told(person: User) -> list[str]:
    """Return the events that a person has not read yet, oldest first."""
    return list(Message.objects.filter(recipient=person, read_at=None).order_by("pk").values_list("event", flat=True))


def words(person: User) -> str:
    return text_of(Message.objects.filter(recipient=person).latest("pk"))


def test_editors_hear_of_what_waits_and_no_more_once_it_is_answered(author, editor) -> None:
    second, operator = an_editor(), a_site_operator()
    page = a_lesson_by(author)
    hand_in(page, author)
    assert told(editor) == told(second) == [MessageEvent.CONTENT_SUBMITTED]
    assert told(operator) == told(author) == []
    answer(fresh(page), editor, "approve")
    assert told(editor) == told(second) == []


def test_operators_hear_of_it_where_nobody_else_reads(author) -> None:
    operator = a_site_operator()
    hand_in(a_lesson_by(author), author)
    assert told(operator) == [MessageEvent.CONTENT_SUBMITTED]


def test_a_review_that_is_taken_back_asks_nobody(author, editor) -> None:
    state = hand_in(a_lesson_by(author), author)
    state.cancel(user=author)
    assert told(editor) == []


def test_the_author_hears_in_the_reviewer_s_words_that_changes_are_asked_for(author, editor) -> None:
    page = a_lesson_by(author, title="倾听")
    hand_in(page, author)
    answer(fresh(page), editor, "reject", "第二段请加一个例子。")
    assert told(author) == [MessageEvent.CONTENT_RETURNED]
    assert "第二段请加一个例子" in words(author)
    assert "倾听" in words(author)
    assert address_of(Message.objects.get(recipient=author)) == f"/admin/pages/{page.pk}/edit/"
    assert told(editor) == []


def test_all_who_wrote_hear_that_it_is_published_and_the_publisher_does_not(author, editor) -> None:
    helper = a_volunteer()
    page = change(a_lesson_by(author), helper)
    hand_in(page, author)
    client = Client()
    client.force_login(editor)
    task = fresh(page).current_workflow_task_state
    client.post(f"/admin/pages/workflow/action/{page.pk}/approve/{task.pk}/", {"comment": "写得真好。"})
    assert fresh(page).live
    assert told(author) == told(helper) == [MessageEvent.CONTENT_PUBLISHED]
    assert "写得真好" in words(author)
    assert told(editor) == []


def test_who_wrote_before_the_last_publication_is_not_told_again(author, editor) -> None:
    page = a_lesson_by(author)
    page.get_latest_revision().publish(user=editor)
    other = a_volunteer()
    change(fresh(page), other).get_latest_revision().publish(user=editor)
    assert told(author) == told(other) == [MessageEvent.CONTENT_PUBLISHED]


def test_a_comment_reaches_the_author_and_an_answer_the_commenter(author, editor) -> None:
    page = a_lesson_by(author)
    comment = Comment.objects.create(page=page, user=editor, text="这里是什么意思？", contentpath="summary")
    assert told(author) == [MessageEvent.CONTENT_COMMENTED]
    assert "这里是什么意思" in words(author)
    CommentReply.objects.create(comment=comment, user=author, text="我改清楚。")
    assert told(editor) == [MessageEvent.CONTENT_COMMENTED]
    assert "我改清楚" in words(editor)
    assert told(author) == [MessageEvent.CONTENT_COMMENTED], "nobody hears of their own words"


def test_saving_a_comment_again_tells_nobody_again(author, editor) -> None:
    comment = Comment.objects.create(page=a_lesson_by(author), user=editor, text="？", contentpath="summary")
    comment.text = "这里？"
    comment.save()
    assert len(told(author)) == 1


def test_a_principal_without_the_admin_is_led_to_their_own_form(editor) -> None:
    principal = a_person()
    page = a_practice_by(principal)
    hand_in(page, principal)
    answer(fresh(page), editor, "reject", "请写明风险。")
    message = Message.objects.get(recipient=principal)
    assert address_of(message) == "/zh-hans/today/"
    page_doors.add("test", lambda user, _page: "me" if user == principal else "")
    try:
        fresh(page).current_workflow_state.resume(principal)
        answer(fresh(page), editor, "reject", "还差一点。")
    finally:
        del page_doors.entries["test"]
    assert address_of(Message.objects.filter(recipient=principal).latest("pk")) == "/zh-hans/me/"


def test_nobody_is_told_by_e_mail_and_a_fault_of_the_mail_server_stops_nothing(author, editor, settings) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.test_editorial.no_such_backend"
    page = a_lesson_by(author)
    hand_in(page, author)
    client = Client()
    client.force_login(editor)
    task = fresh(page).current_workflow_task_state
    assert client.post(f"/admin/pages/workflow/action/{page.pk}/reject/{task.pk}/", {"comment": "x"}).status_code == 302
    fresh(page).current_workflow_state.resume(author)
    answer(fresh(page), editor, "approve")
    assert fresh(page).live


def test_people_with_an_address_are_told_by_message_all_the_same(author, editor) -> None:
    page = a_lesson_by(author)
    hand_in(page, author)
    answer(fresh(page), editor, "reject", "x")
    fresh(page).current_workflow_state.resume(author)
    answer(fresh(page), editor, "approve")
    assert mail.outbox == []


# --- dates ---------------------------------------------------------------------------------------------------------


def test_the_sweeper_keeps_dates_by_itself() -> None:
    assert any(run.__name__ == "keep_dates_now" for run in sweepers)


def test_a_page_with_a_date_goes_live_then_with_its_version_and_expires(author, editor) -> None:
    now = timezone.now()
    page = a_lesson_by(author, go_live_at=now + timedelta(hours=2), expire_at=now + timedelta(hours=9))
    hand_in(page, author)
    answer(fresh(page), editor, "approve")
    assert not fresh(page).live
    assert fresh(page).approved_schedule
    assert not LessonVersion.objects.filter(translation_key=page.translation_key).exists()
    assert told(author) == [MessageEvent.CONTENT_PUBLISHED]
    assert "将于" in words(author)

    assert keep_dates(now=now + timedelta(hours=1)) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now + timedelta(hours=3))
        assert keep_dates(now=timezone.now()) == 1
        assert keep_dates(now=timezone.now()) == 0
    assert fresh(page).live
    assert LessonVersion.objects.filter(translation_key=page.translation_key).count() == 1
    assert told(author) == [MessageEvent.CONTENT_PUBLISHED] * 2

    assert keep_dates(now=now + timedelta(hours=10)) == 1
    assert (fresh(page).live, fresh(page).expired) == (False, True)


def test_a_page_that_cannot_be_published_keeps_no_other_waiting(author, editor, caplog) -> None:
    then = timezone.now() - timedelta(minutes=1)
    broken, whole = a_lesson_by(author), a_lesson_by(author)
    for page in (broken, whole):
        revision = page.get_latest_revision()
        revision.approved_go_live_at = then
        if page == broken:
            revision.content = revision.content | {"minutes": None}
        revision.save()
    assert keep_dates(now=timezone.now()) == 1
    assert (fresh(broken).live, fresh(whole).live) == (False, True)
    assert "_publish failed" in caplog.text


# --- in the admin --------------------------------------------------------------------------------------------------


def test_messages_stand_on_the_admin_s_first_page_and_reading_one_leads_to_the_page(author, editor) -> None:
    page = a_lesson_by(author, title="倾听")
    hand_in(page, author)
    answer(fresh(page), editor, "reject", "请加一个 <b>例子</b>。")
    client = Client()
    client.force_login(author)
    html = client.get("/admin/").content.decode()
    assert "请加一个 &lt;b&gt;例子&lt;/b&gt;。" in html
    message = Message.objects.get(recipient=author)
    address = f"/zh-hans/account/messages/{message.uuid}/read/"
    assert address in html
    assert client.post(address).headers["Location"] == f"/admin/pages/{page.pk}/edit/"
    assert "请加一个" not in client.get("/admin/").content.decode()


def test_the_review_is_named_in_the_readers_language_and_saved_under_one_name(author, client) -> None:
    page = a_lesson_by(author)
    client.force_login(author)
    assert "提交审核" in client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    User.objects.filter(pk=author.pk).update(language="en")
    assert "Hand in for review" in client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    for model in (Workflow, Task):
        review = model.objects.get()
        for language, word in (("zh-hans", "审核"), ("en", "Review")):
            with translation.override(language):
                assert str(review) == word
        review.name = "Review"  # as a form hands back what it showed
        review.save()
        assert model.objects.filter(name=REVIEW).values_list("pk", flat=True).get() == review.pk
    assert prepare_review() == Workflow.objects.get(), "no second one is made"
    other = Workflow.objects.create(name="另一种")
    assert Workflow.objects.get(pk=other.pk).name == "另一种"
