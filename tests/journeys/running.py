"""The running product, as ``make run`` serves it: gunicorn, the supervisor and a worker, on a database of its own."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.database import sqlite_snapshot
from tests.factories.content import copy_of_small_course
from tests.journeys.commands import Commands

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
STARTS_WITHIN = 90  # seconds, until a worker has reported through the queue
SHORT_COHORT = "示例短课班"
SHORT_TITLES = ("倾听入门", "Beginning to listen")


@dataclass
class RunningSite:
    """A site that listens on a loopback port. ``rows`` looks at what it wrote."""

    address: str
    var: Path
    process: "subprocess.Popen[bytes]"
    short_code: str
    """Invites into a cohort of three lessons and one report, which a journey can finish; the demonstration's takes
    seventeen lessons and three reports."""

    commands: Commands | None = field(default=None, kw_only=True)
    """Where its commands are run; without it each is run in a process of its own."""

    @property
    def environment(self) -> dict[str, str]:
        """In which a command of the site works on the same database."""
        own = {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "TERRACE_VAR_DIR": str(self.var)}
        return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | own

    def manage(self, *words: str) -> str:
        """Run a command of the site on its own database and return what it said."""
        if self.commands:
            return self.commands.run(*words)
        line = [sys.executable, "manage.py", *words]
        return subprocess.run(
            line, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the site's own database."""
        connection = sqlite3.connect(f"file:{self.var / 'terrace.sqlite3'}?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def value(self, query: str, *values: Any) -> Any:
        """Return the one value of a query's one row."""
        ((value,),) = self.rows(query, *values)
        return value


@contextmanager
def running_site(var: Path) -> Iterator[RunningSite]:
    """Start the whole site with its demonstration on files in ``var``, and stop it at the end."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "TERRACE_VAR_DIR": str(var),
        "PORT": str(port),
        "WORKERS": "1",
        "REVIEW_UNDO_MINUTES": "0",  # no journey waits ten minutes; tests that pass the time hold the wait
    }
    environment.pop("DATABASE_URL", None)
    static = subprocess.Popen(
        ["bash", "-c", ". deploy/bin/common.sh && ensure_static_files"], cwd=ROOT, env=environment
    )  # beside the loading, which needs none of them
    shutil.copyfile(sqlite_snapshot(), var / "terrace.sqlite3")
    commands = Commands(environment)
    try:
        commands.run("start_site", "--with-demonstration")
        short_code = open_short_cohort(var, commands)
        assert static.wait() == 0
        process = subprocess.Popen(
            [sys.executable, "deploy/bin/serve.py", "--with-parent", "127.0.0.1", str(port)], cwd=ROOT, env=environment
        )
        running = RunningSite(f"http://localhost:{port}", var, process, short_code, commands=commands)
        try:
            wait_until_well(running)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=60)
    finally:
        commands.close()


def open_short_cohort(var: Path, commands: Commands) -> str:
    """Load a short course beside the demonstration, as an organisation loads its own; return its cohort's code."""
    chinese, english = SHORT_TITLES
    folder = copy_of_small_course(var, title=f'{{zh-hans: "{chinese}", en: "{english}"}}')
    today = date.today()
    commands.run("load_course", str(folder))
    cohort = [f"--name={SHORT_COHORT}", f"--starts={today}", f"--ends={today + timedelta(weeks=8)}"]
    said = commands.run("open_cohort", "--course=small", *cohort, "--facilitator=facilitator@terrace.example")
    return said.rpartition("/j/")[2].strip().rstrip("/")


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_well(running: RunningSite) -> None:
    """Return when ``/health/`` says 200; raise after ``STARTS_WITHIN`` seconds."""
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"{running.address}/health/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
