"""What passes a phone's link stays within the budgets of the offline contract: bytes and requests, no seconds.

Lessons before anybody taps, all script and whole modules are weighed without a browser in tests/home/test_weight.py,
and lessons read to their end in test_weight_meter.py. Here is what only a browser shows; `make bench SUITE=phone`
measures the same with the same instruments.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.instruments.photo_lesson import bytes_of_visits, load_photo_lesson
from tests.bench.instruments.sending import ANSWERS, Sender, compared
from tests.bench.phone import BUDGETS
from tests.journeys.people import Principal
from tests.journeys.running import RunningSite
from tests.journeys.throttling import Link, weak_link

pytestmark = pytest.mark.journey

PHONE = "19911240001"
WITHDRAW = (
    "from courses.models import CoursePage; "
    "[page.specific.unpublish() for course in CoursePage.objects.filter(slug='photo') "
    "for page in course.get_descendants(inclusive=True)]"
)


@pytest.fixture(scope="module")
def link(site: RunningSite) -> Iterator[Link]:
    with weak_link(int(site.address.rpartition(":")[2])) as found:
        yield found


@pytest.fixture
def photo_lesson(site: RunningSite, tmp_path: Path) -> Iterator[str]:
    yield load_photo_lesson(site, tmp_path)
    site.manage("shell", "--no-imports", "-c", WITHDRAW)


def test_a_lesson_with_a_photograph(browser: Browser, link: Link, photo_lesson: str) -> None:
    figures = bytes_of_visits(browser, link, photo_lesson)
    assert figures["photo_lesson_scrolled_bytes"] > figures["photo_lesson_bytes"], "the photograph came"
    assert figures["repeat_requests"], "the state was asked for"
    assert {name: figure for name, figure in figures.items() if figure > BUDGETS[name]} == {}


def test_twenty_answers_on_the_weakest_signal(owner: Principal, link: Link, lesson: str) -> None:
    sender = Sender.behind(link, owner, lesson, PHONE)
    _seconds, sent = sender.send_twenty()
    assert len(sender.given) == sender.counted == ANSWERS
    assert sender.account == {"lost": 0, "doubled": 0}
    assert 0 < sent <= BUDGETS["sync20_bytes"]


def test_a_loss_makes_up_for_no_double() -> None:
    one, two = (uuid.uuid4(), "a"), (uuid.uuid4(), "b")
    assert compared([one, two], [two, one]) == {"lost": 0, "doubled": 0}
    assert compared([one, two], [one, one]) == {"lost": 1, "doubled": 1}
    assert compared([one], [(uuid.uuid4(), "a")]) == {"lost": 1, "doubled": 1}
    assert compared([one], [(one[0], "b")]) == {"lost": 1, "doubled": 1}
