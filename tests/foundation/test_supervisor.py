"""The supervisor: what it takes for frozen, and that real clusters come back after a kill."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foundation.services.processes import birth_of, is_living, kill_session, members_of
from foundation.services.supervision import (
    AlreadySupervisedError,
    Cluster,
    Errand,
    Patience,
    Registration,
    is_frozen,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATIENCE = Patience()
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


# --- what is frozen ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "last_sign", "busy", "expected"),
    [
        (600, 5, 0, False),  # it has just beaten
        (600, 29, 0, False),
        (600, 31, 0, True),
        (600, 31, 1, True),  # one worker is busy, yet the idle one answers nothing
        (600, 31, 2, False),  # all are busy: the heartbeat waits its turn
        (20, 400, 0, False),  # a new cluster is still loading; the old sign is its predecessor's
        (61, 400, 0, True),
        (61, None, 0, True),
        (20, None, 0, False),
    ],
)
def test_silence_is_judged_by_who_could_answer(
    started: float, last_sign: float | None, busy: int, expected: bool
) -> None:
    verdict = is_frozen(
        now=NOON,
        since=NOON - seconds(started),
        last_sign=None if last_sign is None else NOON - seconds(last_sign),
        busy=busy,
        workers=2,
        patience=PATIENCE,
    )
    assert verdict is expected


def test_an_errand_waits_for_its_answer_but_not_for_ever() -> None:
    errand = Errand("worker", "foundation.tasks.heartbeat", seconds(10))
    assert errand.is_due(now=NOON, answered_at=None)
    errand.asked_at = NOON
    assert not errand.is_due(now=NOON + seconds(9), answered_at=NOON + seconds(1))
    assert errand.is_due(now=NOON + seconds(10), answered_at=NOON + seconds(1))
    assert not errand.is_due(now=NOON + seconds(40), answered_at=NOON - seconds(1)), "one at a time in the queue"
    assert errand.is_due(now=NOON + seconds(51), answered_at=NOON - seconds(1)), "it was lost with the queue"


# --- processes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def sleepers() -> Iterator[subprocess.Popen[bytes]]:
    """A session of two processes, the first of which has a child of its own."""
    process = subprocess.Popen(["/bin/sh", "-c", "sleep 60 & exec sleep 60"], start_new_session=True)
    until(lambda: len(list(members_of(process.pid))) == 2, within=5)
    yield process
    kill_session(process.pid)
    process.wait()


def until(condition: Callable[[], bool], *, within: float) -> float:
    """Wait until the condition holds and return how many seconds it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < within, f"did not come true within {within} s"
        time.sleep(0.1)
    return time.monotonic() - start


def test_a_number_that_was_used_again_is_somebody_else(sleepers: subprocess.Popen[bytes]) -> None:
    assert is_living(sleepers.pid)
    assert is_living(sleepers.pid, birth_of(sleepers.pid))
    assert not is_living(sleepers.pid, "1")


def test_a_zombie_is_dead(sleepers: subprocess.Popen[bytes]) -> None:
    sleepers.kill()
    until(lambda: not is_living(sleepers.pid), within=5)
    assert Path(f"/proc/{sleepers.pid}").exists(), "not collected yet, so the number is still there"


def test_a_whole_session_is_killed_even_when_its_leader_is_gone(sleepers: subprocess.Popen[bytes]) -> None:
    sleepers.kill()
    sleepers.wait()
    assert kill_session(sleepers.pid)
    assert not list(members_of(sleepers.pid))


def test_only_one_supervisor_at_a_time(tmp_path: Path) -> None:
    first, second = Registration(tmp_path / "lock"), Registration(tmp_path / "lock")
    first.acquire()
    with pytest.raises(AlreadySupervisedError):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_leftovers_of_a_killed_supervisor_are_killed(tmp_path: Path, sleepers: subprocess.Popen[bytes]) -> None:
    registration = Registration(tmp_path / "lock")
    registration.acquire()
    registration.note(sleepers.pid)
    assert registration.kill_leftovers()
    assert not list(members_of(sleepers.pid))
    assert not registration.kill_leftovers()
    registration.release()


def test_a_session_of_another_birth_is_left_alone(tmp_path: Path, sleepers: subprocess.Popen[bytes]) -> None:
    path = tmp_path / "lock"
    path.write_text(f'{{"session": {sleepers.pid}, "birth": "1"}}')
    registration = Registration(path)
    registration.acquire()
    assert not registration.kill_leftovers()
    assert is_living(sleepers.pid)
    registration.release()


def test_a_cluster_that_does_not_stop_is_killed_with_its_children() -> None:
    cluster = Cluster(["/bin/sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60"])
    cluster.start()
    session = cluster.session
    until(lambda: len(list(members_of(session))) == 2, within=5)
    cluster.ask_to_stop()
    time.sleep(0.3)
    assert not cluster.is_gone()
    cluster.kill()
    assert cluster.is_gone()


# --- a real cluster, killed ----------------------------------------------------------------------------------------


class Site:
    """A supervised cluster of one worker on a database of its own, impatient so that the test is short."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.log = (folder / "supervise.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, str(MANAGE), "supervise", "--beat-every=1", "--silence=5", "--first-sign=60"],
            env=environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )

    def last_beat(self) -> str:
        """The time of the newest heartbeat as text, empty before the first."""
        database = sqlite3.connect(self.folder / "terrace.sqlite3", timeout=20)
        try:
            row = database.execute("SELECT at FROM foundation_heartbeat WHERE name = 'worker'").fetchone()
        finally:
            database.close()
        return str(row[0]) if row else ""

    def cluster(self) -> int:
        """The first process of the cluster, which is the supervisor's only child."""
        (child,) = self.children(self.process.pid)
        return child

    def workers(self) -> list[int]:
        """The processes below the guard, oldest first; the first is the worker."""
        (guard,) = self.children(self.cluster())
        return sorted(self.children(guard))

    @staticmethod
    def children(pid: int) -> list[int]:
        path = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in path.read_text().split()]

    def wait_for_a_new_beat(self, *, within: float) -> float:
        before = self.last_beat()
        return until(lambda: self.last_beat() > before, within=within)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@pytest.fixture
def site(tmp_path: Path, site_environment: dict[str, str]) -> Iterator[Site]:
    running = Site(tmp_path, site_environment)
    try:
        running.wait_for_a_new_beat(within=60)
        yield running
    finally:
        running.end()


def test_a_killed_cluster_comes_back_and_a_frozen_one_is_replaced(site: Site) -> None:
    """Both kills in one test, because starting costs most of the time; then a stop that leaves nobody behind."""
    first = site.cluster()
    os.killpg(first, signal.SIGKILL)
    site.wait_for_a_new_beat(within=60)
    second = site.cluster()
    assert second != first

    # The worker waits for a task and holds the queue's lock: killed now, it takes the lock with it.
    site.wait_for_a_new_beat(within=20)
    time.sleep(0.5)
    os.kill(site.workers()[0], signal.SIGKILL)
    until(lambda: not members_list(second), within=30)
    site.wait_for_a_new_beat(within=60)
    third = site.cluster()

    site.process.terminate()
    assert site.process.wait(timeout=40) == 0
    assert not members_list(third), "nobody is left behind"


def members_list(session: int) -> list[int]:
    return list(members_of(session))
