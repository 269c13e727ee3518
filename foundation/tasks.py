"""Tasks of the house itself. They are queued by the supervisor, by the dotted names in ``services.supervision``."""

import logging
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from foundation.health import WORKER, beat
from foundation.registries import sweepers
from foundation.services import recordings
from foundation.services.work import sweep

logger = logging.getLogger(__name__)

SWEEPER = "sweeper"
"""The name under which a finished sweep reports."""


def heartbeat() -> None:
    """Write that a worker took a task from the queue and ran it."""
    beat(WORKER)


def sweep_all() -> int:
    """Queue again what is stale, and let every room clean up. Returns how many rows were touched.

    One fault does not keep the others from their turn; it is logged with its trace.
    """
    touched = 0
    rounds: list[tuple[str, Callable[[], int]]] = [("work", partial(sweep, now=timezone.now())), *sweepers.items()]
    for name, run in rounds:
        try:
            touched += run()
        except Exception:
            logger.exception("the sweeper %r failed", name)
    beat(SWEEPER)
    return touched


def convert_recording(pk: int) -> bool:
    """Convert the recording with this id; see ``services.recordings``."""
    return recordings.convert_recording(pk=pk, now=timezone.now())
