"""How a cohort stands, from summary rows only: a handful of queries, however many learners there are."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, F, FloatField, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast, JSONObject

from cohorts.enums import StepState
from cohorts.models import CallNote, Cohort, Enrolment, QuestionTally, Submission
from cohorts.rules.concern import Dates, Followed, Reason, late_places, overdue, reasons
from cohorts.rules.expected import average_share, end_of, planned_share
from cohorts.rules.steps import FINISHED_STATES, OPEN_STATES, read, was_seen
from cohorts.selectors.schedule import deadlines_of, longer_dues
from courses.selectors import in_language, outline, prompts_of

WEEK = timedelta(days=7)
FEWEST_LEARNERS = 5
"""With fewer learners who answered, the share that missed a question says nothing about it."""

MOST_MISSED = 5


@dataclass(frozen=True)
class Column:
    """A required step as a column: its place in the requirement set, a short label, and what it is."""

    place: int
    key: str
    label: str
    title: str
    url: str
    is_assignment: bool
    due_at: datetime | None = None


@dataclass(slots=True)
class Row:
    """A learner in the matrix."""

    pk: int
    uuid: uuid.UUID
    user_id: int
    name: str
    sort_key: str
    school: str
    region: str
    letters: str
    done: int
    total: int
    days_seen: int
    last_activity_at: datetime | None
    is_completed: bool
    followed: Followed
    late: list[int]
    past: frozenset[int]
    """The places of the steps whose deadline is over for this learner, who may have been given longer."""
    reasons: list[Reason]
    snoozed_until: date | None = None
    waiting: int = 0
    """How many reports a reviewer has still to decide on."""
    waiting_since: datetime | None = None

    @property
    def needs_call(self) -> bool:
        """Whether there is a reason to call, and nobody has put it off."""
        return bool(self.reasons) and self.snoozed_until is None

    @property
    def open_and_late(self) -> int:
        """How many steps are open past their deadline."""
        return sum(self.letters[place : place + 1] in OPEN_STATES for place in self.late)

    @property
    def is_late(self) -> bool:
        """Whether a step is open past its deadline."""
        return self.open_and_late > 0

    @property
    def percent(self) -> int:
        """The share of steps done, in whole percent, rounded down: a hundred means all."""
        return self.done * 100 // self.total if self.total else 0


@dataclass(frozen=True)
class Board:
    """A cohort's learners, its steps in the order of the course, and its dates."""

    cohort: Cohort
    columns: Sequence[Column]
    rows: Sequence[Row]
    dates: Dates
    now: datetime
    done_moments: Sequence[int] = field(repr=False)

    @property
    def today(self) -> date:
        """The day it is in the cohort."""
        return self.now.astimezone(self.cohort.zone).date()

    def active(self, first_day: date, last_day: date) -> int:
        """Return how many were active from ``first_day`` to ``last_day``, within the last two weeks."""
        zone = self.cohort.zone
        return sum(
            was_seen(row.days_seen, row.last_activity_at.astimezone(zone).date(), first_day, last_day)
            for row in self.rows
            if row.last_activity_at
        )


def dates_of(cohort: Cohort, deadlines: Mapping[str, datetime]) -> Dates:
    """Return when a cohort begins and ends and until when its steps are due, in the form of the rules."""
    required = cohort.requirements
    return Dates(
        starts_at=datetime.combine(cohort.starts_on, time.min, tzinfo=cohort.zone),
        ends_at=end_of(cohort.ends_on, cohort.zone),
        due=tuple(deadlines.get(key) for key in (*required.lessons, *required.assignments)),
        lessons=len(required.lessons),
    )


FIELDS = (
    "pk",
    "uuid",
    "user_id",
    "person",
    "steps",
    "steps_at",
    "handed_in_at",
    "failures",
    "steps_done",
    "steps_total",
    "days_seen",
    "last_activity_at",
    "enrolled_at",
    "completed_at",
    "snoozed_until",
    "waiting",
    "waiting_since",
)


