"""Photos and voice notes from a phone, in parts: resumed, checked, taken once, refused in words, private."""

import hashlib
import io
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone
from PIL import Image

from cohorts.models import IncomingFile, IncomingPart, Submission, SubmissionAttempt, SubmissionPhoto
from cohorts.models import SubmissionRecording as Voice
from cohorts.selectors import facilitators_of
from cohorts.services import clearing
from cohorts.services.limits import LARGEST, LARGEST_PART, MOST_PHOTOS, MOST_RECORDINGS
from cohorts.services.voices import convert_voice, sweep_voices
from foundation.enums import RecordingStatus
from foundation.uploads import RefusalCode, UploadRefused, clean_voice
from tests.cohorts.conftest import Phone, a_phone
from tests.factories import content, photos
from tests.factories.learning import a_cohort, a_learner, a_report, a_review, withdraw
from tests.factories.sound import a_long_voice_note, a_recording, a_wav

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def state(phone: Phone, number: str) -> Any:
    return phone.call("get", f"/api/submissions/files/{number}/")


# --- parts -----------------------------------------------------------------------------------------------------------


def test_a_photo_arrives_in_parts_and_goes_through_the_pipeline(phone_of: Phone) -> None:
    original = photos.a_jpeg(1200, 900)
    answer = phone_of.send(original, size=5_000)
    assert (answer["status"], answer["state"], answer["received"]) == ("ok", "done", len(original))
    photo = SubmissionPhoto.objects.get()
    assert str(photo.uuid) == answer["id"]
    with photo.file.open("rb") as file:
        kept = file.read()
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert b"Sample camera" not in kept
    assert not IncomingPart.objects.exists(), "the parts are gone once the whole is there"
    (there,) = phone_of.standing()["photos"]
    assert (there["id"], there["prompt"], there["bytes"]) == (answer["id"], content.prompt("photos"), photo.size)
    response = phone_of.client.get(there["url"])
    assert b"".join(response.streaming_content) == kept  # type: ignore[attr-defined]


def test_a_part_that_comes_again_after_a_lost_answer_doubles_nothing(phone_of: Phone) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    for _try in range(2):
        answer = phone_of.said(phone_of.part(number, 0, file[:4000]))
    assert (answer["status"], answer["received"]) == ("duplicate", 4000)
    last = phone_of.said(phone_of.part(number, 4000, file[4000:]))
    again = phone_of.said(phone_of.part(number, 4000, file[4000:]))
    assert (last["status"], again["status"], again["state"]) == ("ok", "duplicate", "done")
    assert SubmissionPhoto.objects.count() == 1


def test_a_part_in_the_wrong_place_is_told_where_to_go_on(phone_of: Phone) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    phone_of.part(number, 0, file[:4000])
    for offset, part in ((5000, b"x"), (0, b"other bytes"), (4000, b"x" * len(file))):
        answer = phone_of.said(phone_of.part(number, offset, part))
        assert (answer["status"], answer["code"], answer["received"]) == ("conflict", "wrong_place", 4000)
    assert phone_of.said(phone_of.part(number, 4000, file[4000:]))["state"] == "done"


def test_announcing_again_tells_how_much_is_here(phone_of: Phone) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    phone_of.part(number, 0, file[:4000])
    again = phone_of.announce(file, id=number)
    assert (again["status"], again["received"]) == ("duplicate", 4000)
    assert phone_of.said(state(phone_of, number))["received"] == 4000
    other = phone_of.announce(photos.a_jpeg(colour=3), id=number)
    assert (other["status"], other["code"]) == ("conflict", "other_body")
    phone_of.part(number, 4000, file[4000:])
    done = phone_of.announce(file, id=number)
    assert (done["status"], done["state"], done["received"]) == ("duplicate", "done", len(file))


def test_the_number_of_a_photo_that_came_by_the_form_is_a_conflict(phone_of: Phone) -> None:
    number = phone_of.send(photos.a_jpeg())["id"]
    IncomingFile.objects.all().delete()
    assert phone_of.announce(photos.a_jpeg(), id=number)["code"] == "other_body"


