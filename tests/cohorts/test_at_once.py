"""Two at the same moment: what phones, reviewers and double taps do. Commits for real, on both databases."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from hashlib import sha256
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from certificates.models import Certificate
from cohorts.enums import Decision, EnrolmentStatus, Verb
from cohorts.models import (
    DraftWrite,
    Enrolment,
    Extension,
    IncomingPart,
    LearningEvent,
    LessonProgress,
    Membership,
    Review,
    ReviewClaim,
    RubricVersion,
    SubmissionAttempt,
    SubmissionPhoto,
)
from cohorts.services.claims import claim_report
from cohorts.services.clocks import Stamp
from cohorts.services.counting import count_due_reviews, count_review, undo_review
from cohorts.services.drafts import Saving, write_draft
from cohorts.services.extensions import extend_deadline
from cohorts.services.incoming import Announced, begin_file, take_part
from cohorts.services.joining import join_cohort
from cohorts.services.judging import Judgement
from cohorts.services.membership import withdraw_learner
from cohorts.services.reviews import review_attempt
from cohorts.services.submissions import hand_in, submit
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories import content
from tests.factories.learning import (
    a_cohort,
    a_draft,
    a_learner,
    a_report,
    a_review,
    a_rubric,
    all_lessons,
    send,
    time_to_undo_is_over,
)
from tests.factories.people import a_facilitator, a_person
from tests.factories.photos import a_jpeg

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture(autouse=True)
def course() -> None:
    content.site_with_course()


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs in threads that start together; return what each returned or raised, in order."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=20)
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, job) for job in jobs]]


def test_two_devices_that_send_the_same_batch_count_it_once() -> None:
    learner = a_learner(is_confirmed=True)
    a_review(a_report(learner), a_facilitator())
    batch = all_lessons(learner)
    answers = at_once(*[lambda: send(learner, *batch)] * 3)
    by_event = [{answer[number].status for answer in answers} for number in range(len(batch))]
    assert all(statuses == {"ok", "duplicate"} for statuses in by_event), answers
    assert all(sum(answer[number].status == "ok" for answer in answers) == 1 for number in range(len(batch)))
    assert LearningEvent.objects.filter(verb__in=(Verb.ANSWERED, Verb.FINISHED)).count() == len(batch)
    assert LearningEvent.objects.filter(verb=Verb.COMPLETED).count() == 1
    assert LessonProgress.objects.count() == 3
    learner.refresh_from_db()
    assert (learner.status, learner.steps_done) == (EnrolmentStatus.COMPLETED, 4)
    assert Certificate.objects.count() == 1


def test_two_devices_that_answer_different_questions_lose_neither() -> None:
    learner = a_learner()
    events = all_lessons(learner)
    at_once(*[lambda event=event: send(learner, event) for event in events])
    learner.refresh_from_db()
    assert learner.lessons_done == 3
    assert learner.score == 100


def test_two_reviewers_at_once_are_one_decision() -> None:
    learner = a_learner()
    report = a_report(learner)

    def judge(decision: Decision) -> Callable[[], Review]:
        reviewer = a_facilitator(name=str(decision))
        return lambda: review_attempt(
            attempt=report,
            decision=decision,
            judgement=Judgement("一个字"),
            reviewer=reviewer,
            at=timezone.now(),
        )

    outcomes = at_once(judge(Decision.ACCEPTED), judge(Decision.RETURNED))
    assert sum(isinstance(outcome, Review) for outcome in outcomes) == 1, outcomes
    (refusal,) = [outcome for outcome in outcomes if not isinstance(outcome, Review)]
    assert isinstance(refusal, Refused), refusal
    assert (refusal.code, refusal.status) == ("already_judged", 409)
    time_to_undo_is_over()
    report.submission.refresh_from_db()
    assert Review.objects.get().decision == report.submission.status
    assert learner.user.messages.count() == 1


def test_a_double_tap_hands_in_once() -> None:
    learner = a_learner()
    work = a_draft(learner, did="谈了三次。")
    number = uuid.uuid4()

    def hand_in() -> SubmissionAttempt:
        return submit(
            submission=work,
            assignment=content.assignment(),
            attempt_uuid=number,
            actor=learner.user,
            at=timezone.now(),
        )

    first, second = at_once(hand_in, hand_in)
    assert first == second
    assert SubmissionAttempt.objects.count() == 1
    assert AuditLine.objects.filter(action="submission.submitted").count() == 1


def test_two_forms_handed_in_at_once_are_one_attempt_and_one_refusal() -> None:
    learner = a_learner()
    work = a_draft(learner, did="谈了三次。")

    def hand_in() -> SubmissionAttempt:
        return submit(
            submission=work,
            assignment=content.assignment(),
            attempt_uuid=uuid.uuid4(),
            actor=learner.user,
            at=timezone.now(),
        )

    outcomes = at_once(hand_in, hand_in)
    assert {type(outcome) for outcome in outcomes} == {SubmissionAttempt, Refused}, outcomes
    assert SubmissionAttempt.objects.count() == 1


def test_one_draft_sent_twice_at_once_is_saved_once() -> None:
    learner = a_learner()
    work, now = a_draft(learner), timezone.now()
    saving = Saving(uuid.uuid4(), {"did": "谈了三次。"}, base=0)
    send_it = partial(write_draft, submission=work, saving=saving, stamp=Stamp(now, now, now))
    outcomes = at_once(*[send_it] * 3)
    assert sorted(outcome.status for outcome in outcomes) == ["duplicate", "duplicate", "ok"], outcomes
    assert DraftWrite.objects.filter(uuid=saving.id).count() == 1
    work.refresh_from_db()
    assert work.answers["did"] == "谈了三次。"


def test_one_number_on_two_reports_at_once_is_saved_on_one() -> None:
    first, second, now = a_draft(a_learner()), a_draft(a_learner()), timezone.now()
    saving = Saving(uuid.uuid4(), {"did": "谈了三次。"}, base=0)
    jobs = [
        partial(write_draft, submission=work, saving=saving, stamp=Stamp(now, now, now)) for work in (first, second)
    ]
    assert sorted(outcome.status for outcome in at_once(*jobs)) == ["conflict", "ok"]


def test_two_devices_at_once_in_one_question_lose_no_words() -> None:
    learner = a_learner()
    work, now = a_draft(learner), timezone.now()
    jobs = [
        partial(
            write_draft,
            submission=work,
            saving=Saving(uuid.uuid4(), {"did": text}, base=0, device=text),
            stamp=Stamp(now, now, now),
        )
        for text in ("甲", "乙", "丙")
    ]
    outcomes = at_once(*jobs)
    assert sorted(outcome.status for outcome in outcomes) == ["conflict", "conflict", "ok"], outcomes
    work.refresh_from_db()
    copies = [copy.answers["did"] for copy in work.copies.all()]
    assert {work.answers["did"], *copies} == {"甲", "乙", "丙"}


def test_parts_at_once_neither_double_nor_interleave() -> None:
    learner, file, now = a_learner(), a_jpeg(), timezone.now()
    announced = Announced(uuid.uuid4(), content.prompt("photos"), "photo", len(file), sha256(file).hexdigest())
    begin = partial(
        begin_file, submission=a_draft(learner), assignment=content.assignment(), announced=announced, at=now
    )
    begun = at_once(begin, begin)
    assert sorted(outcome.status for outcome in begun) == ["duplicate", "ok"], begun
    half = len(file) // 2
    take = partial(take_part, user=learner.user, number=announced.id, at=now)
    firsts = at_once(*[partial(take, offset=0, content=file[:half])] * 3)
    assert sorted(outcome.status for outcome in firsts) == ["duplicate", "duplicate", "ok"], firsts
    lasts = at_once(*[partial(take, offset=half, content=file[half:])] * 3)
    assert {outcome.status for outcome in lasts} <= {"ok", "duplicate"}, lasts
    assert {outcome.state for outcome in lasts} == {"done"}
    assert SubmissionPhoto.objects.count() == 1
    assert not IncomingPart.objects.exists()


def test_one_report_from_a_phone_twice_at_once_is_one_attempt() -> None:
    learner, now = a_learner(), timezone.now()
    report = partial(
        hand_in,
        submission=a_draft(learner),
        assignment=content.assignment(),
        saving=Saving(uuid.uuid4(), {content.prompt("did"): "谈了三次。"}),
        files=(),
        actor=learner.user,
        stamp=Stamp(now, now, now),
    )
    outcomes = at_once(report, report, report)
    assert sorted(outcome.status for outcome in outcomes) == ["duplicate", "duplicate", "ok"], outcomes
    assert SubmissionAttempt.objects.count() == 1
    assert AuditLine.objects.filter(action="submission.submitted").count() == 1


def test_a_double_tap_joins_once() -> None:
    cohort = a_cohort()
    user = a_person()
    outcomes = at_once(*[lambda: join_cohort(cohort=cohort, user=user, at=timezone.now())] * 3)
    assert {type(outcome) for outcome in outcomes} == {Enrolment}, outcomes
    assert Enrolment.objects.count() == 1
    assert Membership.objects.filter(user=user).count() == 1


def test_an_answer_and_an_acceptance_at_once_complete_the_course_once() -> None:
    learner = a_learner(is_confirmed=True)
    *most, last = all_lessons(learner)
    send(learner, *most)
    report = a_report(learner)
    reviewer = a_facilitator()
    outcomes = at_once(lambda: send(learner, last), lambda: a_review(report, reviewer))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    learner.refresh_from_db()
    assert learner.status == EnrolmentStatus.COMPLETED
    assert LearningEvent.objects.filter(verb=Verb.COMPLETED).count() == 1
    assert Certificate.objects.count() == 1


def test_two_who_open_one_report_at_once_are_one_claim() -> None:
    report, now = a_report(a_learner()), timezone.now()
    jobs = [
        partial(claim_report, submission=report.submission, reviewer=a_facilitator(name=name), at=now)
        for name in ("甲", "乙", "丙")
    ]
    outcomes = at_once(*jobs)
    assert {type(outcome) for outcome in outcomes} == {ReviewClaim}, outcomes
    assert {outcome.holder_id for outcome in outcomes} == {ReviewClaim.objects.get().holder_id}


def test_undoing_and_counting_at_once_are_one_of_both() -> None:
    learner = a_learner()
    reviewer = a_facilitator()
    review = a_review(a_report(learner), reviewer, counts=False)
    late = partial(count_review, review=review, at=review.counts_at)
    early = partial(undo_review, review=review, actor=reviewer, at=review.created_at)
    outcomes = at_once(late, early)
    review.refresh_from_db()
    assert (review.counted_at is None) != (review.undone_at is None), outcomes
    assert learner.user.messages.count() == (review.counted_at is not None)
    assert LearningEvent.objects.filter(verb=Verb.ACCEPTED).count() == (review.counted_at is not None)


def test_three_sweepers_at_once_count_once() -> None:
    learner = a_learner(is_confirmed=True)
    send(learner, *all_lessons(learner))
    review = a_review(a_report(learner), a_facilitator(), counts=False)
    outcomes = at_once(*[partial(count_due_reviews, at=review.counts_at)] * 3)
    assert sorted(outcomes) == [0, 0, 1], outcomes
    assert learner.user.messages.filter(event="accepted").count() == 1
    assert LearningEvent.objects.filter(verb=Verb.COMPLETED).count() == 1
    assert Certificate.objects.count() == 1


def test_a_rubric_handed_in_by_three_at_once_is_one_version() -> None:
    a_rubric()
    cohort = a_cohort()
    outcomes = at_once(*[partial(a_report, a_learner(cohort=cohort)) for _who in range(3)])
    assert {type(outcome) for outcome in outcomes} == {SubmissionAttempt}, outcomes
    assert RubricVersion.objects.count() == 1


def test_two_who_give_the_same_extension_at_once_give_it_once() -> None:
    learner, now = a_learner(), timezone.now()
    cohort = learner.cohort
    jobs = [
        partial(
            extend_deadline,
            cohort=cohort,
            step_key=content.assignment().translation_key,
            enrolments=[learner.uuid],
            until=now + timedelta(days=80),
            reason="示例：停电。",
            actor=a_facilitator(name=name),
            at=now,
        )
        for name in ("甲", "乙")
    ]
    outcomes = at_once(*jobs)
    assert {type(outcome) for outcome in outcomes} == {list}, outcomes
    assert Extension.objects.count() == 1


def test_an_extension_and_a_withdrawal_at_once_leave_nothing_half_done() -> None:
    learner, other, now = a_learner(), a_person(), timezone.now()
    cohort = learner.cohort
    second = join_cohort(cohort=cohort, user=other, at=now)
    give = partial(
        extend_deadline,
        cohort=cohort,
        step_key=content.assignment().translation_key,
        enrolments=[learner.uuid, second.uuid],
        until=now + timedelta(days=80),
        reason="示例：停电。",
        actor=a_facilitator(),
        at=now,
    )
    leave = partial(withdraw_learner, enrolment=second, reason="示例：调走了。", actor=a_facilitator(), at=now)
    given, left = at_once(give, leave)
    assert isinstance(left, Enrolment), left
    assert isinstance(given, list) or given.code == "withdrawn", given
    assert Extension.objects.count() == (2 if isinstance(given, list) else 0)
