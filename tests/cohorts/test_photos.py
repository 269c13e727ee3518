"""Photos through the real form: shrunk, stripped, bounded, and seen by nobody else."""

import hashlib
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cohorts.models import Enrolment, Submission, SubmissionAttempt, SubmissionPhoto
from cohorts.selectors import facilitators_of
from cohorts.services.limits import MOST_PHOTOS
from tests.factories import content, photos
from tests.factories.learning import a_cohort, a_learner, a_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def learner() -> Enrolment:
    return a_learner()


@pytest.fixture
def phone(client: Client, learner: Enrolment) -> Client:
    client.force_login(learner.user)
    return client


def post(phone: Client, *files: bytes, action: str = "save", name: str = "IMG_0001.JPG", **fields: Any):
    sent = [SimpleUploadedFile(name, file, "image/jpeg") for file in files]
    data = {
        "action": action,
        "attempt": str(uuid.uuid4()),
        f"answer-{content.prompt('did')}": "我写的话",
        f"photos-{content.prompt('photos')}": sent,
        **fields,
    }
    return phone.post(f"/zh-hans/assignments/{content.assignment().translation_key}/", data)


def stored(photo: SubmissionPhoto) -> bytes:
    with photo.file.open("rb") as file:
        return file.read()


def fetch(phone: Client, photo: SubmissionPhoto) -> tuple[int, bytes]:
    """Return the status and the bytes of a photo's address. Reading to the end closes the file."""
    response = phone.get(f"/zh-hans/photos/{photo.uuid}/")
    content = b"".join(response.streaming_content) if response.streaming else b""  # type: ignore[attr-defined]
    return response.status_code, content


def test_a_photo_is_kept_without_place_and_camera(phone: Client) -> None:
    original = photos.a_jpeg()
    assert Image.open(io.BytesIO(original)).getexif(), "the sample has something to strip"
    assert post(phone, original).status_code == 302
    photo = SubmissionPhoto.objects.get()
    kept = stored(photo)
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert b"Sample camera" not in kept
    assert photo.sha256 == hashlib.sha256(kept).hexdigest()
    assert photo.size == len(kept)
    assert "IMG_0001" not in str(photo.file.name)


def test_48_megapixels_are_taken_and_shrunk(phone: Client) -> None:
    assert post(phone, photos.a_jpeg_of_48_megapixels()).status_code == 302
    photo = SubmissionPhoto.objects.get()
    assert max(photo.width, photo.height) <= 1600
    assert photo.size <= 300_000
    assert photo.width / photo.height == pytest.approx(8000 / 6000, rel=0.01)
    assert not Image.open(io.BytesIO(stored(photo))).getexif()


@pytest.mark.parametrize("name", ["truncated", "bomb", "text", "empty"])
@pytest.mark.parametrize("action", ["save", "submit"])
def test_a_file_that_is_no_photo_is_refused_in_words_and_loses_nothing(phone: Client, name: str, action: str) -> None:
    files = {
        "truncated": photos.a_truncated_jpeg(),
        "bomb": photos.a_bomb(),
        "text": b"not a picture at all",
        "empty": b"",
    }
    if name == "bomb":
        assert len(files["bomb"]) < 20_000
    response = post(phone, files[name], photos.a_jpeg(), action=action, name="孩子们.jpg")
    assert response.status_code == 422
    page = response.content.decode()
    assert "孩子们.jpg" in page, "the file is named"
    assert "我写的话" in page
    work = Submission.objects.get()
    assert work.answers[content.prompt("did")] == "我写的话"
    assert work.photos.count() == 1, "the good photo beside it was kept"
    assert not SubmissionAttempt.objects.exists()


def test_the_seventh_photo_is_refused_and_the_six_are_kept(phone: Client) -> None:
    six = [photos.a_jpeg(colour=number) for number in range(MOST_PHOTOS)]
    assert post(phone, *six).status_code == 302
    response = post(phone, photos.a_jpeg(colour=MOST_PHOTOS))
    assert response.status_code == 422
    assert "六" in response.content.decode() or "6" in response.content.decode()
    assert SubmissionPhoto.objects.filter(removed_at=None).count() == MOST_PHOTOS


