"""What a learner did in lessons, and what it adds up to."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, FloatField, Max, Q
from django.db.models.functions import Cast, TruncDate

from cohorts.enums import LEARNER_VERBS, LESSON_VERBS, Verb
from cohorts.models import Enrolment, LearningEvent, LessonProgress, PollVote
from cohorts.rules import Asked, Fact, LessonState, lesson_state
from cohorts.rules.steps import DAYS_SEEN
from courses.models import LessonVersion
from courses.selectors import newest_versions
from foundation.registries import MissedQuestion

NEWEST_EVENTS = 20_000
"""How far back the questions most often missed are looked for, so that the question costs the same in every year."""


FEWEST_ANSWERS = 5
"""Fewer answers to a question say nothing about it."""


def progress_by_lesson(enrolment: Enrolment) -> dict[str, LessonProgress]:
    """Return what the person did in each lesson, by the lesson's key as a string."""
    return {str(row.lesson_key): row for row in LessonProgress.objects.filter(enrolment=enrolment)}


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
        missed=frozenset(row.missed or ()),
        failed_tries=row.failed_tries,
    )


def accepted_assignments(enrolment: Enrolment) -> dict[str, float]:
    """Return when each assignment was accepted for the first time (seconds since 1970), by its key, by the facts."""
    facts = LearningEvent.objects.filter(enrolment=enrolment, verb=Verb.ACCEPTED).order_by("-corrected_at")
    return {str(key): moment.timestamp() for key, moment in facts.values_list("object_key", "corrected_at")}


def activity_of(enrolment: Enrolment) -> tuple[datetime | None, list[date]]:
    """Return when the learner last did something, and the newest days of the cohort on which they did: one query."""
    deeds = LearningEvent.objects.filter(enrolment=enrolment, verb__in=LEARNER_VERBS)
    days = deeds.annotate(day=TruncDate("corrected_at", tzinfo=enrolment.cohort.zone)).order_by("-day")
    newest = list(days.values_list("day").annotate(last=Max("corrected_at"))[:DAYS_SEEN])
    return (newest[0][1] if newest else None), [day for day, _last in newest]


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
