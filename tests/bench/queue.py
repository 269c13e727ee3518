"""How fast small tasks go through the queue on SQLite, and how long the supervisor takes to mend what is killed."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.database import BASE_DIR, sqlite_snapshot

TASKS = 200
QUEUE_TASKS = f"""
from django_q.tasks import async_task
for number in range({TASKS}):
    async_task("foundation.tasks.heartbeat", q_options={{"save": False}})
"""


def measure() -> list[dict[str, Any]]:
    """Return rows of ``what`` and ``seconds``."""
    with tempfile.TemporaryDirectory(prefix="terrace-bench-") as folder:
        return measure_in(Path(folder))


def measure_in(folder: Path) -> list[dict[str, Any]]:
    """Measure with all files in ``folder``; see :func:`measure`."""
    database = folder / "terrace.sqlite3"
    shutil.copyfile(sqlite_snapshot(), database)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "TERRACE_VAR_DIR": str(folder)}
    manage = [sys.executable, str(BASE_DIR / "manage.py")]
    with (folder / "log").open("wb") as log:
        supervisor = subprocess.Popen([*manage, "supervise"], env=environment, stdout=log, stderr=log)
        try:
            rows = [row("start until the first heartbeat", lambda: beat_of(database) != "")]
            subprocess.run([*manage, "shell", "-c", QUEUE_TASKS], env=environment, check=True, stdout=log, stderr=log)
            rows.append(row(f"{TASKS} small tasks, from the end of queueing", lambda: waiting_in(database) == 0))
            rows.append(
                after_kill("the whole cluster killed, until work goes on", supervisor.pid, database, whole=True)
            )
            rows.append(after_kill("one idle worker killed, until work goes on", supervisor.pid, database, whole=False))
        finally:
            supervisor.terminate()
            supervisor.wait()
    return rows


def row(what: str, condition: Callable[[], bool]) -> dict[str, Any]:
    """Wait until the condition holds and return how long it took."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > 120:
            raise TimeoutError(what)
        time.sleep(0.05)
    return {"what": what, "seconds": round(time.monotonic() - start, 1)}


def after_kill(what: str, supervisor: int, database: Path, *, whole: bool) -> dict[str, Any]:
    """Kill, and wait for a heartbeat of the cluster that comes after."""
    (cluster,) = children_of(supervisor)
    (guard,) = children_of(cluster)
    time.sleep(2)
    if whole:
        os.killpg(cluster, signal.SIGKILL)
    else:
        os.kill(min(children_of(guard)), signal.SIGKILL)
    before = beat_of(database)
    return row(what, lambda: children_of(supervisor) not in ([], [cluster]) and beat_of(database) > before)


def children_of(pid: int) -> list[int]:
    """Return the child processes of a process, as Linux tells."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def beat_of(database: Path) -> str:
    """Return when a worker last beat, as text; empty before the first."""
    found = ask(database, "SELECT at FROM foundation_heartbeat WHERE name = 'worker'")
    return str(found[0]) if found else ""


def waiting_in(database: Path) -> int:
    """Return how many tasks the queue holds."""
    found = ask(database, "SELECT count(*) FROM django_q_ormq")
    return int(found[0]) if found else 0


def ask(database: Path, question: str) -> tuple[Any, ...] | None:
    """Return the first row of the answer."""
    connection = sqlite3.connect(database, timeout=20)
    try:
        answer: tuple[Any, ...] | None = connection.execute(question).fetchone()
    finally:
        connection.close()
    return answer
