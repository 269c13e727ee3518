"""A recording from the editor's file to what a phone plays: converted where ffmpeg is, kept as it came elsewhere."""

import stat
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django_q.models import OrmQ

from foundation.enums import RecordingStatus
from foundation.models import AuditLine, Recording
from foundation.services import recordings
from foundation.services.recordings import add_recording, convert_recording, retry_recording
from foundation.services.sound import NotConverted, convert, converter
from foundation.services.work import claim
from foundation.tasks import sweep_all
from foundation.uploads import RefusalCode, UploadRefused, clean_recording
from tests.factories.people import an_operator
from tests.factories.sound import a_recording, a_wav

KINDS = ["mp3", "m4a", "opus", "ogg", "wav"]
LIST = "/admin/snippets/foundation/recording/"


def sound(kind: str) -> bytes:
    return a_wav() if kind == "wav" else a_recording("opus" if kind == "ogg" else kind)


@pytest.fixture
def no_ffmpeg(settings) -> None:
    settings.FFMPEG = "there-is-no-such-program"


def a_program(folder: Path, script: str) -> str:
    """Write a program that stands in for ffmpeg and return its path."""
    path = folder / "ffmpeg-of-the-test"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def received(now: datetime, kind: str = "wav") -> Recording:
    return add_recording(title="校长的一段话", file=sound(kind), name=f"voice.{kind}", at=now)


# --- at the door -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_recording_is_taken(kind: str) -> None:
    clean = clean_recording(sound(kind), name=f"录音.{kind.upper()}")
    assert clean.content == sound(kind)
    assert clean.extension == kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_that_was_cut_off_is_refused_in_words(kind: str) -> None:
    whole = sound(kind)
    with pytest.raises(UploadRefused) as refusal:
        clean_recording(whole[: len(whole) * 2 // 3], name=f"voice.{kind}")
    assert refusal.value.code == RefusalCode.SOUND_CUT_OFF
    assert "不完整" in str(refusal.value.message)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "voice.mp3", RefusalCode.EMPTY),
        ("这是一段文字。".encode() * 99, "voice.mp3", RefusalCode.NAME_MISMATCH),
        (b"<html>" * 99, "voice.opus", RefusalCode.NAME_MISMATCH),
        (a_wav(), "voice.mp3", RefusalCode.NAME_MISMATCH),
        (a_wav(), "voice.exe", RefusalCode.WRONG_KIND),
        (a_wav(), "voice", RefusalCode.WRONG_KIND),
        (b"RIFF" + b"\xff" * 40, "voice.wav", RefusalCode.NAME_MISMATCH),
        (b"OggS" + b"\0" * 60, "voice.opus", RefusalCode.SOUND_CUT_OFF),
        (b"\0\0\0\x18ftypM4A " + b"\0" * 12, "voice.m4a", RefusalCode.SOUND_CUT_OFF),
    ],
)
def test_what_is_no_recording_is_refused(content: bytes, name: str, code: RefusalCode) -> None:
    with pytest.raises(UploadRefused) as refusal:
        clean_recording(content, name=name)
    assert refusal.value.code == code


# --- with ffmpeg -----------------------------------------------------------------------------------------------------


def test_the_tests_have_ffmpeg() -> None:
    """Without it half of this file would prove nothing: it may not vanish silently."""
    assert converter()


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_becomes_opus_and_mp3(kind: str, now: datetime) -> None:
    recording = received(now, kind)
    assert [task.name() for task in OrmQ.objects.all()] == [f"Recording-{recording.pk}"]
    assert recording.sources == []
    assert convert_recording(pk=recording.pk, now=now)
    recording.refresh_from_db()
    assert recording.status == RecordingStatus.DONE
    assert recording.seconds == 3
    assert recording.length == "0:03"
    opus, mp3 = recording.sources
    assert opus.mime == "audio/ogg; codecs=opus"
    assert recording.opus.size == opus.size < mp3.size == recording.mp3.size
    assert mp3.size < 3.5 * 32_000 / 8 + 1_000, "32 kbit/s"
    for form in (recording.opus, recording.mp3):
        content = Path(form.path).read_bytes()
        assert b"28.1967" not in content
        assert "校长手机".encode() not in content
    assert not convert_recording(pk=recording.pk, now=now), "a task may run twice"
    assert list(AuditLine.objects.values_list("action", flat=True)) == ["recording.received", "recording.done"]


