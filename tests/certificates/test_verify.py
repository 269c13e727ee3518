"""What a stranger is told: in words, in both languages, in a few kilobytes, and never more than is needed."""

import re
from datetime import timedelta

import brotli
import pytest
import time_machine
from django.test import Client

from certificates.models import Certificate, CertificateFile
from certificates.rendering import engine, sheet
from certificates.services import render
from certificates.verification import result_for_token
from certificates.views.verify import SERIALS_A_MINUTE
from tests.certificates.builders import FACILITATOR, NAME, NOW, TITLES, make_certificate, make_completed

pytestmark = pytest.mark.django_db
SHA256 = "ab" * 32
REASON = "Issued for the wrong course"
MOST_BYTES = 14 * 1024
MOST_QUERIES = 6


@pytest.fixture(autouse=True)
def _nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever draws in order to verify fails here."""

    def draw(*_args, **_options):
        raise AssertionError("a sheet was drawn to verify it")

    monkeypatch.setattr(render, "draw_sheet", draw)
    monkeypatch.setattr(sheet, "draw_sheet", draw)
    monkeypatch.setattr(engine, "lay_out", draw)


def issued(**fields) -> Certificate:
    certificate = make_certificate(**{"status": "issued", "issued_at": NOW, **fields})
    CertificateFile.objects.create(
        certificate=certificate, kind="pdf", file="certificates/a.pdf", sha256=SHA256, size=1, created_at=NOW
    )
    return certificate


def look(certificate_or_path: Certificate | str, language: str = "zh-hans", **headers: str):
    """What a stranger sees who never was here: a client without a cookie."""
    path = certificate_or_path if isinstance(certificate_or_path, str) else certificate_or_path.verify_path
    joint = "&" if "?" in path else "?"
    return Client().get(f"{path}{joint}lang={language}", headers=headers)


def words(response) -> str:
    page = response.content.decode()
    body = page[page.index("<body") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def heading(response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)
    assert found
    return found[1].strip()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_valid_one_is_told_with_what_it_stands_for(language: str) -> None:
    certificate = issued()
    tried = [{"key": str(number), "title": TITLES} for number in range(2)]
    Certificate.objects.filter(pk=certificate.pk).update(frozen=certificate.frozen | {"practices": tried})

    response = look(certificate, language)

    said = words(response)
    assert response.status_code == 200
    for fact in (TITLES[language], certificate.serial, FACILITATOR, SHA256, "欧**"):
        assert fact in said
    assert re.search(r"2026年11月23日|23 November 2026", said)
    assert re.search(r"\b24\b", said)
    assert re.search(r"\b7\b", said)
    assert re.search(r"\b2\b", said)
    assert "24.0" not in said


def test_the_name_is_masked_everywhere() -> None:
    certificate = issued()
    for language in ("zh-hans", "en"):
        page = look(certificate, language).content.decode()
        assert NAME not in page
        assert "阿依古丽" not in page


@pytest.mark.parametrize(
    ("fields", "title", "has_red"),
    [
        ({}, "The certificate is genuine and valid", False),
        ({"status": "pending", "issued_at": None}, "The certificate is being made", False),
        ({"status": "rendering", "issued_at": None}, "The certificate is being made", False),
        ({"status": "parked", "issued_at": None, "reason": "name_too_long"}, "The certificate is being made", False),
        ({"status": "revoked", "ended_at": NOW, "ended_reason": REASON}, "The certificate has been revoked", True),
        ({"status": "superseded", "ended_at": NOW}, "Replaced by a corrected certificate", True),
        ({"status": "expired", "ended_at": NOW}, "The certificate has expired", True),
    ],
)
def test_each_state_has_a_sentence_and_a_colour(fields: dict, title: str, has_red: bool) -> None:
    response = look(issued(**fields), "en")
    assert response.status_code == 200
    assert heading(response) == title
    page = response.content.decode()
    assert ("big-mark-red" in page[page.index("<main") :]) is has_red
    assert ("it must stand at the issuer’s own address" in words(response)) is (title.endswith("valid"))
    if fields.get("reason"):
        assert fields["reason"] not in page


def test_a_revoked_one_says_when_and_why() -> None:
    said = words(look(issued(status="revoked", ended_at=NOW, ended_reason=REASON), "en"))
    assert REASON in said
    assert "revoked" in said
    assert "no longer valid" in said


def test_a_superseded_one_leads_to_its_successor() -> None:
    old = issued(status="superseded", ended_at=NOW, ended_reason="A character of the name was wrong")
    new = make_certificate(old.enrolment, version=2, supersedes=old, status="issued", issued_at=NOW)
    page = look(old, "en").content.decode()
    assert new.serial in page
    assert f'href="{new.verify_path}"' in page
    assert "A character of the name was wrong" in page
    assert old.serial not in words(look(new, "en"))


def test_a_withdrawn_one_tells_status_serial_and_fingerprint_only() -> None:
    certificate = issued(status="withdrawn", ended_at=NOW, name="", frozen={})
    response = look(certificate, "en")
    assert response.status_code == 200
    assert heading(response) == "Withdrawn at its holder’s request"
    assert certificate.serial in words(response)
    assert SHA256 in words(response)
    assert "credit hours" not in words(response)
    assert look(f"/verify/?serial={certificate.serial}").status_code == 200


@pytest.mark.database
@pytest.mark.parametrize("token", ["nonsense", "x" * 300, "%00", "..", "汉字", "'--"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_unknown_link_is_404_in_words_that_lead_on(token: str, language: str) -> None:
    issued()
    response = look(f"/v/{token}/", language)
    assert response.status_code == 404
    assert "/verify/" in response.content.decode()
    assert "<h1>" in response.content.decode()


def test_neither_serial_nor_number_is_a_link() -> None:
    certificate = issued()
    for guess in (certificate.serial, str(certificate.pk), str(certificate.uuid), certificate.token[:-1]):
        assert look(f"/v/{guess}/").status_code == 404


def test_no_session_is_made_and_nothing_is_kept(client) -> None:
    response = client.get(issued().verify_path)
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert Client().head(issued().verify_path).status_code == 200
    assert Client().post(issued().verify_path).status_code == 405


def test_it_is_small_and_waits_for_no_file() -> None:
    """14 kB compressed, all of it in one answer: readable on one bar of signal."""
    certificate = issued(status="revoked", ended_at=NOW, ended_reason="很长的理由" * 50)
    for language in ("zh-hans", "en"):
        for path in (certificate.verify_path, "/v/nonsense/", "/verify/", f"/verify/?serial={certificate.serial}"):
            plain = look(path, language)
            assert len(brotli.compress(plain.content, quality=9)) <= MOST_BYTES
            sent = look(path, language, **{"Accept-Encoding": "br, gzip"})
            assert sent["Content-Encoding"] == "br"
            assert len(sent.content) <= MOST_BYTES
            page = plain.content.decode()
            assert not re.search(r"<link[^>]+stylesheet", page)
            assert re.findall(r"<script\b[^>]*>", page) == ["<script>"], "only the look, inlined in the head"
            assert "<img" not in page
            assert not re.search(r"""(src|href)=["']https?://(?!beian)""", page)
            assert "style=" not in page