def test_the_same_photo_twice_is_one_photo(phone: Client) -> None:
    assert post(phone, photos.a_jpeg(), photos.a_jpeg()).status_code == 302
    assert post(phone, photos.a_jpeg()).status_code == 302
    assert SubmissionPhoto.objects.count() == 1


def test_a_photo_removed_makes_room_and_stays_in_the_old_attempt(phone: Client, learner: Enrolment) -> None:
    post(phone, photos.a_jpeg(), action="submit")
    first = SubmissionAttempt.objects.get()
    photo = SubmissionPhoto.objects.get()
    a_review(first, facilitators_of(learner.cohort)[0], decision="returned")
    assert post(phone, remove=str(photo.uuid)).status_code == 302
    photo.refresh_from_db()
    assert photo.removed_at
    post(phone, photos.a_jpeg(colour=3), action="submit")
    second = SubmissionAttempt.objects.get(number=2)
    in_old, in_new = first.answers[2]["photos"], second.answers[2]["photos"]
    assert in_old == [str(photo.uuid)]
    assert str(photo.uuid) not in in_new
    assert len(in_new) == 1
    address = f"/zh-hans/photos/{photo.uuid}/"
    assert address in phone.get(f"/zh-hans/assignments/{content.assignment().translation_key}/").content.decode()
    assert fetch(phone, photo)[0] == 200


@pytest.mark.parametrize("remove", ["nonsense", "0b54f0c8-5d2a-4f6e-9a53-0c1c0e0d7a11", "\0"])
def test_removing_what_is_not_there_loses_nothing(phone: Client, remove: str) -> None:
    post(phone, photos.a_jpeg())
    response = post(phone, remove=remove)
    assert response.status_code in (302, 400)
    assert SubmissionPhoto.objects.get().removed_at is None
    assert Submission.objects.get().answers[content.prompt("did")] == "我写的话"


def test_nobody_removes_the_photo_of_another(phone: Client, client: Client, learner: Enrolment) -> None:
    post(phone, photos.a_jpeg())
    photo = SubmissionPhoto.objects.get()
    client.force_login(a_learner(cohort=learner.cohort).user)
    post(client, remove=str(photo.uuid))
    photo.refresh_from_db()
    assert photo.removed_at is None


def test_a_photo_of_a_closed_report_is_refused(phone: Client) -> None:
    post(phone, action="submit")
    assert post(phone, photos.a_jpeg()).status_code == 409
    assert not SubmissionPhoto.objects.exists()


def test_a_photo_is_served_to_its_owner_and_reviewers_and_exists_for_nobody_else(
    phone: Client, client: Client, learner: Enrolment
) -> None:
    post(phone, photos.a_jpeg(), action="submit")
    photo = SubmissionPhoto.objects.get()
    response = phone.get(f"/zh-hans/photos/{photo.uuid}/")
    assert b"".join(response.streaming_content) == stored(photo)  # type: ignore[attr-defined]
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"].startswith("private")

    elsewhere = a_cohort(name="另一班")
    for person, status in (
        (facilitators_of(learner.cohort)[0], 200),
        (a_learner(cohort=learner.cohort).user, 404),
        (facilitators_of(elsewhere)[0], 404),
        (a_learner(cohort=elsewhere).user, 404),
    ):
        client.force_login(person)
        assert fetch(client, photo)[0] == status
    client.logout()
    assert fetch(client, photo)[0] == 302


def test_a_photo_of_a_draft_is_not_the_facilitators_to_see(phone: Client, learner: Enrolment, client: Client) -> None:
    post(phone, photos.a_jpeg())
    client.force_login(facilitators_of(learner.cohort)[0])
    assert fetch(client, SubmissionPhoto.objects.get())[0] == 404
