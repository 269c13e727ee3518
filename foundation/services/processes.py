"""Processes of this machine, as Linux tells of them in ``/proc``: who lives, since when, and in which session.

A process number alone proves nothing, because numbers are used again. A number and the moment of birth together name
one process for as long as the machine runs. Elsewhere than on Linux only the number is known.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
DEAD_STATES = frozenset("ZX")
"""A zombie still has its number but will never do anything again."""


@dataclass(frozen=True)
class ProcessFacts:
    """What ``/proc/<pid>/stat`` says: see proc(5). ``birth`` counts clock ticks since the machine started."""

    pid: int
    session: int
    birth: str
    is_living: bool


def facts_of(pid: int) -> ProcessFacts | None:
    """Return what is known of the process, or ``None`` when there is none of that number."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the program's name in brackets and may hold spaces and brackets itself.
    fields = text[text.rindex(")") + 2 :].split()
    return ProcessFacts(pid=pid, session=int(fields[3]), birth=fields[19], is_living=fields[0] not in DEAD_STATES)


def birth_of(pid: int) -> str:
    """Return the moment of birth of a process as an opaque word; empty where the system does not tell."""
    facts = facts_of(pid)
    return facts.birth if facts else ""


def is_living(pid: int, birth: str = "") -> bool:
    """Whether the process of that number lives and, if ``birth`` is known, is the same one that was meant."""
    if not PROC.is_dir():
        return _has_number(pid)
    facts = facts_of(pid)
    return facts is not None and facts.is_living and birth in ("", facts.birth)


def members_of(session: int) -> Iterator[int]:
    """Yield the numbers of the living processes of a session."""
    if not PROC.is_dir():
        return
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            facts = facts_of(int(entry.name))
            if facts is not None and facts.is_living and facts.session == session:
                yield facts.pid


def kill_session(session: int, *, within: float = 5.0) -> bool:
    """Kill every process of a session, however often it forks meanwhile. Returns whether none is left.

    ``within`` is in seconds. The group is killed in one stroke first, so that nobody has time to start a successor.
    """
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(session, signal.SIGKILL)
    deadline = time.monotonic() + within
    while (left := list(members_of(session))) and time.monotonic() < deadline:
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    return not left


def _has_number(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
