"""When a lesson is finished and when a course is: pure functions over facts.

Nothing here reads a clock or a database, and nothing depends on the order or the number of times in which facts
arrive: a phone sends late, twice, and out of order. Rule 1: a lesson is complete when it was marked finished, every
required question of the version that was finished has an answer, and as many of these are right as its pass mark asks
for; without a pass mark any answer counts, because this is recall and no exam. Rule 2: the best answer to a question
stands. Rule 3: a course is complete when every required lesson is complete, every required assignment was accepted,
and the share of questions answered right reaches the minimum. Rule 4: what was complete stays so; a question that was
taken out since counts for no score.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from cohorts.enums import Verb


@dataclass(frozen=True)
class Asked:
    """What a version of a lesson asks of one learner.

    A later version has a higher ``number``. ``questions`` are those that the score counts, ``required`` those that
    finishing takes. ``pass_mark`` is the share of the required ones that must be right, in percent.
    """

    number: int
    questions: frozenset[str]
    required: frozenset[str]
    pass_mark: int = 0

    @property
    def right_needed(self) -> int:
        """How many required questions must be right: the share rounded up, so that nearly enough is not enough."""
        return -(-self.pass_mark * len(self.required) // 100)


@dataclass(frozen=True)
class Fact:
    """One thing a learner did in a lesson, already graded. ``at`` is seconds since 1970, corrected for the clock."""

    verb: str
    at: float
    asked: Asked
    question: str = ""
    is_right: bool = False


@dataclass(frozen=True)
class LessonState:
    """What the facts about one lesson add up to."""

    answered: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    started_at: float | None = None
    completed_at: float | None = None
    last_at: float | None = None
    missed: frozenset[str] = frozenset()
    """Answered wrongly at least once, whatever the best answer is."""
    failed_tries: int = 0
    """How often the lesson was marked finished with everything answered and too little of it right."""

    @property
    def is_complete(self) -> bool:
        """Whether the lesson counts as done."""
        return self.completed_at is not None


def lesson_state(facts: Iterable[Fact], still_asked: frozenset[str] | None = None) -> LessonState:
    """Fold the facts about one lesson into its state. Any order and any duplicates give the same state.

    ``still_asked`` are the questions that the lesson asks today: what was taken out since counts for no score. Without
    it nothing was taken out.
    """
    facts = list(facts)
    if not facts:
        return LessonState()
    newest = max((fact.asked for fact in facts), key=lambda asked: asked.number)
    counted = newest.questions if still_asked is None else newest.questions & still_asked
    answers = [fact for fact in facts if fact.verb == Verb.ANSWERED]
    return LessonState(
        answered=frozenset(fact.question for fact in answers),
        right=frozenset(fact.question for fact in answers if fact.is_right) & counted,
        questions=counted,
        started_at=min(fact.at for fact in facts),
        completed_at=_completed_at(facts, answers),
        last_at=max(fact.at for fact in facts),
        missed=frozenset(fact.question for fact in answers if not fact.is_right),
        failed_tries=_failed_tries(facts, answers),
    )


def _failed_tries(facts: list[Fact], answers: list[Fact]) -> int:
    """Count the moments at which a version was finished, all of it answered, less of it right than its mark asks."""
    answered = _first_moments(answers)
    right = _first_moments(fact for fact in answers if fact.is_right)
    finished = {(fact.at, fact.asked) for fact in facts if fact.verb == Verb.FINISHED and fact.asked.right_needed}
    return sum(
        all(answered.get(question, at + 1) <= at for question in asked.required)
        and sum(right.get(question, at + 1) <= at for question in asked.required) < asked.right_needed
        for at, asked in finished
    )


def _completed_at(facts: list[Fact], answers: list[Fact]) -> float | None:
    """Return the first moment at which some finished version had all that it asks for."""
    answered = _first_moments(answers)
    right = _first_moments(fact for fact in answers if fact.is_right)
    finished = [fact for fact in facts if fact.verb == Verb.FINISHED]
    moments = [moment for fact in finished if (moment := _met_at(fact, answered, right)) is not None]
    return min(moments, default=None)


def _first_moments(answers: Iterable[Fact]) -> dict[str, float]:
    """Return when each question was first answered by one of ``answers``."""
    first: dict[str, float] = {}
    for fact in answers:
        first[fact.question] = min(fact.at, first.get(fact.question, fact.at))
    return first


def _met_at(finish: Fact, answered: Mapping[str, float], right: Mapping[str, float]) -> float | None:
    """Return the moment from which the finished version had its answers and enough right ones, or ``None``."""
    asked = finish.asked
    rights = sorted(right[question] for question in asked.required if question in right)
    if not asked.required <= answered.keys() or len(rights) < asked.right_needed:
        return None
    return max([finish.at, *(answered[question] for question in asked.required), *rights[: asked.right_needed]])


@dataclass(frozen=True)
class Requirements:
    """What finishing a course takes, as promised to a cohort at its start."""

    lessons: tuple[str, ...]
    assignments: tuple[str, ...]
    minimum_score: int = 0


@dataclass(frozen=True)
class Standing:
    """How far a learner is: what is missing, and whether that is nothing."""

    lessons_missing: tuple[str, ...] = ()
    assignments_missing: tuple[str, ...] = ()
    questions_right: int = 0
    questions_asked: int = 0
    minimum_score: int = 0
    steps_total: int = field(default=0)

    @property
    def score(self) -> int:
        """The share of questions answered right, in whole percent, rounded down. 0 where nothing was asked yet."""
        return self.questions_right * 100 // self.questions_asked if self.questions_asked else 0

    @property
    def has_score(self) -> bool:
        """Whether the minimum score is reached. A course that asks no question has no score to reach."""
        return not self.questions_asked or self.score >= self.minimum_score

    @property
    def steps_done(self) -> int:
        """How many required lessons and assignments are done."""
        return self.steps_total - len(self.lessons_missing) - len(self.assignments_missing)

    @property
    def is_complete(self) -> bool:
        """Whether the course's rule holds."""
        return bool(self.steps_total) and not self.lessons_missing and not self.assignments_missing and self.has_score


def standing(
    requirements: Requirements, lessons: Mapping[str, LessonState], accepted_assignments: Collection[str]
) -> Standing:
    """Judge the state of a learner by what was required of the cohort."""
    states = [lessons.get(key, LessonState()) for key in requirements.lessons]
    return Standing(
        lessons_missing=tuple(
            key for key, state in zip(requirements.lessons, states, strict=True) if not state.is_complete
        ),
        assignments_missing=tuple(key for key in requirements.assignments if key not in accepted_assignments),
        questions_right=sum(len(state.right) for state in states),
        questions_asked=sum(len(state.questions) for state in states),
        minimum_score=requirements.minimum_score,
        steps_total=len(requirements.lessons) + len(requirements.assignments),
    )
