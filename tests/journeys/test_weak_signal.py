"""What must hold on a weak signal and on an old phone. Each test looks at the rows on the server."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.away import find_signal, lose_signal
from tests.journeys.people import joined, wait_for
from tests.journeys.running import RunningSite

pytestmark = pytest.mark.journey

ANSWERS = "SELECT count(*) FROM cohorts_learningevent e JOIN cohorts_enrolment n ON n.id = e.enrolment_id " \
    "JOIN accounts_user u ON u.id = n.user_id WHERE u.phone = ? AND e.verb = ?"  # fmt: skip


def test_answers_given_offline_arrive_once(site: RunningSite, browser: Browser) -> None:
    phone = "19911110003"
    person = joined(browser, site, phone)
    person.open(person.lesson_links()[0])
    person.page.wait_for_selector("[data-connection]:not([hidden])")
    lose_signal(person.page.context)
    for form in person.page.locator("form[data-question]:visible").all():
        person.answer_rightly(form)
        form.locator(".feedback:not([hidden])").first.wait_for()
    wait_for(lambda: "待发" in person.page.locator("[data-connection]").inner_text(), seconds=3)
    assert site.value(ANSWERS, f"+86{phone}", "answered") == 0
    find_signal(person.page.context)
    count = person.page.locator("form[data-question]:visible").count()
    wait_for(lambda: site.value(ANSWERS, f"+86{phone}", "answered") == count, seconds=20)
    person.page.reload()
    given_back = person.page.locator("form[data-question]:has(.feedback-right:visible)")
    wait_for(lambda: given_back.count() == count, seconds=5)
    assert given_back.locator(":checked").count() >= count, "with what was chosen, as this phone remembers it"
    assert site.value(ANSWERS, f"+86{phone}", "answered") == count
    assert person.faults == []


def test_a_phone_without_script_records_progress(site: RunningSite, browser: Browser) -> None:
    phone = "19911110004"
    person = joined(browser, site, phone, script=False)
    lesson = person.lesson_links()[0]
    person.open(lesson)
    for number in range(person.page.locator("form.question").count()):
        form = person.page.locator("form.question").nth(number)
        with person.page.expect_navigation():
            person.answer_rightly(form)
        assert person.page.locator(".feedback").count() >= 1
        person.open(lesson)
    person.press("form.finish button")
    assert person.page.url.endswith("/course/")
    assert site.value(ANSWERS, f"+86{phone}", "finished") == 1
    assert person.page.locator(".step-done").count() == 1


def test_words_typed_survive_a_closed_tab_and_a_bad_photo(site: RunningSite, browser: Browser, tmp_path) -> None:
    person = joined(browser, site, "19911110005")
    (address,) = person.report_links()
    person.open(address)
    person.page.locator("textarea").first.fill("还没有存过的一句话")
    person.page.close()
    person.page = person.page.context.new_page()
    person.open(address)
    assert person.page.locator("textarea").first.input_value() == "还没有存过的一句话"
    broken = tmp_path / "half.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    person.add_photo(broken)
    assert "half.jpg" in person.page.locator("[role=alert]").inner_text()
    assert person.page.locator("textarea").first.input_value() == "还没有存过的一句话"