def test_it_costs_few_queries_with_a_cold_cache(django_assert_max_num_queries) -> None:
    old = issued(status="superseded", ended_at=NOW)
    make_certificate(old.enrolment, version=2, supersedes=old, status="issued", issued_at=NOW)
    with django_assert_max_num_queries(MOST_QUERIES):
        look(old)
    with django_assert_max_num_queries(2):
        look(old)


def test_the_languages_lead_to_the_same_page() -> None:
    certificate = issued()
    chinese, english = look(certificate, "zh-hans"), look(certificate, "en")
    assert '<html lang="zh-hans">' in chinese.content.decode()
    assert '<html lang="en">' in english.content.decode()
    assert f'href="{certificate.verify_path}?lang=en"' in chinese.content.decode()


def test_titles_of_practices_are_counted() -> None:
    certificate = issued()
    titles = ("一对一谈心", "心里话信箱", "亲子午餐")
    certificate.frozen["practices"] = [{"key": str(n), "title": {"zh-hans": t}} for n, t in enumerate(titles)]
    certificate.save()
    result = result_for_token(certificate.token, "en")
    assert result
    assert result.practices == 3


# --- By number --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_typed_number_tells_status_course_and_date_and_no_name(language: str) -> None:
    certificate = issued()
    response = look(f"/verify/?serial={certificate.serial.lower()}", language)
    said = words(response)
    assert response.status_code == 200
    assert TITLES[language] in said
    assert re.search(r"2026年11月23日|23 November 2026", said)
    page = response.content.decode()
    for secret in (NAME, "欧**", FACILITATOR, SHA256, certificate.token):
        assert secret not in page


