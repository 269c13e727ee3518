"""Claiming, finishing and rescuing rows of ``LeasedWork``."""

import logging
import os
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_q.tasks import async_task

from foundation.models.work import LEASE, MAX_ATTEMPTS, LeasedWork
from foundation.registries import work_models
from foundation.services.processes import birth_of, is_living

logger = logging.getLogger(__name__)
Work = TypeVar("Work", bound=LeasedWork)

RE_QUEUE_AFTER = timedelta(seconds=60)
"""How long a pending row may wait before the sweeper queues its task again."""


def enqueue(row: LeasedWork) -> None:
    """Queue the row's task in the caller's transaction: a rollback leaves neither row nor task."""
    async_task(type(row).TASK, row.pk, q_options={"task_name": f"{type(row).__name__}-{row.pk}"})


def worker_name() -> str:
    """Return who we are, as written into a lease: host, cluster (the parent process) and worker.

    Each process is written as ``number.birth``, so that a later process of the same number is not taken for it.
    """
    return f"{host_name()}/{_signature(os.getppid())}/{_signature(os.getpid())}"


def host_name() -> str:
    """Return this machine's name as it stands in leases: at most 50 characters, and no slash."""
    return socket.gethostname().replace("/", "-")[:50]


def _signature(pid: int) -> str:
    return f"{pid}.{birth_of(pid)}"


def claim(model: type[Work], pk: int, *, now: datetime, holder: str | None = None) -> Work | None:
    """Claim the row for this worker with one conditional UPDATE, or return ``None`` when it is not to be had.

    The attempt is counted and committed here, before any work. A row is to be had when it is pending, or running
    under a lease that ran out, and has tries left.
    """
    free = Q(status=model.PENDING) | Q(status=model.RUNNING, leased_until__lte=now)
    claimed = model._default_manager.filter(free, pk=pk, attempts__lt=MAX_ATTEMPTS).update(
        status=model.RUNNING,
        attempts=F("attempts") + 1,
        lease_holder=holder or worker_name(),
        leased_until=now + LEASE,
    )
    return model._default_manager.get(pk=pk) if claimed else None


def holds_lease(row: LeasedWork) -> Q:
    """Return the condition under which this very claim may still write its result."""
    return Q(pk=row.pk, status=row.RUNNING, lease_holder=row.lease_holder, attempts=row.attempts)


def record_failure(row: LeasedWork, *, reason: str, is_final: bool = False, now: datetime) -> None:
    """Give the claim back after a failed try: to the queue, or, after the last try, to a person with the reason."""
    model = type(row)
    is_last = is_final or row.attempts >= MAX_ATTEMPTS
    model._default_manager.filter(holds_lease(row)).update(  # type: ignore[misc]
        status=model.FAILED if is_last else model.PENDING,
        reason=reason[:300],
        lease_holder="",
        leased_until=None,
        requeued_at=now,
    )


def free_leases_of_dead_workers(*, is_alive: "set[int] | None" = None) -> int:
    """End the leases on this host whose worker or cluster no longer lives. Returns how many.

    The supervisor calls this at its start and after each restart of the cluster. ``is_alive`` names the process
    numbers of the clusters that live; without it the system is asked. Other hosts' leases are left to run out.
    """
    freed = 0
    for row in leases_of_this_host():
        if not _holder_lives(row.lease_holder, is_alive):
            freed += type(row)._default_manager.filter(holds_lease(row)).update(leased_until=timezone.now())
    return freed


def leases_of_this_host() -> Iterator[LeasedWork]:
    """Yield the running rows whose lease names this host."""
    for model in work_models:
        held = Q(status=model.RUNNING, lease_holder__startswith=f"{host_name()}/")
        yield from model._default_manager.filter(held)


def busy_workers(*, now: datetime) -> dict[str, datetime]:
    """Return, for each living worker of this host that holds a lease which has not run out, when it claimed."""
    return {
        row.lease_holder: row.leased_until - LEASE
        for row in leases_of_this_host()
        if row.leased_until and row.leased_until > now and _holder_lives(row.lease_holder, None)
    }


def _holder_lives(holder: str, known_clusters: "set[int] | None") -> bool:
    """Whether the cluster and the worker that a lease names both live. A name that cannot be read is nobody's."""
    try:
        cluster, worker = (_process(part) for part in holder.split("/")[1:3])
    except ValueError:
        return False
    if known_clusters is not None:
        return cluster[0] in known_clusters
    return is_living(*cluster) and is_living(*worker)


def _process(signature: str) -> tuple[int, str]:
    pid, _, birth = signature.partition(".")
    return int(pid), birth


def sweep(*, now: datetime, patience: timedelta = RE_QUEUE_AFTER) -> int:
    """Queue again what is stale and park what has no tries left. Returns how many rows were touched.

    Stale is: pending for longer than ``patience`` (its task was lost, for instance by a changed SECRET_KEY or with a
    killed cluster), or running under a lease that ran out (its worker died). At start the supervisor has no patience.
    """
    touched = 0
    for model in work_models:
        touched += _park_exhausted(model, now=now) + _queue_stale(model, now=now, patience=patience)
    return touched


def _park_exhausted(model: type[LeasedWork], *, now: datetime) -> int:
    dead = Q(status=model.RUNNING, leased_until__lte=now) | Q(status=model.PENDING)
    return model._default_manager.filter(dead, attempts__gte=MAX_ATTEMPTS).update(  # type: ignore[misc]
        status=model.FAILED, reason="the worker died each time", lease_holder="", leased_until=None
    )


def _queue_stale(model: type[LeasedWork], *, now: datetime, patience: timedelta) -> int:
    waited = now - patience
    patient = Q(requeued_at__lte=waited) | Q(requeued_at=None, queued_at__lte=waited)
    stale = Q(patient, status=model.PENDING) | Q(status=model.RUNNING, leased_until__lte=now)
    ids = list(model._default_manager.filter(stale, attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True)[:500])
    for pk in ids:
        with transaction.atomic():
            rows = model._default_manager.filter(stale, pk=pk)
            given_back = {"status": model.PENDING, "requeued_at": now, "lease_holder": "", "leased_until": None}
            if rows.update(**given_back):
                enqueue(model._default_manager.get(pk=pk))
    if ids:
        logger.warning("swept %d stale rows of %s", len(ids), model.__name__)
    return len(ids)
