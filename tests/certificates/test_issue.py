"""From completion to the row: frozen data, a serial and a queued task together or not at all."""

import logging
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django_q.models import OrmQ

from accounts.enums import MessageEvent
from accounts.models import Message, User
from accounts.services.people import change_name, confirm_name
from certificates import receivers, selectors
from certificates.checks import address_can_be_printed
from certificates.enums import CertificateStatus
from certificates.models import Certificate, SerialCounter
from certificates.serials import normalise_serial
from certificates.services import again, issue
from certificates.services.again import correct_name, retry_certificate
from certificates.services.issue import NO_ADDRESS, issue_certificate, issue_missing
from cohorts.enums import EnrolmentStatus
from cohorts.models import Enrolment
from cohorts.services.progress import complete
from foundation.models import AuditLine
from foundation.services.audit import broken_audit_line
from foundation.tasks import sweep_all
from tests.certificates.builders import (
    FACILITATOR,
    NAME,
    NOW,
    TITLES,
    make_certificate,
    make_cohort,
    make_completed,
    queued,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TASK = "certificates.tasks.render_certificate"


def about_to_complete(**options) -> Enrolment:
    enrolment = make_completed(**options)
    enrolment.status, enrolment.completed_at = EnrolmentStatus.ACTIVE, None
    enrolment.save()
    return enrolment


def actions() -> list[str]:
    return list(AuditLine.objects.filter(action__startswith="certificate.").values_list("action", flat=True))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch):
    """A fault in the middle of issuing; call it to mend it."""
    with monkeypatch.context() as patch:

        def fail(_cohort):
            raise RuntimeError("no luck today")

        patch.setattr(issue, "facilitators_of", fail)
        yield patch.undo


def test_completion_makes_one_row_with_frozen_data_and_queues_its_drawing() -> None:
    enrolment = Enrolment.objects.get(pk=about_to_complete().pk)

    complete(enrolment=enrolment, at=NOW)

    certificate = Certificate.objects.get()
    assert certificate.enrolment == enrolment
    assert certificate.holder == enrolment.user
    assert (certificate.status, certificate.attempts, certificate.version) == ("pending", 0, 1)
    assert certificate.name == NAME
    assert normalise_serial(certificate.serial) == certificate.serial
    assert certificate.serial.startswith("TC-2026-000001-")
    assert len(certificate.token) >= 20  # characters of 6 bits: more than the 80 bits asked for
    assert certificate.frozen == {
        "course_title": TITLES,
        "cohort_title": {"zh-hans": "二〇二六年秋季班", "en": "二〇二六年秋季班"},
        "hours": "24.0",
        "practices": [],
        "lessons": 7,
        "completed_on": "2026-11-23",
        "signatories": [{"name": FACILITATOR, "role": {"zh-hans": "引导员", "en": "Facilitator"}}],
        "issuer": certificate.frozen["issuer"],
    }
    assert all(certificate.frozen["issuer"].values())
    assert queued() == [(TASK, certificate.pk)]
    assert actions() == ["certificate.created"]
    assert broken_audit_line() is None


def test_the_day_is_that_of_the_programmes_time_zone() -> None:
    at = datetime.fromisoformat("2026-12-31T17:30:00+00:00")
    certificate = issue_certificate(enrolment=make_completed(at=at), at=at)
    assert certificate
    assert certificate.frozen["completed_on"] == "2027-01-01"
    assert certificate.serial.startswith("TC-2027-")


def test_a_course_in_one_language_stands_for_the_other_too() -> None:
    enrolment = make_completed()
    enrolment.cohort.course.get_translations().delete()
    certificate = issue_certificate(enrolment=enrolment, at=NOW)
    assert certificate
    assert certificate.frozen["course_title"] == {"zh-hans": TITLES["zh-hans"], "en": TITLES["zh-hans"]}


def test_a_rollback_leaves_neither_row_nor_task_nor_number() -> None:
    enrolment = make_completed()
    with transaction.atomic():
        assert issue_certificate(enrolment=enrolment, at=NOW)
        assert OrmQ.objects.count() == 1
        transaction.set_rollback(True)
    assert not Certificate.objects.exists()
    assert not OrmQ.objects.exists()
    assert not SerialCounter.objects.exists()
    assert not actions()

    certificate = issue_certificate(enrolment=enrolment, at=NOW)
    assert certificate
    assert certificate.serial.startswith("TC-2026-000001-")


def test_issuing_twice_is_issuing_once() -> None:
    enrolment = make_completed()
    first = issue_certificate(enrolment=enrolment, at=NOW)
    again_ = issue_certificate(enrolment=Enrolment.objects.get(), at=NOW + timedelta(days=1))
    assert first == again_
    assert issue_missing(at=NOW) == 0
    assert Certificate.objects.count() == OrmQ.objects.count() == 1


