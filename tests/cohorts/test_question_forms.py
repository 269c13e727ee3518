"""Every type of question, reflections and polls by an ordinary form: what a phone without script sends."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from cohorts.models import Enrolment, LearningEvent, LessonProgress, PollVote, Reflection
from courses.models import LessonPage
from tests.factories import asking
from tests.factories.asking import RIGHT_PAIRS, an_id
from tests.factories.learning import a_learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

FORM = "/learn/event/"
OURS: dict[str, Any] = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def page() -> LessonPage:
    return asking.a_lesson(*asking.JUDGED, asking.a_draw(asking.a_bank(3)), asking.REFLECTION, asking.POLL)


@pytest.fixture
def learner(page: LessonPage) -> Enrolment:
    return a_learner()


@pytest.fixture
def phone(learner: Enrolment) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner.user)
    return client


class Forms(HTMLParser):
    """The forms of a page by their ids: names of what they send, with the values to choose from."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self.form = self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = dict(attrs)
        if tag == "form":
            self.form = have.get("id") or ""
            self.forms[self.form] = []
        elif tag == "select":
            self.select = have.get("name") or ""
        elif tag in ("input", "textarea") and have.get("name"):
            self.forms[self.form].append((have["name"] or "", have.get("value") or ""))
        elif tag == "option":
            self.forms[self.form].append((self.select, have.get("value") or ""))

    def names(self, key: str) -> set[str]:
        return {name for name, _value in self.forms[f"q-{an_id(key)}"]}

    def offers(self, key: str) -> set[str]:
        return {value for _name, value in self.forms[f"q-{an_id(key)}"]}


def sent(page: LessonPage, key: str, **fields: Any) -> dict[str, Any]:
    return {"version": str(asking.version_of(page).uuid), "question": an_id(key), **fields}


ANSWERS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("single", {"option": an_id("single-good")}, {"option": an_id("single-bad")}, "先听"),
    (
        "order",
        {"option": [an_id(f"o{n}") for n in range(4)]},
        {"option": [an_id(f"o{n}") for n in (1, 0, 2, 3)]},
        "第0步 → 第1步",
    ),
    ("match", {"option": RIGHT_PAIRS}, {"option": [*RIGHT_PAIRS[:5], RIGHT_PAIRS[1]]}, "话2 — 答2"),
    ("short", {"text": "心里话信箱。"}, {"text": "邮筒"}, "心里话信箱。"),
    ("number", {"text": "１２，５ 分钟"}, {"text": "50"}, "１２，５ 分钟"),
    (
        "scenario",
        {"scene-1": an_id("s1-ask"), "scene-2": an_id("s2-wait"), "scene-3": an_id("s3-forget")},
        {"scene-1": an_id("s1-leave"), "scene-2": an_id("s2-wait")},
        "轻声问",
    ),
    ("bank1", {"option": an_id("bank1-good")}, {"option": an_id("bank1-bad")}, "先听"),
]


@pytest.mark.parametrize(("key", "right", "wrong", "words"), ANSWERS, ids=[key for key, *_ in ANSWERS])
def test_a_form_answers_every_type(
    phone: Client, page: LessonPage, learner: Enrolment, key: str, right: dict, wrong: dict, words: str
) -> None:
    forms = Forms(phone.get(page.url).content.decode())
    for given in (right, wrong):
        assert given.keys() <= forms.names(key)
        if "text" not in given:
            values = {one for value in given.values() for one in ([value] if isinstance(value, str) else value)}
            assert values <= forms.offers(key), "the page offers what is sent"
    response = phone.post(FORM, sent(page, key, **right), **OURS)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert page.url in response.content.decode()
    assert "因为先听后说。" in response.content.decode()
    assert phone.post(FORM, sent(page, key, **wrong), **OURS).status_code == 200
    graded = LearningEvent.objects.filter(enrolment=learner).order_by("pk")
    assert [(event.question_id, event.is_right) for event in graded] == [(an_id(key), True), (an_id(key), False)]
    assert Client().post(FORM, sent(page, key, **right), **OURS).status_code == 200, "a guest is told, too"
    assert LearningEvent.objects.count() == 2


OPEN: list[tuple[str, dict[str, Any]]] = [
    ("single", {}),
    ("order", {}),
    ("order", {"option": [an_id("o0"), "", an_id("o2"), an_id("o3")]}),
    ("match", {"option": [*RIGHT_PAIRS[:5], ""]}),
    ("short", {"text": "  "}),
    ("short", {}),
    ("number", {"text": ""}),
    ("number", {"text": "很多"}),
    ("number", {"text": "3 到 5"}),
    ("scenario", {}),
    ("scenario", {"scene-1": an_id("s1-ask")}),
    ("scenario", {"scene-2": an_id("s2-wait")}),
]
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("order", {"option": [an_id("o0")] * 4}),
    ("order", {"option": ["\0", "x", "y", "z"]}),
    ("match", {"option": [an_id("m0"), an_id("m0")]}),
    ("short", {"text": "？！"}),
    ("short", {"text": "长" * 500}),
    ("single", {"text": "先听"}),
    ("order", {"text": "先听"}),
]


@pytest.mark.parametrize(("key", "given"), OPEN + REFUSED, ids=lambda value: str(value)[:50])
@pytest.mark.parametrize("who", ["learner", "guest"])
def test_what_is_open_or_unfit_is_said_in_words_and_counts_for_nothing(
    phone: Client, client: Client, page: LessonPage, who: str, key: str, given: dict
) -> None:
    response = (phone if who == "learner" else client).post(FORM, sent(page, key, **given), **OURS)
    assert response.status_code == 422
    assert page.url in response.content.decode()
    assert 'role="alert"' in response.content.decode()
    assert not LearningEvent.objects.exists()


