"""Grading of recall questions: pure functions over a version's questions, for every way of answering.

An answer names ids, never places: the options chosen; the items in the order given; left and right of each pair in
turn; the branches taken along a story. Only typed answers are words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from courses.folding import LONGEST_TYPED, fold, read_number

Question = Mapping[str, Any]
"""A question as ``LessonVersion.questions`` keeps it."""

MOST_CHOSEN = 20
"""More ids than any answer holds."""


@dataclass(frozen=True)
class Answer:
    """What somebody answered: ids, or words for a question that is answered by typing."""

    chosen: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen or typed, or something was left open."""
        return not self.text.strip() and ("" in self.chosen or not self.chosen)


@dataclass(frozen=True)
class Reply:
    """What is said to (a part of) an answer: the answer in words, whether it was good, and the feedback."""

    text: str
    is_right: bool
    feedback: str


def is_well_formed(question: Question, answer: Answer) -> bool:
    """Tell whether the question's form could have sent ``answer``: known ids, and as many as are asked for."""
    return len(answer.chosen) <= MOST_CHOSEN and _WAYS[question["type"]].fits(question, answer)


def is_right(question: Question, answer: Answer) -> bool:
    """Tell whether a well-formed ``answer`` is the right one."""
    return _WAYS[question["type"]].is_right(question, answer)


def replies_to(question: Question, answer: Answer) -> list[Reply]:
    """Return what is said to a well-formed ``answer``, one reply a part of it that has feedback."""
    return _WAYS[question["type"]].replies(question, answer)


def right_answer(question: Question) -> Answer:
    """Return an answer to the question that is right."""
    return _WAYS[question["type"]].right(question)


# --- choosing --------------------------------------------------------------------------------------------------------


def _correct(question: Question) -> tuple[str, ...]:
    return tuple(option["id"] for option in question["options"] if option["is_correct"])


def _choice_fits(question: Question, answer: Answer) -> bool:
    chosen = set(answer.chosen)
    if not chosen or chosen - {option["id"] for option in question["options"]}:
        return False
    return question["type"] == "multiple_choice" or len(chosen) == 1


def _choice_is_right(question: Question, answer: Answer) -> bool:
    return set(answer.chosen) == set(_correct(question))


def _choice_replies(question: Question, answer: Answer) -> list[Reply]:
    return [
        Reply(option["text"], option["is_correct"], option["feedback"])
        for option in question["options"]
        if option["id"] in answer.chosen
    ]


# --- arranging -------------------------------------------------------------------------------------------------------


def _in_order(question: Question) -> tuple[str, ...]:
    return tuple(item["id"] for item in question["items"])


def _pairs(question: Question) -> tuple[str, ...]:
    """Return the ids of left and right in turn, as an answer gives them."""
    return tuple(one for pair in question["pairs"] for one in (pair["id"], pair["right_id"]))


def _by_left(chosen: Sequence[str]) -> dict[str, str]:
    return dict(zip(chosen[::2], chosen[1::2], strict=False))


def _order_fits(question: Question, answer: Answer) -> bool:
    return sorted(answer.chosen) == sorted(_in_order(question))


def _order_is_right(question: Question, answer: Answer) -> bool:
    return answer.chosen == _in_order(question)


def _match_fits(question: Question, answer: Answer) -> bool:
    """Every left has a right of this question; the same right twice is wrong, but a form can send it."""
    lefts, rights = answer.chosen[::2], answer.chosen[1::2]
    known = _by_left(_pairs(question))
    return sorted(lefts) == sorted(known) and len(rights) == len(lefts) and set(rights) <= set(known.values())


def _match_is_right(question: Question, answer: Answer) -> bool:
    return _by_left(answer.chosen) == _by_left(_pairs(question))


def _order_in_words(question: Question, answer: Answer) -> str:
    words = {item["id"]: item["text"] for item in question["items"]}
    return " → ".join(words[one] for one in answer.chosen)


def _match_in_words(question: Question, answer: Answer) -> str:
    given = _by_left(answer.chosen)
    rights = {pair["right_id"]: pair["right"] for pair in question["pairs"]}
    return " · ".join(f"{pair['left']} — {rights[given[pair['id']]]}" for pair in question["pairs"])


# --- typing ----------------------------------------------------------------------------------------------------------


def _text_fits(question: Question, answer: Answer) -> bool:
    return not answer.chosen and bool(fold(answer.text)) and len(answer.text) <= LONGEST_TYPED


