"""The phone's own door: JSON in, JSON out, one result an event, and never a redirect."""

import gzip
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.test import Client
from django.utils import timezone

from cohorts.api import LARGEST_BATCH, MOST_EVENTS
from cohorts.models import Enrolment, LearningEvent, LessonProgress, RefusedEvent, RequirementSet
from cohorts.services.events import LARGEST_UNREADABLE, IncomingEvent, record_event
from tests.cohorts.conftest import a_phone
from tests.factories import content
from tests.factories.learning import a_cohort, a_learner, an_answer, send, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

EVENTS = "/api/events/"


@pytest.fixture
def learner() -> Enrolment:
    return a_learner(name="林秀英")


@pytest.fixture
def phone(learner: Enrolment) -> Client:
    """A phone that is signed in and sends its token, as the lesson's script does."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner.user)
    state = client.get(f"/api/state/?course={learner.cohort.course.translation_key}").json()
    client.defaults["HTTP_X_CSRFTOKEN"] = state["csrf"]
    return client


def an_event(learner: Enrolment, **changes: Any) -> dict[str, Any]:
    """Return an answer as the lesson's script writes it."""
    version = content.version("ask")
    return {
        "id": str(uuid.uuid4()),
        "verb": "answered",
        "object": str(version.translation_key),
        "enrolment": str(learner.uuid),
        "at": timezone.now().isoformat(),
        "content_version": str(version.uuid),
        "data": {
            "question": content.question("ask", "who"),
            "chosen": [content.option("ask", "who", "quiet")],
        },
        "seq": 3,
        "device": str(uuid.uuid4()),
    } | changes


def post(phone: Client, *events: Any, sent_at: Any = None, **headers: Any):
    body = {"sent_at": sent_at or timezone.now().isoformat(), "events": list(events)}
    return phone.post(EVENTS, json.dumps(body), content_type="application/json", **headers)


def results(phone: Client, *events: Any, **more: Any) -> list[tuple[str, str]]:
    response = post(phone, *events, **more)
    assert response.status_code == 200, response.content
    return [(result["status"], result.get("code", "")) for result in response.json()["results"]]


def test_an_answer_arrives_and_counts(phone: Client, learner: Enrolment) -> None:
    event = an_event(learner)
    assert results(phone, event, event) == [("ok", ""), ("duplicate", "")]
    stored = LearningEvent.objects.get()
    assert (stored.seq, stored.device, stored.is_right) == (3, event["device"], True)
    assert LessonProgress.objects.get(enrolment=learner).answered == [content.question("ask", "who")]


def test_an_unreadable_event_among_good_ones_is_answered_by_its_id(phone: Client, learner: Enrolment) -> None:
    bad = {"id": "no uuid", "verb": "answered"}
    response = post(phone, an_event(learner), bad, {}, an_event(learner))
    answers = response.json()["results"]
    assert [answer["status"] for answer in answers] == ["ok", "rejected", "rejected", "ok"]
    assert answers[1]["id"] == "no uuid"
    assert answers[1]["code"] == "unreadable"
    assert "记录" in answers[1]["why"]
    rows = RefusedEvent.objects.filter(user=learner.user, reason="unreadable")
    assert {row.body["raw"] for row in rows} == {json.dumps(bad), '{"data": {}}'}


def test_a_fault_of_ours_in_one_event_holds_up_none_of_the_others(
    phone: Client, learner: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = an_event(learner)
    taken = record_event

    def fail(*, event: IncomingEvent, **more: Any) -> Any:
        if str(event.id) == bad["id"]:
            raise KeyError("a question of a kind that nobody thought of")
        return taken(event=event, **more)

    monkeypatch.setattr("cohorts.services.events.record_event", fail)
    assert results(phone, bad, an_event(learner)) == [("retry", ""), ("ok", "")]
    monkeypatch.undo()
    assert results(phone, bad) == [("ok", "")]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "x" * 500},
        {"object": "lesson"},
        {"enrolment": 7},
        {"at": "yesterday"},
        {"at": None},
        {"content_version": "new"},
        {"data": "text"},
        {"seq": -1},
        {"seq": 2**40},
        {"verb": "x" * 21},
        {"device": "x" * 37},
        {"id": "\ud800"},
        {"device": "\0\ud800" * 37},
        {"verb": ["answered"]},
    ],
    ids=ascii,
)
@pytest.mark.database
def test_whatever_cannot_be_read_is_rejected_in_words_and_kept_once(
    phone: Client, learner: Enrolment, changes: dict
) -> None:
    event = an_event(learner, **changes)
    assert results(phone, event, event) == [("rejected", "unreadable")] * 2
    assert results(phone, event) == [("rejected", "unreadable")]
    kept = RefusedEvent.objects.get(user=learner.user, reason="unreadable")
    assert "id" in changes or str(kept.uuid) == event["id"]
    assert event["content_version"] in kept.body["raw"] or "content_version" in changes