def test_a_wrong_check_character_is_404_in_words_and_keeps_what_was_typed() -> None:
    certificate = issued()
    wrong = certificate.serial[:-1] + ("A" if certificate.serial[-1] != "A" else "B")
    response = look(f"/verify/?serial={wrong}", "en")
    assert response.status_code == 404
    assert f"“{wrong}” is not the number of a certificate" in words(response)
    assert f'value="{wrong}"' in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()


@pytest.mark.database
@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", NAME, "' OR 1=1", "\x00", "TC-2026-999999-X", "9" * 999]
)
def test_what_is_no_number_is_404_and_shown_as_text(typed: str) -> None:
    issued()
    response = Client().get("/verify/", {"serial": typed})
    assert response.status_code == 404
    assert "<script>alert" not in response.content.decode()


def test_the_empty_form_asks_for_the_number() -> None:
    response = look("/verify/", "en")
    assert response.status_code == 200
    assert 'name="serial"' in response.content.decode()
    assert "field-error" not in response.content.decode().split("<main")[1]


def test_the_21st_try_in_a_minute_has_to_wait_and_the_link_does_not() -> None:
    certificate = issued()
    address = f"/verify/?serial={certificate.serial}"
    with time_machine.travel(NOW, tick=False) as clock:
        assert {look(address).status_code for _ in range(SERIALS_A_MINUTE)} == {200}
        refused = look(address, "en")
        assert refused.status_code == 429
        assert refused["Retry-After"] == "60"
        assert "Please wait a minute" in words(refused)
        assert f'value="{certificate.serial}"' in refused.content.decode()
        assert TITLES["en"] not in words(refused)

        assert look(certificate).status_code == 200
        assert look("/verify/").status_code == 200
        assert Client(REMOTE_ADDR="10.0.0.2").get(address).status_code == 200
        clock.shift(timedelta(seconds=61))
        assert look(address).status_code == 200


def test_behind_a_proxy_each_reader_is_counted_apart(settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def ask(forwarded_for: str) -> int:
        return Client().get("/verify/?serial=TC", headers={"X-Forwarded-For": forwarded_for}).status_code

    with time_machine.travel(NOW, tick=False):
        assert [ask("10.0.0.1") for _ in range(SERIALS_A_MINUTE + 1)] == [404] * SERIALS_A_MINUTE + [429]
        assert ask("10.0.0.2") == 404
        assert ask("10.9.9.9, 10.0.0.1") == 429, "what the reader writes before the proxy's own word is not believed"


def test_a_second_certificate_does_not_show_the_first() -> None:
    one, two = issued(), issued(enrolment=make_completed(name="赵锬"))
    assert one.serial not in words(look(two))
    assert "赵**" in words(look(two))
