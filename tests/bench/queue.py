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


def measure() -> dict[str, float]:
    """Return seconds by name."""
    with tempfile.TemporaryDirectory(prefix="terrace-bench-") as folder:
        return measure_in(Path(folder))


def measure_in(folder: Path) -> dict[str, float]:
    """Measure with all files in ``folder``; see :func:`measure`."""
    database = folder / "terrace.sqlite3"
    shutil.copyfile(sqlite_snapshot(), database)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "TERRACE_VAR_DIR": str(folder)}
    manage = [sys.executable, str(BASE_DIR / "manage.py")]
    with (folder / "log").open("wb") as log:
        supervisor = subprocess.Popen([*manage, "supervise"], env=environment, stdout=log, stderr=log)
        try:
            figures = {"first_heartbeat_s": seconds_until(lambda: beat_of(database) != "")}
            subprocess.run([*manage, "shell", "-c", QUEUE_TASKS], env=environment, check=True, stdout=log, stderr=log)
            figures["tasks_200_s"] = seconds_until(lambda: waiting_in(database) == 0)
            figures["cluster_killed_s"] = after_kill(supervisor.pid, database, whole=True)
            figures["worker_killed_s"] = after_kill(supervisor.pid, database, whole=False)
        finally:
            supervisor.terminate()
            supervisor.wait()
    return figures


def seconds_until(condition: Callable[[], bool]) -> float:
    """Wait until the condition holds and return how long it took. Raises ``TimeoutError`` after two minutes."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > 120:
            raise TimeoutError
        time.sleep(0.05)
    return round(time.monotonic() - start, 1)


def after_kill(supervisor: int, database: Path, *, whole: bool) -> float:
    """Kill the whole cluster or one idle worker, and return how long until the cluster that comes after works."""
    (cluster,) = children_of(supervisor)
    (guard,) = children_of(cluster)
    time.sleep(2)
    if whole:
        os.killpg(cluster, signal.SIGKILL)
    else:
        os.kill(min(children_of(guard)), signal.SIGKILL)
    before = beat_of(database)
    return seconds_until(lambda: children_of(supervisor) not in ([], [cluster]) and beat_of(database) > before)


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