def board_of(cohort: Cohort, now: datetime, language: str) -> Board:
    """Return how the cohort's learners stand, by name; who withdrew or has not joined is not in it.

    Four queries, or five in another language than the cohort's.
    """
    deadlines = deadlines_of(cohort)
    dates = dates_of(cohort, deadlines)
    today = now.astimezone(cohort.zone).date()
    places = places_of_steps(cohort)
    longer = {
        pk: dates.with_extensions(
            {places[key]: max(due, deadlines[key]) for key, due in dues.items() if key in places and key in deadlines}
        )
        for pk, dues in longer_dues(cohort).items()
    }
    past, rows, moments = overdue(dates, now), [], list[int]()
    for record in _summaries(cohort):
        own = longer.get(record[0])
        row = _row(record, own or dates, overdue(own, now) if own else past, now, today)
        rows.append(row)
        moments += done_moments(row.letters, row.followed.since)
    rows.sort(key=lambda row: (row.sort_key, row.pk))
    return Board(cohort, columns_of(cohort, deadlines, language), rows, dates, now, moments)


def _summaries(cohort: Cohort) -> QuerySet[Enrolment, tuple[Any, ...]]:
    """Return the summary rows of a cohort's learners, each with its person, its newest note and what waits of it.

    What belongs to a row is looked up by its key, row by row: a join would let PostgreSQL read the whole table of
    people, which among a thousand cohorts takes longer than all the rest.
    """
    own = OuterRef("pk")
    person = get_user_model().objects.filter(pk=OuterRef("user"))
    said = JSONObject(name="full_name", email="email", school="school", region="region", sort_key="sort_key")
    newest_note = CallNote.objects.filter(enrolment=own).order_by("-pk")
    works = Submission.objects.waiting().filter(enrolment=own).order_by().values("enrolment")
    return (
        Enrolment.objects.filter(cohort=cohort)
        .learning()
        .order_by()
        .annotate(
            person=Subquery(person.values(said=said)),
            snoozed_until=Subquery(newest_note.values("snoozed_until")[:1]),
            waiting=_where_some_wait(works.annotate(number=Count("pk")).values("number")),
            waiting_since=_where_some_wait(works.annotate(since=Min("submitted_at")).values("since")),
        )
        .values_list(*FIELDS)
    )


def _where_some_wait(works: QuerySet[Any, Any]) -> Case:
    """Return a question that is asked only of learners who have a report that waits."""
    return Case(When(steps__contains=StepState.WAITING.value, then=Subquery(works)))


def _row(record: Sequence[Any], dates: Dates, past: frozenset[int], now: datetime, today: date) -> Row:
    (pk, number, user_id, person, letters, since, handed_in, failures, *rest) = record
    done, total, days_seen, last_at, joined_at, completed_at, snoozed_until, waiting, waiting_since = rest
    followed = Followed(letters, since, handed_in, failures, joined_at, last_at)
    late = late_places(followed, dates, past)
    return Row(
        pk=pk,
        uuid=number,
        user_id=user_id,
        name=person["name"] or person["email"] or "",
        sort_key=person["sort_key"],
        school=person["school"],
        region=person["region"],
        letters=letters,
        done=done,
        total=total,
        days_seen=days_seen,
        last_activity_at=last_at,
        is_completed=completed_at is not None,
        followed=followed,
        late=late,
        past=past,
        reasons=[] if completed_at else reasons(followed, dates, now, late),
        snoozed_until=_still(snoozed_until, today),
        waiting=waiting or 0,
        waiting_since=waiting_since,
    )


def done_moments(letters: str, since: str) -> list[int]:
    """Return when a learner's steps were done, from what a summary row keeps."""
    return [
        moment
        for letter, moment in zip(letters, read(since), strict=False)
        if moment is not None and letter in FINISHED_STATES
    ]


def _still(snoozed_until: date | None, today: date) -> date | None:
    """Return until which day a call is put off by the newest note, while that day is to come."""
    return snoozed_until if snoozed_until and snoozed_until > today else None


def places_of_steps(cohort: Cohort) -> dict[str, int]:
    """Return the place of each required step, by its key."""
    required = cohort.requirements
    return {key: place for place, key in enumerate((*required.lessons, *required.assignments))}


