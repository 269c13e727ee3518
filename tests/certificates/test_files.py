"""Who gets the bytes of a certificate, and what is left lying about."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import storages
from django.utils import timezone

from accounts.models import User
from certificates import receivers
from certificates.models import Certificate, CertificateFile
from certificates.services import files
from certificates.services.issue import issue_certificate
from certificates.services.render import render_certificate
from tests.certificates.builders import NOW, make_certificate, make_completed

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(quick) -> Certificate:
    certificate = issue_certificate(enrolment=make_completed(), at=NOW)
    assert certificate
    assert render_certificate(pk=certificate.pk, now=NOW)
    certificate.refresh_from_db()
    return certificate


def address(certificate: Certificate, kind: str, language: str = "zh-hans") -> str:
    return f"/{language}/certificates/{certificate.uuid}.{kind}"


def old_file(name: str, days: float) -> str:
    """Put a file into the private storage as it would be after that many days."""
    from django.core.files.base import ContentFile

    saved = storages["private"].save(name, ContentFile(b"bytes"))
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(storages["private"].path(saved), (then, then))
    return saved


def kept() -> set[str]:
    root = storages["private"]
    return {f"{folder}/{name}" for folder in root.listdir("")[0] for name in root.listdir(folder)[1]}


@pytest.mark.parametrize(("kind", "mime"), [("pdf", "application/pdf"), ("png", "image/png")])
def test_the_holder_gets_the_stored_bytes(client, issued: Certificate, kind: str, mime: str) -> None:
    client.force_login(issued.holder)
    stored = issued.files.get(kind=kind)

    response = client.get(address(issued, kind))

    content = response.getvalue()
    assert response.status_code == 200
    assert hashlib.sha256(content).hexdigest() == stored.sha256
    assert len(content) == stored.size == int(response["Content-Length"])
    assert response["Content-Type"] == mime
    assert response["Content-Disposition"] == f'inline; filename="{issued.serial}.{kind}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"
    assert "Content-Security-Policy" in response


def test_it_is_saved_under_its_serial(client, issued: Certificate) -> None:
    client.force_login(issued.holder)
    response = client.get(f"{address(issued, 'pdf')}?save")
    assert response["Content-Disposition"] == f'attachment; filename="{issued.serial}.pdf"'
    assert response.getvalue().startswith(b"%PDF")


def test_what_the_browser_has_is_not_sent_again(client, issued: Certificate) -> None:
    client.force_login(issued.holder)
    first = client.get(address(issued, "png"))
    assert first.getvalue()
    second = client.get(address(issued, "png"), headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 304
    assert not second.content


def test_to_others_it_does_not_exist(client, issued: Certificate) -> None:
    client.force_login(User.objects.create_user(full_name="赵锬"))
    assert client.get(address(issued, "pdf")).status_code == 404
    client.force_login(User.objects.create_superuser(full_name="运维"))
    assert client.get(address(issued, "pdf")).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, issued: Certificate) -> None:
    response = client.get(address(issued, "pdf"))
    assert response.status_code == 302
    assert response["Location"].startswith("/zh-hans/account/sign-in/")
    assert not Certificate.objects.of(AnonymousUser()).exists()


@pytest.mark.database
@pytest.mark.parametrize("kind", ["svg", "PDF", "pdf.png", "..%2fpdf", "%00"])
def test_other_forms_do_not_exist(client, issued: Certificate, kind: str) -> None:
    client.force_login(issued.holder)
    assert client.get(address(issued, kind)).status_code == 404


def test_what_is_not_drawn_yet_does_not_exist(client) -> None:
    certificate = make_certificate()
    client.force_login(certificate.holder)
    assert client.get(address(certificate, "pdf")).status_code == 404


def test_lost_bytes_are_no_crash(client, issued: Certificate, caplog) -> None:
    client.force_login(issued.holder)
    storages["private"].delete(str(issued.files.get(kind="pdf").file.name))
    assert client.get(address(issued, "pdf")).status_code == 404
    assert issued.serial in caplog.text


def test_only_reading_is_possible(client, issued: Certificate) -> None:
    client.force_login(issued.holder)
    assert client.post(address(issued, "pdf")).status_code == 405


def test_the_place_on_disk_says_nothing(issued: Certificate) -> None:
    for stored in issued.files.all():
        folder, name = str(stored.file.name).split("/")
        assert folder == "certificates"
        assert issued.serial not in name
        assert len(name.split(".")[0]) == 32


# --- The page of the holder -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_me_shows_both_files(client, issued: Certificate, language: str) -> None:
    client.force_login(issued.holder)
    page = client.get(f"/{language}/me/").content.decode()
    for kind in ("pdf", "png"):
        assert address(issued, kind, language) in page
    assert issued.serial in page
    assert f"/v/{issued.token}/" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "pending"}, "It is being made"),
        ({"status": "rendering"}, "It is being made"),
        ({"status": "parked", "reason": "fault: OSError"}, "It could not be made yet"),
        ({"status": "parked", "reason": "missing_glyph: name"}, "Your name cannot be printed"),
        ({"status": "revoked", "issued_at": NOW, "ended_at": NOW, "ended_reason": "made in error"}, "made in error"),
        ({"status": "withdrawn", "issued_at": NOW, "ended_at": NOW, "frozen": {}}, "withdrawn at your request"),
    ],
)
def test_me_says_how_it_stands(client, fields: dict, said: str) -> None:
    certificate = make_certificate(**fields)
    client.force_login(certificate.holder)
    response = client.get("/en/me/")
    assert response.status_code == 200
    assert said in response.content.decode()


# --- What is left lying about -----------------------------------------------------------------------------------------


def test_files_that_no_row_names_are_removed_after_a_day(issued: Certificate) -> None:
    named = {str(stored.file.name) for stored in issued.files.all()}
    for name in named:
        os.utime(storages["private"].path(name), (0, 0))
    orphan = old_file("certificates/aa.pdf", 1.1)
    partial = old_file("certificates/.bb.png.1234.part", 2)
    young = old_file("certificates/cc.pdf", 0.9)
    photo = old_file("photos/dd.jpg", 9)

    assert files.remove_orphans(now=timezone.now()) == 2

    assert kept() == named | {young, photo}
    assert not {orphan, partial} & kept()
    assert files.remove_orphans(now=timezone.now()) == 0


def test_there_may_be_no_folder_yet() -> None:
    assert files.remove_orphans(now=timezone.now()) == 0


def test_many_orphans_are_looked_up_in_parts(monkeypatch: pytest.MonkeyPatch, issued: Certificate) -> None:
    monkeypatch.setattr(files, "LOOK_UP_SIZE", 2)
    for stored in issued.files.all():
        os.utime(storages["private"].path(str(stored.file.name)), (0, 0))
    for number in range(5):
        old_file(f"certificates/{number}.pdf", 2)
    assert files.remove_orphans(now=timezone.now()) == 5
    assert len(kept()) == 2


def test_the_sweeper_removes_them_now_and_then() -> None:
    old_file("certificates/aa.pdf", 2)
    assert receivers.sweep_missing() == 1
    old_file("certificates/bb.pdf", 2)
    assert receivers.sweep_missing() == 0, "not each minute"


def test_when_one_form_cannot_be_written_none_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    private = type(storages["private"])
    original = private.save

    def save(storage, name, content, **options):
        if name.endswith("png"):
            raise OSError("no space left on device")
        return original(storage, name, content, **options)

    monkeypatch.setattr(private, "save", save)
    with pytest.raises(OSError, match="no space"):
        files.store_forms({"pdf": b"1", "png": b"2"})
    assert kept() == set()


def test_a_file_that_a_row_names_is_never_thrown_away(issued: Certificate) -> None:
    stored = {row.kind: (str(row.file.name), b"") for row in issued.files.all()}
    files.discard_unnamed(stored | {"odd": (old_file("certificates/aa.pdf", 0), b"")})
    assert kept() == set(CertificateFile.objects.values_list("file", flat=True))
