"""A report written without a signal: words, a photo, handing in. It arrives once, and the page says the truth."""

import base64
import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, expect

from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import Principal, joined, wait_for
from tests.journeys.phones import another_phone
from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

MINE = "FROM cohorts_submission s JOIN cohorts_enrolment n ON n.id = s.enrolment_id " \
    "JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ?"  # fmt: skip
ATTEMPTS = f"SELECT count(*) FROM cohorts_submissionattempt a WHERE a.submission_id IN (SELECT s.id {MINE})"
PHOTOS = f"SELECT count(*), max(p.size), max(p.width) FROM cohorts_submissionphoto p " \
    f"WHERE p.submission_id IN (SELECT s.id {MINE})"  # fmt: skip
KEPT_AND_SENT = "没有信号时，先存在这部手机上，一有信号就自动提交。"
WORDS = f"SELECT s.answers, s.status {MINE}"

READY = "async () => { await navigator.serviceWorker.ready; }"
IS_CARRIER_HERE = "import(document.querySelector('#learner-script').dataset.carry).then(() => true, () => false)"
HEARING = """
    const send = fetch;
    self.fetch = async (url, options) => {
        if (options?.method === "PATCH") {
            const bytes = new Uint8Array(await options.body.arrayBuffer());
            await heard(url, btoa(String.fromCharCode(...bytes)));
        }
        return send(url, options);
    };
"""
"""Tells each part of a file before it leaves."""
NEVER_SMALL = """() => {
    self.toBlob = HTMLCanvasElement.prototype.toBlob;
    HTMLCanvasElement.prototype.toBlob = (give) => give(new Blob([new Uint8Array(400000)]));
}"""
SMALL_AGAIN = "() => { HTMLCanvasElement.prototype.toBlob = toBlob; }"
EMPTY_SHELF = """() => new Promise((done) => {
    const asked = indexedDB.open("terrace");
    asked.onsuccess = () => {
        const work = asked.result.transaction("files", "readwrite");
        work.objectStore("files").clear();
        work.oncomplete = () => { asked.result.close(); done(); };
    };
})"""
"""A phone that ran out of room may throw away what a site keeps."""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as phones take them: large, with a place."""
    picture = Image.effect_noise((3000, 2250), 60).convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    body = BytesIO()
    picture.save(body, "JPEG", quality=90, exif=exif)
    file = tmp_path / "校园.jpg"
    file.write_bytes(body.getvalue())
    return file


def a_picture() -> bytes:
    body = BytesIO()
    Image.new("RGB", (64, 48), (40, 90, 40)).save(body, "PNG")
    return body.getvalue()


def fill(person: Principal, words: str) -> None:
    for field in person.page.locator("textarea[name^=answer-]").all():
        field.fill(words)


def tells_on_today_what_is_here_only(person: Principal, address: str) -> None:
    """Begin a report which the server does not get: Today says so, and no more once it has come."""
    note = person.page.locator("[data-begun]")
    person.page.route("**/api/submissions/**", lambda route: route.abort())
    person.open(address)
    person.page.locator("#goes:not([hidden])").wait_for()
    person.page.locator("textarea").first.fill("只在这部手机上。")
    expect(person.page.locator("[data-draft-status]")).to_contain_text("已存")
    person.open_place("today/")
    expect(note).to_be_visible()
    person.page.unroute("**/api/submissions/**")
    person.open(address)
    expect(person.page.locator("[data-draft-status]")).to_have_text("已保存", timeout=10_000)
    person.open_place("today/")
    person.page.locator("[data-connection]:not([hidden])").wait_for()
    expect(note).to_be_hidden()


def test_a_report_handed_in_without_a_signal_arrives_once(site: RunningSite, browser: Browser, photo: Path) -> None:
    """It was taken along with its module and opened for the first time on the road; its photo tells no place."""
    phone = "19911130001"
    person = joined(browser, site, phone)
    parts: dict[str, str] = {}
    person.page.expose_function("heard", lambda url, part: parts.update({url: part}))
    person.page.add_init_script(HEARING)
    (address,) = person.report_links()
    person.page.evaluate(READY)
    person.page.locator("[data-download] button", has_text="下载").first.click()
    expect(person.page.locator("[data-download]").first).to_contain_text("没有信号也能学", timeout=20_000)
    lose_signal(person.page.context)
    person.open(address)
    expect(person.page.locator(".head-note")).to_contain_text("没有信号也可以在这里写")
    assert person.page.evaluate(IS_CARRIER_HERE)
    fill(person, "孩子愿意说话了。")
    wait_for(lambda: "已存" in person.page.locator("[data-draft-status]").inner_text(), seconds=5)
    person.page.locator("input[type=file]").first.set_input_files(photo)
    person.page.locator("[data-file] img").wait_for()
    person.page.locator("button[value=submit]").click()
    said = person.page.locator("[data-said]")
    wait_for(lambda: "已在这部手机上提交" in said.inner_text(), seconds=5)
    assert person.page.locator("textarea").first.is_disabled()
    assert person.page.locator("textarea").first.evaluate("it => getComputedStyle(it).borderStyle") == "dashed"
    expect(person.page.locator(".head-note")).to_have_text("已在这部手机上提交，等待送出。")
    expect(person.page.locator("[data-draft-status]")).to_be_hidden()
    assert site.value(ATTEMPTS, f"+86{phone}") == 0
    with person.page.expect_navigation(timeout=30_000):
        find_signal(person.page.context)
    assert site.value(ATTEMPTS, f"+86{phone}") == 1
    ((number, size, width),) = site.rows(PHOTOS, f"+86{phone}")
    assert number == 1
    assert size <= 300_000
    assert width <= 1600
    sent = b"".join(map(base64.b64decode, parts.values()))
    assert max(Image.open(BytesIO(sent)).size) <= 1600
    assert not Image.open(BytesIO(sent)).getexif()
    assert b"Exif" not in sent
    assert "等待评阅" in person.text or "已提交" in person.text
    person.open_place("waiting/")
    person.page.locator("[data-part=nothing]:not([hidden])").wait_for()
    assert site.value(ATTEMPTS, f"+86{phone}") == 1
    assert person.faults == []


def test_words_typed_on_two_phones_are_both_kept_and_one_is_chosen(site: RunningSite, browser: Browser) -> None:
    phone = "19911130002"
    first = joined(browser, site, phone)
    (address,) = first.report_links()
    tells_on_today_what_is_here_only(first, address)
    second = Principal.with_phone(browser, site, "zh-hans")
    second.sign_in_anew(phone)
    first.open(address)
    second.open(address)
    expect(first.page.get_by_text("照片会先缩小")).to_be_visible()
    expect(first.page.locator("button[value=submit]")).to_have_accessible_description(KEPT_AND_SENT)
    first.page.wait_for_timeout(1500)
    field = first.page.locator("textarea").first
    field.fill("第一部手机上写的")
    first.page.locator("button[value=save]").click()
    wait_for(lambda: "已保存" in first.page.locator("[data-draft-status]").inner_text(), seconds=15)
    second.page.locator("textarea").first.fill("第二部手机上写的")
    second.page.locator("button[value=save]").click()
    wait_for(lambda: second.page.locator("[data-said]").inner_text() != "", seconds=15)
    second.page.reload()
    both = second.text + second.page.locator("textarea").first.input_value()
    assert "第一部手机上写的" in both
    assert "第二部手机上写的" in both
    second.press("button[value=take]")
    assert second.page.locator("textarea").first.input_value() == "第二部手机上写的"
    assert second.page.locator("button[value=take]").count() == 0
    assert second.faults == []


def test_words_for_an_assignment_that_was_only_opened_are_written_without_a_signal_and_arrive(
    site: RunningSite, browser: Browser
) -> None:
    """They also stand in a page that left the server before they came."""
    phone = "19911130003"
    person = joined(browser, site, phone)
    (address,) = person.report_links()
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url) if "/api/state/" in request.url else None)
    with person.page.expect_response(f"**{address}") as opened:
        person.open(address)
    older = opened.value.text()
    wait_for(lambda: person.page.evaluate("path => caches.match(path).then(Boolean)", f"{address}sheet/"), seconds=10)
    assert len(asked) == 1
    lose_signal(person.page.context)
    person.page.reload()
    expect(person.page.locator(".head-note")).to_contain_text("没有信号也可以在这里写")
    field = person.page.locator("textarea").first
    field.fill("刚刚写下的话")
    expect(person.page.locator("[data-draft-status]")).to_contain_text("已存")
    find_signal(person.page.context)
    person.page.locator("button[value=save]").click()
    expect(person.page.locator("[data-draft-status]")).to_have_text("已保存", timeout=15_000)
    assert "刚刚写下的话" in str(json.loads(site.rows(WORDS, f"+86{phone}")[0][0]))
    person.page.evaluate(
        "async () => { for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister(); }"
    )
    person.page.route(f"**{address}", lambda route: route.fulfill(body=older, content_type="text/html"))
    person.page.reload()
    expect(field).to_have_value("刚刚写下的话", timeout=10_000)
    ((answers, _status),) = site.rows(WORDS, f"+86{phone}")
    assert list(json.loads(answers).values()) == ["刚刚写下的话"]


def test_a_photo_that_was_chosen_while_the_server_did_not_tell_the_reader_arrives(
    site: RunningSite, browser: Browser, photo: Path
) -> None:
    phone = "19911130005"
    owner = joined(browser, site, phone)
    (address,) = owner.report_links()
    person = another_phone(browser, owner)
    person.page.route("**/api/**", lambda route: route.abort())
    person.page.route("**/js/carry*", lambda route: route.abort())
    person.open(address)
    person.page.locator("input[type=file]").first.set_input_files(photo)
    person.page.locator("[data-file] img").wait_for()
    fill(person, "孩子愿意说话了。")
    person.page.locator("button[value=save]").click()
    person.page.route("**/files/?*", lambda route: route.fulfill(status=500))
    person.page.unroute("**/api/**")
    person.page.unroute("**/js/carry*")
    for _ in range(40):
        person.page.evaluate("dispatchEvent(new Event('online'))")
        person.page.wait_for_timeout(250)
        if "已保存" in person.page.locator("[data-draft-status]").inner_text():
            break
    assert "孩子愿意说话了。" in str(json.loads(site.rows(WORDS, f"+86{phone}")[0][0])), "words do not wait for a photo"
    assert site.rows(PHOTOS, f"+86{phone}")[0][0] == 0
    person.page.locator("button[value=submit]").click()
    expect(person.page.locator("[data-said]")).to_contain_text("正在提交")
    person.page.unroute("**/files/?*")
    with person.page.expect_navigation(timeout=30_000):
        person.page.evaluate("dispatchEvent(new Event('online'))")
    assert site.value(ATTEMPTS, f"+86{phone}") == 1
    assert site.rows(PHOTOS, f"+86{phone}")[0][0] == 1
    assert {fault.partition(":")[0] for fault in person.faults} == {"500"}


def test_a_report_does_not_wait_for_a_photo_that_was_refused_and_is_handed_in_without_it(
    site: RunningSite, browser: Browser
) -> None:
    """A picture that this browser cannot open and calls by no type is sent as it is; here it is empty. Of another one
    nothing is left, neither on the phone nor on the server; and one that cannot be made small is not taken at all.
    """
    phone = "19911130006"
    person = joined(browser, site, phone)
    (address,) = person.report_links()
    person.open(address)
    person.page.wait_for_load_state("networkidle")
    lose_signal(person.page.context)
    fill(person, "孩子愿意说话了。")
    said, rows = person.page.locator("[data-said]"), person.page.locator("[data-file]")
    chosen = person.page.locator("input[type=file]").first
    picture = FilePayload(name="操场.png", mimeType="image/png", buffer=a_picture())
    person.page.evaluate(NEVER_SMALL)
    chosen.set_input_files(picture)
    expect(said).to_contain_text("操场.png 这张照片太大")
    assert rows.count() == 0
    person.page.evaluate(SMALL_AGAIN)
    chosen.set_input_files(picture)
    expect(rows).to_have_count(1)
    person.page.evaluate(EMPTY_SHELF)
    chosen.set_input_files(FilePayload(name="IMG_0001.heic", mimeType="", buffer=b""))
    expect(rows).to_have_count(2)
    person.page.locator("button[value=submit]").click()
    expect(said).to_contain_text("已在这部手机上提交")
    find_signal(person.page.context)
    expect(said).to_contain_text("操场.png: 这里没有这个文件的记录", timeout=15_000)
    expect(rows).to_have_count(0)
    assert site.value(ATTEMPTS, f"+86{phone}") == 0
    with person.page.expect_navigation(timeout=30_000):
        person.page.locator("button[value=submit]").click()
    assert site.value(ATTEMPTS, f"+86{phone}") == 1
    person.open_place("waiting/")
    refused = person.page.locator("[data-part=refused] li")
    expect(refused).to_have_count(2)  # the photos; the report was taken in the end
    expect(refused.last).to_contain_text("这个文件是空的")
    assert person.faults == []