def _text_is_right(question: Question, answer: Answer) -> bool:
    return fold(answer.text) in {fold(text) for text in question["accepted"]}


def _number_fits(question: Question, answer: Answer) -> bool:
    return not answer.chosen and len(answer.text) <= LONGEST_TYPED and read_number(answer.text) is not None


def _number_is_right(question: Question, answer: Answer) -> bool:
    typed = read_number(answer.text)
    return typed is not None and abs(typed - Decimal(question["answer"])) <= Decimal(question["tolerance"])


def _typed(question: Question, answer: Answer) -> str:
    return answer.text.strip()


# --- a story with branches -------------------------------------------------------------------------------------------


def walk(question: Question, chosen: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the branches that lead from the first scene as far as ``chosen`` goes, whatever else it holds."""
    scenes = {scene["id"]: scene for scene in question["scenes"]}
    way: list[Mapping[str, Any]] = []
    at = question["scenes"][0]["id"] if question["scenes"] else ""
    while at and len(way) < len(scenes):
        taken = next((branch for branch in scenes[at]["branches"] if branch["id"] in chosen), None)
        if taken is None:
            break
        way.append(taken)
        at = taken["leads_to"]
    return way


def _scenario_fits(question: Question, answer: Answer) -> bool:
    way = walk(question, answer.chosen)
    return bool(way) and not way[-1]["leads_to"] and tuple(branch["id"] for branch in way) == answer.chosen


def _scenario_is_right(question: Question, answer: Answer) -> bool:
    way = walk(question, answer.chosen)
    return bool(way) and all(branch["is_correct"] for branch in way)


def _scenario_replies(question: Question, answer: Answer) -> list[Reply]:
    return [Reply(branch["text"], branch["is_correct"], branch["feedback"]) for branch in walk(question, answer.chosen)]


def _good_way(question: Question) -> tuple[str, ...]:
    """Return a way of good choices only from the first scene to an end; the first way of all where there is none."""
    scenes = {scene["id"]: scene for scene in question["scenes"]}

    def ways(at: str, *, good: bool) -> tuple[str, ...]:
        for branch in scenes[at]["branches"]:
            if good and not branch["is_correct"]:
                continue
            if not branch["leads_to"]:
                return (branch["id"],)
            if onward := ways(branch["leads_to"], good=good):
                return (branch["id"], *onward)
        return ()

    first = question["scenes"][0]["id"]
    return ways(first, good=True) or ways(first, good=False)


# --- the ways of answering -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Way:
    """How one type of question is judged."""

    fits: Callable[[Question, Answer], bool]
    is_right: Callable[[Question, Answer], bool]
    replies: Callable[[Question, Answer], list[Reply]]
    right: Callable[[Question], Answer]


def _as_a_whole(
    is_right: Callable[[Question, Answer], bool], in_words: Callable[[Question, Answer], str]
) -> Callable[[Question, Answer], list[Reply]]:
    """Return the replies of a question whose answer has one feedback when right and one when wrong."""

    def replies(question: Question, answer: Answer) -> list[Reply]:
        right = is_right(question, answer)
        return [Reply(in_words(question, answer), right, question["feedback_right" if right else "feedback_wrong"])]

    return replies


_CHOICE = _Way(_choice_fits, _choice_is_right, _choice_replies, lambda q: Answer(_correct(q)))
_WAYS: Mapping[str, _Way] = {
    "single_choice": _CHOICE,
    "multiple_choice": _CHOICE,
    "true_false": _CHOICE,
    "order": _Way(
        _order_fits, _order_is_right, _as_a_whole(_order_is_right, _order_in_words), lambda q: Answer(_in_order(q))
    ),
    "match": _Way(
        _match_fits, _match_is_right, _as_a_whole(_match_is_right, _match_in_words), lambda q: Answer(_pairs(q))
    ),
    "short_text": _Way(
        _text_fits, _text_is_right, _as_a_whole(_text_is_right, _typed), lambda q: Answer(text=q["accepted"][0])
    ),
    "number": _Way(
        _number_fits, _number_is_right, _as_a_whole(_number_is_right, _typed), lambda q: Answer(text=q["answer"])
    ),
    "scenario": _Way(_scenario_fits, _scenario_is_right, _scenario_replies, lambda q: Answer(_good_way(q))),
}
