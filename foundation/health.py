"""Health: can we write, is somebody working, and does nothing wait too long. Rooms above add probes of their own."""

import shutil
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Min
from django.utils import timezone

from foundation.models import Heartbeat, LeasedWork
from foundation.registries import Probe, health_probes, work_models

WORKER = "worker"
WEB = "web"
OLDEST_HEARTBEAT = timedelta(seconds=45)
OLDEST_PENDING = timedelta(minutes=5)
LEAST_FREE_BYTES = 200 * 1024 * 1024


def register() -> None:
    """Add the foundation's probes to the registry."""
    health_probes.add("database", database_probe)
    health_probes.add("worker", worker_probe)
    health_probes.add("oldest_pending", pending_probe)
    health_probes.add("disk", disk_probe)


def beat(name: str) -> None:
    """Write that the process of that name is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def database_probe() -> Probe:
    """Write a row and read it back: a database that can only be read is not well."""
    try:
        with transaction.atomic():
            beat(WEB)
    except DatabaseError as error:
        return Probe(fault=f"the database refuses to write: {type(error).__name__}")
    return Probe(figure="writes")


def worker_probe() -> Probe:
    """Ask when a worker last ran a task through the queue."""
    at = Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()
    if at is None:
        return Probe(fault="no worker has ever reported")
    age = timezone.now() - at
    seconds = round(age.total_seconds())
    return Probe(fault="" if age <= OLDEST_HEARTBEAT else f"the worker was last seen {seconds} s ago", figure=seconds)


def _pending(model: type[LeasedWork]) -> Any:
    """Return the model's rows that wait. Only concrete models have ``status``, so types cannot follow."""
    rows: Any = model._default_manager
    return rows.filter(status=model.PENDING)


def pending_probe() -> Probe:
    """Ask how long the oldest row of outside work has been waiting."""
    moments = [oldest for model in work_models if (oldest := _pending(model).aggregate(at=Min("queued_at"))["at"])]
    if not moments:
        return Probe(figure=0)
    age = timezone.now() - min(moments)
    seconds = round(age.total_seconds())
    return Probe(fault="" if age <= OLDEST_PENDING else f"work has been waiting for {seconds} s", figure=seconds)


def disk_probe() -> Probe:
    """Ask how much room is left where certificates and photos are stored."""
    free = shutil.disk_usage(settings.VAR_DIR).free
    return Probe(fault="" if free >= LEAST_FREE_BYTES else "the disk is nearly full", figure=free // 1024 // 1024)
