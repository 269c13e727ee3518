"""What must go up the house goes through here: a room registers in ``AppConfig.ready`` what lower rooms may ask for.

Each registry is a plain list or dictionary with one function to add and one to read. Lower rooms import this module
and never the rooms above them.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.http import HttpRequest

from foundation.models import LeasedWork

T = TypeVar("T")


@dataclass
class Registry(Generic[T]):
    """An ordered collection of things of one kind, keyed by name so that a second ``ready`` changes nothing."""

    purpose: str
    entries: dict[str, T] = field(default_factory=dict)

    def add(self, name: str, entry: T) -> T:
        """Register ``entry`` under ``name``; a name registered again is replaced."""
        self.entries[name] = entry
        return entry

    def __iter__(self) -> Iterator[T]:
        return iter(self.entries.values())

    def items(self) -> Iterable[tuple[str, T]]:
        """Return pairs of name and entry in the order of registration."""
        return self.entries.items()


@dataclass(frozen=True)
class Probe:
    """What ``/health/`` learnt: ``fault`` is empty when all is well, else a short reason."""

    fault: str = ""
    figure: Any = None


@dataclass(frozen=True)
class MissedQuestion:
    """How often a question was answered, and how often not rightly, by everybody together."""

    lesson_key: uuid.UUID
    question_id: str
    answers: int
    missed: int

    @property
    def share(self) -> float:
        """The share of answers that were not right, from 0 to 1."""
        return self.missed / self.answers


PageAccess = Callable[[Any, Any], bool]
"""(user, page) → whether this person may read the page in full."""

PageDoor = Callable[[Any, Any], str]
"""(user, page) → the link of a message (see ``Message.link``) that leads to where this person writes, or nothing."""

page_doors: Registry[PageDoor] = Registry("where somebody without the admin writes on a page of theirs")
page_access: Registry[PageAccess] = Registry("who may open a page for members; any entry that says yes is enough")
readable_courses: Registry[Callable[[Any], set[uuid.UUID]]] = Registry("keys of the members' courses one may read")
unprintable_characters: Registry[Callable[[str], list[str]]] = Registry("characters of a name no sheet can print")
health_probes: Registry[Callable[[], Probe]] = Registry("what /health/ asks")
work_models: Registry[type[LeasedWork]] = Registry("models of LeasedWork that the sweeper looks after")
sweepers: Registry[Callable[[], int]] = Registry("clean-ups run each minute; each returns how many rows it mended")
page_screens: Registry[Callable[[Any, HttpRequest], dict[str, Any]]] = Registry("what a page's template shows")
reader_requests: Registry[Callable[[Any], dict[str, bytes]]] = Registry(
    "what a page's script asks for at once: address → body, as a guest gets it"
)
bundled_pages: Registry[Callable[[Any], dict[str, bytes]]] = Registry(
    "what belongs to a page when its module is downloaded, such as an assignment's empty form: address → HTML, as "
    "everybody gets it"
)
what_must_be_mended: Registry[Callable[[Any], list[str]]] = Registry("sentences: what keeps a draft from publishing")
missed_questions: Registry[Callable[[Collection[uuid.UUID] | None], list[MissedQuestion]]] = Registry(
    "questions most often missed, worst first, in the lessons of these keys or in all (``None``)"
)
