"""What a run loads once: the rows and files of a course, put back wherever a test begins with the same course.

Loading the demonstration takes eight seconds of a processor, the small course more than one, and over sixty modules and
tests begin with one of them. So the first that asks in a run loads it for real; what that wrote is kept in a folder
which all processes of the run share, and everybody after puts it back in a moment, inside the transaction that is open:
a test takes it back as it takes back everything else. Nothing is kept from one run to the next, because what loads is
itself code under test. A database in which anything stands besides what migrations made is always loaded for real, and
so is a folder that a test has edited.

A row is kept in the words of its database, as it quotes it (SQLite) or copies it out (PostgreSQL): no value passes
through Python, so none can change on the way.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings


def keep_in(folder: Path | None) -> None:
    """Keep what is loaded in ``folder``, which all processes of the run share; with ``None`` keep nothing more."""
    global _kept
    _kept = KeptLoads(folder) if folder else None


def loaded_once(name: str, build: Callable[[], Any]) -> Any:
    """Bring the database to where ``build`` brings it; return what ``build`` returned, which must be plain JSON."""
    return _kept.load(name, build) if _kept else build()


class Rows(Protocol):
    """How the rows of a table are read and written as text, one text a row, which begins with its primary key."""

    def read(self, table: str) -> set[str]:
        """Return every row."""

    def key(self, row: str) -> str:
        """Return the primary key of a row, as a statement names it."""

    def write(self, table: str, rows: list[str]) -> None:
        """Insert the rows."""


class KeptLoads:
    """What was loaded in this run. Made while the database is as migrations left it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: Rows = SqliteRows() if connection.vendor == "sqlite" else PostgresRows()
        self.as_migrated = _counts()

    def load(self, name: str, build: Callable[[], Any]) -> Any:
        """See ``loaded_once``."""
        if _counts() != self.as_migrated:
            return build()
        path = self.folder / f"{name}.json"
        with _one_at_a_time(path.with_suffix(".lock")):
            if not path.exists():
                return self._build(path, build)
        return self._put_back(path)

    def _build(self, path: Path, build: Callable[[], Any]) -> Any:
        before = self.everything()
        with override_settings(**{root: path.with_suffix(f".{root}") for root in FILES}):
            returned = build()
        after = self.everything()
        gone = {table: [self.rows.key(row) for row in before[table] - after[table]] for table in before}
        come = {table: sorted(after[table] - before[table]) for table in before}
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps({"returned": returned, "gone": gone, "come": come}), encoding="utf-8")
        draft.rename(path)
        _give_files(path)
        return returned

    def _put_back(self, path: Path) -> Any:
        kept = json.loads(path.read_text(encoding="utf-8"))
        with transaction.atomic(), connection.cursor() as cursor:
            for table, keys in kept["gone"].items():
                for key in keys:
                    cursor.execute(f'DELETE FROM "{table}" WHERE "{_columns()[table][0]}" = {key}')
            for table, rows in kept["come"].items():
                self.rows.write(table, rows)
            for statement in connection.ops.sequence_reset_sql(no_style(), list(_models())):
                cursor.execute(statement)
        _give_files(path)
        cache.clear()  # Wagtail keeps the roots of its sites there, and the signals of a real load make it forget them
        return kept["returned"]

    def everything(self) -> dict[str, set[str]]:
        """Return every row of every table."""
        return {table: self.rows.read(table) for table in _columns()}


class SqliteRows:
    """A row is the list of its values as SQLite quotes them. Triggers fill the full-text index with each row."""

    def read(self, table: str) -> set[str]:
        """Return every row."""
        quoted = " || ',' || ".join(f'quote("{column}")' for column in _columns()[table])
        with connection.cursor() as cursor:
            return {row for (row,) in cursor.execute(f'SELECT {quoted} FROM "{table}"')}

    def key(self, row: str) -> str:
        """Return the first value: a number, or the quoted digits of an identity."""
        return row.partition(",")[0]

    def write(self, table: str, rows: list[str]) -> None:
        """Insert the rows."""
        with connection.cursor() as cursor:
            for row in rows:
                cursor.execute(f'INSERT INTO "{table}" ({_names(table)}) VALUES ({row})')


class PostgresRows:
    """A row is a line of ``COPY``."""

    def read(self, table: str) -> set[str]:
        """Return every row."""
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({_names(table)}) TO STDOUT') as copy:
            return set(b"".join(copy).decode().removesuffix("\n").split("\n")) - {""}

    def key(self, row: str) -> str:
        """Return the first value, quoted: the server makes a number of it where it needs one."""
        return "'" + row.partition("\t")[0] + "'"

    def write(self, table: str, rows: list[str]) -> None:
        """Insert the rows."""
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({_names(table)}) FROM STDIN') as copy:
            copy.write("".join(f"{row}\n" for row in rows))


_kept: KeptLoads | None = None


FILES = ("MEDIA_ROOT", "PRIVATE_MEDIA_ROOT")
"""The settings that say where a site keeps files."""

FULL_TEXT = "wagtailsearch_indexentry_fts"
"""SQLite's own index: triggers fill it."""


def _models() -> Iterator[type[Model]]:
    """Yield every model with a table of its own, those of many-to-many relations too."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.db_table != FULL_TEXT:
            yield model


@lru_cache(maxsize=1)
def _columns() -> dict[str, list[str]]:
    """Return the columns of every table, the primary key first."""
    columns = {}
    for model in _models():
        names = [str(field.column) for field in model._meta.local_concrete_fields]
        key = str(model._meta.pk.column)
        columns[model._meta.db_table] = [key, *(name for name in names if name != key)]
    return columns


def _names(table: str) -> str:
    return ", ".join(f'"{column}"' for column in _columns()[table])


def _counts() -> tuple[int, ...]:
    """Return how many rows stand in each table."""
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in _columns())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


def _give_files(path: Path) -> None:
    """Copy the files that were kept to where the test has its own."""
    for root in FILES:
        if path.with_suffix(f".{root}").exists():
            shutil.copytree(path.with_suffix(f".{root}"), getattr(settings, root), dirs_exist_ok=True)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Let one process of the run enter; the others wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
