"""What the API says when asked too often, sent too much, or unable: JSON in words, and when to come again."""

import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from cohorts.api import LARGEST_BATCH
from cohorts.api.common import DEVICES, EVENTS_A_MINUTE, FAULTS, PARTS_A_MINUTE, WRITINGS_A_MINUTE
from cohorts.services.limits import LARGEST, LARGEST_PART, MOST_PHOTOS
from tests.cohorts.conftest import Phone, a_phone
from tests.factories.learning import a_learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def ask(phone: Phone) -> Any:
    return phone.call("post", "/api/events/", {"sent_at": timezone.now().isoformat(), "events": []})


def test_one_device_that_asks_too_often_is_told_when_to_come_again(
    phone_of: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cohorts.api.events.EVENTS_A_MINUTE", 2)
    assert [ask(phone_of).status_code for _ in range(3)] == [200, 200, 429]
    response = ask(phone_of)
    assert 1 <= int(response["Retry-After"]) <= 60
    assert (response.json()["code"], response["Content-Type"].split(";")[0]) == ("too_often", "application/json")
    assert "这台设备" in response.json()["why"]
    other_device = a_phone(phone_of.learner)
    assert ask(other_device).status_code == 200, "another device of the same person goes on"
    neighbour = a_phone(a_learner(cohort=phone_of.learner.cohort))
    assert ask(neighbour).status_code == 200, "and so does everybody else at the school's one address"


def test_many_devices_of_one_account_have_a_limit_together(phone_of: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cohorts.api.events.EVENTS_A_MINUTE", 1)
    statuses = [ask(a_phone(phone_of.learner)).status_code for _ in range(DEVICES + 1)]
    assert statuses == [200] * DEVICES + [429]


@pytest.mark.parametrize("door", ["draft/", "hand-in/", "files/", "part"])
def test_every_door_has_its_limit(phone_of: Phone, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    for module in ("submissions", "files"):
        monkeypatch.setattr(f"cohorts.api.{module}.WRITINGS_A_MINUTE", 0)
    monkeypatch.setattr("cohorts.api.files.PARTS_A_MINUTE", 0)
    if door == "part":
        response = phone_of.part("0b54f0c8-5d2a-4f6e-9a53-0c1c0e0d7a11", 0, b"x")
    else:
        body = phone_of.sent(answers={}, prompt="x", kind="photo", bytes=1, sha256="0" * 64)
        response = phone_of.call("put" if door == "draft/" else "post", phone_of.address(door), body)
    assert (response.status_code, response.json()["code"]) == (429, "too_often")


def test_500_events_and_six_photos_as_they_come_pass_within_a_minute() -> None:
    smallest_batch = 16  # events of 1 kB fill the 16 kB that a phone sends at once
    assert 500 / smallest_batch < EVENTS_A_MINUTE
    parts = -(-LARGEST["photo"] // LARGEST_PART)
    assert MOST_PHOTOS * parts < PARTS_A_MINUTE
    assert MOST_PHOTOS * 2 < WRITINGS_A_MINUTE


def test_a_batch_that_is_too_heavy_is_told_that_it_goes_in_parts(phone_of: Phone) -> None:
    event = {"id": "x", "data": "x" * LARGEST_BATCH}
    body = {"sent_at": timezone.now().isoformat(), "events": [event]}
    response = phone_of.call("post", "/api/events/", body)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("method", ["get", "put"])
def test_a_database_that_is_away_is_told_as_json_with_a_time(
    phone_of: Phone, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr("cohorts.api.submissions.assignment_to_report", away)
    monkeypatch.setattr("cohorts.services.submissions.assignment_to_report", away)
    door = "" if method == "get" else "draft/"
    response = phone_of.call(method, phone_of.address(door), None if method == "get" else phone_of.sent(answers={}))
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["code"] == "away"
    assert response.json()["reference"] == response["X-Reference"]


@pytest.mark.parametrize("address", ["/api/state/", "/api/events/", "/api/submissions/files/{number}/"])
def test_a_database_that_cannot_be_reached_at_all_is_told_too(
    phone_of: Phone, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("the database is away")

    phone_of.client.raise_request_exception = False
    monkeypatch.setattr(connection, "cursor", away)
    where = address.format(number="0b54f0c8-5d2a-4f6e-9a53-0c1c0e0d7a11")
    response = ask(phone_of) if "events" in where else phone_of.call("get", where)
    monkeypatch.undo()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response.json()["code"] == "away"


def test_a_fault_of_the_site_is_told_as_json_to_a_phone_and_as_a_page_to_a_reader(
    phone_of: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("accounts.middleware.is_use_due", broken)  # before any view of the API has a say
    phone_of.client.raise_request_exception = False
    response = ask(phone_of)
    assert (response.status_code, response["Content-Type"]) == (500, "application/json")
    assert response.json()["reference"] == response["X-Reference"]
    assert "保存在这台设备上" in response.json()["why"]
    page = phone_of.client.get("/zh-hans/today/")
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (500, "text/html")


NUMBER = "0b54f0c8-5d2a-4f6e-9a53-0c1c0e0d7a11"


@pytest.mark.parametrize("method", ["get", "post", "patch"])
@pytest.mark.parametrize(
    "address", ["nope/", "state", "submissions/none/", "../admin/", "/state/", "docs", "state/%00"]
)
def test_where_there_is_no_door_a_phone_is_told_so_as_json_and_not_for_good(
    phone_of: Phone, method: str, address: str
) -> None:
    assert phone_of.client.get("/api/").json()["code"] == "http_404"
    for client in (phone_of.client, Client(enforce_csrf_checks=True)):
        response = getattr(client, method)(f"/api/{address}")
        assert (response.status_code, response["Content-Type"]) == (404, "application/json")
        assert response.json() == {"code": "http_404", "reference": response["X-Reference"]}, "a sentence is final"


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("get", "events/", {"POST"}),
        ("delete", "state/", {"GET"}),
        ("put", f"submissions/files/{NUMBER}/", {"GET", "PATCH", "DELETE"}),
    ],
)
def test_a_door_that_is_used_in_another_way_is_told_as_json(
    phone_of: Phone, method: str, address: str, allowed: set[str]
) -> None:
    response = getattr(phone_of.client, method)(f"/api/{address}")
    assert (response.status_code, response["Content-Type"]) == (405, "application/json")
    assert set(response["Allow"].split(", ")) == allowed
    assert response.json() == {"code": "http_405", "reference": response["X-Reference"]}


def test_a_request_that_django_itself_refuses_is_answered_as_json_below_the_api(phone_of: Phone) -> None:
    response = phone_of.client.get("/api/state", HTTP_HOST="evil..x")
    assert (response.status_code, response["Content-Type"]) == (400, "application/json")
    assert "why" not in response.json()
    assert phone_of.client.get("/zh-hans/today/", HTTP_HOST="evil..x")["Content-Type"].startswith("text/html")


def test_without_the_token_nothing_is_taken_and_the_answer_is_json(phone_of: Phone) -> None:
    phone_of.client.defaults["HTTP_X_CSRFTOKEN"] = "x" * 64
    for response in (
        phone_of.call("put", phone_of.address("draft/"), phone_of.sent(answers={})),
        phone_of.part("0b54f0c8-5d2a-4f6e-9a53-0c1c0e0d7a11", 0, b"x"),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "http_403")


def test_the_api_describes_itself_whole() -> None:
    told = json.loads(Client().get("/api/openapi.json").content)
    doors = [operation for path in told["paths"].values() for operation in path.values()]
    assert len(doors) >= 9
    assert all(door.get("summary") and door.get("description") for door in doors)
    schemas = told["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []
    faults = {str(status) for status in FAULTS}
    taking = [
        verbs[verb] for verbs in told["paths"].values() for verb in ("post", "put", "patch", "delete") if verb in verbs
    ]
    assert len(taking) == 6
    for door in taking:
        assert {"200"} | faults == set(door["responses"]) - {"404"}, "a conflict is told in a 200 (decision 0062)"