def columns_of(cohort: Cohort, deadlines: Mapping[str, datetime], language: str) -> list[Column]:
    """Return the required steps in the order of the course; what is no longer in the course comes last."""
    required = cohort.requirements
    place = places_of_steps(cohort)
    columns: list[Column] = []
    assignments = 0
    for number, module in enumerate(outline(in_language(cohort.course, language)), start=1):
        for step in module.steps:
            assignments += step.is_assignment
            key = str(step.key)
            if key not in place:
                continue
            label = f"A{assignments}" if step.is_assignment else f"{number}.{step.number}"
            columns.append(
                Column(place.pop(key), key, label, step.title, step.url, step.is_assignment, deadlines.get(key))
            )
    lessons = len(required.lessons)
    gone = [Column(at, key, "–", "", "", at >= lessons, deadlines.get(key)) for key, at in place.items()]
    return columns + gone


@dataclass(frozen=True)
class Figures:
    """The four figures above the matrix."""

    learners: int
    active: int
    active_before: int
    average: int
    planned: int
    waiting: int
    longest_wait_days: int | None
    """How many days the report that waits longest has waited; nothing when nothing waits."""
    need_call: int

    @property
    def change(self) -> int:
        """How many more were active than the week before."""
        return self.active - self.active_before


def figures_of(board: Board, user: Any) -> Figures:
    """Return the figures of a cohort for somebody. Nobody judges their own reports, so these do not wait for them."""
    today, rows = board.today, board.rows
    waits = [row for row in rows if row.waiting and row.user_id != user.pk]
    return Figures(
        learners=len(rows),
        active=board.active(today - WEEK + timedelta(days=1), today),
        active_before=board.active(today - 2 * WEEK + timedelta(days=1), today - WEEK),
        average=average_share((row.done for row in rows), len(board.dates.due)),
        planned=planned_share(board.dates, board.now),
        waiting=sum(row.waiting for row in waits),
        longest_wait_days=max(
            ((board.now - row.waiting_since).days for row in waits if row.waiting_since), default=None
        ),
        need_call=sum(row.needs_call for row in rows),
    )


@dataclass(frozen=True)
class HardQuestion:
    """A question that many learners of a cohort miss, and where it is asked."""

    prompt: str
    lesson: Column
    answered: int
    missed: int

    @property
    def percent(self) -> int:
        """The share of those who answered that missed it at least once."""
        return round(self.missed * 100 / self.answered)


def hard_questions(cohort: Cohort, columns: Collection[Column], language: str) -> list[HardQuestion]:
    """Return the questions that most learners of the cohort missed, the largest share first: two queries."""
    lessons = {column.key: column for column in columns if column.url and not column.is_assignment}
    tallies = list(
        QuestionTally.objects.filter(
            cohort=cohort, lesson_key__in=list(lessons), answered__gte=FEWEST_LEARNERS, missed__gt=0
        )
        .annotate(share=Cast(F("missed"), FloatField()) / F("answered"))
        .order_by("-share", "-missed", "pk")[:MOST_MISSED]
    )
    if not tallies:
        return []
    prompts = prompts_of({tally.lesson_key for tally in tallies}, language)
    return [
        HardQuestion(prompt, lessons[str(tally.lesson_key)], tally.answered, tally.missed)
        for tally in tallies
        if (prompt := prompts.get((tally.lesson_key, tally.question_id)))
    ]


def learner_of(cohort: Cohort, enrolment_uuid: uuid.UUID, user: Any) -> Enrolment | None:
    """Return a learner of the cohort whom ``user`` may write a note about: nobody writes about themselves."""
    return (
        Enrolment.objects.filter(cohort=cohort, uuid=enrolment_uuid).exclude(user=user).select_related("user").first()
    )


def followed(enrolment: Enrolment) -> Followed:
    """Return what the row of one learner says, in the form of the rules."""
    return Followed(
        letters=enrolment.steps,
        since=enrolment.steps_at,
        handed_in=enrolment.handed_in_at,
        failures=enrolment.failures,
        joined_at=enrolment.enrolled_at,
        last_activity_at=enrolment.last_activity_at,
    )


def calls_about(enrolment: Enrolment) -> list[CallNote]:
    """Return what came of calling this learner, the newest first."""
    return list(CallNote.objects.filter(enrolment=enrolment).select_related("author"))
