"""Learning: the small course, loaded once for a module of tests, and the phone of somebody who learns it."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cohorts.models import Enrolment
from cohorts.services.limits import LARGEST_PART
from courses.models import CoursePage
from tests.factories import content
from tests.factories.content import kept_for_a_module, site_with_course
from tests.factories.learning import a_learner


@pytest.fixture(scope="module")
def small_course(django_db_setup: None, django_db_blocker) -> Iterator[CoursePage]:
    """The small course's Chinese page. Tests that commit must load the course by themselves."""
    with kept_for_a_module(django_db_blocker, site_with_course) as course:
        yield course


@pytest.fixture
def learner() -> Enrolment:
    """Somebody who learns the small course."""
    return a_learner(name="林秀英")


@dataclass
class Phone:
    """A phone that is signed in and speaks with the API as the outbox does."""

    client: Client
    learner: Enrolment
    clock_off: Any = None
    """By how much its clock is wrong (a ``timedelta``), if it is."""

    def now(self) -> datetime:
        """What its clock says."""
        return timezone.now() + self.clock_off if self.clock_off else timezone.now()

    def address(self, door: str) -> str:
        """Return the address of a door of the small course's assignment."""
        return f"/api/submissions/{content.assignment().translation_key}/{door}"

    def sent(self, **more: Any) -> dict[str, Any]:
        """Return what everything that is sent says."""
        said = {"id": str(uuid.uuid4()), "enrolment": str(self.learner.uuid)}
        return said | {"at": self.now().isoformat(), "sent_at": self.now().isoformat()} | more

    def call(self, method: str, address: str, body: Any = None, **headers: Any) -> Any:
        """Send JSON and return the response."""
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.client, method)(address, **data, **headers)

    def said(self, response: Any) -> dict[str, Any]:
        """Return the body of an answer that was understood."""
        assert response.status_code == 200, response.content
        return dict(response.json())

    def standing(self) -> dict[str, Any]:
        """Return the work as the server has it."""
        return self.said(self.call("get", self.address("")))

    def draft(self, base: int | None = None, device: str = "", **more: Any) -> dict[str, Any]:
        """Save words by the prompts' keys (did, more)."""
        words = {content.prompt(key): more.pop(key) for key in ("did", "more") if key in more}
        body = self.sent(answers=words, base=base, device=device) | more
        return self.said(self.call("put", self.address("draft/"), body))

    def hand_in(self, files: Any = (), **more: Any) -> dict[str, Any]:
        """Hand in words by the prompts' keys."""
        words = {content.prompt(key): more.pop(key) for key in ("did", "more") if key in more}
        return self.said(
            self.call("post", self.address("hand-in/"), self.sent(answers=words, files=list(files)) | more)
        )

    def announce(self, file: bytes, prompt: str = "photos", kind: str = "photo", **more: Any) -> dict[str, Any]:
        """Announce a file."""
        body = self.sent(
            prompt=content.prompt(prompt) if prompt.isidentifier() else prompt,
            kind=kind,
            bytes=len(file),
            sha256=hashlib.sha256(file).hexdigest(),
            type="image/jpeg",
        )
        return self.said(self.call("post", self.address("files/"), body | more))

    def part(self, number: str, offset: int, content: bytes) -> Any:
        """Send one part and return the response."""
        return self.client.patch(
            f"/api/submissions/files/{number}/?offset={offset}", content, content_type="application/octet-stream"
        )

    def send(self, file: bytes, size: int = LARGEST_PART, **more: Any) -> dict[str, Any]:
        """Send a whole file in parts and return the last answer."""
        answer = self.announce(file, **more)
        while answer["status"] in ("ok", "duplicate") and answer["received"] < len(file):
            start = answer["received"]
            answer = self.said(self.part(answer["id"], start, file[start : start + size]))
        return answer


def a_phone(learner: Enrolment) -> Phone:
    """Return a phone that is signed in and sends its token, as scripts do."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner.user)
    client.defaults["HTTP_X_CSRFTOKEN"] = client.get("/api/state/").json()["csrf"]
    return Phone(client, learner)


@pytest.fixture
def phone_of(learner: Enrolment) -> Phone:
    """The learner's phone."""
    return a_phone(learner)
