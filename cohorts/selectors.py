"""Reading cohorts, progress and submissions. Nothing here writes or opens a transaction."""

import unicodedata
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, FloatField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from cohorts.enums import HELPING_ROLES, LEADING_ROLES, LEARNING_STATUSES, LESSON_VERBS, SubmissionStatus, Verb
from cohorts.models import (
    Cohort,
    Deadline,
    DraftCopy,
    Enrolment,
    LearningEvent,
    LessonProgress,
    Membership,
    PollVote,
    Submission,
    SubmissionAttempt,
    SubmissionPhoto,
    SubmissionRecording,
)
from cohorts.rules import Asked, Fact, LessonState, lesson_state
from courses.models import AssignmentPage, CoursePage, LessonPage, LessonVersion
from courses.selectors import assignment_by_key, course_of, has_lesson, newest_versions
from foundation.registries import MissedQuestion

NEWEST_EVENTS = 20_000
"""How far back the questions most often missed are looked for, so that the question costs the same in every year."""

FEWEST_ANSWERS = 5
"""Fewer answers to a question say nothing about it."""

LONGEST_TYPED = 40  # characters of a join code as somebody may type it; more is no code


def cohort_by_code(typed: str) -> Cohort | None:
    """Return the cohort whose join code was typed, in any case, with any spaces or dashes, in full width or half.

    Chinese input methods type letters and digits in full width (Ｋ７) when they are left on.
    """
    code = "".join(c for c in unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper() if c.isalnum())
    return Cohort.objects.select_related("course", "course__locale").filter(join_code=code).first() if code else None


def is_open_for_joining(cohort: Cohort, today: date) -> bool:
    """Tell whether somebody may still join on ``today`` (a day in the cohort's time zone)."""
    return today <= (cohort.joining_closes_on or cohort.ends_on)


def facilitators_of(cohort: Cohort) -> list[Any]:
    """Return the people who lead the cohort, facilitators first."""
    memberships = (
        Membership.objects.filter(cohort=cohort, role__in=LEADING_ROLES, ended_at=None)
        .select_related("user")
        .order_by("-role", "created_at")
    )
    return [membership.user for membership in memberships]


def learning_enrolments(user: Any) -> QuerySet[Enrolment]:
    """Return the enrolments in which the person studies, the newest first, with cohort and course."""
    return Enrolment.objects.of(user).learning().select_related("cohort", "cohort__course", "cohort__course__locale")


def is_learning_in(cohort: Cohort, user: Any) -> bool:
    """Tell whether the person studies in the cohort now."""
    return Enrolment.objects.of(user).learning().filter(cohort=cohort).exists()


def may_read_as_member(user: Any, course: CoursePage) -> bool:
    """Tell whether the person studies or helps in a cohort that takes this course, in whichever language."""
    if not getattr(user, "is_authenticated", False):
        return False
    return _taken_by(user).filter(course__translation_key=course.translation_key).exists()


def courses_of_member(user: Any) -> set[uuid.UUID]:
    """Return the keys of the courses that the person studies or helps in."""
    return set(_taken_by(user).values_list("course__translation_key", flat=True))


def _taken_by(user: Any) -> QuerySet[Cohort]:
    studies = Q(enrolments__user=user, enrolments__status__in=LEARNING_STATUSES)
    helps = Q(memberships__user=user, memberships__role__in=HELPING_ROLES, memberships__ended_at=None)
    return Cohort.objects.filter(studies | helps)


def enrolment_for_course(user: Any, course_key: uuid.UUID) -> Enrolment | None:
    """Return the person's newest enrolment in a cohort that takes this course."""
    return learning_enrolments(user).filter(cohort__course__translation_key=course_key).first()


