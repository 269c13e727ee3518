"""The laws of progress: pure functions, so any order and any duplicates of facts must come to the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts.enums import Verb
from cohorts.rules import Asked, Fact, LessonState, Requirements, lesson_state, standing

VERSIONS = (
    Asked(1, frozenset("ab"), frozenset("ab")),
    Asked(2, frozenset("abc"), frozenset("ac")),
    Asked(3, frozenset("cd"), frozenset("d")),
    Asked(4, frozenset("abc"), frozenset("abc"), pass_mark=60),
)
"""One lesson through four editions: a question added and one made optional, then two taken away and one new, then a
pass mark: two of three."""

MOMENTS = st.integers(0, 50).map(float)


def facts_of(versions: tuple[Asked, ...]) -> st.SearchStrategy[Fact]:
    """Facts about a lesson of which ``versions`` were published."""
    return st.sampled_from(versions).flatmap(
        lambda asked: st.builds(
            Fact,
            verb=st.sampled_from((Verb.OPENED, Verb.FINISHED, Verb.ANSWERED)).map(str),
            at=MOMENTS,
            asked=st.just(asked),
            question=st.sampled_from(sorted(asked.questions)),
            is_right=st.booleans(),
        )
    )


anything = st.lists(facts_of(VERSIONS), max_size=12)
of_one_edition = st.lists(facts_of(VERSIONS[1:2]), max_size=12)


@given(anything, st.randoms(use_true_random=False))
def test_order_and_duplicates_mean_nothing(facts: list[Fact], chance) -> None:
    told_again = [*facts, *chance.sample(facts, chance.randint(0, len(facts)))]
    chance.shuffle(told_again)
    assert lesson_state(told_again) == lesson_state(facts)


@given(anything, facts_of(VERSIONS))
def test_a_lesson_once_complete_stays_so_whatever_is_learned_later(facts: list[Fact], more: Fact) -> None:
    before, after = lesson_state(facts), lesson_state([*facts, more])
    assert before.answered <= after.answered
    if before.completed_at is not None:
        assert after.completed_at is not None
        assert after.completed_at <= before.completed_at


def is_met(asked: Asked, answers: list[Fact]) -> bool:
    """Whether an edition has its answers, and the share of right ones that it asks for."""
    answered = {fact.question for fact in answers}
    right = {fact.question for fact in answers if fact.is_right} & asked.required
    return asked.required <= answered and len(right) * 100 >= asked.pass_mark * len(asked.required)


@given(anything)
def test_a_lesson_is_complete_exactly_when_some_finished_edition_has_what_it_asks_for(facts: list[Fact]) -> None:
    answers = [fact for fact in facts if fact.verb == Verb.ANSWERED]
    met = any(is_met(fact.asked, answers) for fact in facts if fact.verb == Verb.FINISHED)
    assert lesson_state(facts).is_complete == met


@given(st.integers(0, 9), st.integers(0, 100))
def test_the_pass_mark_is_a_share_rounded_up(questions: int, mark: int) -> None:
    required = frozenset(str(number) for number in range(questions))
    needed = Asked(1, required, required, mark).right_needed
    assert needed * 100 >= mark * questions
    assert needed == 0 or (needed - 1) * 100 < mark * questions


@given(anything, st.sets(st.sampled_from("abcd")).map(frozenset), st.randoms(use_true_random=False))
def test_what_was_taken_out_counts_for_no_score_and_takes_no_completion(
    facts: list[Fact], still: frozenset[str], chance
) -> None:
    whole, now = lesson_state(facts), lesson_state(facts, still)
    assert now.questions == whole.questions & still
    assert now.right == whole.right & still
    assert (now.completed_at, now.answered) == (whole.completed_at, whole.answered)
    chance.shuffle(facts)
    assert lesson_state(facts, still) == now


@given(anything)
def test_completion_comes_with_the_last_fact_it_needed_and_never_before(facts: list[Fact]) -> None:
    moment = lesson_state(facts).completed_at
    if moment is None:
        return
    assert lesson_state(fact for fact in facts if fact.at <= moment).completed_at == moment
    assert lesson_state(fact for fact in facts if fact.at < moment).completed_at is None


@given(anything)
def test_the_best_answer_stands(facts: list[Fact]) -> None:
    state = lesson_state(facts)
    ever_right = {fact.question for fact in facts if fact.verb == Verb.ANSWERED and fact.is_right}
    assert state.right == ever_right & state.questions
    if facts:
        newest = max(fact.asked.number for fact in facts)
        assert state.questions == next(asked.questions for asked in VERSIONS if asked.number == newest)


@given(of_one_edition, of_one_edition, facts_of(VERSIONS[1:2]), st.integers(0, 100))
def test_more_facts_never_take_a_course_back(one: list[Fact], two: list[Fact], more: Fact, minimum: int) -> None:
    required = Requirements(("one", "two"), (), minimum)
    before = standing(required, {"one": lesson_state(one), "two": lesson_state(two)}, ())
    after = standing(required, {"one": lesson_state([*one, more]), "two": lesson_state(two)}, ())
    assert set(after.lessons_missing) <= set(before.lessons_missing)
    assert after.steps_done >= before.steps_done
    if before.is_complete:
        assert after.is_complete


@given(st.sets(st.sampled_from("xyz")), st.sampled_from("xyz"))
def test_one_more_accepted_assignment_never_takes_a_course_back(accepted: set[str], more: str) -> None:
    required = Requirements((), ("x", "y"), 100)
    before, after = standing(required, {}, accepted), standing(required, {}, accepted | {more})
    assert after.steps_done >= before.steps_done
    assert after.is_complete >= before.is_complete
    assert before.is_complete == ({"x", "y"} <= accepted)


@settings(max_examples=50)
@given(st.integers(0, 7), st.integers(1, 7), st.integers(0, 100))
def test_the_score_is_rounded_down_so_that_nearly_enough_is_not_enough(right: int, asked: int, minimum: int) -> None:
    right = min(right, asked)
    questions = frozenset(str(number) for number in range(asked))
    state = LessonState(
        right=frozenset(sorted(questions)[:right]), questions=questions, answered=questions, completed_at=1.0
    )
    result = standing(Requirements(("one",), (), minimum), {"one": state}, ())
    assert result.score <= right / asked * 100 < result.score + 1
    assert result.is_complete == (result.score >= minimum)


def test_a_lesson_that_asks_nothing_needs_only_the_tap() -> None:
    asked = Asked(1, frozenset(), frozenset())
    assert not lesson_state([Fact(Verb.OPENED, 1.0, asked)]).is_complete
    assert lesson_state([Fact(Verb.OPENED, 1.0, asked), Fact(Verb.FINISHED, 2.0, asked)]).completed_at == 2.0


def test_an_answer_given_after_finishing_completes_at_that_later_moment() -> None:
    asked = Asked(1, frozenset("a"), frozenset("a"))
    facts = [Fact(Verb.FINISHED, 1.0, asked), Fact(Verb.ANSWERED, 5.0, asked, "a")]
    assert lesson_state(facts).completed_at == 5.0


def test_the_answer_that_reaches_the_pass_mark_completes_the_lesson() -> None:
    asked = VERSIONS[3]
    wrong = [Fact(Verb.ANSWERED, float(n), asked, one) for n, one in enumerate("abc")]
    facts = [*wrong, Fact(Verb.FINISHED, 5.0, asked), Fact(Verb.ANSWERED, 6.0, asked, "a", is_right=True)]
    assert lesson_state(facts).completed_at is None
    assert lesson_state([*facts, Fact(Verb.ANSWERED, 9.0, asked, "c", is_right=True)]).completed_at == 9.0


def test_a_course_that_requires_nothing_is_never_complete() -> None:
    assert not standing(Requirements((), (), 0), {}, ()).is_complete


def test_a_course_without_questions_has_no_score_to_miss() -> None:
    done = LessonState(completed_at=1.0)
    result = standing(Requirements(("one",), (), 100), {"one": done}, ())
    assert result.is_complete
    assert result.score == 0


def test_a_try_fails_when_all_is_answered_and_too_little_of_it_right() -> None:
    asked = VERSIONS[3]  # two of three must be right

    def answer(at: float, question: str, is_right: bool) -> Fact:
        return Fact(Verb.ANSWERED, at, asked, question, is_right)

    def finish(at: float) -> Fact:
        return Fact(Verb.FINISHED, at, asked)

    first = [answer(1, "a", True), answer(1, "b", False), finish(2), answer(3, "c", False), finish(4), finish(5)]
    state = lesson_state(first)
    assert (state.failed_tries, state.missed, state.is_complete) == (2, frozenset("bc"), False), "at 2 one answer lacks"
    passed = lesson_state([*first, answer(6, "c", True), finish(7)])
    assert (passed.failed_tries, passed.missed, passed.is_complete) == (2, frozenset("bc"), True)
    unmarked = [Fact(fact.verb, fact.at, VERSIONS[0], fact.question, fact.is_right) for fact in first]
    assert lesson_state(unmarked).failed_tries == 0, "without a pass mark nothing is failed"
