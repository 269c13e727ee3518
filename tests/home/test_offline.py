"""What the server does so that pages can be read without it: which may be kept, the worker, and the home screen."""

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.models import CoursePage, PracticeIndexPage, PracticePage
from courses.services.drafts import share_draft
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


# --- what may be kept ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_that_are_the_same_for_every_reader_say_that_they_may_be_kept(client: Client, language: str) -> None:
    in_language = {"locale__language_code": language}
    assert client.get(content.lesson("ask", language).url)["X-Keep"] == "lesson"
    others = [
        content.module(language=language),
        content.assignment(language),
        CoursePage.objects.get(**in_language),
        PracticePage.objects.filter(**in_language).first(),
        PracticeIndexPage.objects.get(**in_language),
    ]
    assert [client.get(page.url)["X-Keep"] for page in others] == ["page"] * len(others)
    assert client.get(f"/{language}/")["X-Keep"] == "page"


def test_a_member_may_keep_a_members_lesson_and_who_is_refused_may_keep_nothing() -> None:
    CoursePage.objects.update(access="members")
    member = Client()
    member.force_login(a_learner(cohort=a_cohort()).user)
    assert member.get(content.lesson("ask").url)["X-Keep"] == "lesson"
    refused = Client().get(content.lesson("ask").url)
    assert refused.status_code == 403
    assert "X-Keep" not in refused.headers


@pytest.mark.parametrize("kind", ["draft", "personal", "missing", "redirect", "login", "restricted"])
def test_drafts_personal_pages_refusals_and_redirects_may_not_be_kept(kind: str) -> None:
    client = Client()
    learner = a_learner()
    addresses = {
        "personal": f"/zh-hans/assignments/{content.assignment().translation_key}/",
        "missing": "/zh-hans/courses/nothing/",
        "redirect": content.lesson("ask").url,
        "login": "/zh-hans/account/sign-in/",
        "restricted": content.lesson("read").url,
    }
    if kind == "draft":
        token = share_draft(page=content.lesson("ask"), actor=a_facilitator(), at=timezone.now()).token
        addresses[kind] = f"/d/{token}/"
    elif kind == "redirect":
        content.lesson("ask", "en").unpublish()
        addresses[kind] = content.lesson("ask").url.replace("/zh-hans/", "/en/")
    elif kind in ("personal", "restricted"):
        client.force_login(learner.user)
        rule = PageViewRestriction.LOGIN
        PageViewRestriction.objects.create(page=content.lesson("read"), restriction_type=rule)
    answer = client.get(addresses[kind])
    assert answer.status_code in (200, 302, 404)
    assert "X-Keep" not in answer.headers, addresses[kind]
