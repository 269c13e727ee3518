"""What a screen may ask of the database: few queries, and no more with a thousand rows than with ten."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Message, User
from cohorts.enums import EnrolmentStatus, Role, SubmissionStatus
from cohorts.models import (
    Cohort,
    Enrolment,
    LearningEvent,
    LessonProgress,
    Membership,
    Review,
    Submission,
    SubmissionAttempt,
)
from cohorts.selectors import facilitators_of
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner, a_report, a_review, all_lessons, an_answer, send
from tests.factories.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def many(cohort: Cohort, number: int) -> None:
    """Add learners whose reports wait, each with an event, progress, a message and an older attempt that was judged."""
    now = timezone.now()
    users = User.objects.bulk_create(
        User(full_name=f"学员{i}", sort_key=f"{i:05}", username=uuid.uuid4().hex) for i in range(number)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, user=user, enrolled_at=now, steps_total=6, status=EnrolmentStatus.ACTIVE)
        for user in users
    )
    Membership.objects.bulk_create(
        Membership(cohort=cohort, user=user, role=Role.LEARNER, created_at=now) for user in users
    )
    works = Submission.objects.bulk_create(
        Submission(
            enrolment=enrolment,
            assignment_key=uuid.uuid4(),
            title="作业",
            status=SubmissionStatus.SUBMITTED,
            attempt=2,
            saved_at=now,
            submitted_at=now,
        )
        for enrolment in enrolments
    )
    attempts = SubmissionAttempt.objects.bulk_create(
        SubmissionAttempt(
            uuid=uuid.uuid4(), submission=work, number=number, submitted_at=now, written_at=now, body_hash="0" * 64
        )
        for work in works
        for number in (1, 2)
    )
    leader = facilitators_of(cohort)[0]
    Review.objects.bulk_create(
        Review(
            attempt=attempt,
            reviewer=leader,
            decision="returned",
            feedback="再写写",
            created_at=now,
            counts_at=now,
            counted_at=now,
        )
        for attempt in attempts
        if attempt.number == 1
    )
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson_key=uuid.uuid4(), started_at=now) for enrolment in enrolments
    )


def busy(learner: Enrolment, number: int) -> None:
    """Give one learner a long history: events, progress, messages, other cohorts, and colleagues."""
    now = timezone.now()
    LearningEvent.objects.bulk_create(
        LearningEvent(
            uuid=uuid.uuid4(),
            enrolment=learner,
            verb="opened",
            object_key=uuid.uuid4(),
            at=now,
            sent_at=now,
            received_at=now,
            corrected_at=now,
        )
        for _ in range(number)
    )
    Message.objects.bulk_create(
        Message(
            recipient=learner.user,
            event="accepted",
            key=str(uuid.uuid4()),
            params={"assignment": "作业", "cohort": "班"},
            created_at=now,
        )
        for _ in range(number)
    )
    cohorts = Cohort.objects.bulk_create(
        Cohort(
            name=f"班{i}",
            course=learner.cohort.course,
            requirements=learner.cohort.requirements,
            join_code=uuid.uuid4().hex[:8].upper(),
            starts_on=now.date(),
            ends_on=now.date() + timedelta(days=9),
            created_at=now,
        )
        for i in range(number)
    )
    Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, user=learner.user, enrolled_at=now - timedelta(days=1), steps_total=6)
        for cohort in cohorts
    )
    many(learner.cohort, number)


def grown(client: Client, address: str, grow, *, most: int) -> int:
    """Expect the same queries with 10 rows and with 1,000, and no more than ``most``; return how many."""
    grow(10)
    few = queries_of(client, address)
    grow(990)
    lots = queries_of(client, address)
    assert len(lots) == len(few), "\n".join(lots)
    assert len(few) <= most, "\n".join(few)
    return len(few)


# --- queries ---------------------------------------------------------------------------------------------------------


def test_a_lesson_takes_the_same_with_many_versions_and_readers() -> None:
    learner = a_learner()
    page = content.lesson("ask")
    grown(Client(), page.url, lambda number: many(learner.cohort, number), most=8)


def test_today_takes_twelve_queries() -> None:
    learner = a_learner()
    grown(signed_in(learner.user), "/zh-hans/today/", lambda number: busy(learner, number), most=12)


@pytest.mark.parametrize("address", ["/en/today/", "/zh-hans/course/", "/en/course/"])
def test_the_learners_other_screens_do_not_cost_more(address: str) -> None:
    assert len(queries_of(signed_in(a_learner().user), address)) <= 12


def test_today_of_somebody_who_completed_takes_no_more() -> None:
    learner = a_learner(is_confirmed=True)
    send(learner, *all_lessons(learner))
    a_review(a_report(learner), facilitators_of(learner.cohort)[0])
    assert len(queries_of(signed_in(learner.user), "/zh-hans/today/")) <= 12


@pytest.mark.parametrize("screen", ["reviews", "learners"])
def test_the_facilitators_lists_take_twelve_queries(screen: str) -> None:
    cohort = a_cohort()
    client = signed_in(facilitators_of(cohort)[0])
    address = f"/zh-hans/desk/{cohort.uuid}/{screen}/"
    grown(client, address, lambda number: many(cohort, number), most=12)
    assert len(queries_of(client, f"{address}?page=3")) <= 12


def test_the_overview_takes_nine_queries_with_ten_learners_and_with_a_thousand() -> None:
    cohort = a_cohort()
    for _ in range(5):
        learner = a_learner(cohort=cohort)
        send(learner, an_answer(learner, "ask", "who", "loud"))
    client = signed_in(facilitators_of(cohort)[0])
    address = f"/zh-hans/desk/{cohort.uuid}/"
    asked = grown(client, address, lambda number: many(cohort, number), most=10)
    assert asked == 9
    assert len(queries_of(client, f"{address}?sort=done&show=call")) == asked
    assert len(queries_of(client, f"/en/desk/{cohort.uuid}/")) == 10, "the course's page in another language"


def test_the_list_of_cohorts_and_one_review_do_not_grow_either() -> None:
    cohort = a_cohort()
    leader = facilitators_of(cohort)[0]
    client = signed_in(leader)
    report = a_report(a_learner(cohort=cohort))
    before = queries_of(client, f"/zh-hans/desk/reviews/{report.uuid}/")
    cohorts_before = queries_of(client, "/zh-hans/desk/")
    many(cohort, 200)
    for number in range(8):
        a_cohort(name=f"班{number}", facilitator=leader)
    now = queries_of(client, f"/zh-hans/desk/reviews/{report.uuid}/")
    assert len(now) == len(before) <= 17, "\n".join(now)  # five of them hold the report for its reader
    assert len(queries_of(client, "/zh-hans/desk/")) == len(cohorts_before) <= 12


def test_a_batch_of_events_costs_the_same_for_each_event() -> None:
    learner = a_learner()
    events = all_lessons(learner)
    send(learner, *events)
    with CaptureQueriesContext(connection) as few:
        send(learner, *all_lessons(learner)[:1])
    many(learner.cohort, 300)
    with CaptureQueriesContext(connection) as lots:
        send(learner, *all_lessons(learner)[:1])
    assert len(lots) == len(few) <= 30
