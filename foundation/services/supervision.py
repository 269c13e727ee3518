"""Keeping the worker cluster at work: start it, watch for signs of life, kill and replace it when it is frozen.

django-q2 freezes for ever when an idle worker dies while it waits for the next task: it takes the lock of the queue
with it, and the process that guards the workers cannot tell. So a small task goes through the queue every few seconds
and writes the time; when that time grows old although somebody is idle, the whole cluster is killed and started anew.
See docs/supervisor.md.
"""

import ctypes
import fcntl
import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django_q.tasks import async_task

from foundation.models import Heartbeat
from foundation.services import work
from foundation.services.processes import birth_of, is_living, kill_session, members_of

logger = logging.getLogger(__name__)

HEARTBEAT_TASK = "foundation.tasks.heartbeat"
SWEEP_TASK = "foundation.tasks.sweep_all"

PR_SET_PDEATHSIG = 1
"""From prctl(2): have the kernel send us a signal when the parent dies."""


class AlreadySupervisedError(Exception):
    """Another supervisor looks after the cluster of this site."""


@dataclass(frozen=True)
class Patience:
    """How long the supervisor waits for what."""

    beat_every: timedelta = timedelta(seconds=10)
    sweep_every: timedelta = timedelta(seconds=60)
    silence: timedelta = timedelta(seconds=30)
    """Without a sign of life for longer than this, a cluster with an idle worker is frozen."""
    first_sign: timedelta = timedelta(seconds=60)
    """A cluster that has just started has to load everything first."""
    restart: timedelta = timedelta(seconds=5)
    """At most one start in this time, however often the cluster dies."""
    stop: timedelta = timedelta(seconds=30)
    look_every: timedelta = timedelta(seconds=2)


def is_frozen(
    *, now: datetime, since: datetime, last_sign: datetime | None, busy: int, workers: int, patience: Patience
) -> bool:
    """Whether a cluster that has been watched ``since`` then must be taken for frozen.

    ``busy`` of its ``workers`` hold a living lease. When all do, silence is no sign of anything: a lease is short, and
    a task that hangs is ended by the queue before its lease ends.
    """
    if busy >= workers:
        return False
    if last_sign is None or last_sign < since:
        return now - since > patience.first_sign
    return now - last_sign > patience.silence


@dataclass
class Errand:
    """A task sent through the queue again and again, one at a time; it answers by writing a heartbeat of this name."""

    name: str
    task: str
    every: timedelta
    asked_at: datetime | None = None

    def is_due(self, *, now: datetime, answered_at: datetime | None) -> bool:
        """Whether to send it now: its time has come and the last one was answered, or must be taken for lost."""
        if self.asked_at is None:
            return True
        if now - self.asked_at < self.every:
            return False
        is_answered = answered_at is not None and answered_at >= self.asked_at
        return is_answered or now - self.asked_at > 5 * self.every

    def send(self, *, now: datetime) -> None:
        """Queue the task. Its success is not kept, so that the queue's tables stay small."""
        async_task(self.task, q_options={"task_name": self.name, "save": False})
        self.asked_at = now


class Cluster:
    """The process tree of one ``qcluster`` command, in a session of its own so that none of it can be missed."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def session(self) -> int:
        """The number of the session, which is that of its first process; 0 before the first start."""
        return self.process.pid if self.process else 0

    @property
    def is_running(self) -> bool:
        """Whether the first process of the tree lives."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the tree. Should the supervisor be killed, the kernel asks the cluster to stop."""
        libc = ctypes.CDLL(None)
        parent = os.getpid()

        def before_exec() -> None:
            if hasattr(libc, "prctl"):
                libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
                if os.getppid() != parent:  # it died between the fork and the line above
                    os.kill(os.getpid(), signal.SIGTERM)

        self.process = subprocess.Popen(  # noqa: S603  (our own command line)
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=before_exec,  # safe: this process has one thread
        )

    def ask_to_stop(self) -> None:
        """Signal the first process and nobody else: a SIGTERM to the whole group hangs a cluster."""
        if self.process is not None and self.is_running:
            self.process.send_signal(signal.SIGTERM)

    def is_gone(self) -> bool:
        """Whether the whole tree has ended."""
        return self.process is None or not (self.is_running or any(members_of(self.session)))

    def kill(self) -> None:
        """Kill the whole tree and collect its first process."""
        if self.process is None:
            return
        if not kill_session(self.session):
            logger.error("some processes of session %d cannot be killed", self.session)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)