def enrolment_for_lesson(user: Any, lesson_key: uuid.UUID) -> Enrolment | None:
    """Return the person's enrolment in the lesson's course; of a lesson since gone, in what still requires it."""
    lesson = LessonPage.objects.live().filter(translation_key=lesson_key).first()
    course = course_of(lesson) if lesson else None
    if course:
        return enrolment_for_course(user, course.translation_key)
    enrolments = learning_enrolments(user).select_related("cohort__requirements")
    return next((e for e in enrolments if str(lesson_key) in e.cohort.requirements.lessons), None)


def is_lesson_for(enrolment: Enrolment, lesson_key: uuid.UUID) -> bool:
    """Tell whether what was done in a lesson may count: its cohort requires it, it lies in the course, or was begun.

    So what a phone brings weeks later counts, also of a lesson that was taken out of the course meanwhile. No query
    for a lesson that is required; the cohort, its requirements and its course are at hand.
    """
    cohort = enrolment.cohort
    return (
        str(lesson_key) in cohort.requirements.lessons
        or has_lesson(cohort.course.translation_key, lesson_key)
        or enrolment.lessons.filter(lesson_key=lesson_key).exists()
    )


def progress_by_lesson(enrolment: Enrolment) -> dict[str, LessonProgress]:
    """Return what the person did in each lesson, by the lesson's key as a string."""
    return {str(row.lesson_key): row for row in LessonProgress.objects.filter(enrolment=enrolment)}


def submissions_by_assignment(enrolment: Enrolment) -> dict[str, Submission]:
    """Return the person's submissions, by the assignment's key as a string; not those that were opened only."""
    return {str(row.assignment_key): row for row in Submission.objects.filter(enrolment=enrolment).begun()}


def asked_by(version: LessonVersion, seed: str) -> Asked:
    """Return what a version asks of the learner whose enrolment's uuid is ``seed``, in the form of the rules."""
    required = version.required_ids(seed)
    return Asked(number=version.pk, questions=required, required=required, pass_mark=version.pass_mark)


def lesson_states(enrolment: Enrolment, lesson_key: uuid.UUID | None = None) -> dict[uuid.UUID, LessonState]:
    """Return what the facts about one lesson, or about each, add up to: four queries."""
    events = LearningEvent.objects.filter(enrolment=enrolment, verb__in=LESSON_VERBS)
    if lesson_key:
        events = events.filter(object_key=lesson_key)
    rows = list(events.values("object_key", "verb", "corrected_at", "question_id", "is_right", "lesson_version"))
    versions = LessonVersion.objects.in_bulk({row["lesson_version"] for row in rows})
    seed = str(enrolment.uuid)
    asked = {pk: asked_by(version, seed) for pk, version in versions.items()}
    facts: dict[uuid.UUID, list[Fact]] = {}
    for row in rows:
        facts.setdefault(row["object_key"], []).append(_fact(row, asked))
    today = newest_versions(facts)
    return {key: lesson_state(about, _still_asked(about, versions, today, seed)) for key, about in facts.items()}


def _still_asked(
    facts: Iterable[Fact],
    versions: Mapping[int, LessonVersion],
    today: Mapping[tuple[uuid.UUID, str], LessonVersion],
    seed: str,
) -> frozenset[str]:
    """Return what the lesson asks today, in the language in which the learner read it last."""
    read = versions[max(fact.asked.number for fact in facts)]
    return today[read.translation_key, read.locale].required_ids(seed)


def _fact(row: Mapping[str, Any], asked: Mapping[int, Asked]) -> Fact:
    return Fact(
        verb=row["verb"],
        at=row["corrected_at"].timestamp(),
        asked=asked[row["lesson_version"]],
        question=row["question_id"],
        is_right=bool(row["is_right"]),
    )


@dataclass(frozen=True)
class Lack:
    """What a learner still lacks for finishing a version of a lesson: questions, as the version keeps them."""

    unanswered: tuple[Mapping[str, Any], ...]
    wrong: tuple[Mapping[str, Any], ...]
    right: int
    right_needed: int

    @property
    def is_short_of_right(self) -> bool:
        """Whether everything is answered, but too little of it right."""
        return not self.unanswered and self.right < self.right_needed


