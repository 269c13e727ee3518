"""What is served of the files of the content: whole or in parts, never an original, never by a guess."""

from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction

from foundation.models import Handout, Recording
from foundation.ranges import asked_part, attachment_name
from foundation.services.recordings import add_recording, convert_recording
from tests.factories.people import a_person
from tests.factories.sound import a_wav

pytestmark = pytest.mark.django_db


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def address(now: datetime) -> str:
    """Where the Opus form of a recording is served."""
    recording = add_recording(title="一段话", file=a_wav(), name="v.wav", at=now)
    convert_recording(pk=recording.pk, now=now)
    return Recording.objects.get().sources[0].url


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=100-", (100, 99)),
        ("bytes=-0", (100, -1)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("bytes=²-", None),
        (f"bytes={'9' * 5000}-", None),
        (f"bytes=-{'9' * 5000}", None),
        ("pages=1-2", None),
    ],
)
def test_what_a_range_asks_for(header: str, part: tuple[int, int] | None) -> None:
    assert asked_part(header, 100) == part


def test_a_recording_is_served_whole_and_in_parts(address: str) -> None:
    whole = Client().get(address)
    assert whole.status_code == 200
    content = body(whole)
    assert whole["Content-Type"] == "audio/ogg"
    assert whole["Content-Length"] == str(len(content))
    assert (whole["Accept-Ranges"], whole["X-Content-Type-Options"]) == ("bytes", "nosniff")
    assert "immutable" in whole["Cache-Control"]
    part = Client().get(address, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part["Content-Range"] == f"bytes 100-199/{len(content)}"
    assert part["Content-Length"] == "100"
    assert body(part) == content[100:200]
    assert body(Client().get(address, headers={"Range": "bytes=-7"})) == content[-7:]
    behind = Client().get(address, headers={"Range": f"bytes={len(content)}-"})
    assert (behind.status_code, behind["Content-Range"]) == (416, f"bytes */{len(content)}")


@pytest.mark.parametrize(
    "path",
    ["recordings/none.opus", "recordings/", "recordings/a.html", "recordings/../terrace.sqlite3", "documents/a.pdf"],
)
def test_nothing_else_is_served(path: str) -> None:
    assert Client().get(f"/media/{path}").status_code == 404


def test_what_lies_beside_the_recordings_is_not_served() -> None:
    default_storage.save("recordings/note.txt", ContentFile(b"x"))
    default_storage.save("recordings/below/a.opus", ContentFile(b"x"))
    assert Client().get("/media/recordings/note.txt").status_code == 404
    assert Client().get("/media/recordings/below/a.opus").status_code == 404


@pytest.mark.parametrize("name", ["a" * 300, "%00", "..%2f..%2fa", "a%5c..%5cb", "%ff"])
@pytest.mark.parametrize("folder", ["recordings", "images", "avatar_images"])
def test_a_name_that_no_file_can_have_is_not_found(folder: str, name: str) -> None:
    default_storage.save(f"{folder}/there.opus", ContentFile(b"x"))
    assert Client().get(f"/media/{folder}/{name}.opus").status_code in (400, 404)


# --- handouts --------------------------------------------------------------------------------------------------------


def a_handout(title: str = "谈心记录表", name: str = "a1.pdf", content: bytes = b"%PDF-1.7 sample") -> Handout:
    return Handout.objects.create(title=title, file=ContentFile(content, name=name))


def test_a_handout_is_saved_under_its_title_and_not_shown() -> None:
    response = Client().get(a_handout().url)
    assert response.status_code == 200
    assert body(response) == b"%PDF-1.7 sample"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "%E8%B0%88%E5%BF%83%E8%AE%B0%E5%BD%95%E8%A1%A8.pdf" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert not response.has_header("Content-Encoding")


def test_a_film_can_be_jumped_in() -> None:
    film = a_handout("校园", "b2.mp4", bytes(range(200)))
    part = Client().get(film.url, headers={"Range": "bytes=50-59"})
    assert (part.status_code, body(part)) == (206, bytes(range(50, 60)))
    assert part["Content-Type"] == "video/mp4"


def test_a_handout_is_not_found_under_another_name() -> None:
    handout = a_handout()
    assert Client().get(f"/documents/{handout.pk}/other.pdf").status_code == 404
    assert Client().get("/documents/999999999999999999999/a.pdf").status_code == 404


def test_a_handout_whose_file_is_gone_is_not_found() -> None:
    handout = a_handout()
    Path(handout.file.path).unlink()
    assert Client().get(handout.url).status_code == 404


def test_a_private_collection_stays_private() -> None:
    collection = Collection.get_first_root_node().add_child(name="给引导员")
    rule = CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups")
    group = Group.objects.create(name="引导员")
    rule.groups.add(group)
    handout = a_handout()
    Handout.objects.filter(pk=handout.pk).update(collection=collection)
    assert "/sign-in/?next=" in Client().get(handout.url)["Location"]
    person = a_person()
    client = Client()
    client.force_login(person)
    assert client.get(handout.url).status_code == 403
    person.groups.add(group)
    assert body(client.get(handout.url)) == b"%PDF-1.7 sample"
    CollectionViewRestriction.objects.update(restriction_type="password", password="梯田")
    assert "password" in Client().get(handout.url).content.decode()


@pytest.mark.parametrize(
    ("title", "stored", "name"),
    [
        ("谈心记录表", "x.docx", "谈心记录表.docx"),
        ("plan.docx", "x.docx", "plan.docx"),
        ("../../etc/passwd", "x.txt", "etc passwd.txt"),
        ('a"b\r\nc', "x.txt", "a b c.txt"),
        ("···", "x.pdf", "···.pdf"),
        ("/", "x.pdf", "file.pdf"),
    ],
)
def test_the_name_to_save_under(title: str, stored: str, name: str) -> None:
    assert attachment_name(title, stored) == name
