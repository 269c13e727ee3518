"""The desk where reports are judged: the rubric of the day, drafts, saved comments, who reads what, and taking back."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from wagtail.blocks import StreamBlockValidationError

from accounts.models import Message, User
from certificates.models import Certificate
from cohorts.enums import Decision, EnrolmentStatus, Role, SubmissionStatus, Verb
from cohorts.models import (
    Cohort,
    Enrolment,
    LearningEvent,
    Review,
    ReviewClaim,
    ReviewDraft,
    RubricVersion,
    SavedComment,
    Submission,
    SubmissionAttempt,
)
from cohorts.selectors import facilitators_of, next_report, review_queue
from cohorts.services.claims import HELD_FOR, claim_report
from cohorts.services.comments import MOST_COMMENTS, keep_comment
from cohorts.services.counting import count_due_reviews, sweep_reviews, undo_review
from cohorts.services.judging import Judgement
from cohorts.services.opening import add_member
from cohorts.services.progress import refresh_enrolment
from cohorts.services.reviews import review_attempt
from courses.blocks import Rubric
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories import content
from tests.factories.learning import (
    CRITERIA,
    a_learner,
    a_report,
    a_review,
    a_rubric,
    all_lessons,
    levels,
    rubric_id,
    send,
    time_to_undo_is_over,
)
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

UNDO = timedelta(minutes=10)


@pytest.fixture
def learner() -> Enrolment:
    return a_learner(is_confirmed=True, name="示例学员")


@pytest.fixture
def report(learner: Enrolment) -> SubmissionAttempt:
    a_rubric()
    return a_report(learner)


@pytest.fixture
def leader(learner: Enrolment) -> User:
    return facilitators_of(learner.cohort)[0]


@pytest.fixture
def desk(leader: User) -> Client:
    return signed_in(leader)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def colleague(cohort: Cohort, name: str = "示例同事") -> User:
    """Somebody who reviews in the cohort too."""
    person = a_facilitator(name=name)
    add_member(cohort=cohort, user=person, role=Role.REVIEWER, actor=person, at=timezone.now())
    return person


def address(attempt: SubmissionAttempt) -> str:
    return f"/zh-hans/desk/reviews/{attempt.uuid}/"


def tapped(**chosen: str) -> dict[str, str]:
    return {f"level-{criterion}": level for criterion, level in levels(**chosen).items()}


def accept(desk: Client, attempt: SubmissionAttempt, **more: Any):
    return desk.post(address(attempt), tapped() | {"feedback": "写得很实在。", "decision": "accepted"} | more)


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- the rubric ---------------------------------------------------------------------------------------------------


def test_a_report_is_judged_by_the_rubric_that_its_author_had_read(desk, report, learner) -> None:
    a_rubric(best="非常清楚")
    second = a_report(a_learner(cohort=learner.cohort))
    assert report.rubric_id != second.rubric_id
    page = text_of(desk.get(address(report)))
    assert "非常清楚" not in page
    assert ">清楚<" in page
    assert "非常清楚" in text_of(desk.get(address(second)))


def test_the_same_rubric_is_one_version_however_many_hand_in(report, learner) -> None:
    again = a_report(a_learner(cohort=learner.cohort))
    assert again.rubric == report.rubric
    assert RubricVersion.objects.count() == 1


def test_levels_are_shown_from_the_least_up_and_one_is_chosen_by_a_tap(desk, report) -> None:
    page = text_of(desk.get(address(report)))
    assert page.count('type="radio"') == 9
    assert page.index("还没有") < page.index("在路上") < page.index(">清楚<")


def test_an_acceptance_needs_a_level_for_each_criterion_and_loses_nothing(desk, report) -> None:
    some = dict(list(tapped().items())[:1])
    response = desk.post(address(report), some | {"feedback": "我的话", "decision": "accepted"})
    assert response.status_code == 422
    page = text_of(response)
    assert "指标 listened · 指标 privacy" in page
    assert "我的话" in page
    assert page.count(" checked") == 1
    assert not Review.objects.exists()
    assert text_of(desk.get(address(report))).count(" checked") == 1, "kept on the server too"


def test_a_return_may_leave_levels_out(desk, report) -> None:
    response = desk.post(address(report), {"feedback": "请补照片。", "decision": "returned"})
    assert response.status_code == 302
    assert Review.objects.get().levels == {}


@pytest.mark.parametrize(
    "value", ["", "none", "x" * 5000, str(uuid.UUID(int=7))], ids=["empty", "word", "long", "other"]
)
def test_a_level_that_the_rubric_does_not_have_is_none(desk, report, value: str) -> None:
    name = f"level-{rubric_id(CRITERIA[0])}"
    assert accept(desk, report, **{name: value}).status_code == 422
    assert not Review.objects.exists()


def test_the_learner_reads_the_levels_with_the_words(desk, report, learner) -> None:
    accept(desk, report, **tapped(listened="not-yet"))
    time_to_undo_is_over()
    a_rubric(best="改过的词")
    page = text_of(signed_in(learner.user).get(f"/zh-hans/assignments/{content.assignment().translation_key}/"))
    said = page[page.index('class="feedback') :]
    assert "listened not-yet 的样子" in said
    assert "made-safe clear 的样子" in said
    assert "改过的词" not in said


def test_without_a_rubric_a_word_is_enough(desk, learner) -> None:
    plain = a_report(learner)
    assert plain.rubric is None
    assert desk.post(address(plain), {"feedback": "", "decision": "accepted"}).status_code == 302


@pytest.mark.parametrize(("number", "is_taken"), [(0, True), (1, False), (2, False), (3, True), (6, True), (7, False)])
def test_a_rubric_has_three_to_six_criteria_or_none(number: int, is_taken: bool) -> None:
    block = Rubric(required=False)
    level = {"name": "清楚", "text": "看得见"}
    value = block.to_python(
        [{"type": "criterion", "value": {"name": f"指标{n}", "levels": [level, level]}} for n in range(number)]
    )
    if is_taken:
        block.clean(value)
    else:
        with pytest.raises(StreamBlockValidationError) as refused:
            block.clean(value)
        assert "三到六" in str(refused.value.as_json_data())


# --- drafts -------------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_found_again(desk, report) -> None:
    response = desk.post(address(report), tapped(listened="not-yet") | {"feedback": "先写一半", "action": "save"})
    assert response.status_code == 302
    page = text_of(desk.get(address(report)))
    assert "先写一半" in page
    assert page.count(" checked") == 3


def test_a_script_saves_without_a_page(desk, report) -> None:
    response = desk.post(address(report), {"feedback": "先写一半"}, headers={"Accept": "application/json"})
    assert response.json() == {"saved": True}
    assert ReviewDraft.objects.get().feedback == "先写一半"
    desk.post(address(report), {"feedback": ""}, headers={"Accept": "application/json"})
    assert not ReviewDraft.objects.exists()


def test_a_draft_is_its_writers_own(desk, report, learner) -> None:
    desk.post(address(report), {"feedback": "只给自己看", "action": "save"})
    other = signed_in(colleague(learner.cohort))
    assert "只给自己看" not in text_of(other.get(address(report)))
    other.post(address(report), {"feedback": "另一位的话", "action": "save"})
    assert "只给自己看" in text_of(desk.get(address(report)))
    assert ReviewDraft.objects.count() == 2


def test_words_for_a_report_that_was_decided_meanwhile_are_kept_and_said(desk, report, learner) -> None:
    a_review(report, colleague(learner.cohort), levels=levels(), counts=False)
    response = desk.post(address(report), {"feedback": "晚了一步"}, headers={"Accept": "application/json"})
    assert response.status_code == 409
    assert "已" in response.json()["sentence"]
    assert ReviewDraft.objects.get().feedback == "晚了一步"


def test_who_was_signed_out_finds_the_words_after_signing_in(report, leader) -> None:
    client = Client()
    typed = tapped() | {"feedback": "会话过期时写的", "decision": "accepted"}
    assert "/account/sign-in/" in client.post(address(report), typed)["Location"]
    assert client.post(address(report), typed, headers={"Accept": "application/json"}).status_code == 401
    assert not Review.objects.exists()
    client.force_login(leader)
    page = text_of(client.get(address(report)))
    assert "会话过期时写的" in page
    assert page.count(" checked") == 3


def test_words_of_a_signed_out_reviewer_reach_no_other_report(report, learner, leader) -> None:
    client = Client()
    client.post(address(report), {"feedback": "属于第一份"})
    client.force_login(leader)
    second = a_report(a_learner(cohort=learner.cohort))
    assert "属于第一份" not in text_of(client.get(address(second)))


# --- saved comments -----------------------------------------------------------------------------------------------


def test_a_comment_is_kept_put_in_and_deleted(desk, report, leader) -> None:
    desk.post(address(report), {"feedback": "“先听再问”很好。", "action": "keep"})
    comment = SavedComment.objects.get()
    assert comment.owner == leader
    desk.post(address(report), {"feedback": "开头一句", "insert": str(comment.uuid)})
    assert ReviewDraft.objects.get().feedback == "开头一句\n“先听再问”很好。"
    desk.post(address(report), {"feedback": "开头一句", "forget": str(comment.uuid)})
    assert not SavedComment.objects.exists()
    assert ReviewDraft.objects.get().feedback == "开头一句", "forgetting touches no words"


def test_comments_are_their_owners_own(desk, report, learner, leader) -> None:
    comment = keep_comment(owner=colleague(learner.cohort), text="别人的话", at=timezone.now())
    assert "别人的话" not in text_of(desk.get(address(report)))
    desk.post(address(report), {"feedback": "开头", "insert": str(comment.uuid)})
    assert ReviewDraft.objects.get().feedback == "开头"
    desk.post(address(report), {"feedback": "开头", "forget": str(comment.uuid)})
    assert SavedComment.objects.count() == 1


def test_the_same_words_are_one_comment_and_thirty_are_enough(leader) -> None:
    now = timezone.now()
    for number in range(MOST_COMMENTS):
        keep_comment(owner=leader, text=f"第 {number} 句", at=now)
    assert keep_comment(owner=leader, text=" 第 0 句 ", at=now).text == "第 0 句"
    with pytest.raises(Refused) as refused:
        keep_comment(owner=leader, text="再一句", at=now)
    assert refused.value.status == 409
    assert SavedComment.objects.count() == MOST_COMMENTS


@pytest.mark.parametrize("text", ["", "   ", "长" * 1001])
def test_what_cannot_be_kept_to_say_again_stays_in_the_form(desk, report, text: str) -> None:
    response = desk.post(address(report), {"feedback": text, "action": "keep"})
    assert response.status_code == 422
    assert text.strip() in text_of(response)
    assert not SavedComment.objects.exists()


def test_a_comment_that_a_script_put_in_was_used(desk, report, leader) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    comment = keep_comment(owner=leader, text="很好。", at=long_ago)
    accept(desk, report, used=str(comment.uuid))
    comment.refresh_from_db()
    assert comment.used_at > long_ago


# --- who reads what -----------------------------------------------------------------------------------------------


def test_the_queue_says_who_reads_and_offers_the_next_that_is_free(desk, report, learner, leader) -> None:
    following = a_report(a_learner(cohort=learner.cohort))
    other = signed_in(colleague(learner.cohort, "示例引导员"))
    other.get(address(report))
    page = text_of(desk.get(f"/zh-hans/desk/{learner.cohort.uuid}/reviews/"))
    assert "示例引导员正在看这一份" in page.replace(" ", "")
    assert page.index(address(following)) < page.index(address(report)), "the button leads to the free one"
    second = text_of(desk.get(address(report)))
    assert "示例引导员" in second
    assert address(following) in second
    assert "data-review" in second, "may be read and judged all the same"


def test_a_claim_runs_out_and_is_renewed_by_writing(desk, report, learner, leader) -> None:
    other = colleague(learner.cohort)
    desk.get(address(report))
    claim = ReviewClaim.objects.get()
    later = claim.until - timedelta(minutes=1)
    ReviewClaim.objects.update(until=timezone.now() + timedelta(minutes=1))
    desk.post(
        address(report), {"feedback": "还在写", "token": str(claim.token)}, headers={"Accept": "application/json"}
    )
    assert ReviewClaim.objects.get().until > later
    assert claim_report(submission=report.submission, reviewer=other, at=timezone.now()).holder == leader
    over = timezone.now() + HELD_FOR + timedelta(seconds=1)
    assert claim_report(submission=report.submission, reviewer=other, at=over).holder == other


def test_leaving_gives_the_report_back_but_not_from_the_page_that_was_opened_since(desk, report) -> None:
    desk.get(address(report))
    old = str(ReviewClaim.objects.get().token)
    desk.get(address(report))
    assert desk.post(address(report), {"action": "leave", "token": old}).status_code == 204
    claim = ReviewClaim.objects.get()
    desk.post(address(report), {"action": "leave", "token": str(claim.token)})
    assert not ReviewClaim.objects.exists()


@pytest.mark.parametrize("token", ["", "none", "\0"])
def test_leaving_with_a_token_that_is_none_changes_nothing(desk, report, token: str) -> None:
    desk.get(address(report))
    assert desk.post(address(report), {"action": "leave", "token": token}).status_code == 204
    assert ReviewClaim.objects.count() == 1


def test_without_script_the_queue_and_the_next_report_give_it_back(desk, report, learner) -> None:
    second = a_report(a_learner(cohort=learner.cohort))
    desk.get(address(report))
    desk.get(address(second))
    assert ReviewClaim.objects.get().submission == second.submission
    desk.get(f"/zh-hans/desk/{learner.cohort.uuid}/reviews/")
    assert not ReviewClaim.objects.exists()


def test_deciding_gives_it_back_and_a_claim_hides_it_from_nobody_who_holds_it(desk, report, learner, leader) -> None:
    desk.get(address(report))
    assert next_report(learner.cohort, leader, timezone.now()) == report.submission
    assert next_report(learner.cohort, colleague(learner.cohort), timezone.now()) is None
    accept(desk, report)
    assert not ReviewClaim.objects.exists()


def test_the_second_to_decide_gets_409_with_words_and_levels(desk, report, learner) -> None:
    desk.get(address(report))
    other = signed_in(colleague(learner.cohort))
    other.get(address(report))
    assert accept(other, report, feedback="先到的话").status_code == 302
    response = desk.post(address(report), tapped(listened="not-yet") | {"feedback": "后到的话", "decision": "returned"})
    assert response.status_code == 409
    page = text_of(response)
    assert "后到的话" in page
    assert "listened not-yet 的样子" in page, "the levels too"
    assert "先到的话" in page
    assert ReviewDraft.objects.get().feedback == "后到的话", "and on the server"
    assert Review.objects.count() == 1


def test_a_judgement_that_was_made_and_undone_meanwhile_is_told_before_one_decides(desk, report, learner) -> None:
    page = text_of(desk.get(address(report)))
    assert 'name="seen" value="0"' in page
    first = a_review(report, colleague(learner.cohort), levels=levels(), counts=False)
    undo_review(review=first, actor=first.reviewer, at=timezone.now())
    assert accept(desk, report, seen="0").status_code == 409
    assert accept(desk, report, seen="1").status_code == 302


# --- taking back --------------------------------------------------------------------------------------------------


def decided(report: SubmissionAttempt, leader: User, at: datetime, decision: str = "accepted") -> Review:
    return a_review(report, leader, decision=decision, levels=levels(), at=at, counts=False)


@pytest.mark.parametrize("decision", Decision.values)
def test_for_ten_minutes_nothing_follows_and_then_all_of_it(report, learner, leader, decision: str) -> None:
    now = timezone.now()
    review = decided(report, leader, now, decision)
    assert count_due_reviews(at=now + UNDO - timedelta(seconds=1)) == 0
    assert not Message.objects.exists()
    assert not LearningEvent.objects.filter(verb=Verb.ACCEPTED).exists()
    assert Submission.objects.get().status == SubmissionStatus.SUBMITTED
    assert count_due_reviews(at=now + UNDO) == 1
    assert count_due_reviews(at=now + UNDO) == 0
    review.refresh_from_db()
    assert review.counted_at == now + UNDO
    assert Submission.objects.get().status == decision
    assert Message.objects.get().event == decision
    assert LearningEvent.objects.filter(verb=Verb.ACCEPTED).count() == (decision == "accepted")


def test_the_course_completes_when_the_acceptance_counts(report, learner, leader) -> None:
    now = timezone.now()
    send(learner, *all_lessons(learner))
    decided(report, leader, now)
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.ACTIVE
    assert not Certificate.objects.exists()
    count_due_reviews(at=now + UNDO)
    learner.refresh_from_db()
    assert (learner.status, learner.completed_at) == (EnrolmentStatus.COMPLETED, now + UNDO)
    assert Certificate.objects.count() == 1


def test_the_learner_is_shown_nothing_before_it_counts(report, learner, leader) -> None:
    phone, page = signed_in(learner.user), f"/zh-hans/assignments/{content.assignment().translation_key}/"
    review = decided(report, leader, timezone.now(), "returned")
    for place in (page, "/zh-hans/today/"):
        assert "谢谢您的记录" not in text_of(phone.get(place))
    assert "<textarea" not in text_of(phone.get(page))
    Review.objects.update(counts_at=timezone.now())
    assert "谢谢您的记录" in text_of(phone.get(page)), "looking is enough, where no worker runs"
    review.refresh_from_db()
    assert review.counted_at


def test_who_decided_undoes_it_with_a_button_and_finds_the_words_again(desk, report, learner) -> None:
    following = accept(desk, report)
    page = text_of(desk.get(following["Location"]))
    assert 'value="undo"' in page
    assert "示例学员" in page
    assert desk.post(address(report), {"action": "undo"}).status_code == 302
    again = text_of(desk.get(address(report)))
    assert "写得很实在。" in again
    assert again.count(" checked") == 3
    assert review_queue([learner.cohort], facilitators_of(learner.cohort)[0]).count() == 1
    time_to_undo_is_over()
    assert not Message.objects.exists()
    assert not LearningEvent.objects.filter(verb=Verb.ACCEPTED).exists()
    assert AuditLine.objects.filter(action="review.undone").count() == 1
    accept(desk, report)
    time_to_undo_is_over()
    assert Message.objects.count() == 1


def test_nobody_else_undoes_it(report, learner, leader) -> None:
    decided(report, leader, timezone.now())
    other = signed_in(colleague(learner.cohort))
    response = other.post(address(report), {"action": "undo"})
    assert response.status_code == 403
    assert Review.objects.get().undone_at is None
    assert 'value="undo"' not in text_of(other.get(address(report)))


def test_after_ten_minutes_it_cannot_be_undone_even_if_nobody_has_counted_it_yet(desk, report, leader) -> None:
    review = decided(report, leader, timezone.now() - UNDO)
    response = desk.post(address(report), {"action": "undo"})
    assert response.status_code == 409
    assert "时间已过" in text_of(response)
    review.refresh_from_db()
    assert review.undone_at is None


def test_undoing_where_nothing_was_decided_is_404_and_twice_is_once(desk, report, leader) -> None:
    assert desk.post(address(report), {"action": "undo"}).status_code == 404
    decided(report, leader, timezone.now())
    for _tap in range(2):
        assert desk.post(address(report), {"action": "undo"}).status_code == 302
    assert AuditLine.objects.filter(action="review.undone").count() == 1


def test_a_double_tap_on_a_decision_is_one_decision_and_leaves_no_draft(desk, report) -> None:
    desk.post(address(report), {"feedback": "写得很实在。", "action": "save"})
    assert [accept(desk, report).status_code for _tap in range(2)] == [302, 302]
    assert Review.objects.count() == 1
    assert not ReviewDraft.objects.exists()


def test_one_that_cannot_be_counted_holds_up_nobody(report, learner, leader, monkeypatch) -> None:
    now = timezone.now()
    second = a_report(a_learner(cohort=learner.cohort))
    decided(report, leader, now - timedelta(minutes=1))
    decided(second, leader, now)

    def fail_for_the_first(**named: Any) -> Any:
        if named["enrolment"].pk == learner.pk:
            raise RuntimeError("not today")
        return refresh_enrolment(**named)

    monkeypatch.setattr("cohorts.services.counting.refresh_enrolment", fail_for_the_first)
    assert count_due_reviews(at=now + UNDO) == 1
    assert Message.objects.get().recipient == second.submission.enrolment.user, (
        "the other's transaction is undone whole"
    )
    monkeypatch.undo()
    assert count_due_reviews(at=now + UNDO) == 1


def test_the_sweeper_counts_and_forgets_what_is_old(report, learner, leader) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    decided(report, leader, timezone.now() - UNDO)
    waiting = a_report(a_learner(cohort=learner.cohort))
    ReviewDraft.objects.create(attempt=waiting, reviewer=leader, feedback="旧", saved_at=long_ago)
    claim_report(submission=waiting.submission, reviewer=leader, at=long_ago)
    assert sweep_reviews() == 3
    assert not ReviewDraft.objects.exists()
    assert not ReviewClaim.objects.exists()
    assert Review.objects.get().counted_at


def test_an_organisation_may_let_it_count_at_once(desk, report, settings) -> None:
    settings.REVIEW_UNDO_MINUTES = 0
    following = accept(desk, report)
    assert Submission.objects.get().status == SubmissionStatus.ACCEPTED
    page = text_of(desk.get(following["Location"]))
    assert 'value="undo"' not in page
    assert "已通过" in page


def test_a_colleague_reads_what_was_decided_and_that_it_is_not_told_yet(report, learner, leader) -> None:
    decided(report, leader, timezone.now(), "returned")
    response = signed_in(colleague(learner.cohort)).get(address(report))
    assert "谢谢您的记录" in text_of(response)
    assert "学员尚未收到" in text_of(response)
    assert not list(get_messages(response.wsgi_request))


@pytest.mark.database
def test_words_that_no_database_takes_are_drafted_and_kept_without_them(desk, report) -> None:
    desk.post(address(report), {"feedback": "很\0好", "action": "keep"})
    assert ReviewDraft.objects.get().feedback == "很好"
    assert SavedComment.objects.get().text == "很好"


def test_somebody_who_left_meanwhile_has_the_report_accepted_and_completes_nothing(report, learner, leader) -> None:
    send(learner, *all_lessons(learner))
    review = review_attempt(
        attempt=report, decision="accepted", judgement=Judgement("", levels()), reviewer=leader, at=timezone.now()
    )
    Enrolment.objects.update(status=EnrolmentStatus.WITHDRAWN)
    count_due_reviews(at=review.counts_at)
    learner.refresh_from_db()
    assert (learner.status, learner.completed_at) == (EnrolmentStatus.WITHDRAWN, None)
    assert Submission.objects.get().status == SubmissionStatus.ACCEPTED
