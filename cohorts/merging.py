"""Two writings of one draft become one, and what cannot stand beside the other is told. Pure functions.

The law: every word of either side is afterwards in ``stands`` or in ``meets``, except those that the other side knew
and wrote over.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Words = Mapping[str, str]
"""Prompt id → words; a prompt without words may be absent."""

Known = Mapping[str, str | None]
"""What the newcomer had read when it wrote: prompt id → words; ``None`` where nobody can tell."""


@dataclass(frozen=True)
class Merged:
    """What stands now, and what came and met other words that its writer did not know."""

    stands: dict[str, str]
    meets: dict[str, str]


def merge_words(standing: Words, came: Words, known: Known) -> Merged:
    """Merge ``came`` into ``standing``: each prompt that only one side changed takes the change.

    Where both changed it, what stood goes on standing; a side that has no words there gives way to the one that has.
    """
    stands, meets = dict(standing), {}
    for prompt, words in came.items():
        mine, read = standing.get(prompt, ""), known.get(prompt)
        if words in (mine, read):
            continue
        if mine == read or not mine.strip():
            stands[prompt] = words
        elif words.strip():
            meets[prompt] = words
    return Merged(stands, meets)
