"""Drawing some questions out of a bank, and mixing what is to be put in order: by a small hash, never by chance.

A learner gets the same questions at every reading, on every phone, with no signal and after a replay of the events,
because nothing is stored: the draw is a function of who (an enrolment's uuid) and what (the ids of draw and question).
The same function stands in ``static/js/questions.js``, so the hash is one that a phone can reckon (FNV-1a, 32 bits).
"""

from collections.abc import Collection, Sequence

_START, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def hash_of(text: str) -> int:
    """Return the FNV-1a hash of ``text`` (ids: plain ASCII), stirred once more so that similar ids lie far apart."""
    value = _START
    for byte in text.encode():
        value = (value ^ byte) * _PRIME & _MASK
    value = (value ^ value >> 16) * 0x85EBCA6B & _MASK
    return value ^ value >> 13


def drawn(ids: Collection[str], count: int, *, draw: str, seed: str) -> frozenset[str]:
    """Return ``count`` of ``ids`` (all, when there are fewer): the same ones for the same ``draw`` and ``seed``.

    ``seed`` is the uuid of an enrolment, or for a guest the name of the device.
    """
    return frozenset(sorted(set(ids), key=lambda one: (hash_of(f"{seed}/{draw}/{one}"), one))[:count])


def mixed(ids: Sequence[str]) -> list[str]:
    """Return ``ids`` in an order that tells nothing, the same for every reader, and never the order they came in."""
    shuffled = sorted(ids, key=lambda one: (hash_of(one), one))
    return shuffled[1:] + shuffled[:1] if shuffled == list(ids) else shuffled