def test_the_same_photo_twice_is_one_photo(phone_of: Phone) -> None:
    assert phone_of.send(photos.a_jpeg())["state"] == "done"
    assert phone_of.send(photos.a_jpeg())["state"] == "done"
    assert SubmissionPhoto.objects.count() == 1


@pytest.mark.parametrize("part", [b"", b"x" * (LARGEST_PART + 1), b"x" * 6_000_000])
def test_a_part_without_bytes_or_with_too_many_is_refused_in_words(phone_of: Phone, part: bytes) -> None:
    number = phone_of.announce(b"x" * 7_000_000)["id"]
    response = phone_of.part(number, 0, part)
    assert response.status_code == (400 if not part else 413)
    assert response.json()["why"]
    assert IncomingFile.objects.get().received == 0


@pytest.mark.parametrize("offset", ["-1", "x", "9" * 40, ""])
def test_a_place_that_is_no_number_is_refused_in_words(phone_of: Phone, offset: str) -> None:
    number = phone_of.announce(b"x" * 10)["id"]
    response = phone_of.part(number, offset, b"x")  # type: ignore[arg-type]
    assert (response.status_code, response.json()["code"]) == (422, "unreadable")


# --- what is not taken -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"not a picture at all", "wrong_kind"),
        (photos.a_truncated_jpeg(), "truncated"),
        (photos.a_bomb(), "too_many_pixels"),
        (b"<svg onload='alert(1)'/>", "wrong_kind"),
    ],
    ids=["text", "truncated", "bomb", "svg"],
)
def test_a_file_that_is_no_photo_is_refused_for_good_and_told_the_same_again(
    phone_of: Phone, file: bytes, code: str
) -> None:
    answer = phone_of.send(file)
    assert (answer["status"], answer["state"], answer["code"]) == ("rejected", "refused", code)
    assert answer["why"]
    asked = phone_of.said(state(phone_of, answer["id"]))
    announced = phone_of.announce(file, id=answer["id"])
    sent = phone_of.said(phone_of.part(answer["id"], 0, file))
    for again in (asked, announced, sent):
        assert (again["status"], again["code"], again["why"]) == ("rejected", code, answer["why"])
    english = phone_of.call("get", f"/api/submissions/files/{answer['id']}/?lang=en").json()
    assert english["why"].isascii()
    assert not SubmissionPhoto.objects.exists()
    assert not IncomingPart.objects.exists()
    refused = phone_of.hand_in(did="谈了三次。", files=[answer["id"]])
    assert (refused["status"], refused["code"]) == ("rejected", "file_refused")


def test_bytes_that_are_not_those_announced_are_refused(phone_of: Phone) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file, sha256="0" * 64)["id"]
    answer = phone_of.said(phone_of.part(number, 0, file))
    assert (answer["status"], answer["code"]) == ("rejected", "other_bytes")
    assert not SubmissionPhoto.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bytes": 0}, "empty"),
        ({"bytes": LARGEST["photo"] + 1}, "too_large"),
        ({"kind": "recording"}, "unknown_question"),
        ({"prompt": str(uuid.uuid4())}, "unknown_question"),
        ({"prompt": "\0\ud800"}, "unknown_question"),
    ],
)
def test_what_can_never_be_taken_is_refused_before_its_first_byte(phone_of: Phone, change: dict, code: str) -> None:
    answer = phone_of.announce(photos.a_jpeg(), **change)
    assert (answer["status"], answer["code"]) == ("rejected", code)
    assert answer["why"]
    assert not IncomingFile.objects.exists()


@pytest.mark.parametrize("change", [{"kind": "film"}, {"sha256": "x"}, {"bytes": 10**30}, {"sha256": "A" * 64}])
def test_what_cannot_be_read_is_answered_in_words(phone_of: Phone, change: dict[str, Any]) -> None:
    body = phone_of.sent(prompt="x", kind="photo", bytes=3, sha256="0" * 64, type="") | change
    response = phone_of.call("post", phone_of.address("files/"), body)
    assert (response.status_code, response.json()["code"]) == (422, "unreadable")