@pytest.mark.parametrize("verb", ["reflected", "Reflected", None, ["reflected"], {"x": "心"}])
def test_of_what_may_be_a_reflection_no_word_is_kept(phone: Client, learner: Enrolment, verb: Any) -> None:
    odd = {"verb": verb, "at": "yesterday", "text": "心里的话", "data": {"question": "q", "text": "心里的话"}}
    assert results(phone, an_event(learner, **odd)) == [("rejected", "unreadable")]
    assert results(phone, an_event(learner, **odd | {"data": "心里的话"})) == [("rejected", "unreadable")]
    for kept in RefusedEvent.objects.filter(reason="unreadable"):
        assert "心里的话" not in kept.body["raw"]
        assert '"at": "yesterday"' in kept.body["raw"]


def test_what_cannot_be_read_is_kept_up_to_a_size(phone: Client, learner: Enrolment) -> None:
    results(phone, an_event(learner, at="yesterday", extra="长" * 9000))
    assert len(RefusedEvent.objects.get().body["raw"]) == LARGEST_UNREADABLE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"verb": "danced"}, "unknown_verb"),
        ({"verb": "completed"}, "unknown_verb"),
        ({"enrolment": str(uuid.uuid4())}, "not_enrolled"),
        ({"content_version": str(uuid.uuid4())}, "unknown_lesson"),
        ({"content_version": None}, "unknown_lesson"),
        ({"data": {}}, "unknown_question"),
        ({"data": {"question": ["a"], "chosen": "b"}}, "unknown_question"),
        ({"data": {"question": content.question("ask", "who"), "chosen": "quiet"}}, "bad_answer"),
        ({"data": {"question": content.question("ask", "who"), "chosen": [None, {}]}}, "bad_answer"),
        ({"data": {"question": content.question("ask", "who"), "chosen": ["x"] * 9999}}, "bad_answer"),
    ],
)
@pytest.mark.parametrize(("language", "word"), [("zh-hans", "记录"), ("en", "e")])
def test_what_is_refused_is_kept_and_said_in_the_readers_language(
    phone: Client, learner: Enrolment, changes: dict, code: str, language: str, word: str
) -> None:
    event = an_event(learner, **changes)
    response = post(phone, event, HTTP_ACCEPT_LANGUAGE=language)
    (result,) = response.json()["results"]
    assert (result["status"], result["code"]) == ("rejected", code)
    assert result["why"].isascii() == (language == "en")
    kept = RefusedEvent.objects.get(uuid=event["id"], user=learner.user)
    assert kept.reason == code


@pytest.mark.database
@pytest.mark.parametrize(
    "changes",
    [
        {"device": "a\0b"},
        {"verb": "a\0b"},
        {"data": {"question": "a\0b", "chosen": ["x"]}},
        {"data": {"question": content.question("ask", "who"), "chosen": ["a\0b"]}},
        {"data": {"question": content.question("ask", "who"), "chosen": ["\ud800"]}},
        {"data": {"question": "\ud800", "chosen": ["x"]}},
    ],
    ids=ascii,
)
def test_characters_that_no_database_takes_are_answered_too(phone: Client, learner: Enrolment, changes: dict) -> None:
    answers = results(phone, an_event(learner, **changes), an_event(learner))
    assert answers[0][0] in ("rejected", "ok")
    assert answers[1] == ("ok", "")


@pytest.mark.database
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00"])
@pytest.mark.parametrize("which", ["at", "sent_at"])
def test_a_clock_at_the_end_of_time_breaks_nothing(phone: Client, learner: Enrolment, moment: str, which: str) -> None:
    if which == "at":
        assert results(phone, an_event(learner, at=moment)) == [("ok", "")]
    else:
        assert results(phone, an_event(learner), sent_at=moment) == [("ok", "")]


