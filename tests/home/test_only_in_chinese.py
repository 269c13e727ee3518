"""What exists in one language only: readers of the other are led there, and told so."""

from collections.abc import Iterator

import pytest
from django.test import Client

from courses.models import CoursePage, PracticePage
from courses.selectors import outline, required_steps
from tests.factories.content import assignment, kept_for_a_module, lesson, site_with_course

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def half_translated(django_db_setup: None, django_db_blocker) -> Iterator[CoursePage]:
    """The English course, with one lesson and the whole second module only in Chinese."""

    def build() -> CoursePage:
        site_with_course()
        lesson("read", "en").delete()
        lesson("choose", "en").get_parent().delete()
        return CoursePage.objects.get(locale__language_code="en")

    with kept_for_a_module(django_db_blocker, build) as course:
        yield course


def test_the_outline_shows_everything_in_its_place_and_marks_what_is_only_in_chinese(half_translated) -> None:
    first, second = outline(half_translated)
    assert [(step.title, step.only_in) for step in first.steps] == [
        (lesson("ask", "en").title, ""),
        (lesson("read").title, "zh-hans"),
        (assignment("en").title, ""),
    ]
    assert [step.number for step in first.lessons] == [1, 2]
    assert second.title == lesson("choose").get_parent().title
    chinese = CoursePage.objects.get(locale__language_code="zh-hans")
    assert required_steps(half_translated) == required_steps(chinese), "nobody is asked for less in another language"
    assert not any(step.only_in for module in outline(chinese) for step in module.steps)


def test_what_is_only_in_english_is_no_step_of_the_chinese_course(half_translated) -> None:
    lesson("ask").delete()
    chinese = CoursePage.objects.get(locale__language_code="zh-hans")
    assert [step.title for step in outline(chinese)[0].lessons] == [lesson("read").title]


def test_the_course_page_says_so_and_leads_to_a_page_with_a_notice(half_translated) -> None:
    page = Client().get(half_translated.get_url()).content.decode()
    assert page.count("only in Chinese") == 2
    step = outline(half_translated)[0].steps[1]
    answer = Client().get(step.url)
    assert answer.status_code == 200
    assert "has not been translated into English yet" not in answer.content.decode(), "the page speaks Chinese"
    assert "这一页还没有译成英文" in answer.content.decode()


@pytest.mark.parametrize("key", ["read", "choose"])
def test_an_address_in_the_missing_language_leads_to_the_other_with_a_notice(half_translated, key) -> None:
    chinese = lesson(key)
    answer = Client().get(chinese.get_url().replace("/zh-hans/", "/en/"), follow=True)
    assert answer.redirect_chain, "led to where it exists"
    assert answer.status_code == 200
    assert "untranslated=en" in answer.redirect_chain[-1][0]


def test_a_practice_only_in_chinese_is_found_from_an_english_address(half_translated) -> None:
    chinese = PracticePage.objects.get(locale__language_code="zh-hans")
    PracticePage.objects.filter(locale__language_code="en").update(live=False)
    answer = Client().get(chinese.get_url().replace("/zh-hans/", "/en/"), follow=True)
    assert answer.status_code == 200
    assert "这一页还没有译成英文" in answer.content.decode()
