"""Identity of what is answered: a question is its block id, an option the id of its list item.

List items loaded as JSON without ``{type, id, value}`` get a new id each time they are read, so answers would lose
what they answered. Loaders write ids as uuid5 of stable keys, and saving refuses raw items without one.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

NAMESPACE = uuid.UUID("5f0c1f8e-3b1d-5d5f-9a35-6c3c1d0e7a11")
"""Namespace of every uuid5 that loaders make. Changing it would orphan all answers given so far."""


def stable_id(*keys: str) -> str:
    """Return the id of the thing that lies under ``keys``, for example course, lesson, block, option."""
    return str(uuid.uuid5(NAMESPACE, "/".join(keys)))


def right_hand_id(pair_id: str) -> str:
    """Return the id of the right-hand side of a pair, from which nobody reads which left-hand side it belongs to."""
    return stable_id(pair_id, "right")


def raw_blocks(stream_value: Any) -> Iterable[Mapping[str, Any]]:
    """Return the blocks of a stream as plain data, whether it was read already or not."""
    prepared = stream_value.get_prep_value() if hasattr(stream_value, "get_prep_value") else stream_value
    return list(prepared or [])


def blocks_without_id(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the names of blocks, or of lists at any depth inside them, that have items without an id."""
    for block in blocks:
        if not block.get("id"):
            yield str(block.get("type"))
        yield from _lists_without_id(str(block.get("type")), block.get("value"))


def _lists_without_id(path: str, value: Any) -> Iterator[str]:
    for name, items in value.items() if isinstance(value, Mapping) else ():
        if not isinstance(items, list):
            continue
        if any(not (isinstance(item, Mapping) and item.get("id")) for item in items):
            yield f"{path}.{name}"
        for item in items:
            if isinstance(item, Mapping):
                yield from _lists_without_id(f"{path}.{name}", item.get("value"))


class ContentWithoutIdentityError(ValueError):
    """A lesson holds list items without an id, so that answers to them could not be kept."""


def require_identity(stream_value: Any, *, title: str) -> None:
    """Raise ``ContentWithoutIdentityError`` when something in the stream has no id of its own.

    Editors cannot cause this: only a script that writes raw JSON can.
    """
    if nameless := list(blocks_without_id(raw_blocks(stream_value))):
        raise ContentWithoutIdentityError(f"{title}: no id in {', '.join(nameless)}")
