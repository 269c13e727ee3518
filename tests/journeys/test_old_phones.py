"""Phones that keep badly: a broken database, no storage, no room, no service worker. 0 lost, 0 doubled."""

from itertools import cycle
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.journeys import phones
from tests.journeys.away import find_signal, lose_signal
from tests.journeys.lesson import SAYS
from tests.journeys.people import Principal, wait_for
from tests.journeys.phones import (
    another_phone,
    answer_all,
    answers_of,
    chip,
    open_lesson,
    wait_until_there,
    words_of,
)
from tests.journeys.running import RunningSite
from tests.journeys.test_report import PHOTOS

pytestmark = pytest.mark.journey

PHONE = "19911150001"
KEPT_HERE = "Object.keys(localStorage).filter((key) => key.startsWith('terrace-kept:outbox:')).length"

BROKEN = {
    "missing": phones.DATABASE_GONE,
    "throws": "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };",
    "fails": """IDBFactory.prototype.open = () => {
        const asked = {};
        setTimeout(() => asked.onerror({}));
        return asked;
    };""",
    "never answers": "IDBFactory.prototype.open = () => ({});",
    "loses its connection": """IDBDatabase.prototype.transaction = () => {
        throw new DOMException("", "InvalidStateError");
    };""",
}
KEEPS_NOTHING = {
    "denied": phones.DATABASE_GONE + phones.STORAGE_DENIED,
    "full": phones.NO_ROOM,
}

NOT_KEPT = {"zh-hans": "没能存下您写的内容", "en": "could not keep your words"}


@pytest.fixture(scope="module")
def report(owner: Principal) -> str:
    (address,) = owner.report_links()
    return address


def a_photo(file: Path) -> Path:
    """Write a photo, heavy enough to travel in several parts, and return where."""
    Image.effect_noise((640, 480), 60).convert("RGB").save(file, "JPEG")
    return file


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return a_photo(tmp_path / "门口.jpg")


# --- a database that is broken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "language"), list(zip(BROKEN, cycle(SAYS), strict=False)))
def test_where_the_database_is_broken_answers_wait_in_local_storage(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str, fault: str, language: str
) -> None:
    before = len(answers_of(site, PHONE))
    says, lesson = SAYS[language], lesson.replace("zh-hans", language)
    person = another_phone(browser, owner, BROKEN[fault])
    open_lesson(person, lesson)
    phones.cut(person)
    number = answer_all(person)
    wait_for(lambda: says["waiting"].format(number) in chip(person), seconds=5)
    assert person.page.evaluate(KEPT_HERE) == number
    open_lesson(person, lesson)
    wait_for(lambda: says["waiting"].format(number) in chip(person), seconds=5)
    assert len(answers_of(site, PHONE)) == before
    phones.mend(person)
    wait_until_there(site, PHONE, before + number)
    wait_for(lambda: chip(person) == says["saved"], seconds=5)
    assert person.page.evaluate(KEPT_HERE) == 0
    open_lesson(person, lesson)
    wait_for(lambda: chip(person) == says["saved"], seconds=5)
    assert len(answers_of(site, PHONE)) == before + number
    assert person.faults == []
    person.page.context.close()