def test_who_was_quicker_has_made_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and writing somebody else wrote: the constraint decides, and no number is lost."""
    enrolment = make_completed()
    first = issue_certificate(enrolment=enrolment, at=NOW)
    looks = iter([None, first])
    monkeypatch.setattr(issue, "certificate_of", lambda _enrolment: next(looks))

    assert issue_certificate(enrolment=enrolment, at=NOW) == first
    assert SerialCounter.objects.get().last == 1
    assert OrmQ.objects.count() == 1


def test_nothing_is_issued_for_what_is_not_completed() -> None:
    with pytest.raises(ValueError, match="not completed"):
        issue_certificate(enrolment=about_to_complete(), at=NOW)


# --- The name --------------------------------------------------------------------------------------------------------


def test_without_a_confirmed_name_the_learner_is_asked_once_and_nothing_is_made() -> None:
    enrolment = about_to_complete(is_confirmed=False)

    complete(enrolment=enrolment, at=NOW)
    issue_certificate(enrolment=enrolment, at=NOW)
    sweep_all()

    message = Message.objects.get()
    assert (message.recipient, message.event, message.link) == (
        enrolment.user,
        MessageEvent.NAME_NEEDED,
        "accounts:name",
    )
    assert not Certificate.objects.exists()
    assert not OrmQ.objects.exists()


def test_confirming_the_name_makes_the_certificates_that_waited() -> None:
    waiting = make_completed(is_confirmed=False)
    second = make_completed(cohort=make_cohort(waiting.cohort.course), is_confirmed=False)
    Enrolment.objects.filter(pk=second.pk).update(user=waiting.user)
    stranger = make_completed(is_confirmed=False)

    confirm_name(user=waiting.user, full_name="赵锬", at=NOW)

    assert {certificate.enrolment for certificate in Certificate.objects.all()} == {waiting, second}
    assert {certificate.name for certificate in Certificate.objects.all()} == {"赵锬"}
    assert OrmQ.objects.count() == 2
    assert not stranger.certificates.exists()


def test_a_name_confirmed_before_is_printed_at_once() -> None:
    enrolment = about_to_complete()
    complete(enrolment=enrolment, at=NOW)
    assert not Message.objects.exists()
    assert Certificate.objects.get().name == NAME


def test_a_certificate_never_issued_takes_the_newly_confirmed_name_and_keeps_its_number() -> None:
    certificate = issue_certificate(enrolment=make_completed(), at=NOW)
    assert certificate
    Certificate.objects.update(status=CertificateStatus.PARKED, reason="missing_glyph: name", attempts=1)
    OrmQ.objects.all().delete()

    user = User.objects.get(pk=certificate.holder_id)
    change_name(user=user, full_name="赵锬", actor=user, at=NOW)
    assert Certificate.objects.get().name == NAME, "not before it is confirmed"
    confirm_name(user=user, full_name="赵锬", at=NOW)

    corrected = Certificate.objects.get()
    assert (corrected.name, corrected.status, corrected.attempts, corrected.reason) == ("赵锬", "pending", 0, "")
    assert (corrected.serial, corrected.token) == (certificate.serial, certificate.token)
    assert queued() == [(TASK, certificate.pk)]
    assert actions() == ["certificate.created", "certificate.corrected"]
    assert "赵锬" not in str(AuditLine.objects.values_list("data", flat=True))

    confirm_name(user=user, full_name="赵锬", at=NOW)
    assert OrmQ.objects.count() == 1, "the same name again changes nothing"


@pytest.mark.parametrize("status", ["issued", "revoked", "superseded", "expired"])
def test_an_issued_certificate_keeps_the_name_it_was_issued_to(status: str) -> None:
    certificate = make_certificate(status=status, issued_at=NOW)
    confirm_name(user=certificate.holder, full_name="赵锬", at=NOW)
    assert not correct_name(certificate=certificate, name="赵锬", at=NOW)
    assert not retry_certificate(certificate=certificate, at=NOW)
    assert Certificate.objects.get().name == NAME
    assert not OrmQ.objects.exists()


# --- Faults ----------------------------------------------------------------------------------------------------------


def test_a_fault_in_issuing_never_undoes_what_completed_the_course(broken, caplog) -> None:
    enrolment = about_to_complete()

    complete(enrolment=enrolment, at=NOW)

    enrolment.refresh_from_db()
    assert enrolment.is_completed
    assert enrolment.events.filter(verb="completed").count() == 1
    assert not Certificate.objects.exists()
    assert not SerialCounter.objects.exists()
    assert "no luck today" in caplog.text

    broken()
    sweep_all()
    assert Certificate.objects.get().enrolment == enrolment
    assert OrmQ.objects.count() == 1


def test_a_fault_in_issuing_never_undoes_a_confirmed_name(broken) -> None:
    enrolment = make_completed(is_confirmed=False)

    confirm_name(user=enrolment.user, full_name="赵锬", at=NOW)

    enrolment.user.refresh_from_db()
    assert enrolment.user.name_confirmed_at == NOW
    assert not Certificate.objects.exists()
    broken()
    sweep_all()
    assert Certificate.objects.get().name == "赵锬"


def test_a_question_for_the_name_that_was_lost_is_asked_by_the_sweeper(monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = about_to_complete(is_confirmed=False)
    with monkeypatch.context() as patch:
        patch.setattr(issue, "ask_for_name", lambda **_: 1 / 0)
        complete(enrolment=enrolment, at=NOW)
    assert not Message.objects.exists()

    sweep_all()
    sweep_all()
    assert Message.objects.get().recipient == enrolment.user


def test_one_that_fails_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even by a fault of the database, after which PostgreSQL takes no more queries until something is rolled back."""
    bad, good = make_completed(), make_completed(at=NOW - timedelta(days=1))

    def fail_for_one(cohort):
        if cohort == bad.cohort:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nothing FROM nowhere")
        return []

    monkeypatch.setattr(issue, "facilitators_of", fail_for_one)

    assert issue_missing(at=NOW) == 1
    assert Certificate.objects.get().enrolment == good