@pytest.mark.django_db
def test_the_forms_are_mono_and_play_to_the_end(now: datetime, tmp_path: Path) -> None:
    made = convert(sound("m4a"), extension="m4a")
    for form in ("opus", "mp3"):
        file = tmp_path / f"a.{form}"
        file.write_bytes(getattr(made, form))
        told = subprocess.run(["ffmpeg", "-hide_banner", "-i", file, "-f", "null", "-"], capture_output=True, text=True)
        assert told.returncode == 0
        assert "mono" in told.stderr
        assert "Error" not in told.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (a_wav(0.3), "short.wav", "too_short"),
        (a_wav(0), "nothing.wav", "too_short"),
        (b"\xff\xfb\x90\x44" + b"\x12\x34\x56" * 4000, "noise.mp3", "not_sound"),
    ],
)
def test_what_cannot_be_played_fails_for_good_and_says_why(
    content: bytes, name: str, reason: str, now: datetime
) -> None:
    recording = add_recording(title="坏了", file=content, name=name, at=now)
    assert not convert_recording(pk=recording.pk, now=now)
    recording.refresh_from_db()
    assert (recording.status, recording.reason, recording.attempts) == (RecordingStatus.FAILED, reason, 1)
    assert "请" in recording.fault
    assert recording.sources == []
    assert not default_storage.exists("recordings") or default_storage.listdir("recordings") == ([], [])


@pytest.mark.parametrize(
    ("script", "reason", "is_final"),
    [
        ("sleep 30", "too_slow", True),
        ("exit 1", "not_sound", True),
        ("kill -9 $$", "fault: signal 9", False),
        ("exit 0", "too_short", True),
    ],
)
def test_a_converter_that_fails_or_hangs_is_told_apart(
    script: str, reason: str, is_final: bool, settings, tmp_path: Path
) -> None:
    settings.FFMPEG = a_program(tmp_path, script.replace("sleep", "exec sleep"))
    with pytest.raises(NotConverted) as fault:
        convert(a_wav(), extension="wav", seconds_at_most=0.5)
    assert (str(fault.value), fault.value.is_final) == (reason, is_final)


@pytest.mark.django_db
def test_a_fault_of_the_server_is_tried_three_times(settings, tmp_path: Path, now: datetime) -> None:
    settings.FFMPEG = a_program(tmp_path, "kill -9 $$")
    recording = received(now)
    for attempt in (1, 2, 3):
        assert not convert_recording(pk=recording.pk, now=now)
        recording.refresh_from_db()
        assert (recording.attempts, recording.status) == (attempt, "failed" if attempt == 3 else "pending")
    assert not convert_recording(pk=recording.pk, now=now)


@pytest.mark.django_db
def test_an_original_that_is_gone_is_said(now: datetime) -> None:
    recording = received(now)
    Path(recording.original.path).unlink()
    assert not convert_recording(pk=recording.pk, now=now)
    recording.refresh_from_db()
    assert (recording.status, recording.reason) == (RecordingStatus.FAILED, "gone")