def test_words_from_a_time_when_the_database_was_broken_do_not_come_back(
    site: RunningSite, browser: Browser, owner: Principal, report: str
) -> None:
    broken = f"if (!localStorage.whole) {{ {BROKEN['throws']} }}"
    person = another_phone(browser, owner, broken)
    person.page.context.route("**/draft/**", lambda route: route.abort())
    field = person.page.locator("textarea").first
    status = person.page.locator("[data-draft-status]")
    person.open(report)
    field.fill("数据库坏着的时候写的")
    expect(status).to_have_text("已存在本机")
    person.page.evaluate("localStorage.whole = 1")
    person.open(report)
    expect(field).to_have_value("数据库坏着的时候写的")
    person.page.context.unroute("**/draft/**")
    field.fill("后来写的")
    person.page.locator("button[value=save]").click()
    wait_for(lambda: "后来写的" in words_of(site, PHONE), seconds=10)
    expect(status).to_have_text("已保存")
    elsewhere = another_phone(browser, owner)
    elsewhere.open(report)
    elsewhere.page.locator("textarea").first.fill("在别处改过的")
    elsewhere.page.locator("button[value=save]").click()
    wait_for(lambda: "在别处改过的" in words_of(site, PHONE), seconds=10)
    person.open(report)
    person.page.wait_for_load_state("networkidle")  # the script has looked at what the phone keeps
    assert field.input_value() == "在别处改过的"
    for one in (person, elsewhere):
        assert one.faults == []
        one.page.context.close()


# --- phones that keep nothing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "language"), list(zip(KEEPS_NOTHING, NOT_KEPT, strict=True)))
def test_a_phone_that_keeps_nothing_uses_the_ordinary_forms(
    site: RunningSite,
    browser: Browser,
    owner: Principal,
    lesson: str,
    report: str,
    photo: Path,
    fault: str,
    language: str,
) -> None:
    before = len(answers_of(site, PHONE))
    lesson, report = (address.replace("zh-hans", language) for address in (lesson, report))
    person = another_phone(browser, owner, KEEPS_NOTHING[fault])
    open_lesson(person, lesson)
    with person.page.expect_navigation():
        person.answer_rightly(person.page.locator("form[data-question]").first)
    assert person.page.locator(".feedback").count() >= 1
    ((_id, device, *_rest),) = answers_of(site, PHONE)[before:]
    assert device == "form"

    person.open(report)
    words = f"存不下的手机（{fault}）"
    person.page.locator("textarea").first.fill(words)
    said = person.page.locator("[data-said]")
    expect(said).to_contain_text(NOT_KEPT[language])
    expect(person.page.locator("[data-draft-status]")).to_be_hidden()
    person.press("button[value=save]")
    assert words in words_of(site, PHONE)
    assert person.page.locator("textarea").first.input_value() == words

    ((photos, *_rest),) = site.rows(PHOTOS, f"+86{PHONE}")
    with person.page.expect_navigation():
        person.page.locator("input[type=file]").first.set_input_files(photo)
    ((now, *_rest),) = site.rows(PHOTOS, f"+86{PHONE}")
    assert now == photos + 1
    assert person.faults == []
    person.page.context.close()


def test_a_full_phone_without_a_signal_says_that_nothing_was_kept(
    site: RunningSite, browser: Browser, owner: Principal, report: str, photo: Path
) -> None:
    lesson = owner.lesson_links()[-1]
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, owner, phones.NO_ROOM)
    open_lesson(person, lesson)
    lose_signal(person.page.context)
    form = person.page.locator("form[data-required]")
    person.answer_rightly(form)
    expect(form.get_by_role("alert")).to_contain_text("这部手机没能存下")
    assert person.page.url.endswith(lesson), "the ordinary form would lead to the browser's own page of faults"
    person.page.locator("form[data-finish] button").click()
    expect(person.page.locator("[data-finish-reply]")).to_contain_text("还差 1 题")
    find_signal(person.page.context)
    wait_for(lambda: chip(person) == "", seconds=5)
    person.page.wait_for_timeout(1000)  # an earlier tap with the same answer would be taken for a second one
    with person.page.expect_navigation():
        form.locator(".button-wide").click()
    assert len(answers_of(site, PHONE)) == before + 1

    person.open(report)
    person.page.wait_for_load_state("networkidle")
    lose_signal(person.page.context)
    person.page.locator("textarea").first.fill("只在这一页上的话")
    said = person.page.locator("[data-said]")
    expect(said).to_contain_text("没能存下您写的内容")
    person.page.locator("input[type=file]").first.set_input_files(photo)
    expect(said).to_contain_text("这部手机没能存下 门口.jpg")
    assert person.page.locator("[data-file]").count() == 0
    person.page.locator("button[value=submit]").click()
    expect(said).to_contain_text("没能存下您写的内容")
    assert person.page.locator("textarea").first.input_value() == "只在这一页上的话"
    find_signal(person.page.context)
    person.press("button[value=save]")
    assert "只在这一页上的话" in words_of(site, PHONE)

    person.page.add_init_script("delete HTMLFormElement.prototype.requestSubmit;")  # as before iOS 16
    person.open_place("practices/write/new/")
    person.page.locator("input[name=title]").fill("存不下的做法")
    expect(person.page.get_by_role("alert").filter(has_text="没能存下您写的内容")).to_be_visible()
    expect(person.page.locator("[data-draft-status]")).to_be_hidden()
    with person.page.expect_navigation():
        person.page.locator("input[type=file]").set_input_files(photo)
    expect(person.page.locator("input[name^=alt-]")).to_have_count(1)
    assert person.page.locator("input[name=title]").input_value() == "存不下的做法"
    assert person.faults == []
    person.page.context.close()