class Registration:
    """The file that keeps a second supervisor away and tells the next one what a killed one left behind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock, which the kernel gives back whatever way we end. Raises ``AlreadySupervisedError``."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise AlreadySupervisedError(str(self.path)) from error
        self._file = file

    def note(self, session: int) -> None:
        """Write which session the cluster runs in; 0 when it has ended."""
        self._write({"session": session, "birth": birth_of(session)} if session else {})

    def kill_leftovers(self) -> bool:
        """Kill what a supervisor that was killed left running. Returns whether there was anything.

        A number in use as a session is not given to a new process, so a leader of another birth means that all of
        the noted session has ended.
        """
        noted = self._read()
        session = int(noted.get("session", 0))
        if not session or (is_living(session) and not is_living(session, str(noted.get("birth", "")))):
            return False
        found = any(members_of(session))
        if found:
            kill_session(session)
        self.note(0)
        return found

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, content: dict[str, object]) -> None:
        if self._file is None:
            raise AlreadySupervisedError("the registration is not held")
        self._file.seek(0)
        self._file.truncate()
        json.dump(content, self._file)
        self._file.flush()

    def _read(self) -> dict[str, str | int]:
        if self._file is None:
            raise AlreadySupervisedError("the registration is not held")
        self._file.seek(0)
        try:
            return dict(json.loads(self._file.read() or "{}"))
        except ValueError:
            return {}


class Supervisor:
    """Looks after one cluster until it is told to stop."""

    TICK = 0.25
    """Seconds between two looks at the process itself; the database is asked less often."""

    def __init__(
        self,
        *,
        cluster: Cluster,
        registration: Registration,
        worker_beat: str,
        sweeper_beat: str,
        workers: int,
        patience: Patience,
    ) -> None:
        self.cluster = cluster
        self.registration = registration
        self.workers = workers
        self.patience = patience
        self.heartbeat = Errand(worker_beat, HEARTBEAT_TASK, patience.beat_every)
        self.errands = [self.heartbeat, Errand(sweeper_beat, SWEEP_TASK, patience.sweep_every)]
        self.stop_requests = 0
        self.watched_since = timezone.now()
        self._started = float("-inf")
        self._looked = float("-inf")
        self._is_swept = False
        self._is_blind = False

    def request_stop(self, *_: object) -> None:
        """Ask the loop to end; a signal handler. A second request does not wait for the cluster."""
        self.stop_requests += 1

    def run(self) -> None:
        """Supervise until asked to stop. Raises ``AlreadySupervisedError`` when somebody else does so already."""
        self.registration.acquire()
        try:
            if self.registration.kill_leftovers():
                logger.warning("killed the cluster that an earlier supervisor left behind")
            while not self.stop_requests:
                self.tick()
                time.sleep(self.TICK)
        finally:
            self.stop()
            self.registration.release()

    def tick(self) -> None:
        """Do what is due now: start what has ended, then look for signs of life."""
        if not self.cluster.is_running:
            self.restart("has ended" if self.cluster.process else "")
        elif self._is_time("_looked", self.patience.look_every):
            self._guarded_look()

    def restart(self, why: str) -> None:
        """Kill what is left of the cluster, free what it held, and start it, unless it was started just now."""
        if why and self.cluster.session:
            self._report_end(why)
        if not self._is_time("_started", self.patience.restart):
            return
        self.cluster.start()
        self.registration.note(self.cluster.session)
        self.watched_since = timezone.now()
        self._is_swept = False
        for errand in self.errands:
            errand.asked_at = None
        logger.info("cluster %d started", self.cluster.session)
        self._guarded_look()

    def stop(self) -> None:
        """Let the cluster finish what it is doing, for as long as ``patience.stop``; then kill it."""
        self.cluster.ask_to_stop()
        deadline = time.monotonic() + self.patience.stop.total_seconds()
        while not self.cluster.is_gone() and time.monotonic() < deadline and self.stop_requests < 2:
            time.sleep(0.1)
        self.cluster.kill()
        self.registration.note(0)
        logger.info("cluster %d stopped", self.cluster.session)

    def look(self) -> None:
        """Sweep if the cluster is new, send what is due, and replace the cluster when it shows no sign of life."""
        now = timezone.now()
        if not self._is_swept:
            freed = work.free_leases_of_dead_workers()
            queued = work.sweep(now=now, patience=timedelta(0))
            logger.info("%d leases freed, %d rows queued again", freed, queued)
            self._is_swept = True
        answers = dict(Heartbeat.objects.values_list("name", "at"))
        for errand in self.errands:
            if errand.is_due(now=now, answered_at=answers.get(errand.name)):
                errand.send(now=now)
        if self._is_silent(now=now, beat=answers.get(self.heartbeat.name)):
            logger.error("cluster %d shows no sign of life: killed", self.cluster.session)
            self.restart("is frozen")

    def _is_silent(self, *, now: datetime, beat: datetime | None) -> bool:
        busy = work.busy_workers(now=now)
        # A claim is a sign of life too: with hundreds of certificates in the queue the heartbeat waits its turn.
        signs = [sign for sign in (beat, *busy.values()) if sign is not None]
        return is_frozen(
            now=now,
            since=self.watched_since,
            last_sign=max(signs, default=None),
            busy=len(busy),
            workers=self.workers,
            patience=self.patience,
        )

    def _guarded_look(self) -> None:
        """Look, and outlive a database that is away: blindness is no reason to kill a cluster."""
        try:
            close_old_connections()
            self.look()
        except DatabaseError:
            if not self._is_blind:
                logger.exception("the database does not answer; watching goes on when it does")
            self._is_blind = True
        else:
            if self._is_blind:
                self._is_blind = False
                self.watched_since = timezone.now()

    def _report_end(self, why: str) -> None:
        logger.warning("cluster %d %s", self.cluster.session, why)
        self.cluster.kill()
        self.cluster.process = None
        self.registration.note(0)

    def _is_time(self, what: str, every: timedelta) -> bool:
        """Whether ``every`` has passed since this was last true; by a clock that nobody can set."""
        now = time.monotonic()
        if now - getattr(self, what) < every.total_seconds():
            return False
        setattr(self, what, now)
        return True