def test_the_sweep_goes_on_when_a_part_of_it_fails(monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    make_completed(is_confirmed=False)
    monkeypatch.setattr(receivers, "issue_missing", lambda **_: 1 / 0)
    assert receivers.sweep_missing() == 1
    assert Message.objects.count() == 1
    assert "ZeroDivisionError" in caplog.text


def test_the_sweeper_asks_little_when_there_is_nothing_to_do(django_assert_max_num_queries) -> None:
    issue_certificate(enrolment=make_completed(), at=NOW)
    with django_assert_max_num_queries(5):
        receivers.sweep_missing()


# --- No address to print ----------------------------------------------------------------------------------------------


def test_without_an_address_it_is_parked_and_taken_up_when_there_is_one(settings) -> None:
    settings.VERIFY_ADDRESS = ""
    certificate = issue_certificate(enrolment=make_completed(), at=NOW)
    assert certificate
    assert (certificate.status, certificate.reason) == ("parked", NO_ADDRESS)
    sweep_all()
    assert not OrmQ.objects.exists()

    settings.VERIFY_ADDRESS = "https://terrace.example"
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        sweep_all()
    certificate.refresh_from_db()
    assert (certificate.status, certificate.reason) == ("pending", "")
    assert queued() == [(TASK, certificate.pk)]
    assert actions() == ["certificate.created", "certificate.retried"]


def test_a_parked_one_is_tried_again_when_a_person_says_so() -> None:
    certificate = make_certificate(status="parked", reason="fault: OSError", attempts=3)
    operator = User.objects.create_user(full_name="运维")

    assert retry_certificate(certificate=certificate, at=NOW, actor=operator)
    assert not retry_certificate(certificate=certificate, at=NOW, actor=operator)

    certificate.refresh_from_db()
    assert (certificate.status, certificate.attempts, certificate.reason) == ("pending", 0, "")
    assert queued() == [(TASK, certificate.pk)]
    line = AuditLine.objects.get(action="certificate.retried")
    assert line.actor_id == operator.pk


def test_correcting_without_an_address_leaves_it_parked(settings) -> None:
    settings.VERIFY_ADDRESS = ""
    certificate = issue_certificate(enrolment=make_completed(), at=NOW)
    assert certificate
    assert again.correct_name(certificate=certificate, name="赵锬", at=NOW)
    certificate.refresh_from_db()
    assert (certificate.name, certificate.status, certificate.reason) == ("赵锬", "parked", NO_ADDRESS)
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("", "certificates.W001"),
        ("https://learn.example", None),
        ("http://localhost:8000", None),
        ("https://learn.example/", "certificates.E002"),
        ("https://learn.example/x", "certificates.E002"),
        ("learn.example", "certificates.E002"),
        ("https://learn.example ", "certificates.E002"),
    ],
)
def test_an_address_that_no_code_may_carry_is_found_at_the_start(settings, address: str, fault: str | None) -> None:
    settings.VERIFY_ADDRESS = address
    assert [message.id for message in address_can_be_printed()] == ([fault] if fault else [])


def test_selectors_find_those_without(caplog) -> None:
    caplog.set_level(logging.WARNING)
    with_name, without_name, served = make_completed(), make_completed(is_confirmed=False), make_completed()
    about_to_complete()
    issue_certificate(enrolment=served, at=NOW)
    assert list(selectors.completed_without_certificate()) == [with_name]
    assert selectors.never_asked_for_name() == [without_name]
