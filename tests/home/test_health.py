"""``/health/`` says 200 only when the site can really do its work, and 503 with the reason otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from certificates.models import Certificate
from foundation import health
from foundation.models import Heartbeat
from foundation.registries import Probe, health_probes
from tests.factories.learning import a_learner, a_report, a_review, all_lessons, send
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def a_worker_that_lives() -> None:
    health.beat(health.WORKER)


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/health/")
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    assert ("Retry-After" in response.headers) == (response.status_code == 503)
    return response.status_code, response.json()


def test_all_is_well(client: Client) -> None:
    status, told = ask(client)
    assert (status, told["status"], told["faults"]) == (200, "well", {})
    assert told["figures"]["database"] == "writes"
    assert told["figures"]["worker"] == 0
    assert client.head("/health/").status_code == 200
    assert client.post("/health/").status_code == 405


@pytest.mark.parametrize(("age", "status"), [(44, 200), (47, 503)])
def test_a_worker_that_has_not_been_heard_of_is_not_well(client: Client, age: int, status: int) -> None:
    Heartbeat.objects.filter(name=health.WORKER).update(at=timezone.now() - timedelta(seconds=age))
    got, told = ask(client)
    assert got == status
    assert bool(told["faults"]) == (status == 503)
    if status == 503:
        assert f"{age} s ago" in told["faults"]["worker"]


def test_a_worker_that_never_was_is_not_well(client: Client) -> None:
    Heartbeat.objects.all().delete()
    status, told = ask(client)
    assert (status, told["faults"]) == (503, {"worker": "no worker has ever reported"})


@pytest.mark.usefixtures("small_course")
@pytest.mark.parametrize(("age", "status"), [(timedelta(minutes=4), 200), (timedelta(minutes=6), 503)])
def test_a_certificate_that_waits_too_long_is_not_well(client: Client, age: timedelta, status: int) -> None:
    learner = a_learner(is_confirmed=True)
    send(learner, *all_lessons(learner))
    a_review(a_report(learner), a_facilitator())
    Certificate.objects.update(queued_at=timezone.now() - age)
    got, told = ask(client)
    assert got == status
    assert list(told["faults"]) == (["oldest_pending"] if status == 503 else [])
    Certificate.objects.update(status="parked", reason="a person looks into it")
    assert ask(client)[0] == 200, "what waits for a person does not wait for a worker"


@contextmanager
def read_only_database() -> Iterator[None]:
    """Make the database refuse every write, as a full disk or a standby server does."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("SAVEPOINT writable")
            cursor.execute("SET LOCAL transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only = OFF")
            else:
                cursor.execute("ROLLBACK TO SAVEPOINT writable")


def test_a_database_that_can_only_be_read_is_not_well(client: Client) -> None:
    with read_only_database():
        status, told = ask(client)
    assert status == 503
    assert "refuses to write" in told["faults"]["database"]
    assert ask(client)[0] == 200


def test_a_disk_that_is_nearly_full_is_not_well(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**62)
    status, told = ask(client)
    assert (status, told["faults"]) == (503, {"disk": "the disk is nearly full"})


def test_a_probe_that_breaks_is_not_well_and_hides_no_other(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Probe:
        raise RuntimeError("with a secret inside")

    monkeypatch.setitem(health_probes.entries, "broken", broken)
    status, told = ask(client)
    assert status == 503
    assert told["faults"] == {"broken": "could not be asked: RuntimeError"}
    assert told["figures"]["database"] == "writes"
