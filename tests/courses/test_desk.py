"""The admin's first screen: what waits for a volunteer, an editor, a translator and an operator, at what cost."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Comment, Page

from accounts.enums import SiteGroup
from accounts.models import User
from courses.models import CoursePage, LessonPage, MistakeReport, ModulePage
from courses.selectors import desk
from courses.services.mistakes import report_mistake
from foundation.registries import MissedQuestion, missed_questions
from home.services.rights import grant_rights, prepare_review
from tests.factories import content
from tests.factories.asking import a_bank
from tests.factories.content import kept_for_a_module
from tests.factories.people import a_person, an_operator

pytestmark = pytest.mark.django_db


def a_site_with_groups() -> CoursePage:
    course = content.site_with_course()
    grant_rights()
    prepare_review()
    return course


@pytest.fixture(autouse=True, scope="module")
def site(django_db_setup: None, django_db_blocker) -> Any:
    with kept_for_a_module(django_db_blocker, a_site_with_groups) as course:
        yield course


def one_of(group: str) -> User:
    from django.contrib.auth.models import Group

    user = a_person(email=f"{uuid.uuid4().hex}@terrace.example")
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


def home_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    response = client.get("/admin/")
    assert response.status_code == 200
    return response.text


def a_lesson_of(user: User, title: str = "新的一课", *, live: bool = False) -> LessonPage:
    module = ModulePage.objects.filter(locale__language_code="zh-hans").first()
    assert module
    page = LessonPage(title=title, slug=uuid.uuid4().hex, summary="一句话。", owner=user, live=live)
    module.add_child(instance=page)
    page.save_revision(user=user)
    return page


def waits_for(user: User, page: Page) -> int:
    return next(int(row.waits_for) for row in desk.my_pages(user).rows if row.pk == page.pk)


# --- my lessons -------------------------------------------------------------------------------------------------------


def test_a_page_goes_through_all_that_it_can_wait_for() -> None:
    author, editor = one_of(SiteGroup.VOLUNTEER), one_of(SiteGroup.EDITOR)
    page = a_lesson_of(author)
    assert waits_for(author, page) == desk.DRAFT
    Comment.objects.create(page=page, user=author, text="记一下", contentpath="summary")
    assert waits_for(author, page) == desk.DRAFT, "one's own note asks nobody"
    comment = Comment.objects.create(page=page, user=editor, text="再短一些？", contentpath="summary")
    assert waits_for(author, page) == desk.COMMENTED
    comment.resolved_at = timezone.now()
    comment.save()
    state = page.get_workflow().start(page, author)
    assert waits_for(author, page) == desk.IN_REVIEW
    state.current_task_state.specific.reject(user=editor, comment="请改")
    assert waits_for(author, page) == desk.CHANGES_ASKED
    state.refresh_from_db()
    state.cancel(user=author)
    assert waits_for(author, page) == desk.DRAFT
    page.get_latest_revision().publish(user=an_operator())
    assert waits_for(author, page) == desk.PUBLISHED
    page.title = "改了题目"
    page.save_revision(user=author)
    assert waits_for(author, page) == desk.NEWER_DRAFT


def test_a_scheduled_page_waits_for_its_day() -> None:
    author = one_of(SiteGroup.VOLUNTEER)
    page = a_lesson_of(author)
    page.go_live_at = timezone.now() + timedelta(days=3)
    page.save_revision(user=author).publish(user=an_operator())
    assert waits_for(author, page) == desk.SCHEDULED


def test_what_asks_for_the_author_stands_first_and_the_pages_of_others_do_not_stand_here() -> None:
    author = one_of(SiteGroup.VOLUNTEER)
    published = a_lesson_of(author, "已发布")
    published.get_latest_revision().publish(user=an_operator())
    draft = a_lesson_of(author, "草稿")
    a_lesson_of(one_of(SiteGroup.VOLUNTEER), "别人的课")
    assert [row.pk for row in desk.my_pages(author).rows] == [draft.pk, published.pk]
    text = home_of(author)
    assert "等您：还是草稿" in text
    assert "别人的课" not in text


# --- who sees what ----------------------------------------------------------------------------------------------------

MINE, REVIEW, STALE, MISTAKES, MISSED = (
    'id="my-pages-section"',
    'id="to-review-section"',
    'id="stale-translations-section"',
    'id="reported-mistakes-section"',
    'id="questions-missed-section"',
)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (SiteGroup.VOLUNTEER, [MINE, MISTAKES, MISSED]),
        (SiteGroup.EDITOR, [MINE, REVIEW, STALE, MISTAKES, MISSED]),
        (SiteGroup.TRANSLATOR, [STALE, MISTAKES, MISSED]),
        (SiteGroup.OPERATOR, [MINE, REVIEW, STALE, MISTAKES, MISSED]),
    ],
)
def test_each_group_sees_what_it_can_do_something_about(group: str, expected: list[str]) -> None:
    text = home_of(one_of(group))
    assert [panel for panel in (MINE, REVIEW, STALE, MISTAKES, MISSED) if panel in text] == expected


def test_an_empty_list_says_what_to_do_next() -> None:
    text = home_of(one_of(SiteGroup.EDITOR))
    assert "您还没有写过内容" in text
    assert "没有等您审核的内容" in text
    assert "所有译文都和原文一样新" in text
    assert "还没有读者反映错误" in text
    assert "没有经常答错的题" in text
    assert "/admin/word/" in text[text.index("您还没有写过内容") :].split("</p>")[0]
    assert "还没有读者反映您的页面有错误" in home_of(one_of(SiteGroup.VOLUNTEER)), (
        "of others' pages they are told nothing"
    )


def test_what_was_handed_in_is_shown_to_editors_practices_first() -> None:
    author, editor = one_of(SiteGroup.VOLUNTEER), one_of(SiteGroup.EDITOR)
    lesson = a_lesson_of(author, "等审核的课")
    lesson.get_workflow().start(lesson, author)
    practice = Page.objects.filter(content_type__model="practicepage", locale__language_code="zh-hans").first()
    assert practice
    practice = practice.specific
    practice.save_revision(user=author)
    practice.get_workflow().start(practice, author)
    rows = desk.drafts_to_review(editor).rows
    assert [row.draft.pk for row in rows] == [practice.pk, lesson.pk]
    assert "等审核的课" in home_of(editor)
    assert not desk.drafts_to_review(author).rows


def test_mistakes_are_shown_to_those_who_can_mend_them() -> None:
    author, editor, other = one_of(SiteGroup.VOLUNTEER), one_of(SiteGroup.EDITOR), one_of(SiteGroup.VOLUNTEER)
    page = a_lesson_of(author)
    page.locale = content.lesson("ask").locale
    report_mistake(page=page, text="这里有错字", quotation="", reporter=None, at=timezone.now())
    assert "这里有错字" in home_of(author)
    assert "这里有错字" in home_of(editor)
    assert "zh-hans" not in home_of(editor).split("这里有错字")[1].split("</tr>")[0]
    assert "这里有错字" not in home_of(other)


# --- questions most often missed --------------------------------------------------------------------------------------


@pytest.fixture
def missed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def told(*questions: MissedQuestion) -> None:
        monkeypatch.setitem(missed_questions.entries, "cohorts", lambda _among: list(questions))

    return told


def test_a_missed_question_is_named_with_its_lesson(missed: Callable[..., None]) -> None:
    lesson = content.lesson("ask")
    missed(MissedQuestion(lesson.translation_key, content.question("ask", "who"), answers=8, missed=6))
    (row,) = desk.questions_missed(an_operator(), "zh-hans", of_everybody=True).rows
    version = content.version("ask")
    question = version.question(content.question("ask", "who"))
    assert question
    assert (row.page_id, row.title, row.prompt) == (lesson.pk, lesson.title, question["prompt"])
    assert (row.answers, row.percent) == (8, 75)
    assert "8 次作答中 75%" in home_of(an_operator())


def test_an_author_sees_their_own_lessons_only(missed: Callable[..., None]) -> None:
    lesson = content.lesson("ask")
    missed(MissedQuestion(lesson.translation_key, content.question("ask", "who"), answers=8, missed=6))
    author = one_of(SiteGroup.VOLUNTEER)
    assert not desk.questions_missed(author, "zh-hans", of_everybody=False).rows
    Page.objects.filter(pk=lesson.pk).update(owner=author)
    from django.core.cache import cache

    cache.clear()
    assert desk.questions_missed(author, "zh-hans", of_everybody=False).rows


def test_an_author_s_questions_are_looked_for_among_their_lessons(missed: Callable[..., None], monkeypatch) -> None:
    asked: list[Any] = []

    def note(among: Any) -> list[MissedQuestion]:
        asked.append(among)
        return []

    monkeypatch.setitem(missed_questions.entries, "cohorts", note)
    author = one_of(SiteGroup.VOLUNTEER)
    lesson = a_lesson_of(author)
    desk.questions_missed(author, "zh-hans", of_everybody=False)
    desk.questions_missed(an_operator(), "zh-hans", of_everybody=True)
    assert asked == [{lesson.translation_key}, None]


def test_a_question_bank_waits_for_its_review_beside_the_pages() -> None:
    author, editor = one_of(SiteGroup.EDITOR), one_of(SiteGroup.EDITOR)
    bank = a_bank(1)
    bank.save_revision(user=author)
    bank.get_workflow().start(bank, author)
    (row,) = desk.drafts_to_review(editor).rows
    assert (row.draft, row.title) == (bank, bank.title)
    text = home_of(editor)
    assert row.edit_url in text
    assert str(bank.title) in text


def test_a_question_whose_lesson_is_gone_is_left_out(missed: Callable[..., None]) -> None:
    missed(MissedQuestion(uuid.uuid4(), "none", answers=8, missed=6))
    assert not desk.questions_missed(an_operator(), "zh-hans", of_everybody=True).rows


# --- cost -------------------------------------------------------------------------------------------------------------


def test_all_lists_together_take_twelve_queries_with_one_row_and_with_five_hundred() -> None:
    author, editor = one_of(SiteGroup.VOLUNTEER), one_of(SiteGroup.EDITOR)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            fresh = User.objects.get(pk=editor.pk)
            desk.may_publish(fresh)
            desk.my_pages(fresh)
            desk.drafts_to_review(fresh)
            desk.my_stale_translations(fresh)
            desk.open_mistakes(fresh)
            desk.questions_missed(fresh, "zh-hans", of_everybody=True)
        return len(captured) - 1

    def grow(number: int) -> None:
        for _ in range(number):
            page = a_lesson_of(editor)
            other = a_lesson_of(author)
            other.get_workflow().start(other, author)
            report_mistake(page=page.specific, text="错", quotation="", reporter=None, at=timezone.now())

    queries()
    grow(1)
    few = queries()
    grow(14)
    MistakeReport.objects.bulk_create(
        MistakeReport(translation_key=uuid.uuid4(), locale="zh-hans", title="课", text="错", created_at=timezone.now())
        for _ in range(500)
    )
    Page.objects.filter(owner=author).update(owner=editor)
    assert queries() == few <= 12
    text = home_of(editor)
    assert text.count("/admin/teaching/mistakes/") >= desk.MOST_ROWS
    assert '<a href="/admin/teaching/mistakes/">' in text


def test_wagtails_own_lists_make_room() -> None:
    text = home_of(an_operator())
    for heading in ("recent-edits", "workflow-objects-to-moderate", "user-objects-in-workflow-moderation"):
        assert f'id="{heading}' not in text


def test_no_right_is_needed_but_the_admins() -> None:
    user = a_person(email="bare@terrace.example")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert MISTAKES in home_of(User.objects.get(pk=user.pk))