def test_sending_once_more_with_the_token_keeps_every_field(phone: Client, page: LessonPage) -> None:
    for key, given, _wrong, _words in ANSWERS:
        asked = phone.post(FORM, sent(page, key, **given)).content.decode()
        fields: dict[str, list[str]] = {}
        for name, value in Forms(asked).forms[""]:
            fields.setdefault(name, []).append(value)
        assert phone.post(FORM, fields).status_code == 200
        assert LearningEvent.objects.get(question_id=an_id(key)).is_right is True


def test_a_reflection_by_form_is_kept_and_shown(phone: Client, page: LessonPage) -> None:
    forms = Forms(phone.get(page.url).content.decode())
    assert {"verb", "question", "version", "text"} == forms.names("reflection")
    response = phone.post(FORM, sent(page, "reflection", verb="reflected", text="上周三，\r\n在操场。"), **OURS)
    assert response.status_code == 200
    assert "上周三，<br>在操场。" in response.content.decode()
    assert Reflection.objects.get().text == "上周三，\n在操场。"
    long = phone.post(FORM, sent(page, "reflection", verb="reflected", text="长" * 4001), **OURS)
    assert long.status_code == 422
    assert "长" * 4000 in long.content.decode(), "the words are there to be copied"
    assert Reflection.objects.get().text == "上周三，\n在操场。"


def test_a_vote_by_form_shows_the_figures_once_three_have_voted(phone: Client, page: LessonPage, learner) -> None:
    assert an_id("p1") in Forms(phone.get(page.url).content.decode()).offers("poll")
    vote = sent(page, "poll", verb="voted", option=an_id("p1"))
    assert "满三人" in phone.post(FORM, vote, **OURS).content.decode()
    for option in ("p1", "p2"):
        other = Client()
        other.force_login(a_learner(cohort=learner.cohort).user)
        shown = other.post(FORM, sent(page, "poll", verb="voted", option=an_id(option)), **OURS).content.decode()
    assert "同学 · 2 人" in shown
    assert "老师 · 1 人" in shown
    assert PollVote.objects.count() == 3
    assert phone.post(FORM, sent(page, "poll", verb="voted"), **OURS).status_code == 422


@pytest.mark.parametrize(("key", "verb"), [("reflection", "reflected"), ("poll", "voted")])
def test_a_guest_is_told_what_this_is_and_leaves_nothing(client: Client, page: LessonPage, key: str, verb: str) -> None:
    response = client.post(FORM, sent(page, key, verb=verb, text="话", option=an_id("p1")), **OURS)
    assert response.status_code == 200
    assert "访客" in response.content.decode()
    assert not LearningEvent.objects.exists()
    assert client.post(FORM, sent(page, "single", verb=verb), **OURS).status_code == 404


def test_finishing_asks_for_what_was_drawn_for_this_learner_only(phone: Client, learner: Enrolment) -> None:
    page = asking.a_lesson(asking.a_draw(asking.a_bank(4, key="few"), count=2), slug="drawing")
    version = asking.version_of(page)
    end = {"version": str(version.uuid), "verb": "finished"}
    first, second = sorted(version.required_ids(str(learner.uuid)))
    assert "没有作答" in phone.post(FORM, end, **OURS).content.decode()
    by_id = {question["id"]: question for question in version.questions}
    for one in (first, second):
        assert by_id[one]["prompt"] in phone.post(FORM, end, **OURS).content.decode(), "the missing ones are named"
        answer = {"version": str(version.uuid), "question": one, "option": by_id[one]["options"][0]["id"]}
        phone.post(FORM, answer, **OURS)
    assert phone.post(FORM, end, **OURS).status_code == 302


def test_who_is_short_of_the_pass_mark_is_told_what_to_try_again(phone: Client, learner: Enrolment) -> None:
    page = asking.a_lesson(asking.single("one"), asking.single("two"), slug="marked", pass_mark=100)
    assert "100%" in phone.get(page.url).content.decode()
    end = {"version": str(asking.version_of(page).uuid), "verb": "finished"}
    phone.post(FORM, sent(page, "one", option=an_id("one-good")), **OURS)
    phone.post(FORM, sent(page, "two", option=an_id("two-bad")), **OURS)
    told = phone.post(FORM, end, **OURS).content.decode()
    assert "目前答对 1 道，这一课要求答对 2 道" in told
    assert f"#q-{an_id('two')}" in told
    assert f"#q-{an_id('one')}" not in told
    assert LessonProgress.objects.get(lesson_key=page.translation_key).completed_at is None
    phone.post(FORM, sent(page, "two", option=an_id("two-good")), **OURS)
    assert LessonProgress.objects.get(lesson_key=page.translation_key).completed_at is not None


def test_tries_limit_the_screen_and_never_the_server(phone: Client, learner: Enrolment) -> None:
    page = asking.a_lesson(asking.single("one"), slug="tried", tries=1)
    for option in ("one-bad", "one-bad", "one-good"):
        assert phone.post(FORM, sent(page, "one", option=an_id(option)), **OURS).status_code == 200
    assert LessonProgress.objects.get(lesson_key=page.translation_key).right == [an_id("one")]


def test_a_lesson_with_every_type_asks_the_database_no_more_than_a_plain_one(page: LessonPage) -> None:
    from tests.factories.queries import queries_of

    plain = asking.a_lesson(asking.single("plain"), slug="plain")
    few, many = queries_of(Client(), plain.url), queries_of(Client(), page.url)
    assert len(many) <= len(few) + 1, "\n".join(many)
