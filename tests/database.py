"""The test database: migrated once for each state of the migrations, then copied for every process and every reset.

Migrating an empty database costs 14 seconds of processor time in each xdist process, so a migrated snapshot is kept
under ``build/test-db``, named after a hash of all that decides its content. On PostgreSQL a template database plays
the same part for as long as the server of the run lives.

A test with ``transaction=True`` commits for real. Django would empty all tables after it, which also takes the root
page, the languages and the permissions that migrations made; instead the snapshot is put back.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

BASE_DIR = Path(__file__).resolve().parent.parent
SNAPSHOTS = BASE_DIR / "build" / "test-db"


class MigratedDatabase(Protocol):
    """A migrated database that belongs to this process alone."""

    def restore(self) -> None:
        """Bring back the state right after the migrations, whatever was committed since."""

    def remove(self) -> None:
        """Leave nothing behind."""


def fingerprint() -> str:
    """Return a hash of what decides a migrated database: migrations, installed versions, and the settings."""
    digest = hashlib.sha256()
    for name in sorted(f"{found.name}=={found.version}" for found in distributions()):
        digest.update(name.encode())
    migrations = (path for app in settings.FIRST_PARTY_APPS for path in (BASE_DIR / app / "migrations").glob("*.py"))
    for path in [*sorted(migrations), *sorted((BASE_DIR / "config" / "settings").glob("*.py"))]:
        digest.update(str(path.relative_to(BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def open_test_database(folder: Path, worker: str) -> MigratedDatabase:
    """Point Django's default connection at a fresh copy, in ``folder`` or on the server, and return it."""
    if connection.vendor == "sqlite":
        return SqliteDatabase(folder)
    return PostgresDatabase(f"test_{worker}_{os.getpid()}")


class SqliteDatabase:
    """A file copied from the snapshot. Each reset takes a new file: whoever still has the old one does no harm."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot = sqlite_snapshot()
        self.turn = 0
        self._copy()

    def restore(self) -> None:
        """Copy again under another name. A thread that forgot to close its connection keeps the old file to itself."""
        self.remove()
        self.turn += 1
        self._copy()

    def remove(self) -> None:
        """Close the connection and delete the file with its log."""
        connection.close()
        for path in self.folder.glob(f"{self._path.name}*"):
            path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        return self.folder / f"terrace-{self.turn}.sqlite3"

    def _copy(self) -> None:
        shutil.copyfile(self.snapshot, self._path)
        _use(str(self._path))


class PostgresDatabase:
    """A database made from the template."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.template = postgres_template()
        self._create()
        _use(name)

    def restore(self) -> None:
        """Make it anew; whoever is still connected is sent away."""
        connection.close()
        self.remove()
        self._create()

    def remove(self) -> None:
        """Drop it."""
        connection.close()
        with _server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def _create(self) -> None:
        with _server() as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(self.name), sql.Identifier(self.template)
                )
            )


def sqlite_snapshot() -> Path:
    """Return the migrated SQLite file for the present fingerprint; make it if it is not there yet."""
    path = SNAPSHOTS / f"{fingerprint()}.sqlite3"
    with _one_at_a_time("sqlite"):
        if not path.exists():
            for old in SNAPSHOTS.glob("*.sqlite3*"):
                old.unlink()
            draft = path.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            _migrate(f"sqlite:///{draft}")
            # The log is merged into the file, so that the file alone is the whole database.
            with _closing(sqlite3.connect(draft)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                database.execute("PRAGMA journal_mode=DELETE")
            draft.rename(path)
    return path


def postgres_template() -> str:
    """Return the name of the migrated template on the server of ``DATABASE_URL``; make it if it is not there yet."""
    name = f"template_{fingerprint()}"
    with _one_at_a_time("postgres"), _server() as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            draft = f"draft_{os.getpid()}"
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
            _migrate(urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{draft}")))
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            )
    return name


def _migrate(url: str) -> None:
    """Run all migrations against ``url`` in a process of its own: ours is already bound to another database."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, env=environment, cwd=BASE_DIR, check=True)


def _use(name: str) -> None:
    """Point the default connection, of this and of every later thread, at the database of that name."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _server() -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to the server's maintenance database; each statement commits at once, as CREATE DATABASE needs."""
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres"))
    return psycopg.connect(url, autocommit=True)


@contextmanager
def _one_at_a_time(what: str) -> Iterator[None]:
    """Let one process of all that run on this machine enter; the others wait."""
    SNAPSHOTS.mkdir(parents=True, exist_ok=True)
    with (SNAPSHOTS / f"{what}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _closing(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Close the connection at the end; sqlite3's own context manager only ends the transaction."""
    try:
        yield database
    finally:
        database.close()
