"""Pages as guests and members find them: in another language, behind a membership, or not at all."""

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from cohorts.enums import Role
from cohorts.selectors import facilitators_of, may_read_as_member
from cohorts.services.opening import add_member
from courses.models import CoursePage, LessonPage
from courses.services.loading import load_course
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner, withdraw
from tests.factories.people import a_facilitator, a_person, an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

NOTICE = "This page has not been translated into English yet."


def test_the_bare_address_leads_to_the_home_page_of_the_readers_language(client: Client) -> None:
    assert client.get("/")["Location"] == "/zh-hans/"
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="en")["Location"] == "/en/"
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="zh-TW")["Location"] == "/zh-hans/"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_lesson_is_open_to_everybody_and_may_be_kept(client: Client, language: str) -> None:
    page = content.lesson("ask", language)
    response = client.get(page.url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert page.title in response.content.decode()
    assert f'lang="{language}"' in response.content.decode()


def test_a_page_that_english_lacks_leads_to_the_chinese_one_with_a_notice(client: Client) -> None:
    content.lesson("ask", "en").delete()
    chinese = content.lesson("ask")
    address = chinese.url.replace("/zh-hans/", "/en/")
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"{chinese.url}?untranslated=en"
    page = client.get(response["Location"]).content.decode()
    assert "先听，再问。" in page
    assert NOTICE in page or "还没有" in page, "said in the language of the page, which the reader is about to read"


def test_a_page_that_chinese_lacks_leads_to_the_english_one(client: Client) -> None:
    content.lesson("ask", "zh-hans").unpublish()
    english = content.lesson("ask", "en")
    response = client.get(english.url.replace("/en/", "/zh-hans/"))
    assert response["Location"] == f"{english.url}?untranslated=zh-hans"


def test_a_page_under_another_name_in_the_other_language_is_found(client: Client) -> None:
    english = content.lesson("ask", "en")
    english.slug = "asking-children"
    english.save_revision().publish()
    response = client.get(content.lesson("ask").url.replace("/zh-hans/", "/en/"))
    assert response["Location"] == english.url.replace("/ask/", "/asking-children/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_does_not_exist_is_404_in_words_with_a_reference(client: Client, language: str) -> None:
    response = client.get(f"/{language}/courses/nothing-here/")
    assert response.status_code == 404
    page = response.content.decode()
    assert response["X-Reference"] in page
    assert f'lang="{language}"' in page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("path", ["/zh-hans/a%00b/", "/zh-hans/%F0%9F%8F%94/", "/zh-hans/" + "a/" * 400, "/nowhere/"])
def test_odd_addresses_are_404(client: Client, path: str) -> None:
    assert client.get(path, follow=True).status_code == 404


def test_an_unpublished_page_is_404_for_everybody(client: Client) -> None:
    address = content.lesson("ask").url
    content.lesson("ask").unpublish()
    content.lesson("ask", "en").unpublish()
    assert client.get(address).status_code == 404


def test_pages_are_read_and_never_written_to(client: Client) -> None:
    assert client.post(content.lesson("ask").url).status_code == 405


# --- a course for members --------------------------------------------------------------------------------------------


@pytest.fixture
def members_only() -> None:
    CoursePage.objects.update(access="members")


@pytest.fixture
def members_lesson(members_only: None) -> LessonPage:
    return content.lesson("ask")


def test_a_guest_sees_title_summary_and_how_to_join_and_nothing_more(
    client: Client, members_lesson: LessonPage
) -> None:
    response = client.get(members_lesson.url)
    assert response.status_code == 403
    page = response.content.decode()
    assert members_lesson.title in page
    assert members_lesson.summary in page
    assert 'href="/j/"' in page
    assert "先听，再问。" not in page
    assert "先找谁" not in page
    assert "public" not in response.headers.get("Cache-Control", "")


def test_the_course_itself_can_be_seen_by_those_who_may_want_to_join(client: Client, members_only: None) -> None:
    response = client.get(CoursePage.objects.get(locale__language_code="zh-hans").url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_member_reads_all_of_it_in_either_language_and_shared_caches_keep_none(
    client: Client, members_only: None, language: str
) -> None:
    client.force_login(a_learner().user)
    page = content.lesson("ask", language)
    response = client.get(page.url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"
    assert 'data-question="' in response.content.decode()


def test_who_helps_reads_it_too_and_who_is_elsewhere_or_has_left_does_not(
    client: Client, members_lesson: LessonPage
) -> None:
    cohort = a_cohort()
    observer, gone = a_person(), a_facilitator()
    add_member(cohort=cohort, user=observer, role=Role.OBSERVER, actor=observer, at=timezone.now())
    add_member(cohort=cohort, user=gone, role=Role.CO_FACILITATOR, actor=gone, at=timezone.now())
    gone.memberships.update(ended_at=timezone.now())
    for person, status in (
        (facilitators_of(cohort)[0], 200),
        (observer, 200),
        (an_operator(), 200),
        (a_person(), 403),
        (gone, 403),
        (withdraw(a_learner(cohort=cohort)).user, 403),
    ):
        client.force_login(person)
        assert client.get(members_lesson.url).status_code == status, person


def test_a_member_of_another_course_is_a_guest_here(client: Client, tmp_path: Path, members_only: None) -> None:
    folder = content.copy_of_small_course(tmp_path, key="other", slug='{zh-hans: "other", en: "other"}')
    other = load_course(folder)["zh-hans"]
    client.force_login(a_learner(cohort=a_cohort(course=other)).user)
    assert client.get(content.lesson("ask").url).status_code == 403


def test_the_members_page_says_so_in_english_too(client: Client, members_only: None) -> None:
    response = client.get(content.lesson("ask", "en").url)
    assert response.status_code == 403
    assert "This lesson is for members of a cohort" in response.content.decode()


def test_a_browser_that_has_the_page_is_told_that_it_is_the_same(client: Client, members_only: None) -> None:
    client.force_login(a_learner().user)
    first = client.get(content.lesson("ask").url)
    assert first["ETag"]
    again = client.get(content.lesson("ask").url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""


# --- the same HTML for every reader ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["ask", "read", "choose"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_lesson_is_the_same_for_every_reader(client: Client, key: str, language: str) -> None:
    page = content.lesson(key, language)
    guest = client.get(page.url)
    cohort = a_cohort()
    for person in (a_learner(cohort=cohort, name="林秀英").user, facilitators_of(cohort)[0]):
        reader = Client()
        reader.force_login(person)
        response = reader.get(page.url)
        assert response.content == guest.content
        assert "csrf" not in response.content.decode()
        assert not response.cookies


def test_the_access_rule_knows_guests(members_only: None) -> None:
    course = CoursePage.objects.get(locale__language_code="zh-hans")
    assert not may_read_as_member(AnonymousUser(), course)


def test_a_page_that_an_editor_made_private_is_private() -> None:
    """Wagtail's own privacy setting holds on our pages, for everything below, and no cache may keep them."""
    from wagtail.models import PageViewRestriction

    from courses.models import LessonPage

    lesson = LessonPage.objects.live().first()
    assert lesson is not None
    assert "public" in Client().get(lesson.get_url())["Cache-Control"]
    PageViewRestriction.objects.create(page=lesson.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    answer = Client().get(lesson.get_url())
    assert answer.status_code == 302
    assert "public" not in answer.get("Cache-Control", "")
