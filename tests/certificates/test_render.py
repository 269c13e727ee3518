"""From the row to the stored bytes, once, whatever dies and however often the task runs."""

import hashlib
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import segno
import time_machine
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ
from PIL import Image

from accounts.enums import MessageEvent
from accounts.models import Message, User
from accounts.rendering import text_of
from accounts.services.people import change_name
from certificates.models import Certificate, CertificateFile
from certificates.rendering import SheetError, SheetReason
from certificates.services import render
from certificates.services.again import correct_name, retry_certificate
from certificates.services.files import remove_orphans
from certificates.services.issue import issue_certificate
from certificates.services.render import render_certificate
from foundation.models import AuditLine
from foundation.models.work import LEASE, MAX_ATTEMPTS
from foundation.services import work
from foundation.tasks import sweep_all
from tests.certificates.builders import FACILITATOR, NAME, NOW, TITLES, database_url, make_completed, queued, work_off

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning"),
]


@pytest.fixture
def certificate() -> Certificate:
    made = issue_certificate(enrolment=make_completed(), at=NOW)
    assert made
    return made


def files_on_disk() -> list[str]:
    storage = storages["private"]
    return storage.listdir("certificates")[1] if storage.exists("certificates") else []


def assert_one_of_everything() -> None:
    """One certificate, issued; one message; one line in the log; two files, and no other on the disk."""
    certificate = Certificate.objects.get()
    assert (certificate.status, certificate.lease_holder, certificate.leased_until) == ("issued", "", None)
    assert certificate.reason == ""
    message = Message.objects.get(event=MessageEvent.CERTIFICATE_ISSUED)
    assert (message.recipient_id, message.link) == (certificate.holder_id, "me")
    assert AuditLine.objects.filter(action="certificate.issued").count() == 1
    rows = list(CertificateFile.objects.order_by("kind"))
    assert [row.kind for row in rows] == ["pdf", "png"]
    for row in rows:
        with row.file.open("rb") as stored:
            content = stored.read()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.sha256, row.size)
    assert sorted(f"certificates/{name}" for name in files_on_disk()) == sorted(str(row.file.name) for row in rows)


# --- Claim, lease and attempts ----------------------------------------------------------------------------------------


@pytest.mark.database
def test_three_runs_give_one_of_everything(certificate: Certificate, quick: list[int]) -> None:
    assert [render_certificate(pk=certificate.pk, now=NOW) for _ in range(3)] == [True, False, False]
    assert_one_of_everything()
    assert quick == [certificate.pk], "it was drawn once"
    assert Certificate.objects.get().attempts == 1
    assert Certificate.objects.get().issued_at == NOW


def test_the_message_names_course_and_serial_in_the_readers_language(certificate: Certificate, quick) -> None:
    render_certificate(pk=certificate.pk, now=NOW)
    words = text_of(Message.objects.get(event=MessageEvent.CERTIFICATE_ISSUED))
    assert TITLES["zh-hans"] in words
    assert certificate.serial in words


def test_what_another_worker_draws_is_left_alone(certificate: Certificate, quick: list[int]) -> None:
    assert work.claim(Certificate, certificate.pk, now=NOW, holder="another-host/1.1/2.1")
    assert not render_certificate(pk=certificate.pk, now=NOW + LEASE - timedelta(seconds=1))
    row = Certificate.objects.get()
    assert (row.status, row.attempts, row.lease_holder) == ("rendering", 1, "another-host/1.1/2.1")
    assert not quick


def test_a_lease_that_ran_out_is_claimed_again(certificate: Certificate, quick: list[int]) -> None:
    assert work.claim(Certificate, certificate.pk, now=NOW, holder="another-host/1.1/2.1")
    assert render_certificate(pk=certificate.pk, now=NOW + LEASE)
    assert Certificate.objects.get().attempts == 2
    assert_one_of_everything()


@pytest.mark.parametrize("status", ["issued", "parked", "superseded", "revoked", "expired", "withdrawn"])
def test_only_what_waits_is_drawn(certificate: Certificate, quick: list[int], status: str) -> None:
    Certificate.objects.update(status=status, issued_at=NOW, reason="a reason")
    assert not render_certificate(pk=certificate.pk, now=NOW)
    assert not render_certificate(pk=certificate.pk + 1, now=NOW)
    assert not quick


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_attempt_is_counted_and_committed_before_the_work(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, str, bool]] = []

    def draw(_certificate):
        row = Certificate.objects.get()
        seen.append((row.attempts, row.status, connection.in_atomic_block))
        raise OSError

    monkeypatch.setattr(render, "_draw", draw)
    render_certificate(pk=certificate.pk, now=NOW)
    assert seen == [(1, "rendering", False)]