def test_a_moment_without_a_zone_is_taken_as_the_sites_own(phone: Client, learner: Enrolment) -> None:
    naive = timezone.localtime().replace(tzinfo=None).isoformat()
    assert results(phone, an_event(learner, at=naive), sent_at=naive) == [("ok", "")]
    stored = LearningEvent.objects.get()
    assert abs(stored.at - timezone.now()) < timedelta(minutes=1)


def test_a_phone_three_years_off_loses_nothing(phone: Client, learner: Enrolment) -> None:
    for years in (-3, 3):
        then = (timezone.now() + timedelta(days=365 * years)).isoformat()
        assert results(phone, an_event(learner, at=then), sent_at=then) == [("ok", "")]
    for event in LearningEvent.objects.all():
        assert learner.enrolled_at <= event.corrected_at <= event.received_at


def test_a_batch_of_fifty_is_taken_and_one_more_is_refused_whole_in_words(phone: Client, learner: Enrolment) -> None:
    events = [an_event(learner) for _ in range(MOST_EVENTS)]
    assert set(results(phone, *events)) == {("ok", "")}
    response = post(phone, *events, an_event(learner))
    assert response.status_code == 422
    assert response.json()["code"] == "unreadable"
    assert LearningEvent.objects.count() == MOST_EVENTS


def test_a_body_that_is_too_heavy_is_refused_in_words(phone: Client, learner: Enrolment) -> None:
    response = post(phone, an_event(learner, data={"question": "x" * LARGEST_BATCH}))
    assert response.status_code == 413
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["why"]
    assert not LearningEvent.objects.exists()


def post_packed(phone: Client, body: bytes):
    return phone.post(EVENTS, body, content_type="application/json", HTTP_CONTENT_ENCODING="gzip")


def test_a_packed_batch_is_taken_like_a_plain_one(phone: Client, learner: Enrolment) -> None:
    batch = {"sent_at": timezone.now().isoformat(), "events": [an_event(learner) for _ in range(20)]}
    packed = gzip.compress(json.dumps(batch).encode())
    response = post_packed(phone, packed)
    assert {result["status"] for result in response.json()["results"]} == {"ok"}
    assert LearningEvent.objects.count() == 20


@pytest.mark.parametrize(
    "body",
    [b"no gzip", b"", gzip.compress(b"[]")[:-9]],
    ids=["no gzip", "nothing", "cut off"],
)
def test_what_is_packed_badly_is_answered_as_json(phone: Client, body: bytes) -> None:
    response = post_packed(phone, body)
    assert response.status_code in (400, 422)
    assert response.json()["why"]


@pytest.mark.parametrize("more", [1, 50_000_000])
def test_what_swells_is_told_that_it_goes_in_parts(phone: Client, more: int) -> None:
    response = post_packed(phone, gzip.compress(b"[]".rjust(LARGEST_BATCH + more)))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert "分批" in response.json()["why"]


@pytest.mark.parametrize("body", ["<html>free wifi</html>", "", "[]", "null", "7", '{"events": 7}', "\x00", "[" * 9999])
def test_what_is_not_our_json_is_answered_as_json(phone: Client, body: str) -> None:
    response = phone.post(EVENTS, body, content_type="application/json")
    assert response.status_code in (400, 422)
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["why"]


def test_a_session_that_ended_is_told_as_json_with_no_redirect(phone: Client, learner: Enrolment) -> None:
    del phone.cookies["sessionid"]
    response = post(phone, an_event(learner))
    assert response.status_code == 401
    assert "Location" not in response.headers
    assert response.json()["code"] == "signed_out"
    assert "登录" in response.json()["why"]
    assert "sign in" in post(phone, an_event(learner), HTTP_ACCEPT_LANGUAGE="en").json()["why"]


def test_without_the_token_nothing_is_recorded_and_the_answer_is_json(phone: Client, learner: Enrolment) -> None:
    response = post(phone, an_event(learner), HTTP_X_CSRFTOKEN="x" * 64)
    assert response.status_code == 403
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["code"] == "http_403"
    assert response.json()["why"]
    assert not LearningEvent.objects.exists()


