"""Each door of Wagtail's admin for files: nothing of a photo but what it shows comes in, and refusals are words."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.models import Collection, UploadedFile
from wagtail.users.models import UserProfile

from foundation.models import Handout, Picture
from tests.factories import photos
from tests.factories.people import an_operator

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves temporary files to the collector when it makes thumbnails.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

ADD, ADD_SEVERAL = "/admin/images/add/", "/admin/images/multiple/add/"
CHOOSE = "/admin/images/chooser/create/"
DAMAGED = [photos.a_truncated_jpeg(), photos.a_bomb(), b"<svg/>", b"\xff\xd8\xff" + b"\0" * 99]


@pytest.fixture
def admin() -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(an_operator())
    return client


def a_file(content: bytes | None = None, name: str = "张小花家门口.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photos.a_jpeg() if content is None else content, "image/jpeg")


def several(admin: Client, content: bytes | None = None, **fields: Any) -> Any:
    return admin.post(ADD_SEVERAL, {"files[]": a_file(content), **fields})


def says_nothing(path: str) -> None:
    """Expect a picture without metadata, under a name that tells nothing."""
    assert "张小花" not in path
    assert b"Sample camera" not in Path(path).read_bytes()
    with Image.open(path) as image:
        assert not image.getexif()
        assert "exif" not in image.info


def test_the_photo_of_these_tests_tells_where_it_was_taken() -> None:
    with Image.open(io.BytesIO(photos.a_jpeg())) as image:
        assert image.getexif().get_ifd(photos.GPS)


@pytest.mark.parametrize("address", [ADD, CHOOSE])
def test_one_picture(admin: Client, address: str) -> None:
    prefix = "image-chooser-upload-" if address == CHOOSE else ""
    admin.post(address, {f"{prefix}title": "门口", f"{prefix}file": a_file()})
    says_nothing(Picture.objects.get().file.path)


def test_several_pictures(admin: Client) -> None:
    assert several(admin).json()["success"] is True
    picture = Picture.objects.get()
    says_nothing(picture.file.path)
    assert picture.title == "张小花家门口"


def test_several_pictures_with_a_title_that_is_too_long(admin: Client) -> None:
    """Wagtail keeps the file as it came then, and makes the picture of it once the title is right."""
    several(admin, title="题" * 300)
    assert not Picture.objects.exists()
    kept = UploadedFile.objects.get()
    says_nothing(kept.file.path)
    address = f"/admin/images/multiple/create_from_uploaded_image/{kept.pk}/"
    done = admin.post(
        address,
        {
            f"uploaded-image-{kept.pk}-title": "门口",
            f"uploaded-image-{kept.pk}-collection": Collection.get_first_root_node().pk,
        },
    )
    assert done.json()["success"] is True, done.json()["form"]
    says_nothing(Picture.objects.get().file.path)


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_picture_is_refused_in_words(admin: Client, content: bytes) -> None:
    answer = several(admin, content).json()
    assert answer["success"] is False
    assert "您填写的其他内容都还在" in answer["error_message"]
    assert not Picture.objects.exists()
    assert not UploadedFile.objects.exists()


def test_several_documents(admin: Client) -> None:
    address = "/admin/documents/multiple/add/"
    refused = admin.post(address, {"files[]": SimpleUploadedFile("表.pdf", b"MZ no pdf"), "title": "题" * 300}).json()
    assert refused["success"] is False
    assert not UploadedFile.objects.exists()
    taken = admin.post(address, {"files[]": SimpleUploadedFile("名单.csv", "时间,事\n".encode())}).json()
    assert taken["success"] is True
    handout = Handout.objects.get()
    assert (handout.title, "名单" in handout.file.name) == ("名单", False)


def account(admin: Client, content: bytes) -> Any:
    rest = {
        "name_email-full_name": "高云",
        "name_email-email": "gao@terrace.example",
        "locale-language": "zh-hans",
        "theme-theme": "system",
        "theme-density": "default",
        "theme-contrast": "system",
    }
    return admin.post("/admin/account/", {**rest, "avatar-avatar": a_file(content)})


def test_the_picture_of_an_account(admin: Client) -> None:
    account(admin, photos.a_jpeg(300, 200))
    avatar = UserProfile.objects.get().avatar
    says_nothing(avatar.path)
    assert b"".join(Client().get(avatar.url)) == Path(avatar.path).read_bytes()
    account(admin, photos.a_jpeg(1200, 900))
    avatar = UserProfile.objects.get().avatar
    says_nothing(avatar.path)
    assert (avatar.width, avatar.height) == (400, 300)


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_picture_of_an_account_is_refused_in_words(admin: Client, content: bytes) -> None:
    response = account(admin, content)
    assert response.status_code == 200
    assert "您填写的其他内容都还在" in response.content.decode()
    assert not UserProfile.objects.exclude(avatar="").exists()