def test_after_three_tries_it_is_parked_with_a_reason_and_a_person_can_retry(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    def draw(_certificate):
        raise OSError(f"disk full while writing for {NAME}")

    with monkeypatch.context() as patch:
        patch.setattr(render, "_draw", draw)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            assert not render_certificate(pk=certificate.pk, now=NOW)
            row = Certificate.objects.get()
            assert (row.attempts, row.status) == (attempt, "parked" if attempt == MAX_ATTEMPTS else "pending")
            assert row.reason == "fault: OSError", "what failed may quote the name, so only its kind is kept"
        assert not render_certificate(pk=certificate.pk, now=NOW)
    assert "disk full" in caplog.text
    OrmQ.objects.all().delete()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        sweep_all()
    assert not OrmQ.objects.exists(), "nobody but a person takes it up again"

    monkeypatch.setattr(render, "_draw", lambda row: {"pdf": b"%PDF", "png": b"\x89PNG"})
    assert retry_certificate(certificate=certificate, at=NOW)
    assert work_off() == [True]
    assert_one_of_everything()


def test_a_failed_try_goes_back_to_the_queue_within_the_minute(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(render, "_draw", lambda row: 1 / 0)
        work_off()
    row = Certificate.objects.get()
    with time_machine.travel((row.requeued_at or row.queued_at) + work.RE_QUEUE_AFTER, tick=False):
        sweep_all()
    assert queued() == [("certificates.tasks.render_certificate", certificate.pk)]


def test_a_sheet_that_cannot_be_drawn_is_parked_at_once(certificate: Certificate, caplog) -> None:
    Certificate.objects.update(name="赵😀")
    assert not render_certificate(pk=certificate.pk, now=NOW)
    row = Certificate.objects.get()
    assert (row.status, row.attempts, row.reason) == ("parked", 1, "missing_glyph: name")
    assert "赵" not in caplog.text, "the log holds no names"
    assert not files_on_disk()


def test_a_fault_of_the_renderer_without_a_field_still_says_why(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(_certificate):
        raise SheetError(SheetReason.MISSING_IMAGE)

    monkeypatch.setattr(render, "_draw", draw)
    render_certificate(pk=certificate.pk, now=NOW)
    assert Certificate.objects.get().reason == "missing_image"


@pytest.mark.database
def test_a_lost_claim_discards_its_files(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw_slowly(row):
        """So slowly that the lease runs out, and another worker takes over and finishes."""
        monkeypatch.setattr(render, "_draw", lambda row: {"pdf": b"%PDF second", "png": b"\x89PNG second"})
        assert render_certificate(pk=row.pk, now=NOW + LEASE)
        return {"pdf": b"%PDF first", "png": b"\x89PNG first"}

    monkeypatch.setattr(render, "_draw", draw_slowly)
    assert not render_certificate(pk=certificate.pk, now=NOW)
    assert_one_of_everything()
    assert CertificateFile.objects.get(kind="pdf").sha256 == hashlib.sha256(b"%PDF second").hexdigest()


def test_a_name_corrected_meanwhile_takes_the_claim_away(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(row):
        monkeypatch.undo()
        assert correct_name(certificate=certificate, name="赵锬", at=NOW)
        return {"pdf": b"%PDF of the old name", "png": b""}

    monkeypatch.setattr(render, "_draw", draw)
    assert not render_certificate(pk=certificate.pk, now=NOW)
    row = Certificate.objects.get()
    assert (row.status, row.name, row.attempts) == ("pending", "赵锬", 0)
    assert not files_on_disk()


@pytest.mark.database
@pytest.mark.parametrize("step", ["record_audit", "tell"])
def test_finishing_is_all_or_nothing(certificate: Certificate, quick, monkeypatch, step: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(render, step, lambda **_: 1 / 0)
        assert not render_certificate(pk=certificate.pk, now=NOW)
    row = Certificate.objects.get()
    assert (row.status, row.issued_at, row.reason) == ("pending", None, "fault: ZeroDivisionError")
    assert not CertificateFile.objects.exists()
    assert not Message.objects.exists()
    assert not AuditLine.objects.filter(action="certificate.issued").exists()
    assert not files_on_disk()

    assert render_certificate(pk=certificate.pk, now=NOW)
    assert_one_of_everything()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_when_the_commit_was_made_but_not_heard_of_the_files_stay(
    certificate: Certificate, quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks between the commit and its answer: our side sees a fault, the row is issued."""
    original = render._finish

    def finish(*args):
        original(*args)
        raise ConnectionResetError

    monkeypatch.setattr(render, "_finish", finish)
    assert not render_certificate(pk=certificate.pk, now=NOW)
    assert_one_of_everything()


# --- What is drawn ----------------------------------------------------------------------------------------------------


def test_the_sheet_says_what_was_frozen_and_its_code_leads_to_the_verification(
    certificate: Certificate, tmp_path: Path
) -> None:
    assert render_certificate(pk=certificate.pk, now=NOW)
    assert_one_of_everything()
    pdf, png = CertificateFile.objects.order_by("kind")

    done = subprocess.run(["pdftotext", "-layout", pdf.file.path, "-"], capture_output=True, check=True, timeout=60)
    text = done.stdout.decode()
    lines = [line.strip() for line in text.splitlines()]
    address = f"https://terrace.example/v/{certificate.token}/"
    assert NAME in lines, "the name stands alone on its line, exactly as typed"
    for said in (*TITLES.values(), certificate.serial, address, FACILITATOR, "共 24 学时", "24 credit hours"):
        assert said in text
    assert "2026年11月23日" in text
    assert "23 November 2026" in text

    expected = tuple(bytes(row) for row in segno.make_qr(address, error="m").matrix)
    assert drawn_modules(png, len(expected)) == expected


def drawn_modules(png: CertificateFile, count: int) -> tuple[bytes, ...]:
    """The code's modules as the picture shows them; where it stands is said in sheet.css."""
    picture = Image.open(png.file.path).convert("L").point(lambda grey: 255 * (grey < 128))
    scale = picture.width / 297  # mm
    module = 33 / (count + 8)
    left, top = 297 - 27 - 33 + 4 * module, 151 + 4 * module

    def is_dark(row: int, column: int) -> bool:
        x, y = (left + (column + 0.5) * module) * scale, (top + (row + 0.5) * module) * scale
        return picture.getpixel((round(x - 0.5), round(y - 0.5))) == 255

    return tuple(bytes(is_dark(row, column) for column in range(count)) for row in range(count))


def test_nothing_that_is_renamed_afterwards_changes_the_sheet(certificate: Certificate) -> None:
    """Drawn after the renames the bytes are those drawn before: only the frozen data are read."""
    before = render._draw(Certificate.objects.get())

    user = User.objects.get(pk=certificate.holder_id)
    change_name(user=user, full_name="另一个人", actor=user, at=NOW)
    cohort = certificate.enrolment.cohort
    cohort.name = "另一个班"
    cohort.save()
    for page in cohort.course.get_translations(inclusive=True):
        page.title, page.hours = "另一门课", 1
        page.save()
    User.objects.filter(full_name=FACILITATOR).update(full_name="另一个引导员")

    assert render_certificate(pk=certificate.pk, now=NOW + timedelta(days=1))
    assert_one_of_everything()
    for row in CertificateFile.objects.all():
        assert row.sha256 == hashlib.sha256(before[row.kind]).hexdigest()


# --- Workers that are killed ------------------------------------------------------------------------------------------


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("step", "orphans"),
    [("claim", 0), ("_draw", 0), ("store_forms", 2), ("tell", 2)],
)
def test_a_worker_killed_at_any_step_leaves_exactly_one_certificate(
    certificate: Certificate, tmp_path: Path, step: str, orphans: int
) -> None:
    OrmQ.objects.all().delete()  # the worker has taken the task
    kill_at(step, certificate, tmp_path)
    row = Certificate.objects.get()
    assert (row.status, row.attempts) == ("rendering", 1)
    assert len(files_on_disk()) == orphans
    assert not Message.objects.exists()
    assert not CertificateFile.objects.exists()

    # A restart: what the supervisor does first. Without it the lease would run out by itself.
    assert work.free_leases_of_dead_workers() == 1
    assert work.sweep(now=timezone.now(), patience=timedelta(0)) == 1
    assert work_off() == [True]
    sweep_all()
    assert work_off() == []

    assert remove_orphans(now=timezone.now()) == 0, "they are young"
    for name in files_on_disk():
        os.utime(storages["private"].path(f"certificates/{name}"), (0, 0))
    assert remove_orphans(now=timezone.now()) == orphans
    assert_one_of_everything()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_lease_of_a_killed_worker_runs_out_by_itself(certificate: Certificate, quick, tmp_path: Path) -> None:
    OrmQ.objects.all().delete()
    kill_at("claim", certificate, tmp_path)
    sweep_all()
    assert not OrmQ.objects.exists(), "the lease still holds"
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        sweep_all()
        assert work_off() == [True]
    assert_one_of_everything()


def kill_at(step: str, certificate: Certificate, folder: Path) -> None:
    """Start a worker on this test's own database and folder, and kill it with SIGKILL when it has done ``step``."""
    environment = os.environ | {"DATABASE_URL": database_url(), "TERRACE_VAR_DIR": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    command = [sys.executable, "-m", "tests.certificates.killed_worker", str(certificate.pk), step]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, start_new_session=True) as worker:
        try:
            assert worker.stdout
            assert worker.stdout.readline() == b"reached\n"
        finally:
            os.kill(worker.pid, signal.SIGKILL)