def test_no_more_waits_than_a_report_can_hold(phone_of: Phone) -> None:
    sizes = [LARGEST["photo"]] * 8
    assert {phone_of.announce(b"x", bytes=size)["status"] for size in sizes} == {"ok"}
    answer = phone_of.announce(b"x", bytes=LARGEST["photo"])
    assert (answer["status"], answer["code"]) == ("retry", "too_much_waiting")


def test_so_many_files_are_on_their_way_at_once_however_small(phone_of: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cohorts.services.incoming.MOST_ARRIVING", 2)
    assert [phone_of.announce(b"x")["status"] for _ in range(2)] == ["ok", "ok"]
    answer = phone_of.announce(b"x")
    assert (answer["status"], answer["code"]) == ("retry", "too_much_waiting")


@pytest.mark.parametrize("length", ["abc", "1e3", "9" * 5000], ids=["word", "1e3", "long"])
def test_a_part_whose_length_is_no_number_is_answered_in_words(phone_of: Phone, length: str) -> None:
    number = phone_of.announce(b"x")["id"]
    address = f"/api/submissions/files/{number}/?offset=0"
    response = phone_of.client.generic("PATCH", address, b"x", content_type="image/jpeg", CONTENT_LENGTH=length)
    assert (response.status_code, response.json()["code"]) == (400, "http_400")


def test_the_seventh_photo_is_refused_and_the_six_are_kept(phone_of: Phone) -> None:
    for number in range(MOST_PHOTOS):
        assert phone_of.send(photos.a_jpeg(colour=number))["state"] == "done"
    answer = phone_of.send(photos.a_jpeg(colour=MOST_PHOTOS))
    assert (answer["status"], answer["code"]) == ("rejected", "too_many_photos")
    assert SubmissionPhoto.objects.count() == MOST_PHOTOS


def test_a_file_for_a_closed_report_is_refused(phone_of: Phone, learner: Any) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    a_report(learner)
    answer = phone_of.announce(photos.a_jpeg(colour=2))
    assert (answer["status"], answer["code"]) == ("rejected", "closed")
    assert "这台设备" in answer["why"]
    late = phone_of.said(phone_of.part(number, 0, file))
    assert (late["status"], late["code"]) == ("rejected", "closed")
    assert not SubmissionPhoto.objects.exists()


def test_a_file_of_somebody_who_has_left_is_refused(phone_of: Phone, learner: Any) -> None:
    withdraw(learner)
    assert phone_of.announce(photos.a_jpeg())["code"] == "not_learning"


def test_somebody_elses_file_does_not_exist(phone_of: Phone, learner: Any) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    other = a_phone(a_learner(cohort=learner.cohort))
    for response in (
        other.part(number, 0, file),
        state(other, number),
        other.call("delete", f"/api/submissions/files/{number}/"),
        state(other, str(uuid.uuid4())),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "unknown_file")
    assert other.announce(file, id=number)["code"] == "other_body"
    assert other.announce(file, enrolment=str(learner.uuid))["code"] == "not_enrolled"
    assert IncomingFile.objects.get().received == 0
    guest = Client()
    assert guest.get(f"/api/submissions/files/{number}/").status_code == 401


# --- handing in with files -------------------------------------------------------------------------------------------


def test_a_report_waits_for_its_files(phone_of: Phone) -> None:
    file, number = photos.a_jpeg(), str(uuid.uuid4())
    photo = phone_of.announce(file)["id"]
    waits = phone_of.hand_in(did="谈了三次。", files=[photo], id=number)
    assert (waits["status"], waits["code"]) == ("retry", "files_missing")
    assert phone_of.standing()["answers"], "the words are safe already"
    assert phone_of.hand_in(did="谈了三次。", files=[str(uuid.uuid4())])["code"] == "files_missing"
    phone_of.send(file, id=photo)
    assert phone_of.hand_in(did="谈了三次。", files=[photo], id=number)["status"] == "ok"
    assert phone_of.hand_in(did="谈了三次。", files=[photo], id=number)["status"] == "duplicate"
    assert phone_of.hand_in(did="谈了三次。", files=[str(uuid.uuid4())], id=number)["code"] == "other_body"
    assert SubmissionAttempt.objects.get().answers[2]["photos"] == [photo]


def test_a_photo_is_taken_off_and_stays_in_what_was_handed_in(phone_of: Phone, learner: Any) -> None:
    kept, gone = phone_of.send(photos.a_jpeg())["id"], phone_of.send(photos.a_jpeg(colour=2))["id"]
    for _try in range(2):
        assert phone_of.said(phone_of.call("delete", f"/api/submissions/files/{gone}/"))["status"] == "ok"
    phone_of.hand_in(did="谈了三次。", files=[kept])
    closed = phone_of.said(phone_of.call("delete", f"/api/submissions/files/{kept}/"))
    assert (closed["status"], closed["code"]) == ("rejected", "closed")
    a_review(SubmissionAttempt.objects.get(), facilitators_of(learner.cohort)[0], decision="returned")
    phone_of.call("delete", f"/api/submissions/files/{kept}/")
    assert phone_of.standing()["photos"] == []
    assert [str(photo.uuid) for photo in SubmissionPhoto.objects.all()] == [kept]


def test_a_file_taken_off_on_its_way_comes_no_further(phone_of: Phone) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    phone_of.part(number, 0, file[:4000])
    phone_of.call("delete", f"/api/submissions/files/{number}/")
    assert phone_of.said(phone_of.part(number, 4000, file[4000:]))["code"] == "removed"
    assert not IncomingPart.objects.exists()


# --- voice notes -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def voice() -> bytes:
    return a_recording("webm")


def test_a_voice_note_answers_a_question_for_words(phone_of: Phone, learner: Any, voice: bytes) -> None:
    answer = phone_of.send(voice, prompt="did", kind="recording")
    assert (answer["status"], answer["state"]) == ("ok", "done"), answer
    (there,) = phone_of.standing()["recordings"]
    assert (there["id"], there["prompt"], there["bytes"]) == (answer["id"], content.prompt("did"), len(voice))
    done = phone_of.hand_in(files=[answer["id"]])
    assert done["status"] == "ok", "a required question is answered by a voice note"
    assert SubmissionAttempt.objects.get().answers[0]["recordings"] == [answer["id"]]
    desk = Client()
    desk.force_login(facilitators_of(learner.cohort)[0])
    page = desk.get(f"/zh-hans/desk/reviews/{SubmissionAttempt.objects.get().uuid}/").content.decode()
    assert f'<source src="/zh-hans/recordings/{answer["id"]}/plain/" type="audio/webm">' in page
    assert "未回答" not in page.split("还想说什么")[0]
    thread = phone_of.client.get(f"/zh-hans/assignments/{content.assignment().translation_key}/").content.decode()
    assert f"/recordings/{answer['id']}/plain/" in thread


def test_a_voice_note_is_made_small_in_the_background(phone_of: Phone, voice: bytes, now: Any) -> None:
    phone_of.send(voice, prompt="did", kind="recording")
    row = Voice.objects.get()
    assert convert_voice(pk=row.pk, now=now)
    assert not convert_voice(pk=row.pk, now=now), "a task that runs twice"
    row.refresh_from_db()
    assert (row.status, row.seconds) == (RecordingStatus.DONE, 3)
    (there,) = phone_of.standing()["recordings"]
    assert (there["seconds"], there["bytes"]) == (3, row.opus_size)
    assert there["url"].endswith("/opus/")
    response = phone_of.client.get(there["url"], HTTP_RANGE="bytes=0-3")
    assert (response.status_code, b"".join(response.streaming_content)) == (206, b"OggS")  # type: ignore[attr-defined]


def test_without_ffmpeg_it_is_heard_as_it_came_until_there_is_one(
    phone_of: Phone, voice: bytes, now: Any, settings: Any
) -> None:
    program, settings.FFMPEG = settings.FFMPEG, "no-such-program"
    phone_of.send(voice, prompt="did", kind="recording")
    convert_voice(pk=Voice.objects.get().pk, now=now)
    assert Voice.objects.get().status == RecordingStatus.KEPT
    assert sweep_voices() == 0
    settings.FFMPEG = program
    assert sweep_voices() == 1
    assert Voice.objects.get().status == RecordingStatus.PENDING


def test_what_cannot_be_converted_is_still_there(phone_of: Phone, now: Any) -> None:
    broken = b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x82\x84webm" + b"\0" * 500
    phone_of.send(broken, prompt="did", kind="recording")
    assert not convert_voice(pk=Voice.objects.get().pk, now=now)
    assert Voice.objects.get().status == RecordingStatus.FAILED
    (there,) = phone_of.standing()["recordings"]
    response = phone_of.client.get(there["url"])
    assert b"".join(response.streaming_content) == broken  # type: ignore[attr-defined]


def test_a_voice_note_is_heard_by_its_owner_and_reviewers_only(phone_of: Phone, learner: Any, voice: bytes) -> None:
    number = phone_of.send(voice, prompt="did", kind="recording")["id"]
    address = f"/zh-hans/recordings/{number}/plain/"

    def status(person: Any) -> int:
        client = Client()
        client.force_login(person)
        response = client.get(address)
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[attr-defined]
        return response.status_code

    leader = facilitators_of(learner.cohort)[0]
    assert status(leader) == 404, "a draft is the learner's own"
    phone_of.hand_in(files=[number])
    elsewhere = a_cohort(name="另一班")
    assert status(leader) == 200
    assert status(a_learner(cohort=learner.cohort).user) == 404
    assert status(facilitators_of(elsewhere)[0]) == 404
    assert Client().get(address).status_code == 302
    response = phone_of.client.get(address)
    b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-cache"
    for form in ("opus", "mp3", "film"):
        assert phone_of.client.get(f"/zh-hans/recordings/{number}/{form}/").status_code == 404


def test_voice_notes_are_few(phone_of: Phone, voice: bytes) -> None:
    for end in range(MOST_RECORDINGS):
        assert phone_of.send(voice + b"\0" * end, prompt="did", kind="recording")["state"] == "done"
    answer = phone_of.send(voice + b"\0" * 9, prompt="did", kind="recording")
    assert (answer["status"], answer["code"]) == ("rejected", "too_many_recordings")
    assert phone_of.send(voice, prompt="more", kind="recording")["state"] == "done"


def test_a_voice_note_is_removed_by_the_form(phone_of: Phone, voice: bytes) -> None:
    number = phone_of.send(voice, prompt="did", kind="recording")["id"]
    stored = Voice.objects.get().file.name
    phone_of.client.post(
        f"/zh-hans/assignments/{content.assignment().translation_key}/",
        {"action": "save", "remove": number},
        HTTP_X_CSRFTOKEN=phone_of.client.defaults["HTTP_X_CSRFTOKEN"],
    )
    assert not Voice.objects.exists()
    assert stored


@pytest.mark.parametrize("extension", ["webm", "m4a", "ogg"])
def test_the_kinds_that_browsers_record_are_known_by_their_bytes(extension: str) -> None:
    clean = clean_voice(a_recording(extension, 3.0))
    assert clean.extension == extension
    assert 0 <= clean.seconds <= 3
    assert clean.sha256 == hashlib.sha256(clean.content).hexdigest()


@pytest.mark.parametrize("extension", ["webm", "m4a", "ogg"])
def test_a_voice_note_of_more_than_ten_minutes_is_refused(extension: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        clean_voice(a_long_voice_note(extension, 640))
    assert refused.value.code == RefusalCode.SOUND_TOO_LONG


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (a_wav(), RefusalCode.WRONG_KIND),
        (b"\x1a\x45\xdf\xa3 matroska, not web", RefusalCode.WRONG_KIND),
        (b"", RefusalCode.EMPTY),
        (b"OggS" + b"\0" * 3_000_000, RefusalCode.TOO_LARGE),
        (b"<html>", RefusalCode.WRONG_KIND),
    ],
    ids=["wav", "film", "empty", "heavy", "page"],
)
def test_what_is_no_voice_note_is_refused(file: bytes, code: RefusalCode) -> None:
    with pytest.raises(UploadRefused) as refused:
        clean_voice(file)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "file",
    [
        b"OggS",
        b"OggS" + b"\xff" * 30,
        b"\0\0\0\x08ftyp" + b"\0\0\0\x08moov" * 40_000,
        b"\0\0\0\x08ftyp" + b"".join((40_000 - i * 8).to_bytes(4, "big") + b"moov" for i in range(5_000)),
        b"\0\0\0\x08ftyp\0\0\0\x0cmdhd\xff\xff\xff\xff",
        b"\0\0\0\x08ftyp\0\0\0\x20mdhd" + b"\0" * 12 + b"\0\0\0\x01" + b"\xff" * 4,
        b"\x1a\x45\xdf\xa3webm\x1f\x43\xb6\x75",
        b"\x1a\x45\xdf\xa3webm\x1f\x43\xb6\x75\xff\xe7\xff",
    ],
    ids=range(8),
)
def test_a_length_that_lies_breaks_nothing(file: bytes) -> None:
    assert clean_voice(file).seconds == 0