@pytest.mark.django_db
def test_a_worker_that_lost_its_claim_leaves_nothing(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = received(now)
    real = convert

    def overtaken(*args, **options):
        Recording.objects.filter(pk=recording.pk).update(leased_until=now)
        assert claim(Recording, recording.pk, now=now, holder="another") is not None
        return real(*args, **options)

    monkeypatch.setattr(recordings, "convert", overtaken)
    assert not convert_recording(pk=recording.pk, now=now)
    recording.refresh_from_db()
    assert recording.status == RecordingStatus.RUNNING
    assert default_storage.listdir("recordings") == ([], [])


# --- without ffmpeg --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("no_ffmpeg")
def test_without_ffmpeg_it_is_heard_as_it_came(now: datetime) -> None:
    recording = received(now)
    assert convert_recording(pk=recording.pk, now=now)
    recording.refresh_from_db()
    assert recording.status == RecordingStatus.KEPT
    [only] = recording.sources
    assert (only.mime, only.size) == ("audio/wav", len(a_wav()))
    assert recording.length == ""
    assert "ffmpeg" in recording.fault
    assert b"".join(Client().get(only.url)) == a_wav()


@pytest.mark.usefixtures("no_ffmpeg")
def test_the_system_check_says_that_ffmpeg_is_missing() -> None:
    assert "foundation.I001" in [message.id for message in run_checks()]


@pytest.mark.django_db
def test_what_was_kept_is_converted_once_ffmpeg_is_there(settings, now: datetime) -> None:
    settings.FFMPEG = "there-is-no-such-program"
    recording = received(now)
    convert_recording(pk=recording.pk, now=now)
    sweep_all()
    recording.refresh_from_db()
    assert recording.status == RecordingStatus.KEPT
    settings.FFMPEG = "ffmpeg"
    sweep_all()
    recording.refresh_from_db()
    assert recording.status == RecordingStatus.PENDING
    assert len(recording.sources) == 1, "it is heard as it came until then"
    assert convert_recording(pk=recording.pk, now=now)
    recording.refresh_from_db()
    assert recording.status == RecordingStatus.DONE
    assert not recording.plain


# --- the rows --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("status", [RecordingStatus.DONE, RecordingStatus.KEPT])
def test_the_database_knows_no_recording_that_is_ready_and_silent(status: str, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Recording.objects.filter(pk=received(now).pk).update(status=status)


@pytest.mark.django_db
def test_only_what_failed_or_was_kept_is_tried_again(now: datetime) -> None:
    recording = received(now)
    assert not retry_recording(recording=recording, at=now)
    Recording.objects.filter(pk=recording.pk).update(status=RecordingStatus.FAILED, reason="too_slow", attempts=3)
    assert retry_recording(recording=recording, at=now)
    recording.refresh_from_db()
    assert (recording.status, recording.attempts, recording.reason) == (RecordingStatus.PENDING, 0, "")


@pytest.mark.django_db
def test_files_that_no_row_names_are_cleared_away_after_a_day(now: datetime) -> None:
    recording = received(now)
    convert_recording(pk=recording.pk, now=now)
    recording.refresh_from_db()
    stray = default_storage.save("recordings/stray.opus", SimpleUploadedFile("a", b"x"))
    written = default_storage.get_modified_time(stray)
    assert recordings.remove_orphans(now=written + timedelta(hours=23)) == 0
    assert recordings.remove_orphans(now=written + timedelta(days=2)) == 1
    assert not default_storage.exists(stray)
    assert Path(recording.opus.path).exists()
    assert Path(recording.original.path).exists()
    recording.delete()
    assert recordings.remove_orphans(now=written + timedelta(days=2)) == 3


# --- in the admin ----------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(an_operator())
    return client


@pytest.mark.parametrize(("content", "name"), [("文字".encode() * 200, "voice.mp3"), (a_wav()[:9000], "voice.wav")])
def test_the_admin_refuses_in_words(admin: Client, content: bytes, name: str) -> None:
    response = admin.post(f"{LIST}add/", {"title": "一段话", "original": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    assert "您填写的其他内容都还在" in response.content.decode()
    assert "一段话" in response.content.decode()
    assert not Recording.objects.exists()


def test_the_admin_takes_a_recording_and_shows_what_became_of_it(admin: Client, now: datetime) -> None:
    response = admin.post(f"{LIST}add/", {"title": "一段话", "original": SimpleUploadedFile("v.wav", a_wav(0.3))})
    assert response.status_code == 302, response.content.decode()
    recording = Recording.objects.get()
    assert recording.status == RecordingStatus.PENDING
    assert str(recording.original.name).startswith("recordings/")
    assert "/v." not in str(recording.original.name)
    convert_recording(pk=recording.pk, now=now)
    page = admin.get(f"{LIST}edit/{recording.pk}/").content.decode()
    assert "不到一秒" in page
    assert admin.get(LIST).status_code == 200
    admin.post(f"/admin/recordings/{recording.pk}/retry/")
    recording.refresh_from_db()
    assert recording.status == RecordingStatus.PENDING


def test_an_edited_title_does_not_undo_what_the_worker_wrote(admin: Client, now: datetime) -> None:
    recording = received(now)
    address = f"{LIST}edit/{recording.pk}/"
    convert_recording(pk=recording.pk, now=now)
    assert admin.post(address, {"title": "新的标题", "licence": "CC BY 4.0"}).status_code == 302
    recording.refresh_from_db()
    assert (recording.title, recording.status) == ("新的标题", RecordingStatus.DONE)
    assert (
        admin.post(address, {"title": "新的标题", "original": SimpleUploadedFile("b.wav", a_wav(2))}).status_code == 302
    )
    recording.refresh_from_db()
    assert (recording.status, recording.sources) == (RecordingStatus.PENDING, [])


@pytest.mark.usefixtures("no_ffmpeg")
def test_the_list_says_that_ffmpeg_is_missing(admin: Client) -> None:
    assert "ffmpeg" in admin.get(LIST).content.decode()


def test_nobody_without_the_right_can_try_again(now: datetime, db: None) -> None:
    assert Client().post(f"/admin/recordings/{received(now).pk}/retry/").status_code in (302, 403)
