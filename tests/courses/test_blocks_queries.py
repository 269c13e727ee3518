"""A lesson costs the same number of queries with few blocks and with many, and never more than eight."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import CourseIndexPage, CoursePage, LessonPage, QuestionBank
from courses.selectors import read_body
from tests.factories import content
from tests.factories.bodies import FAMILIES, fill, raw_block
from tests.factories.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

FEW, MANY = len(FAMILIES), 60


def asked_for(lesson: LessonPage, number: int, now: datetime) -> list[str]:
    fill(lesson, number, at=now)
    return queries_of(Client(), lesson.url)


@pytest.mark.database
def test_sixty_blocks_cost_what_each_once_costs(now: datetime) -> None:
    lesson = content.lesson("read")
    few = asked_for(lesson, FEW, now)
    many = asked_for(lesson, MANY, now)
    assert len(many) == len(few) <= 8, "\n".join(many)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_kind_of_block_costs_by_its_number(family: str, now: datetime) -> None:
    lesson = content.lesson("read")
    fill(lesson, 5, at=now, families=(family,))
    five = queries_of(Client(), lesson.url)
    fill(lesson, 60, at=now, families=(family,))
    sixty = queries_of(Client(), lesson.url)
    assert len(five) == len(sixty) <= 8, "\n".join(sixty)


def test_what_was_read_renders_without_another_query(now: datetime) -> None:
    lesson = content.lesson("read")
    fill(lesson, len(FAMILIES), at=now)
    Client().get(lesson.url)  # renditions are made by whoever comes first
    lesson = content.lesson("read")
    with CaptureQueriesContext(connection) as reading:
        practices = read_body(lesson.body, locale_id=lesson.locale_id)
    assert len(reading) == 5, [query["sql"][:120] for query in reading]
    with CaptureQueriesContext(connection) as rendering:
        html = lesson.body.render_as_block({"practices": practices})
    assert [query["sql"][:200] for query in rendering] == []
    assert "image/avif" in html
    assert html.count("<audio") == 1


def test_a_practice_in_another_language_costs_no_more(now: datetime) -> None:
    lesson = content.lesson("read")
    fill(lesson, 3, at=now, families=("practice",))
    same = queries_of(Client(), lesson.url)
    english = content.lesson("read", "en")
    english.body = lesson.body.get_prep_value()
    english.save_revision().publish()
    assert len(queries_of(Client(), english.url)) == len(same)


def test_a_bank_in_another_language_costs_no_more(now: datetime) -> None:
    lesson, english = content.lesson("read"), content.lesson("read", "en")
    fill(lesson, 20, at=now, families=("draw",))
    english.body = lesson.body.get_prep_value()
    english.save_revision().publish()
    bank = QuestionBank.objects.earliest("pk")
    twin = bank.copy_for_translation(english.locale)
    twin.title, twin.live = "Talks", True
    twin.questions[0].value["prompt"] = "Listen first, then ask."
    twin.save()
    assert len(queries_of(Client(), english.url)) == len(queries_of(Client(), lesson.url)) == 4
    assert Client().get(english.url).content.decode().count("Listen first, then ask.") == 1


def test_links_lead_to_the_page_in_the_readers_language(now: datetime) -> None:
    chinese, english = content.lesson("ask"), content.lesson("ask", "en")
    page = content.lesson("read", "en")
    page.body = [raw_block("text", lesson=chinese, at=now)]
    page.save_revision().publish()
    html = Client().get(page.url).content.decode()
    assert f'href="{english.url}"' in html
    english.unpublish()
    assert f'href="{chinese.url}"' in Client().get(page.url).content.decode()


def test_the_catalogue_takes_twelve_queries_whatever_there_is(now: datetime) -> None:
    index = CourseIndexPage.objects.get(locale__language_code="zh-hans")
    few = queries_of(Client(), index.url)
    for number in range(30):
        index.add_child(
            instance=CoursePage(title=f"课程{number}", slug=f"course-{number}", summary="摘要", locale=index.locale)
        )
    many = queries_of(Client(), index.url)
    assert len(many) == len(few) <= 12, "\n".join(many)
