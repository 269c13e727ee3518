"""A row of work through its life, on a table of its own: claimed once, freed, queued again, given up in the end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from django_q.models import OrmQ

from foundation.enums import WorkStatus
from foundation.models.work import LEASE, MAX_ATTEMPTS, LeasedWork
from foundation.registries import work_models
from foundation.services import work
from foundation.services.supervision import HEARTBEAT_TASK

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

DEAD = f"{work.host_name()}/1.1/2.1"
"""Process 1 lives, but was not born in the first tick of the machine."""


@pytest.fixture
def chore(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A model of work with a table. Both are gone after the test: nothing else sees them."""
    with isolate_apps("foundation"):

        class Chore(LeasedWork):
            TASK = HEARTBEAT_TASK
            status = models.CharField(max_length=12, choices=WorkStatus.choices, default=WorkStatus.PENDING)

            class Meta:
                app_label = "foundation"

            def __str__(self) -> str:
                return str(self.pk)

        with connection.schema_editor() as editor:
            editor.create_model(Chore)
        monkeypatch.setattr(work_models, "entries", {"chores": Chore})
        yield Chore


def queued() -> list[str]:
    return [row.name() for row in OrmQ.objects.all()]


def test_a_row_is_claimed_once(chore: Any, now: datetime) -> None:
    row = chore.objects.create(queued_at=now)
    claimed = work.claim(chore, row.pk, now=now)
    assert claimed is not None
    assert (claimed.status, claimed.attempts, claimed.leased_until) == ("running", 1, now + LEASE)
    assert claimed.lease_holder == work.worker_name()
    assert work.claim(chore, row.pk, now=now) is None
    assert work.claim(chore, row.pk, now=now + LEASE, holder="another") is not None, "the lease ran out"
    assert not chore.objects.filter(work.holds_lease(claimed)).exists(), "the first may not write its result any more"


def test_of_many_who_claim_at_once_one_gets_it(chore: Any, now: datetime) -> None:
    row = chore.objects.create(queued_at=now)

    def try_it(number: int) -> bool:
        try:
            return work.claim(chore, row.pk, now=now, holder=f"host/{number}/{number}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(try_it, range(6))) == 1
    assert chore.objects.get().attempts == 1


def test_the_lease_of_a_dead_worker_is_ended_and_its_row_queued_at_once(chore: Any, now: datetime) -> None:
    row = chore.objects.create(queued_at=now)
    living = chore.objects.create(queued_at=now)
    far = chore.objects.create(queued_at=now)
    moment = datetime.now(tz=now.tzinfo)
    work.claim(chore, row.pk, now=moment, holder=DEAD)
    work.claim(chore, living.pk, now=moment)
    work.claim(chore, far.pk, now=moment, holder="another-host/1.1/2.1")
    assert work.free_leases_of_dead_workers() == 1
    assert work.sweep(now=datetime.now(tz=now.tzinfo), patience=timedelta(0)) == 1
    row.refresh_from_db()
    assert (row.status, row.lease_holder, row.attempts) == ("pending", "", 1)
    assert queued() == [f"Chore-{row.pk}"]
    assert set(chore.objects.filter(status="running").values_list("pk", flat=True)) == {living.pk, far.pk}


def test_only_living_workers_with_a_lease_are_busy(chore: Any, now: datetime) -> None:
    for holder in (work.worker_name(), DEAD, "another-host/1.1/2.1"):
        row = chore.objects.create(queued_at=now)
        work.claim(chore, row.pk, now=now, holder=holder)
    assert work.busy_workers(now=now + LEASE / 2) == {work.worker_name(): now}
    assert work.busy_workers(now=now + LEASE) == {}


def test_a_pending_row_is_queued_again_when_patience_ends(chore: Any, now: datetime) -> None:
    chore.objects.create(queued_at=now)
    assert work.sweep(now=now + work.RE_QUEUE_AFTER - timedelta(seconds=1)) == 0
    assert work.sweep(now=now + work.RE_QUEUE_AFTER) == 1
    assert work.sweep(now=now + work.RE_QUEUE_AFTER) == 0, "it was queued a moment ago"


def test_a_failure_goes_back_to_the_queue_until_the_last_try(chore: Any, now: datetime) -> None:
    row = chore.objects.create(queued_at=now)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        claimed = work.claim(chore, row.pk, now=now)
        assert claimed is not None
        work.record_failure(claimed, reason=f"no luck {attempt}", now=now)
        row.refresh_from_db()
        assert row.reason == f"no luck {attempt}"
        assert row.status == ("failed" if attempt == MAX_ATTEMPTS else "pending")
    assert work.claim(chore, row.pk, now=now) is None


def test_a_task_that_kills_its_worker_is_given_up_after_three_tries(chore: Any, now: datetime) -> None:
    """The queue never counts such a task: its own attempt count is written after the work."""
    row = chore.objects.create(queued_at=now)
    moment = now
    for _ in range(MAX_ATTEMPTS):
        assert work.claim(chore, row.pk, now=moment, holder=DEAD) is not None
        moment += LEASE
        assert work.sweep(now=moment) == 1
    row.refresh_from_db()
    assert row.status == "failed"
    assert row.reason
