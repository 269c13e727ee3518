"""The main job, end to end, in a browser: from the invitation in the group chat to a certificate that anyone verifies.

1. A principal opens the invitation on a phone and is in the cohort within three screens.
2. She studies every lesson, answers the questions and finishes.
3. She writes a report with a photo and hands it in.
4. The facilitator returns it with a word; she improves it and hands it in again; it is accepted.
5. She confirms her name; a worker draws the certificate; she finds PDF and picture under "Me".
6. A stranger follows the QR code's address and sees that it is genuine.

After each step the rows on the server are looked at, because a page can say anything.
"""

import hashlib
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.journeys.people import Facilitator, Principal, pdf_text, wait_for
from tests.journeys.running import SHORT_COHORT, SHORT_TITLES, RunningSite

pytestmark = pytest.mark.journey

PEOPLE = {
    "zh-hans": (
        "19911110001",
        "示例 欧阳·赵锬",
        ["找了一个孩子，听他说了十分钟。他第一次说想外婆。", "下次少给建议。"],
    ),
    "en": (
        "19911110002",
        "Sample Anne-Marie O’Connor",
        ["One child, ten minutes. He spoke of home.", "Listen longer."],
    ),
}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it, with a place in its metadata."""
    path = tmp_path / "bench.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "taken at a secret place"
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(path, exif=exif)
    return path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_invitation_to_verified_certificate(
    site: RunningSite, browser: Browser, photo: Path, language: str
) -> None:
    phone, name, report = PEOPLE[language]
    principal = Principal.with_phone(browser, site, language)

    # 1. In the cohort within three screens.
    principal.join(site.short_code, phone=phone, name=name, school="示例小学")
    assert principal.page.url.endswith("/today/")
    user = site.value("SELECT id FROM accounts_user WHERE phone = ?", f"+86{phone}")
    enrolment = site.value("SELECT id FROM cohorts_enrolment WHERE user_id = ? AND status = 'active'", user)
    assert site.value("SELECT count(*) FROM accounts_consent WHERE user_id = ?", user) == 1
    assert "周老师" in principal.text, "Today names the facilitator"

    # 2. Every lesson, every question.
    lessons, (assignment,) = principal.lesson_links(), principal.report_links()
    done = "SELECT count(*) FROM cohorts_lessonprogress WHERE enrolment_id = ? AND completed_at IS NOT NULL"
    for number, lesson in enumerate(lessons, start=1):
        principal.study(lesson)
        wait_for(lambda n=number: site.value(done, enrolment) == n, seconds=20)
        assert principal.fits_the_screen()
    assert site.value("SELECT score FROM cohorts_enrolment WHERE id = ?", enrolment) == 100
    assert site.value("SELECT count(*) FROM cohorts_refusedevent WHERE user_id = ?", user) == 0

    # 3. A report with a photo.
    key = assignment.rstrip("/").rsplit("/", 1)[-1]
    principal.write_report(key, report)
    principal.add_photo(photo)
    assert principal.page.locator("textarea").first.input_value() == report[0], "typed words survive the photo"
    principal.hand_in()
    status = "SELECT status FROM cohorts_submission WHERE enrolment_id = ?"
    assert site.value(status, enrolment) == "submitted"
    ((file, size, sha256),) = site.rows("SELECT file, size, p.sha256 FROM cohorts_submissionphoto p "
        "JOIN cohorts_submission s ON s.id = p.submission_id WHERE s.enrolment_id = ?", enrolment)  # fmt: skip
    stored = (site.var / "private" / file).read_bytes()
    assert size == len(stored) <= 300_000
    assert hashlib.sha256(stored).hexdigest() == sha256
    assert b"Exif" not in stored
    assert b"secret place" not in stored

    # 4. Returned, improved, accepted.
    facilitator = Facilitator.with_phone(browser, site, language)
    facilitator.sign_in("facilitator@terrace.example", "terrace-demo")
    facilitator.open_report_of(name, cohort=SHORT_COHORT)
    facilitator.decide("returned", "这一步很好。能否写下一次谈心的例子？")
    assert site.value(status, enrolment) == "returned"
    principal.open_place("today/")
    principal.write_report(key, [report[0], f"{report[1]} +"])
    assert "能否写下一次谈心的例子" in principal.text
    principal.hand_in()
    facilitator.open_report_of(name, cohort=SHORT_COHORT)
    facilitator.decide("accepted", "谢谢您。")
    assert site.value(status, enrolment) == "accepted"
    assert site.value("SELECT status FROM cohorts_enrolment WHERE id = ?", enrolment) == "completed"

    # 5. The name, and a worker that draws.
    assert site.value("SELECT count(*) FROM certificates_certificate WHERE enrolment_id = ?", enrolment) == 0
    principal.open_place("account/name/")
    principal.press("main form button.button")
    issued = "SELECT count(*) FROM certificates_certificate WHERE enrolment_id = ? AND status = 'issued'"
    wait_for(lambda: site.value(issued, enrolment) == 1, seconds=60)
    principal.open_place("me/")
    assert principal.page.locator("img.sheet").evaluate("image => image.complete || image.loading === 'lazy'")
    address = principal.page.locator("article a[href*='.pdf']").get_attribute("href")
    pdf = principal.page.request.get(f"{site.address}{address}").body()
    row = "SELECT f.sha256 FROM certificates_certificatefile f JOIN certificates_certificate c " \
        "ON c.id = f.certificate_id WHERE c.enrolment_id = ? AND f.kind = 'pdf'"  # fmt: skip
    assert hashlib.sha256(pdf).hexdigest() == site.value(row, enrolment)
    ((serial, token),) = site.rows(
        "SELECT serial, token FROM certificates_certificate WHERE enrolment_id = ?", enrolment
    )
    printed = pdf_text(pdf)
    for expected in (name, serial, *SHORT_TITLES, token):
        assert expected in printed
    told = "SELECT count(*) FROM accounts_message WHERE recipient_id = ? AND event = 'certificate_issued'"
    assert site.value(told, user) == 1

    # 6. A stranger verifies.
    stranger = Principal.with_phone(browser, site, language)
    stranger.open(f"/v/{token}/?lang={language}")
    assert serial in stranger.text
    assert name not in stranger.text, "a stranger sees only part of the name"
    assert stranger.page.locator(".chip-green").count() == 1
    assert stranger.fits_the_screen()

    for person in (principal, facilitator, stranger):
        assert person.faults == []
