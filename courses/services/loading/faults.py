"""Saying where in a file something is wrong: what the checks know by its number in a stream is found by its line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from wagtail.fields import StreamField

from courses.services.course_files.marked import LoadError, Marked
from courses.services.course_files.source import Entry
from foundation.languages import LANGUAGES

BROKEN = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, IntegrityError)


class StreamError(Exception):
    """A stream's blocks do not stand the editor's checks."""

    def __init__(self, field: str, error: ValidationError) -> None:
        super().__init__(field)
        self.field = field
        self.error = error


@dataclass(frozen=True)
class _Spot:
    """A place in a file: the value there, its line, and the keys that lead to it."""

    data: Any
    line: int
    names: tuple[str, ...] = ()

    def inside(self, name: str | int, language: str) -> "_Spot":
        """Return the place of a value by its name, or of an item by its number among those in ``language``."""
        if isinstance(name, str):
            line = self.data.line_of(name) if isinstance(self.data, Marked) else self.line
            value = self.data.get(name) if isinstance(self.data, Marked) else None
            return _Spot(value, line, (*self.names, name))
        items = self.data if isinstance(self.data, list) else []
        standing = [item for item in items if isinstance(item, Marked) and language in (item.get("only") or LANGUAGES)]
        if name >= len(standing):
            return self
        item = standing[name]
        return _Spot(item, item.line, (*self.names, str(item.get("key", name + 1))))


def clean_streams(row: models.Model) -> None:
    """Check the blocks as the editor does: models alone do not look into them. Raises ``StreamError``."""
    for field in row._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(row, field.name)
            try:
                value.stream_block.clean(value)
            except ValidationError as error:
                raise StreamError(field.name, error) from error


@contextmanager
def naming(entry: Entry, language: str) -> Iterator[None]:
    """Turn whatever a file's content breaks into a ``LoadError`` that names the file and the line."""
    try:
        yield
    except LoadError:
        raise
    except StreamError as fault:
        raise _load_error(entry, list(_in_stream(entry, fault, language))) from fault
    except ValidationError as error:
        raise _load_error(entry, list(_in_fields(entry, error))) from error
    except BROKEN as error:
        raise entry.fault(f"something is missing or of another kind: {error}") from error


Wrong = tuple[_Spot, str]
"""(place, what is wrong there)"""


def _load_error(entry: Entry, wrong: list[Wrong]) -> LoadError:
    sentence = "; ".join(": ".join(filter(None, (".".join(spot.names), said.rstrip(".。")))) for spot, said in wrong)
    return LoadError(f"{entry.file}:{wrong[0][0].line}: {sentence}")


def _in_fields(entry: Entry, error: ValidationError) -> Iterator[Wrong]:
    by_field: Mapping[str, list[str]] = (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    )
    for name, messages in by_field.items():
        names = () if name == NON_FIELD_ERRORS else (name,)
        yield _Spot(None, entry.data.line_of(name), names), " ".join(messages)


def _in_stream(entry: Entry, fault: StreamError, language: str) -> Iterator[Wrong]:
    start = _Spot(entry.data.get(fault.field), entry.data.line_of(fault.field))
    yield from _leaves(fault.error, start, language)


def _leaves(error: Any, spot: _Spot, language: str) -> Iterator[Wrong]:
    """Yield what is wrong at ``spot`` and inside it."""
    if not hasattr(error, "block_errors"):
        yield spot, " ".join(error.messages)
        return
    for other in error.non_block_errors.as_data():
        yield spot, " ".join(other.messages)
    for name, inner in error.block_errors.items():
        yield from _leaves(inner, spot.inside(name, language), language)