def lack_of(enrolment: Enrolment, version: LessonVersion) -> Lack:
    """Return what the learner still lacks for finishing this version: two queries."""
    seed = str(enrolment.uuid)
    row = LessonProgress.objects.filter(enrolment=enrolment, lesson_key=version.translation_key).first()
    answered, right = set(row.answered if row else ()), set(row.right if row else ())
    asked = [question for question in version.asked_of(seed) if question["required"]]
    return Lack(
        unanswered=tuple(question for question in asked if question["id"] not in answered),
        wrong=tuple(question for question in asked if question["id"] in answered - right),
        right=sum(question["id"] in right for question in asked),
        right_needed=asked_by(version, seed).right_needed,
    )


FEWEST_VOTES = 3
"""With fewer votes the figures of a poll would tell who chose what."""


def votes_of(enrolment: Enrolment, lesson_key: uuid.UUID) -> dict[str, tuple[str, dict[str, int] | None]]:
    """Return the polls of a lesson in which the learner voted: the own answer, and how many of the cohort chose what.

    The figures are shown to nobody else, and to nobody before ``FEWEST_VOTES`` have voted. Two queries.
    """
    mine = dict(enrolment.votes.filter(lesson_key=lesson_key).values_list("poll_id", "option_id"))
    counted = (
        PollVote.objects.filter(enrolment__cohort=enrolment.cohort_id, lesson_key=lesson_key, poll_id__in=list(mine))
        .values_list("poll_id", "option_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    figures: dict[str, dict[str, int]] = {}
    for poll, option, number in counted:
        figures.setdefault(poll, {})[option] = number
    return {
        poll: (option, figures[poll] if sum(figures[poll].values()) >= FEWEST_VOTES else None)
        for poll, option in mine.items()
    }


def state_of(row: LessonProgress | None) -> LessonState:
    """Return a stored row of progress in the form of the rules."""
    if row is None:
        return LessonState()
    return LessonState(
        answered=frozenset(row.answered),
        right=frozenset(row.right),
        questions=frozenset(row.questions),
        started_at=row.started_at.timestamp() if row.started_at else None,
        completed_at=row.completed_at.timestamp() if row.completed_at else None,
    )


def accepted_assignments(enrolment: Enrolment) -> set[str]:
    """Return the keys of the assignments that were accepted, by the facts."""
    facts = LearningEvent.objects.filter(enrolment=enrolment, verb=Verb.ACCEPTED)
    return {str(key) for key in facts.values_list("object_key", flat=True)}


def review_queue(cohorts: QuerySet[Cohort] | Iterable[Cohort], user: Any) -> QuerySet[Submission]:
    """Return what waits for a review in these cohorts, the longest wait first, with learner and cohort.

    Each row carries ``attempt_uuid``, the newest attempt: the one to judge.
    """
    newest = SubmissionAttempt.objects.filter(submission=OuterRef("pk"), number=OuterRef("attempt"))
    return (
        Submission.objects.reviewable_by(user)
        .waiting()
        .filter(enrolment__cohort__in=cohorts)
        .select_related("enrolment", "enrolment__user", "enrolment__cohort")
        .annotate(attempt_uuid=Subquery(newest.values("uuid")[:1]))
    )


def submission_thread(submission: Submission) -> list[Any]:
    """Return every attempt of a submission with its review, the newest first."""
    return list(submission.attempts.with_due().prefetch_related("reviews__reviewer").order_by("-number"))


def current_photos(submission: Submission) -> list[SubmissionPhoto]:
    """Return the photos that belong to the text being written."""
    return list(submission.photos.filter(removed_at=None))


def current_recordings(submission: Submission) -> list[SubmissionRecording]:
    """Return the voice notes that belong to the text being written."""
    return list(submission.recordings.filter(removed_at=None))


def open_copies(submission: Submission) -> list[DraftCopy]:
    """Return the words that met newer ones and between which the learner has not chosen yet."""
    return list(submission.copies.filter(settled_at=None))


def due_at(cohort_id: int, step_key: uuid.UUID) -> datetime | None:
    """Return when a step is due in a cohort, if it is."""
    deadline = Deadline.objects.filter(cohort=cohort_id, step_key=step_key)
    return deadline.values_list("due_at", flat=True).first()


def deadlines_of(cohort: Cohort) -> dict[str, datetime]:
    """Return until when the cohort's steps are due, by the step's key as a string; a step may have no deadline."""
    deadlines = Deadline.objects.filter(cohort=cohort).values_list("step_key", "due_at")
    return {str(key): due for key, due in deadlines}


def assignment_to_report(key: uuid.UUID, language: str) -> AssignmentPage | None:
    """Return the assignment of that key; one since unpublished too, because a phone may have been away for weeks."""
    published_once = AssignmentPage.objects.filter(translation_key=key, first_published_at__isnull=False)
    return assignment_by_key(key, language) or published_once.first()


@dataclass(frozen=True)
class CohortFigures:
    """A cohort and how it stands, for the facilitator's list."""

    cohort: Cohort
    learners: int
    completed: int
    waiting: int


def led_cohorts(user: Any) -> list[CohortFigures]:
    """Return the cohorts the person helps in, with their figures, in two queries."""
    cohorts = list(
        Cohort.objects.reviewed_by(user)
        .select_related("course")
        .annotate(
            learner_count=Count("enrolments", filter=~Q(enrolments__status="withdrawn"), distinct=True),
            completed_count=Count("enrolments", filter=Q(enrolments__status="completed"), distinct=True),
        )
    )
    waiting = dict(
        Submission.objects.filter(status=SubmissionStatus.SUBMITTED, enrolment__cohort__in=cohorts)
        .exclude(enrolment__user=user)
        .values_list("enrolment__cohort")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return [
        CohortFigures(cohort, cohort.learner_count, cohort.completed_count, waiting.get(cohort.pk, 0))
        for cohort in cohorts
    ]


def learners_of(cohort: Cohort) -> QuerySet[Enrolment]:
    """Return the cohort's enrolments with their people, sorted by name; ``late`` counts reports after the deadline.

    A report counts by its first attempt: what was returned and handed in again comes later by its nature.
    """
    first_late = (
        SubmissionAttempt.objects.late()
        .filter(submission__enrolment=OuterRef("pk"), number=1)
        .order_by()
        .values("submission__enrolment")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Enrolment.objects.filter(cohort=cohort)
        .select_related("user")
        .annotate(late=Coalesce(Subquery(first_late), 0))
        .order_by("user__sort_key", "id")
    )


def questions_most_missed(lessons: Collection[uuid.UUID] | None = None, most: int = 50) -> list[MissedQuestion]:
    """Return the questions with the largest share of answers that were not right, among the newest events.

    ``lessons`` narrows it to the lessons of these keys. A question that all answer rightly is not in it. Two queries,
    bounded by ``NEWEST_EVENTS``.
    """
    newest = LearningEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    answered = LearningEvent.objects.filter(pk__gt=newest - NEWEST_EVENTS, verb=Verb.ANSWERED)
    if lessons is not None:
        answered = answered.filter(object_key__in=lessons)
    rows = (
        answered.order_by()
        .values("object_key", "question_id")
        .annotate(answers=Count("pk"), missed=Count("pk", filter=Q(is_right=False)))
        .filter(answers__gte=FEWEST_ANSWERS, missed__gt=0)
        .annotate(share=Cast(F("missed"), FloatField()) / F("answers"))
        .order_by("-share", "-missed", "object_key", "question_id")[:most]
    )
    return [MissedQuestion(row["object_key"], row["question_id"], row["answers"], row["missed"]) for row in rows]