def test_photos_that_find_no_room_are_told_and_arrive_once(
    site: RunningSite, browser: Browser, owner: Principal, report: str, tmp_path: Path
) -> None:
    """The first photo is kept, the second finds no room: the form must not send the first one again."""
    files = [tmp_path / f"{number}.jpg" for number in (1, 2)]
    for number, file in enumerate(files):
        Image.new("RGB", (640, 480), (number * 90, 40, 40)).save(file, "JPEG")
    ((before, *_rest),) = site.rows(PHOTOS, f"+86{PHONE}")
    full = phones.NO_ROOM_FOR_FILES.replace("if (item.blob)", "if (item.name === '2.jpg')")
    person = another_phone(browser, owner, full)
    person.open(report)
    person.page.wait_for_load_state("networkidle")
    chosen = person.page.locator("input[type=file]").first
    chosen.set_input_files(files)
    expect(person.page.locator("[data-said]")).to_contain_text("这部手机没能存下 2.jpg")
    wait_for(lambda: site.rows(PHOTOS, f"+86{PHONE}")[0][0] == before + 1, seconds=15)
    with person.page.expect_navigation():
        chosen.set_input_files(files[1])
    assert site.rows(PHOTOS, f"+86{PHONE}")[0][0] == before + 2
    person.page.wait_for_load_state("networkidle")
    assert person.page.locator("[data-file]").count() == 0, "nothing of it is said to be on this phone only"
    assert person.faults == []
    person.page.context.close()


# --- no service worker -----------------------------------------------------------------------------------------------


def test_without_a_service_worker_lessons_work_and_the_download_card_says_so(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str
) -> None:
    before = len(answers_of(site, PHONE))
    person = another_phone(browser, owner, phones.NO_WORKER)
    open_lesson(person, lesson)
    number = answer_all(person)
    wait_until_there(site, PHONE, before + number)
    person.open(lesson.rstrip("/").rpartition("/")[0] + "/")
    card = person.page.locator("section[data-download]")
    expect(card).to_contain_text("不能保存页面")
    card.get_by_role("link", name="整个模块放在一页里").click()
    expect(person.page.locator("main")).to_contain_text("先听，再问。")
    assert person.faults == []
    person.page.context.close()


def test_where_the_browser_refuses_a_service_worker_nothing_is_offered_to_keep(
    site: RunningSite, browser: Browser, owner: Principal, lesson: str
) -> None:
    refused = "ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('', 'SecurityError'));"
    person = another_phone(browser, owner, refused)
    person.open(lesson.rstrip("/").rpartition("/")[0] + "/")
    card = person.page.locator("section[data-download]")
    expect(card).to_contain_text("不能保存页面")
    assert card.get_by_role("button").count() == 0
    assert person.faults == []
    person.page.context.close()
