"""Grading of recall questions: pure functions over a version's questions."""

from collections.abc import Collection, Mapping
from typing import Any


def is_right(question: Mapping[str, Any], chosen: Collection[str]) -> bool:
    """Tell whether exactly the correct options were chosen."""
    return set(chosen) == {option["id"] for option in question["options"] if option["is_correct"]}


def unknown_options(question: Mapping[str, Any], chosen: Collection[str]) -> set[str]:
    """Return the chosen ids that the question does not offer."""
    return set(chosen) - {option["id"] for option in question["options"]}


def is_well_formed(question: Mapping[str, Any], chosen: Collection[str]) -> bool:
    """Tell whether ``chosen`` could have come from the question's form: known options, and one where one is asked."""
    if not chosen or unknown_options(question, chosen):
        return False
    return question["type"] == "multiple_choice" or len(set(chosen)) == 1