# --- clearing up -----------------------------------------------------------------------------------------------------


def test_a_file_of_which_no_more_came_is_given_up_after_a_month(phone_of: Phone) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    phone_of.part(number, 0, file[:4000])
    assert clearing.give_up_abandoned(now=timezone.now() + timedelta(days=29)) == 0
    assert clearing.give_up_abandoned(now=timezone.now() + timedelta(days=31)) == 1
    assert not IncomingPart.objects.exists()
    assert phone_of.said(state(phone_of, number))["code"] == "abandoned"


def test_a_file_left_whole_by_a_crash_is_taken_in(phone_of: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    with monkeypatch.context() as crash:
        crash.setattr("cohorts.services.incoming.finish_file", lambda *, file, at: file)
        assert phone_of.said(phone_of.part(number, 0, file))["state"] == "arriving"
    assert phone_of.hand_in(did="谈了三次。", files=[number])["code"] == "files_missing"
    assert clearing.sweep_submissions() == 0, "perhaps somebody is at it"
    IncomingFile.objects.update(touched_at=timezone.now() - timedelta(hours=1))
    assert clearing.sweep_submissions() == 1
    assert phone_of.hand_in(did="谈了三次。", files=[number])["status"] == "ok"


@pytest.mark.parametrize("door", ["announce", "ask", "part"])
def test_a_file_left_whole_by_a_crash_is_taken_in_at_the_next_question(
    phone_of: Phone, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    file = photos.a_jpeg()
    number = phone_of.announce(file)["id"]
    with monkeypatch.context() as crash:
        crash.setattr("cohorts.services.incoming.finish_file", lambda *, file, at: file)
        phone_of.part(number, 0, file)
    ask = {
        "announce": lambda: phone_of.announce(file, id=number),
        "ask": lambda: phone_of.said(state(phone_of, number)),
        "part": lambda: phone_of.said(phone_of.part(number, 0, file)),
    }
    assert ask[door]()["state"] == "done"
    assert SubmissionPhoto.objects.count() == 1


def test_stored_files_that_no_row_names_are_cleared_away(phone_of: Phone, voice: bytes, settings: Any) -> None:
    phone_of.send(photos.a_jpeg())
    phone_of.send(voice, prompt="did", kind="recording")
    convert_voice(pk=Voice.objects.get().pk, now=timezone.now())
    root = Path(settings.PRIVATE_MEDIA_ROOT)
    orphans = [root / "photos" / "a.jpg", root / "voices" / "a.opus", root / "voices" / ".a.webm.0.part"]
    for path in orphans:
        path.write_bytes(b"left by a crash")
    assert clearing.remove_orphans(now=timezone.now()) == 0, "it may be of a transaction that is still open"
    assert clearing.remove_orphans(now=timezone.now() + timedelta(days=2)) == 3
    assert not any(path.exists() for path in orphans)
    photo, row = SubmissionPhoto.objects.get(), Voice.objects.get()
    for name in (photo.file.name, row.file.name, row.opus.name, row.mp3.name):
        assert storages["private"].exists(str(name))
    assert Submission.objects.count() == 1
