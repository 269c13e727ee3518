"""A list as a row: read while its sender waits, looked at, then taken in here or by a worker, chunk by chunk.

Each chunk of rows is one transaction with the count of what is done: a worker that dies leaves whole chunks, the next
goes on where it stopped, and the bar is true. Taking in the same list again finds everybody there already.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.models import User
from accounts.services.messages import tell
from cohorts.enums import Change, EnrolmentStatus, ImportStatus
from cohorts.models import Cohort, Enrolment, PeopleImport
from cohorts.services.membership import note_change
from cohorts.services.places import locked_cohort, places_left
from cohorts.services.planning import require_current
from cohorts.services.roster.checking import Entry, check_rows
from cohorts.services.roster.columns import FIELDS, REQUIRED, propose
from cohorts.services.roster.reading import read_table
from foundation.refusals import Refused
from foundation.services.audit import record_audit
from foundation.services.work import claim, enqueue, holds_lease, record_failure
from foundation.uploads import Upload

logger = logging.getLogger(__name__)

CHUNK: Final = 25
AT_ONCE: Final = 60
"""Up to so many rows are taken in while their sender waits: under a second. More go to a worker."""

KEEP: Final = timedelta(days=14)
"""How long what was read from a file is kept: it holds numbers of people who may never come."""

NEW, UNCHANGED, REFUSED, FULL = "new", "unchanged", "refused", "full"


def start_import(*, cohort: Cohort, file: Upload, name: str, who: Any, at: datetime) -> PeopleImport:
    """Read a file and return its row, to be looked at. Raises ``UploadRefused``; the file itself is not kept."""
    table = read_table(file, name=name)
    read = {
        "header": table.header,
        "header_row": table.header_row,
        "rows": [list(row) for row in table.rows],
        "notes": table.notes,
    }
    with transaction.atomic():
        row = PeopleImport.objects.create(
            cohort=cohort,
            who=who,
            file_name=name[-200:],
            table=read,
            mapping=propose(table.header),
            rows=len(table.rows),
            queued_at=at,
            created_at=at,
        )
        record_audit(action="people_import.read", subject=row, actor=who, at=at, rows=row.rows)
    return row


def entries_of(row: PeopleImport) -> list[Entry]:
    """Return the rows of a list as its present mapping reads them."""
    return check_rows([(number, cells) for number, cells in row.table["rows"]], row.mapping)


def change_mapping(*, row: PeopleImport, mapping: Mapping[str, int]) -> PeopleImport:
    """Say which column is what. Raises ``Refused`` (422) when a needed one has none, or one column is two things."""
    chosen = {field: place for field, place in mapping.items() if field in FIELDS}
    if any(field not in chosen for field in REQUIRED):
        raise Refused("column", _("Please say which column holds the name and which the mobile number."), status=422)
    if len(set(chosen.values())) < len(chosen):
        raise Refused("column", _("One column cannot be two things. Please choose another one."), status=422)
    PeopleImport.objects.filter(pk=row.pk, status=ImportStatus.READY).update(mapping=chosen)
    row.refresh_from_db()
    return row


def run_import(*, row: PeopleImport, actor: Any, at: datetime) -> PeopleImport:
    """Take the list in: a short one at once, a longer one by a worker. Asking twice is asking once.

    Raises ``Refused`` (409) for an archived cohort.
    """
    require_current(row.cohort)
    with transaction.atomic():
        waiting = PeopleImport.objects.filter(pk=row.pk, status__in=(ImportStatus.READY, ImportStatus.FAILED))
        is_ours = waiting.update(status=ImportStatus.PENDING, attempts=0, reason="", queued_at=at, requeued_at=None)
        if is_ours:
            record_audit(action="people_import.begun", subject=row, actor=actor, at=at)
            if row.rows > AT_ONCE:
                enqueue(row)
    if is_ours and row.rows <= AT_ONCE:
        import_people(pk=row.pk, now=at)
    row.refresh_from_db()
    return row


def import_people(*, pk: int, now: datetime) -> bool:
    """Take in what is left of one list; return whether it is done by this call."""
    row = claim(PeopleImport, pk, now=now)
    if row is None:
        return False
    try:
        entries = entries_of(row)
        while row.rows_done < len(entries):
            if not _take_chunk(row, entries[row.rows_done : row.rows_done + CHUNK], now):
                return False
        return _finish(row, now)
    except Exception as error:
        record_failure(row, reason=f"fault: {type(error).__name__}", now=now)
        logger.exception("people import %s: try %d failed", row.uuid, row.attempts)
        return False


@transaction.atomic
def _take_chunk(row: PeopleImport, entries: list[Entry], at: datetime) -> bool:
    """Take in some rows and count them; nothing when another worker has taken over."""
    cohort = locked_cohort(row.cohort_id)
    left = places_left(cohort)
    report = list(row.report)
    for entry in entries:
        fate = _take_entry(entry, row, cohort, left, at) if entry.is_good else _fate_of(entry)
        if left is not None and fate == NEW:
            left -= 1
        report.append([entry.row, fate])
    done = row.rows_done + len(entries)
    kept = PeopleImport.objects.filter(holds_lease(row)).update(
        rows_done=done, report=report, leased_until=timezone.now() + timedelta(seconds=120)
    )
    if not kept:
        transaction.set_rollback(True)
        return False
    row.rows_done, row.report = done, report
    return True


def _fate_of(entry: Entry) -> str:
    return REFUSED if entry.faults else UNCHANGED


def _take_entry(entry: Entry, row: PeopleImport, cohort: Cohort, left: int | None, at: datetime) -> str:
    """Invite the person of one row; whoever is or was in the cohort stays as they are."""
    person = User.objects.filter(phone=entry.phone).first()
    if person is not None and Enrolment.objects.filter(cohort=cohort, user=person).exists():
        return UNCHANGED
    if left == 0:
        return FULL
    person = person or _new_person(entry, cohort, row, at)
    required = cohort.requirements
    enrolment = Enrolment.objects.create(
        cohort=cohort,
        user=person,
        status=EnrolmentStatus.INVITED,
        enrolled_at=at,
        steps_total=len(required.lessons) + len(required.assignments),
    )
    note_change(enrolment=enrolment, kind=Change.INVITED, actor=row.who, at=at)
    record_audit(action="enrolment.invited", subject=enrolment, actor=row.who, at=at, by=str(row.uuid))
    tell(
        recipient=person,
        event=MessageEvent.COHORT_INVITED,
        key=f"invited:{enrolment.uuid}",
        params={"cohort": cohort.name},
        link=f"join:join|{cohort.join_code}",
        at=at,
    )
    return NEW


def _new_person(entry: Entry, cohort: Cohort, row: PeopleImport, at: datetime) -> User:
    """Write down somebody whom the list names and who was not here yet."""
    person, is_new = User.objects.get_or_create(
        phone=entry.phone,
        defaults={
            "full_name": entry.name,
            "school": entry.school,
            "region": entry.region,
            "language": cohort.language,
            "date_joined": at,
            "password": make_password(None),
        },
    )
    if is_new:
        record_audit(action="person_made", subject=person, actor=row.who, at=at, by=str(row.uuid))
    return person


@transaction.atomic
def _finish(row: PeopleImport, at: datetime) -> bool:
    done = PeopleImport.objects.filter(holds_lease(row)).update(
        status=ImportStatus.DONE, lease_holder="", leased_until=None, reason=""
    )
    if done:
        fates = [fate for _number, fate in row.report]
        figures = {fate: fates.count(fate) for fate in (NEW, UNCHANGED, REFUSED, FULL)}
        record_audit(action="people_import.done", subject=row, actor=row.who, at=at, **figures)
    return bool(done)


def sweep_imports() -> int:
    """Forget lists that are older than two weeks; the people who were invited stay. Returns how many."""
    old = PeopleImport.objects.filter(created_at__lte=timezone.now() - KEEP).exclude(status=ImportStatus.RUNNING)
    gone, _by_model = old.delete()
    return gone
