"""How values are put together: the fields of a block or page, lists of keyed items, and streams of blocks.

Written things are matched across languages by their ids. What one language has and the other has not is written with
``only``, the languages it stands in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.blocks.identity import stable_id
from courses.services.course_files.kinds import ByLanguage, Kind, Labels, Place, Raw, Words
from courses.services.course_files.marked import LoadError, Marked
from foundation.languages import LANGUAGES

MISSING: tuple[Any, ...] = (None, "", [])
ABOUT_ITSELF = {"key", "id", "type", "kind", "only"}
"""What any keyed thing may say of itself."""


@dataclass(frozen=True)
class Field:
    """One value of a block or page. ``raw`` is its name in the StreamField or model, where that is another."""

    kind: Kind
    is_required: bool = True
    default: Any = None
    raw: str = ""

    def load(self, data: Marked, name: str, place: Place) -> Raw:
        """Return what is kept for ``data[name]``. Raises ``LoadError`` when it must be there and is not."""
        if data.get(name) in MISSING:
            if self.is_required:
                raise place.inside(data, name).fault("is missing")
            return self._otherwise
        value = self.kind.load(data[name], place.inside(data, name))
        if self.is_required and value == "" and isinstance(self.kind, Words):
            raise place.inside(data, name).fault(f"no text in {place.language}")
        return value

    @property
    def _otherwise(self) -> Raw:
        """What is kept when nothing is written."""
        return self.kind.empty if self.default is None else self.default

    def dump(self, values: ByLanguage, labels: Labels) -> Any:
        """Return what is written; ``None`` for what loading would take anyway."""
        if not self.is_required and all(value in (None, self._otherwise) for value in values.values()):
            return None
        return self.kind.dump(values, labels)


def optional(kind: Kind, default: Any = None, raw: str = "") -> Field:
    """Return a field that may be left out."""
    return Field(kind, is_required=False, default=default, raw=raw)


@dataclass(frozen=True)
class Shape:
    """The fields of one thing."""

    fields: Mapping[str, Field] = field(default_factory=dict)

    def load(self, data: Marked, place: Place, *, besides: Iterable[str] = ()) -> dict[str, Raw]:
        """Return what is kept, by the names in the StreamField or model. ``besides`` are names read by others."""
        refuse_unknown(data, {*self.fields, *ABOUT_ITSELF, *besides}, place)
        return {of.raw or name: of.load(data, name, place) for name, of in self.fields.items()}

    def dump(self, values: Mapping[str, Mapping[str, Raw]], labels: Labels) -> dict[str, Any]:
        """Return what is written, for what each language keeps."""
        written = {
            name: of.dump({language: value.get(of.raw or name) for language, value in values.items()}, labels)
            for name, of in self.fields.items()
        }
        return {name: value for name, value in written.items() if value is not None}


@dataclass(frozen=True)
class Single:
    """A block that is one value, such as a heading, and not several under names."""

    name: str
    of: Field

    def load(self, data: Marked, place: Place) -> Raw:
        """Return what is kept."""
        refuse_unknown(data, {self.name, *ABOUT_ITSELF}, place)
        return self.of.load(data, self.name, place)

    def dump(self, values: ByLanguage, labels: Labels) -> dict[str, Any]:
        """Return what is written."""
        return {self.name: self.of.dump(values, labels)}


def refuse_unknown(data: Marked, known: Iterable[str], place: Place) -> None:
    """Raise ``LoadError`` when ``data`` has a key that means nothing, so that a misspelt one is not silently lost."""
    for name in data:
        if name not in set(known):
            raise place.inside(data, name).fault("means nothing here")


class Items(Kind):
    """A list of things with keys, kept as a list block: ``{type: item, id, value}``."""

    empty: Any = []

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def load(self, value: Any, place: Place) -> list[dict[str, Raw]]:
        """Return the items in order."""
        return [self.item(data, place.identify(data)) for data in keyed(value, place)]

    def item(self, data: Marked, place: Place) -> dict[str, Raw]:
        """Return one item."""
        return {"type": "item", "id": place.identity(data), "value": self.shape.load(data, place)}

    def dump(self, values: ByLanguage, labels: Labels) -> Any:
        """Return the items, each with its key."""
        taken: set[str] = set()
        return [
            named(twins, labels, "item", taken) | self.shape.dump(values_of(twins), labels) for twins in matched(values)
        ]


class Stream(Kind):
    """A stream of blocks, each with its type."""

    empty: Any = []

    def __init__(self, blocks: "Mapping[str, Shape | Single | Any]", type_name: str = "type") -> None:
        self.blocks = blocks
        self.type_name = type_name

    def load(self, value: Any, place: Place) -> list[dict[str, Raw]]:
        """Return the raw stream in order."""
        return [self.block(data, place.identify(data)) for data in keyed(value, place)]

    def block(self, data: Marked, place: Place) -> dict[str, Raw]:
        """Return one block. A stream of one type needs no word for it."""
        types = list(self.blocks)
        kind = str(data.get(self.type_name, types[0] if len(types) == 1 else ""))
        if kind not in self.blocks:
            raise place.inside(data, self.type_name).fault(f"there is no block type «{kind}»")
        return {"type": kind, "id": place.identity(data), "value": self.blocks[kind].load(data, place)}

    def dump(self, values: ByLanguage, labels: Labels) -> Any:
        """Return the blocks, each with key and type."""
        taken: set[str] = set()
        return [self._written(twins, labels, taken) for twins in matched(values)] or None

    def _written(self, twins: Mapping[str, Any], labels: Labels, taken: set[str]) -> dict[str, Any]:
        kind = next(iter(twins.values()))["type"]
        typed = {self.type_name: kind} if len(self.blocks) > 1 else {}
        return named(twins, labels, kind, taken) | typed | self.blocks[kind].dump(values_of(twins), labels)


def keyed(value: Any, place: Place) -> Sequence[Marked]:
    """Return the things of a list that stand in this language, each with a key of its own. Raises ``LoadError``."""
    if not isinstance(value, list) or not all(isinstance(data, Marked) for data in value):
        raise place.fault("must be a list, each with a key of its own")
    seen: set[Any] = set()
    for data in value:
        if not data.get("key") or data["key"] in seen:
            raise LoadError(f"{place.entry.file}:{data.line}: {place.name}: every one needs a key of its own")
        seen.add(data["key"])
        if unknown := set(data.get("only") or LANGUAGES) - set(LANGUAGES):
            raise LoadError(f"{place.entry.file}:{data.line_of('only')}: there is no language {unknown.pop()}")
    return [data for data in value if place.language in (data.get("only") or LANGUAGES)]


def matched(values: ByLanguage) -> list[dict[str, Any]]:
    """Return the things of every language matched by id: ``{language: thing}`` each, in the first language's order.

    What only a later language has follows what stands before it there.
    """
    order: list[str] = []
    found: dict[str, dict[str, Any]] = {}
    for language, things in values.items():
        place = 0
        for thing in things or []:
            if thing["id"] in found:
                place = order.index(thing["id"]) + 1
            else:
                order.insert(place, thing["id"])
                place += 1
            found.setdefault(thing["id"], {})[language] = thing
    return [found[identity] for identity in order]


def values_of(twins: Mapping[str, Any]) -> dict[str, Raw]:
    """Return what each language keeps of one thing."""
    return {language: thing["value"] for language, thing in twins.items()}


def named(twins: Mapping[str, Any], labels: Labels, kind: str, taken: set[str]) -> dict[str, Any]:
    """Return what a thing says of itself: its key, its id, and its languages where it is not in all of the page's.

    ``taken`` are the keys of the things before it in the list; the new one is added.
    """
    identity = next(iter(twins.values()))["id"]
    key = labels.key_of(identity, "")
    number = len(taken) + 1
    while not key or key in taken:
        key, number = f"{kind.replace('_', '-')}-{number}", number + 1
    taken.add(key)
    about: dict[str, Any] = {"key": key, "id": identity}
    if set(twins) != set(labels.languages):
        about["only"] = list(twins)
    return about


def without_derived_ids(thing: Any, keys: tuple[str, ...]) -> Any:
    """Return what is to be written without the ids that follow from the keys anyway."""
    if isinstance(thing, list):
        return [without_derived_ids(item, keys) for item in thing]
    if not isinstance(thing, dict):
        return thing
    below = (*keys, thing["key"]) if "key" in thing and "id" in thing else keys
    kept = {name: value for name, value in thing.items() if name != "id" or value != stable_id(*below)}
    return {name: without_derived_ids(value, below) for name, value in kept.items()}
