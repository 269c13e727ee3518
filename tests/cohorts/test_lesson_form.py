"""A lesson's own form, for phones without script: nothing recorded behind anybody's back, and nothing lost."""

import re
from typing import Any

import pytest
from django.test import Client

from cohorts.models import Enrolment, LearningEvent, LessonProgress
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner, an_answer, send, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

FORM = "/learn/event/"
OURS: dict[str, Any] = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def learner() -> Enrolment:
    return a_learner()


@pytest.fixture
def phone(learner: Enrolment) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner.user)
    return client


def an_answer_form(*chosen: str, block: str = "who", lesson: str = "ask", **changes: Any) -> dict[str, Any]:
    return {
        "version": str(content.version(lesson).uuid),
        "question": content.question(lesson, block),
        "option": [content.option(lesson, block, key) for key in chosen],
    } | changes


def an_ending_form(lesson: str = "ask") -> dict[str, str]:
    return {"version": str(content.version(lesson).uuid), "verb": "finished"}


@pytest.mark.parametrize(
    "headers", [OURS, {"HTTP_SEC_FETCH_SITE": "same-origin"}, {**OURS, "HTTP_SEC_FETCH_SITE": "same-origin"}], ids=str
)
def test_an_answer_from_our_page_is_recorded_and_explained(phone: Client, learner: Enrolment, headers: dict) -> None:
    response = phone.post(FORM, an_answer_form("loud"), **headers)
    assert response.status_code == 200
    page = response.content.decode()
    assert "再想想。" in page
    assert content.lesson("ask").url in page
    assert LearningEvent.objects.get(enrolment=learner).is_right is False
    assert response["Cache-Control"].startswith("max-age=0")


def test_a_right_answer_to_several_options_is_recorded(phone: Client, learner: Enrolment) -> None:
    phone.post(FORM, an_answer_form("lock", "reach", block="which", lesson="choose"), **OURS)
    assert LearningEvent.objects.get(enrolment=learner).is_right is True


FOREIGN = [
    {},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_ORIGIN": "https://testserver.evil.example"},
    {"HTTP_SEC_FETCH_SITE": "cross-site"},
    {"HTTP_SEC_FETCH_SITE": "same-site"},
    {"HTTP_SEC_FETCH_SITE": "none"},
    {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_what_is_not_surely_ours_is_asked_for_once_more_and_not_recorded(phone: Client, headers: dict) -> None:
    response = phone.post(FORM, an_answer_form("quiet"), **headers)
    assert response.status_code == 200
    assert not LearningEvent.objects.exists()
    page = response.content.decode()
    for value in (content.option("ask", "who", "quiet"), str(content.version("ask").uuid)):
        assert f'value="{value}"' in page, "what was chosen is kept in the form"


def test_sending_once_more_with_the_token_records(phone: Client, learner: Enrolment) -> None:
    page = phone.post(FORM, an_answer_form("quiet")).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
    assert fields["csrfmiddlewaretoken"]
    assert phone.post(FORM, fields).status_code == 200
    assert LearningEvent.objects.get(enrolment=learner).is_right is True


def test_a_forged_token_records_nothing(phone: Client) -> None:
    response = phone.post(FORM, an_answer_form("quiet", csrfmiddlewaretoken="x" * 64))
    assert response.status_code == 200
    assert b"csrfmiddlewaretoken" in response.content
    assert not LearningEvent.objects.exists()


def test_a_guest_reads_the_feedback_and_is_told_that_nothing_is_kept(client: Client) -> None:
    response = client.post(FORM, an_answer_form("quiet"), **OURS)
    assert response.status_code == 200
    assert "是的。" in response.content.decode()
    assert "访客" in response.content.decode()
    assert not LearningEvent.objects.exists()


def test_a_guest_who_finishes_is_told_how_to_keep_progress(client: Client) -> None:
    response = client.post(FORM, an_ending_form(), **OURS)
    assert response.status_code == 200
    assert "访客" in response.content.decode()


def test_an_empty_answer_is_asked_for_again(phone: Client) -> None:
    response = phone.post(FORM, an_answer_form(), **OURS)
    assert response.status_code == 422
    assert content.lesson("ask").url in response.content.decode()
    assert not LearningEvent.objects.exists()


@pytest.mark.parametrize("chosen", [["nonsense"], ["\0"], [content.option("ask", "who", "quiet"), "nonsense"]])
def test_an_option_that_does_not_exist_is_refused_in_words(phone: Client, chosen: list[str]) -> None:
    response = phone.post(FORM, an_answer_form(option=chosen), **OURS)
    assert response.status_code == 422
    assert "答案" in response.content.decode()


@pytest.mark.parametrize("who", ["learner", "guest"])
def test_an_option_that_does_not_exist_is_no_answer_of_a_guest_either(who: str, phone: Client, client: Client) -> None:
    sender = phone if who == "learner" else client
    assert sender.post(FORM, an_answer_form(option=["nonsense"]), **OURS).status_code == 422


@pytest.mark.parametrize("question", ["", "nonsense", "0b54f0c8-5d2a-4f6e-9a53-0c1c0e0d7a11", "\0"])
def test_a_question_that_does_not_exist_is_404_with_the_way_back(phone: Client, question: str) -> None:
    response = phone.post(FORM, an_answer_form("quiet", question=question), **OURS)
    assert response.status_code == 404
    assert content.lesson("ask").url in response.content.decode()


@pytest.mark.parametrize("version", ["", "nonsense", "0b54f0c8-5d2a-4f6e-9a53-0c1c0e0d7a11", "\0"])
def test_a_version_that_does_not_exist_is_404(phone: Client, version: str) -> None:
    assert phone.post(FORM, an_answer_form("quiet", version=version), **OURS).status_code == 404


def test_finishing_with_questions_open_says_so_and_keeps_the_rest(phone: Client, learner: Enrolment) -> None:
    send(learner, an_answer(learner, "ask", "who", "quiet"))
    response = phone.post(FORM, an_ending_form(), **OURS)
    assert response.status_code == 200
    assert "没有作答" in response.content.decode()
    assert LessonProgress.objects.get().completed_at is None
    assert len(LessonProgress.objects.get().answered) == 1


def test_finishing_leads_on_to_the_course(phone: Client, learner: Enrolment) -> None:
    response = phone.post(FORM, an_ending_form("read"), **OURS)
    assert response.status_code == 302
    assert response["Location"].endswith("/course/")
    assert LessonProgress.objects.get().completed_at is not None


def test_a_withdrawn_learner_reads_on_as_a_guest(phone: Client, learner: Enrolment) -> None:
    withdraw(learner)
    response = phone.post(FORM, an_answer_form("quiet"), **OURS)
    assert response.status_code == 200
    assert not LearningEvent.objects.exists()


def test_the_answer_counts_for_the_cohort_of_this_course_only(phone: Client, learner: Enrolment) -> None:
    stranger = a_learner(cohort=a_cohort(name="另一班"))
    phone.post(FORM, an_answer_form("quiet"), **OURS)
    assert LearningEvent.objects.get().enrolment == learner
    assert not stranger.events.exists()


def test_only_posts_are_taken(phone: Client) -> None:
    assert phone.get(FORM).status_code == 405


def test_the_page_answers_in_english_to_who_reads_english(phone: Client) -> None:
    english = an_answer_form("quiet") | {"version": str(content.version("ask", "en").uuid)}
    response = phone.post(FORM, english, HTTP_ACCEPT_LANGUAGE="en", **OURS)
    assert "Yes." in response.content.decode()
    assert "Back to the lesson" in response.content.decode()
