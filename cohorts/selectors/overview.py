"""How a cohort stands, from summary rows only: a handful of queries, however many learners there are."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, FloatField, Min
from django.db.models.functions import Cast

from cohorts.models import CallNote, Cohort, Enrolment, QuestionTally, Submission
from cohorts.rules.concern import Dates, Followed, Reason, late_places, overdue, reasons
from cohorts.rules.expected import average_share, end_of, planned_share
from cohorts.rules.steps import FINISHED_STATES, OPEN_STATES, read, was_seen
from cohorts.selectors.submissions import deadlines_of
from courses.selectors import in_language, newest_versions, outline

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
    reasons: list[Reason]
    snoozed_until: date | None = None

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
    def past(self) -> frozenset[int]:
        """The places of the steps whose deadline is over."""
        return overdue(self.dates, self.now)

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
    "user__full_name",
    "user__email",
    "user__school",
    "user__region",
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
)


def board_of(cohort: Cohort, now: datetime, language: str) -> Board:
    """Return how the cohort's learners stand, by name: five queries. Who withdrew or has not joined is not in it."""
    deadlines = deadlines_of(cohort)
    dates, snoozed = dates_of(cohort, deadlines), _snoozed(cohort, now)
    found = Enrolment.objects.filter(cohort=cohort).learning().order_by("user__sort_key", "pk").values_list(*FIELDS)
    past, rows, moments = overdue(dates, now), [], list[int]()
    for record in found:
        row = _row(record, dates, past, now)
        row.snoozed_until = snoozed.get(row.pk)
        rows.append(row)
        moments += done_moments(row.letters, row.followed.since)
    return Board(cohort, columns_of(cohort, deadlines, language), rows, dates, now, moments)


def _row(record: Sequence[Any], dates: Dates, past: frozenset[int], now: datetime) -> Row:
    (pk, number, user_id, name, email, school, region, letters, since, handed_in, failures, *rest) = record
    done, total, days_seen, last_at, joined_at, completed_at = rest
    followed = Followed(letters, since, handed_in, failures, joined_at, last_at)
    late = late_places(followed, dates, past)
    return Row(
        pk=pk,
        uuid=number,
        user_id=user_id,
        name=name or email or "",
        school=school,
        region=region,
        letters=letters,
        done=done,
        total=total,
        days_seen=days_seen,
        last_activity_at=last_at,
        is_completed=completed_at is not None,
        followed=followed,
        late=late,
        reasons=[] if completed_at else reasons(followed, dates, now, late),
    )


def done_moments(letters: str, since: str) -> list[int]:
    """Return when a learner's steps were done, from what a summary row keeps."""
    return [
        moment
        for letter, moment in zip(letters, read(since), strict=False)
        if moment is not None and letter in FINISHED_STATES
    ]


def _snoozed(cohort: Cohort, now: datetime) -> dict[int, date]:
    """Return until which day each learner is left out of who needs a call, by the newest note about them."""
    today = now.astimezone(cohort.zone).date()
    notes = CallNote.objects.filter(enrolment__cohort=cohort).order_by("pk").values_list("enrolment", "snoozed_until")
    return {pk: until for pk, until in dict(notes).items() if until is not None and until > today}


def columns_of(cohort: Cohort, deadlines: Mapping[str, datetime], language: str) -> list[Column]:
    """Return the required steps in the order of the course; what is no longer in the course comes last."""
    required = cohort.requirements
    place = {key: number for number, key in enumerate((*required.lessons, *required.assignments))}
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
    longest_wait: datetime | None
    need_call: int

    @property
    def change(self) -> int:
        """How many more were active than the week before."""
        return self.active - self.active_before


def figures_of(board: Board) -> Figures:
    """Return the figures of a cohort: one query, for what waits."""
    today, rows = board.today, board.rows
    waiting = (
        Submission.objects.waiting()
        .filter(enrolment__cohort=board.cohort)
        .order_by()
        .aggregate(number=Count("pk"), earliest=Min("submitted_at"))
    )
    return Figures(
        learners=len(rows),
        active=board.active(today - WEEK + timedelta(days=1), today),
        active_before=board.active(today - 2 * WEEK + timedelta(days=1), today - WEEK),
        average=average_share((row.done for row in rows), len(board.dates.due)),
        planned=planned_share(board.dates, board.now),
        waiting=waiting["number"],
        longest_wait=waiting["earliest"],
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
    """Return the questions that most learners of the cohort missed, the largest share first: three queries at most."""
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
    prompts: dict[tuple[str, str], str] = {}
    versions = newest_versions({tally.lesson_key for tally in tallies})
    for (key, locale), version in sorted(versions.items(), key=lambda entry: entry[0][1] == language):
        prompts |= {(str(key), str(question["id"])): str(question["prompt"]) for question in version.questions}
    return [
        HardQuestion(prompt, lessons[str(tally.lesson_key)], tally.answered, tally.missed)
        for tally in tallies
        if (prompt := prompts.get((str(tally.lesson_key), tally.question_id)))
    ]


def learner_of(cohort: Cohort, enrolment_uuid: uuid.UUID, user: Any) -> Enrolment | None:
    """Return a learner of the cohort whom ``user`` may write a note about: nobody writes about themselves."""
    return (
        Enrolment.objects.filter(cohort=cohort, uuid=enrolment_uuid)
        .exclude(user=user)
        .select_related("user")
        .first()
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
