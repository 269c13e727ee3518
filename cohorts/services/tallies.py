"""Which questions a cohort finds hard: counted with each answer, so that no report ever counts events."""

import uuid
from collections import Counter
from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from cohorts.models import Cohort, Enrolment, LessonProgress, QuestionTally
from cohorts.rules import LessonState


def tally_answers(
    *, enrolment: Enrolment, lesson_key: uuid.UUID, before: LessonProgress | None, now: LessonState
) -> None:
    """Count the questions that this learner has answered, or missed for the first time, since ``before``.

    Call it in the transaction of the fact. A learner counts once a question, however often it is answered.
    """
    counted = before if before and before.missed is not None else None
    answered = now.answered - set(counted.answered if counted else ())
    missed = now.missed - set((counted.missed if counted else None) or ())
    for question in sorted(answered | missed):
        _add(enrolment.cohort_id, lesson_key, question, int(question in answered), int(question in missed))


def move_tallies(*, enrolment: Enrolment, origin: Cohort) -> None:
    """Count what a learner has answered and missed in the enrolment's cohort, and no more in ``origin``.

    Call it in the transaction in which the enrolment moves.
    """
    rows = LessonProgress.objects.filter(enrolment=enrolment).exclude(missed=None).order_by("lesson_key")
    for row in rows:
        for question in row.answered:
            missed = int(question in (row.missed or ()))
            _add(origin.pk, row.lesson_key, question, -1, -missed)
            _add(enrolment.cohort_id, row.lesson_key, question, 1, missed)


def _add(cohort_id: int, lesson_key: uuid.UUID, question: str, answered: int, missed: int) -> None:
    """Add to a tally; the first answer to a question makes it."""
    which = {"cohort_id": cohort_id, "lesson_key": lesson_key, "question_id": question}
    if _grow(which, answered, missed) or answered < 0:
        return
    _row, is_new = QuestionTally.objects.get_or_create(**which, defaults={"answered": answered, "missed": missed})
    if not is_new:  # somebody else of the cohort was quicker
        _grow(which, answered, missed)


def _grow(which: dict[str, object], answered: int, missed: int) -> int:
    rows = QuestionTally.objects.filter(**which)
    return rows.update(answered=F("answered") + answered, missed=F("missed") + missed)


@transaction.atomic
def recount_tallies(*, cohort: Cohort) -> None:
    """Write the cohort's tallies anew from what its learners have answered and missed."""
    answered: Counter[tuple[uuid.UUID, str]] = Counter()
    missed: Counter[tuple[uuid.UUID, str]] = Counter()
    rows = LessonProgress.objects.filter(enrolment__cohort=cohort).exclude(missed=None)
    for lesson_key, all_answered, all_missed in rows.values_list("lesson_key", "answered", "missed").iterator():
        answered.update(_keys(lesson_key, all_answered))
        missed.update(_keys(lesson_key, all_missed or ()))
    QuestionTally.objects.filter(cohort=cohort).delete()
    QuestionTally.objects.bulk_create(
        QuestionTally(cohort=cohort, lesson_key=key[0], question_id=key[1], answered=number, missed=missed[key])
        for key, number in answered.items()
    )


def _keys(lesson_key: uuid.UUID, questions: Collection[str]) -> list[tuple[uuid.UUID, str]]:
    return [(lesson_key, question) for question in questions]
