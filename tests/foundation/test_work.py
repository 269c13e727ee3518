"""Rows that are worked on under a lease: claimed once, freed when the worker is dead, queued again when stale."""

import os
from datetime import datetime, timedelta

import pytest
from django_q.models import OrmQ

from foundation.health import WORKER
from foundation.models import Heartbeat
from foundation.registries import sweepers
from foundation.services import work
from foundation.services.processes import birth_of
from foundation.services.supervision import HEARTBEAT_TASK, Errand
from foundation.tasks import SWEEPER, heartbeat, sweep_all

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_worker_signs_with_numbers_and_births() -> None:
    host, cluster, worker = work.worker_name().split("/")
    assert host == work.host_name()
    assert worker == f"{os.getpid()}.{birth_of(os.getpid())}"
    assert cluster.startswith(f"{os.getppid()}.")
    assert len(work.worker_name()) <= 100


@pytest.mark.parametrize("holder", ["", "host", "host/1", "host/a/b", "host/1.2/3.4/5", "host//"])
def test_a_lease_that_names_nobody_is_nobodys(holder: str) -> None:
    assert not work._holder_lives(holder, None)


def test_a_lease_of_this_process_is_held_and_one_of_an_earlier_birth_is_not() -> None:
    assert work._holder_lives(work.worker_name(), None)
    assert not work._holder_lives(f"{work.host_name()}/{os.getppid()}.1/{os.getpid()}.1", None)
    assert work._holder_lives(work.worker_name(), {os.getppid()})
    assert not work._holder_lives(work.worker_name(), set())


def test_the_heartbeat_is_written_by_the_task(now: datetime) -> None:
    heartbeat()
    assert Heartbeat.objects.get(name=WORKER)


def test_an_errand_is_queued_and_its_success_is_not_kept(now: datetime) -> None:
    errand = Errand(WORKER, HEARTBEAT_TASK, timedelta(seconds=10))
    errand.send(now=now)
    (row,) = OrmQ.objects.all()
    assert row.func() == HEARTBEAT_TASK
    assert row.task["save"] is False
    assert errand.asked_at == now


def test_one_broken_sweeper_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks() -> int:
        raise RuntimeError("no luck today")

    monkeypatch.setattr(sweepers, "entries", {"broken": breaks, "good": lambda: 3})
    assert sweep_all() == 3
    assert "'broken' failed" in caplog.text
    assert Heartbeat.objects.get(name=SWEEPER)