def test_another_person_on_the_same_phone_sends_nothing_of_the_first_one(phone: Client, learner: Enrolment) -> None:
    other = a_learner(cohort=learner.cohort)
    phone.force_login(other.user)
    phone.defaults["HTTP_X_CSRFTOKEN"] = phone.get(
        f"/api/state/?course={learner.cohort.course.translation_key}"
    ).json()["csrf"]
    assert results(phone, an_event(learner)) == [("rejected", "not_enrolled")]
    assert not LearningEvent.objects.exists()


# --- what scripts are told ------------------------------------------------------------------------------------------


def state(client: Client, course: Any) -> dict[str, Any]:
    response = client.get(f"/api/state/?course={course}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"
    return response.json()


def test_the_state_tells_the_reader_what_they_did_and_nobody_else(phone: Client, learner: Enrolment) -> None:
    send(learner, an_answer(learner, "ask", "who", "quiet"))
    course = learner.cohort.course.translation_key
    told = state(phone, course)
    assert told["enrolment"] == str(learner.uuid)
    assert "林秀英" not in str(told), "a phone that is shared keeps no name"
    assert told["lessons"] == {content.lesson_key("ask"): {"done": False, "answered": [content.question("ask", "who")]}}
    guest = state(Client(), course)
    assert not any(guest.values()), guest
    stranger = Client()
    stranger.force_login(a_learner(cohort=a_cohort(name="另一班")).user)
    assert state(stranger, course)["lessons"] == {}


def test_a_withdrawn_learner_records_as_a_guest(phone: Client, learner: Enrolment) -> None:
    withdraw(learner)
    told = state(phone, learner.cohort.course.translation_key)
    assert "enrolment" not in told
    assert told["csrf"], "signed in all the same"
    assert told["enrolments"] == [str(learner.uuid)], "what waits on the phone is sent and told about"


def test_a_lesson_is_told_its_own_ticks_only(phone: Client, learner: Enrolment) -> None:
    send(learner, an_answer(learner, "ask", "who", "quiet"))
    course = learner.cohort.course.translation_key
    ask = content.lesson_key("ask")
    assert list(state(phone, f"{course}&lesson={ask}")["lessons"]) == [ask]
    assert state(phone, f"{course}&lesson={uuid.uuid4()}")["lessons"] == {}


def test_a_phone_that_has_the_state_gets_no_body(phone: Client, learner: Enrolment) -> None:
    address = f"/api/state/?course={learner.cohort.course.translation_key}&lesson={content.lesson_key('ask')}"
    tag = phone.get(address)["ETag"]
    known = phone.get(address, HTTP_IF_NONE_MATCH=tag)
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", tag)
    send(learner, an_answer(learner, "ask", "who", "quiet"))
    assert phone.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200
    other = Client()
    other.force_login(a_learner(cohort=learner.cohort).user)
    assert other.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200, "nobody is told by another's tag"


def test_the_state_travels_compressed_with_a_token_that_is_masked_anew(phone: Client, learner: Enrolment) -> None:
    for question, chosen in (("who", "quiet"), ("pause", "true")):
        send(learner, an_answer(learner, "ask", question, chosen))
    address = f"/api/state/?course={learner.cohort.course.translation_key}&lesson={content.lesson_key('ask')}"
    packed = [phone.get(address, HTTP_ACCEPT_ENCODING="br") for _ in range(2)]
    told = [json.loads(brotli.decompress(answer.content)) for answer in packed]
    assert {answer["Content-Encoding"] for answer in packed} == {"br"}
    assert told[0]["csrf"] != told[1]["csrf"]
    assert len(packed[0].content) < len(phone.get(address, HTTP_ACCEPT_ENCODING="").content)


def test_a_page_that_was_kept_learns_that_it_is_old() -> None:
    page = content.lesson("ask")
    shown = re.search(r'data-edition="(\d+)"', Client().get(page.url).content.decode())
    assert shown
    address = f"/api/state/?lesson={page.translation_key}&edition={shown.group(1)}&lang=zh-hans"
    assert "newer" not in Client().get(address).json()
    page.last_published_at += timedelta(seconds=2)
    page.save()
    assert Client().get(address).json()["newer"] == "有新版本，点此打开"


def test_the_state_of_no_course_is_refused_in_words(phone: Client) -> None:
    response = phone.get("/api/state/?course=nonsense")
    assert response.status_code == 422
    assert response.json()["why"]


def test_a_phone_that_does_not_know_its_enrolment_yet_names_its_reader(phone: Client, learner: Enrolment) -> None:
    reader = phone.get("/api/state/").json()["reader"]
    event = an_event(learner, enrolment=reader)
    assert [result["status"] for result in post(phone, event).json()["results"]] == ["ok"]
    assert [result["status"] for result in post(phone, event).json()["results"]] == ["duplicate"]
    assert LearningEvent.objects.get(verb="answered").enrolment == learner


def test_what_names_another_reader_or_a_course_that_is_not_theirs_is_not_counted(
    phone: Client, learner: Enrolment
) -> None:
    other = a_learner(name="王建国")
    events = [an_event(learner, enrolment=other.user.username)]
    withdraw(learner)
    events.append(an_event(learner, enrolment=learner.user.username))
    results = post(phone, *events).json()["results"]
    assert [result["code"] for result in results] == ["not_enrolled"] * 2
    assert not LearningEvent.objects.filter(verb="answered").exists()


def test_what_was_counted_stays_counted_when_its_answer_was_lost_and_the_person_has_left(
    phone: Client, learner: Enrolment
) -> None:
    events = [an_event(learner), an_event(learner, enrolment=learner.user.username)]
    post(phone, *events)
    withdraw(learner)
    assert results(phone, *events) == [("duplicate", "")] * 2
    assert not RefusedEvent.objects.exists()
    other = a_phone(a_learner(cohort=learner.cohort))
    assert results(other.client, events[0]) == [("rejected", "not_enrolled")], "another is told nothing of it"
    assert results(other.client, an_event(other.learner, id=events[0]["id"])) == [("conflict", "other_body")]


@pytest.mark.database
def test_a_lesson_of_another_course_is_not_counted(phone: Client, learner: Enrolment) -> None:
    elsewhere = learner.cohort.course.copy(update_attrs={"slug": "other"}, recursive=False, keep_live=True)
    enrolment = a_learner(cohort=a_cohort(course=elsewhere), user=learner.user)
    wrong = an_event(enrolment)
    assert results(phone, wrong, an_event(learner)) == [("rejected", "not_enrolled"), ("ok", "")]
    assert str(RefusedEvent.objects.get().uuid) == wrong["id"]
    assert not LessonProgress.objects.filter(enrolment=enrolment).exists()


@pytest.mark.database
@pytest.mark.parametrize("reason", ["required", "in the course", "begun"])
def test_a_lesson_since_unpublished_or_gone_is_counted(phone: Client, learner: Enrolment, reason: str) -> None:
    events = [an_event(learner) for _ in range(2)]
    if reason != "required":
        RequirementSet.objects.update(lessons=[])
    if reason == "begun":
        assert results(phone, events[0]) == [("ok", "")]
    for language in ("en", "zh-hans"):
        content.lesson("ask", language).unpublish()
        if reason != "in the course":
            content.lesson("ask", language).delete()
    assert results(phone, events[1]) == [("ok", "")]


def test_of_one_person_so_many_refused_records_are_kept_and_each_is_answered(
    phone: Client, learner: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cohorts.services.events.MOST_REFUSED", 3)
    bad = [an_event(learner, **change) for change in ({"verb": "danced"}, {"at": "never"}) for _ in range(3)]
    assert {status for status, _code in results(phone, *bad)} == {"rejected"}
    assert [str(row.uuid) for row in RefusedEvent.objects.order_by("pk")] == [event["id"] for event in bad[:3]]
    neighbour = a_phone(a_learner(cohort=learner.cohort))
    results(neighbour.client, an_event(neighbour.learner, verb="danced"))
    assert RefusedEvent.objects.filter(user=neighbour.learner.user).exists()


def test_a_body_that_calls_itself_a_form_is_refused_in_words(phone: Client, learner: Enrolment) -> None:
    response = phone.post(EVENTS, b"--x--", content_type="multipart/form-data; boundary=x")
    assert (response.status_code, response.json()["code"]) == (422, "unreadable")
    assert not LearningEvent.objects.exists()
