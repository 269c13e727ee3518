"""Every address of the site for every role. An address without a row fails: a new one must say who may open it."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Message, SignedInDevice, User
from certificates.models import Certificate, CertificateFile
from cohorts.enums import Role
from cohorts.models import (
    Announcement,
    Cohort,
    Enrolment,
    IncomingFile,
    JoinRequest,
    PeopleImport,
    SubmissionAttempt,
    SubmissionRecording,
)
from cohorts.selectors import facilitators_of
from cohorts.services.announcing import announce
from cohorts.services.attachments import add_photo
from cohorts.services.opening import add_member
from cohorts.services.roster.work import start_import
from courses.models import PracticeDraft
from courses.services.drafts import share_draft
from foundation.uploads import clean_photo
from tests.factories import content, photos
from tests.factories.content import kept_for_a_module
from tests.factories.learning import a_cohort, a_draft, a_learner, a_report, a_review, all_lessons, send, withdraw
from tests.factories.people import a_facilitator, a_person, an_operator
from tests.factories.practices import a_practice_draft

pytestmark = pytest.mark.django_db

ROLES = (
    "guest",
    "learner",
    "other_learner",
    "withdrawn",
    "nobody",
    "facilitator",
    "observer",
    "other_facilitator",
    "operator",
)
"""``other_…`` belong to another cohort of the same course; ``nobody`` is signed in and in no cohort."""


@dataclass
class World:
    """A learner with a report, a photo, a message and a certificate, seen by all roles."""

    people: dict[str, Any]
    learner: Enrolment
    announcement: Announcement
    report: SubmissionAttempt
    photo: Any
    voice: SubmissionRecording
    coming: IncomingFile
    message: Message
    device: SignedInDevice
    certificate: Certificate
    draft: str
    writing: PracticeDraft
    asked: JoinRequest
    listed: PeopleImport


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the world keeps its photo and its certificate."""
    return tmp_path_factory.mktemp("private")


@pytest.fixture(scope="module")
def world_of_all(django_db_setup: None, django_db_blocker, files: Path) -> Iterator[World]:
    with override_settings(PRIVATE_MEDIA_ROOT=files), kept_for_a_module(django_db_blocker, a_world) as built:
        yield built


@pytest.fixture
def world(world_of_all: World, files: Path, settings) -> World:
    """The world as it was made: each test is a savepoint in it."""
    settings.PRIVATE_MEDIA_ROOT = files
    return world_of_all


def a_world() -> World:
    content.site_with_course()
    leader = a_facilitator()
    cohort = a_cohort(facilitator=leader)
    learner = a_learner(cohort=cohort, is_confirmed=True, name="林秀英")
    send(learner, *all_lessons(learner))
    photo = add_photo(
        submission=a_draft(learner, did="谈了三次。"),
        prompt_id=content.prompt("photos"),
        file=ContentFile(photos.a_jpeg()),
        at=timezone.now(),
    )
    work, now = photo.submission, timezone.now()
    voice = SubmissionRecording(submission=work, prompt_id=content.prompt("did"), sha256="0" * 64, size=4)
    voice.added_at = voice.queued_at = now
    voice.file.save("voices/sample.webm", ContentFile(b"\x1a\x45\xdf\xa3"), save=False)
    voice.save()
    coming = IncomingFile.objects.create(
        uuid=uuid.uuid4(),
        enrolment=learner,
        submission=work,
        prompt_id=content.prompt("photos"),
        kind="photo",
        size=10,
        sha256="0" * 64,
        begun_at=now,
        touched_at=now,
    )
    report = a_report(learner)
    a_review(report, leader)
    elsewhere = a_cohort(name="另一班")
    certificate = Certificate.objects.get(enrolment=learner)
    file = CertificateFile(certificate=certificate, kind="pdf", sha256="0" * 64, size=5, created_at=timezone.now())
    file.file.save("certificates/sample.pdf", ContentFile(b"%PDF-"), save=False)
    file.save()
    return World(
        people={
            "guest": None,
            "learner": learner.user,
            "other_learner": a_learner(cohort=elsewhere).user,
            "withdrawn": withdraw(a_learner(cohort=cohort)).user,
            "nobody": a_person(),
            "facilitator": leader,
            "observer": an_observer(cohort),
            "other_facilitator": facilitators_of(elsewhere)[0],
            "operator": an_operator(),
        },
        learner=learner,
        announcement=announce(
            cohort=cohort,
            title="周五见",
            text="",
            is_pinned=False,
            picture=clean_photo(ContentFile(photos.a_jpeg(), "a.jpg")),
            author=leader,
            at=timezone.now(),
        ),
        report=report,
        photo=photo,
        voice=voice,
        coming=coming,
        device=signed_in_device(learner.user),
        message=Message.objects.filter(recipient=learner.user).latest("pk"),
        certificate=certificate,
        draft=share_draft(page=content.lesson("ask"), actor=leader, at=timezone.now()).token,
        writing=a_practice_draft(learner.user),
        listed=start_import(
            cohort=cohort, file="姓名,手机\n示例,13800138000".encode(), name="a.csv", who=leader, at=timezone.now()
        ),
        asked=JoinRequest.objects.create(cohort=cohort, user=a_person(), asked_at=timezone.now()),
    )


def an_observer(cohort: Cohort) -> User:
    """Return somebody who may look on in the cohort and change nothing."""
    user = a_person(name="示例观察员")
    add_member(cohort=cohort, user=user, role=Role.OBSERVER, actor=None, at=timezone.now())
    return user


def signed_in_device(user: User) -> SignedInDevice:
    """Let somebody sign in on one more device."""
    Client().force_login(user)
    return SignedInDevice.objects.get(user=user)


def everybody(status: int | str) -> dict[str, Any]:
    return dict.fromkeys(ROLES, status)


SIGN_IN = "sign-in"
"""A redirect to the sign-in page; the address asked for comes back as ``next``."""

SIGNED_IN = everybody(200) | {"guest": SIGN_IN}
"""One's own screen, whoever one is."""

MISSING = everybody(404) | {"guest": SIGN_IN}
"""Somebody's record: for all who are not named it does not exist."""

LEARNERS_OWN = MISSING | {"learner": 200}
REVIEWERS = MISSING | {"facilitator": 200}
LEADERS_DEED = MISSING | {"facilitator": 302}
FOLLOWERS = REVIEWERS | {"observer": 200}
NOT_HERE = everybody(404)
"""Not in production, and on this machine only for whoever sits at it; the tests are neither."""


@dataclass(frozen=True)
class Row:
    """An address, and the status that each role gets."""

    address: Callable[[World], str]
    expected: dict[str, Any]
    method: str = "get"
    body: Callable[[World], dict[str, Any]] = lambda world: {}


def plain(address: str) -> Callable[[World], str]:
    return lambda world: address


def _answer(world: World) -> dict[str, Any]:
    return {
        "version": content.version("ask").uuid,
        "question": content.question("ask", "who"),
        "option": content.option("ask", "who", "quiet"),
    }


RESULTS = everybody("rejected") | {"guest": 401}
"""Sent about the learner's report, which is closed: the learner is told that, everybody else that it is not theirs."""

OWN_FILE = everybody(404) | {"guest": 401, "learner": "ok"}


def report_door(door: str) -> Callable[[World], str]:
    return lambda world: f"/api/submissions/{content.assignment().translation_key}/{door}"


def file_door(world: World) -> str:
    return f"/api/submissions/files/{world.coming.uuid}/"


def learner_door(door: str) -> Callable[[World], str]:
    return lambda world: f"/zh-hans/desk/{world.learner.cohort.uuid}/learners/{world.learner.uuid}/{door}"


def request_door(door: str) -> Callable[[World], str]:
    return lambda world: f"/zh-hans/desk/{world.learner.cohort.uuid}/learners/joining/{world.asked.uuid}/{door}"


def import_door(door: str) -> Callable[[World], str]:
    return lambda world: f"/zh-hans/desk/{world.learner.cohort.uuid}/learners/import/{world.listed.uuid}/{door}"


def words_of_learner(world: World) -> dict[str, Any]:
    now = timezone.now().isoformat()
    said = {"id": str(uuid.uuid4()), "enrolment": str(world.learner.uuid), "at": now, "sent_at": now}
    return said | {"answers": {content.prompt("did"): "别人的话"}}


def announced_of(world: World) -> dict[str, Any]:
    return {
        "id": str(world.coming.uuid),
        "prompt": world.coming.prompt_id,
        "kind": "photo",
        "bytes": world.coming.size,
        "sha256": world.coming.sha256,
    }


TABLE: dict[str, Row] = {
    # Without a language prefix: what is printed, scanned or called.
    "front_door": Row(plain("/"), everybody(302)),
    "health": Row(plain("/health/"), everybody(503)),
    "join:join_by_code": Row(plain("/j/"), everybody(200)),
    "join:join": Row(lambda w: f"/j/{w.learner.cohort.join_code}/", everybody(200) | {"learner": "/today/"}),
    "join:enter": Row(lambda w: f"/j/{w.learner.cohort.join_code}/enter/", everybody("/j/")),
    "lesson_event": Row(plain("/learn/event/"), everybody(200), "post", _answer),
    "public:verify": Row(lambda w: f"/v/{w.certificate.token}/", everybody(200)),
    "public:search": Row(plain("/verify/"), everybody(200)),
    "plain:sms_codes": Row(plain("/sms/"), everybody(200)),
    "teaching:draft": Row(lambda w: f"/d/{w.draft}/", everybody(200)),
    "api:openapi-json": Row(plain("/api/openapi.json"), everybody(200)),
    "api:api-root": Row(plain("/api/"), everybody(404)),
    "api_nothing": Row(plain("/api/none/"), everybody(404)),
    "api:post_events": Row(plain("/api/events/"), everybody(200) | {"guest": 401}, "json"),
    "api:get_submission": Row(report_door(""), everybody(403) | {"guest": 401, "learner": 200, "other_learner": 200}),
    "api:put_draft": Row(report_door("draft/"), RESULTS, "put", words_of_learner),
    "api:post_hand_in": Row(report_door("hand-in/"), RESULTS, "json", words_of_learner),
    "api:begin": Row(
        report_door("files/"),
        RESULTS | {"learner": "duplicate"},
        "json",
        lambda w: words_of_learner(w) | announced_of(w),
    ),
    "api:add_part": Row(lambda w: f"{file_door(w)}?offset=0", OWN_FILE | {"learner": 400}, "patch"),
    "api:get_file": Row(file_door, OWN_FILE),
    "api:delete_file": Row(file_door, OWN_FILE | {"learner": "rejected"}, "delete"),
    "api:get_state": Row(lambda w: f"/api/state/?course={w.learner.cohort.course.translation_key}", everybody(200)),
    "api:get_weights": Row(lambda w: f"/api/bundles/?keys={content.module().translation_key}", everybody(200)),
    "api:get_bundle": Row(lambda w: f"/api/bundles/{content.module().translation_key}/", everybody(200)),
    "service_worker": Row(plain("/sw.js"), everybody(200)),
    "web_manifest": Row(plain("/zh-hans/manifest.webmanifest"), everybody(200)),
    "offline": Row(plain("/zh-hans/offline/"), everybody(200)),
    "whole_module": Row(lambda w: f"/zh-hans/modules/{content.module().translation_key}/", everybody(200)),
    "media": Row(plain("/media/images/none.jpg"), everybody(404)),
    "handout": Row(plain("/documents/1/none.pdf"), everybody(404)),
    # One's own screens.
    # Who learns nowhere is led to where they work.
    "today": Row(
        plain("/zh-hans/today/"),
        SIGNED_IN
        | {"facilitator": "/desk/", "observer": "/desk/", "other_facilitator": "/desk/", "operator": "/admin/"},
    ),
    "course": Row(plain("/zh-hans/course/"), SIGNED_IN),
    "me": Row(plain("/zh-hans/me/"), SIGNED_IN),
    "waiting": Row(plain("/zh-hans/waiting/"), everybody(200)),
    "accounts:sign_in": Row(plain("/zh-hans/account/sign-in/"), everybody("/today/") | {"guest": 200}),
    "accounts:sign_in_with_code": Row(plain("/zh-hans/account/sign-in/code/"), everybody("/today/") | {"guest": 200}),
    "accounts:sign_out": Row(plain("/zh-hans/account/sign-out/"), everybody(302), "post"),
    "accounts:welcome": Row(plain("/zh-hans/account/welcome/"), SIGNED_IN),
    "accounts:name": Row(plain("/zh-hans/account/name/"), SIGNED_IN),
    "accounts:profile": Row(plain("/zh-hans/account/profile/"), SIGNED_IN),
    "accounts:sign_out_device": Row(
        lambda w: f"/zh-hans/account/devices/{w.device.uuid}/sign-out/", MISSING | {"learner": 302}, "post"
    ),
    "accounts:sign_out_others": Row(
        plain("/zh-hans/account/devices/others/sign-out/"), everybody(302) | {"guest": SIGN_IN}, "post"
    ),
    "accounts:read_message": Row(
        lambda w: f"/zh-hans/account/messages/{w.message.uuid}/read/", MISSING | {"learner": 302}, "post"
    ),
    # People's records.
    "cohorts:submission": Row(
        lambda w: f"/zh-hans/assignments/{content.assignment().translation_key}/",
        everybody(403) | {"guest": SIGN_IN, "learner": 200, "other_learner": 200},
    ),
    "cohorts:sheet": Row(
        lambda w: f"/zh-hans/assignments/{content.assignment().translation_key}/sheet/", everybody(200)
    ),
    "cohorts:photo": Row(lambda w: f"/zh-hans/photos/{w.photo.uuid}/", LEARNERS_OWN | {"facilitator": 200}),
    "cohorts:recording": Row(
        lambda w: f"/zh-hans/recordings/{w.voice.uuid}/plain/", LEARNERS_OWN | {"facilitator": 200}
    ),
    # Who runs the site may make cohorts, and so has a desk.
    "cohorts:desk": Row(plain("/zh-hans/desk/"), FOLLOWERS | {"other_facilitator": 200, "operator": 200}),
    "cohorts:new_cohort": Row(
        plain("/zh-hans/desk/new/"),
        everybody(404) | {"guest": SIGN_IN, "facilitator": 200, "other_facilitator": 200, "operator": 200},
    ),
    "cohorts:open_cohort": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/open/", LEADERS_DEED, "post"),
    "cohorts:clone_cohort": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/clone/", REVIEWERS),
    "cohorts:cohort_settings": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/settings/", REVIEWERS),
    "cohorts:archive_cohort": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/archive/", LEADERS_DEED, "post"),
    "cohorts:schedule": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/schedule/", REVIEWERS),
    "cohorts:extensions": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/schedule/longer/", REVIEWERS),
    "cohorts:as_learner": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/day/", REVIEWERS),
    "cohorts:overview": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/", FOLLOWERS),
    "cohorts:call": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/calls/{w.learner.uuid}/", REVIEWERS),
    "cohorts:announcements": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/announcements/", REVIEWERS),
    "cohorts:readers": Row(
        lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/announcements/{w.announcement.uuid}/", REVIEWERS
    ),
    "cohorts:change_told": Row(
        lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/announcements/{w.announcement.uuid}/change/",
        LEADERS_DEED,
        "post",
    ),
    "cohorts:told": Row(plain("/zh-hans/announcements/"), SIGNED_IN),
    "cohorts:read_announcement": Row(
        lambda w: f"/zh-hans/announcements/{w.announcement.uuid}/read/",
        MISSING | {"learner": 302, "facilitator": 302, "observer": 302},
        "post",
    ),
    "cohorts:announcement_picture": Row(
        lambda w: f"/zh-hans/announcements/{w.announcement.uuid}/picture/",
        LEARNERS_OWN | {"facilitator": 200, "observer": 200},
    ),
    "cohorts:learners": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/learners/", REVIEWERS),
    "cohorts:learner": Row(learner_door(""), REVIEWERS),
    "cohorts:withdraw": Row(learner_door("withdraw/"), REVIEWERS | {"facilitator": 422}, "post"),
    "cohorts:take_back": Row(learner_door("back/"), REVIEWERS | {"facilitator": "/learners/"}, "post"),
    "cohorts:move_learner": Row(learner_door("move/"), REVIEWERS | {"facilitator": 422}, "post"),
    "cohorts:surname_reading": Row(learner_door("reading/"), REVIEWERS | {"facilitator": "/learners/"}, "post"),
    "cohorts:give_code": Row(learner_door("code/"), REVIEWERS, "post"),
    "cohorts:reset_sign_in": Row(learner_door("reset/"), REVIEWERS, "post"),
    "cohorts:import_start": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/learners/import/", REVIEWERS),
    "cohorts:import": Row(import_door(""), REVIEWERS),
    "cohorts:import_run": Row(import_door("run/"), REVIEWERS | {"facilitator": "/import/"}, "post"),
    "cohorts:joining": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/learners/joining/", REVIEWERS),
    "cohorts:approve": Row(request_door("approve/"), REVIEWERS | {"facilitator": "/joining/"}, "post"),
    "cohorts:decline": Row(request_door("decline/"), REVIEWERS | {"facilitator": 422}, "post"),
    "cohorts:helpers": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/helpers/", REVIEWERS),
    "cohorts:end_helper": Row(
        lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/helpers/end/", REVIEWERS | {"facilitator": 409}, "post"
    ),
    "cohorts:reviews": Row(lambda w: f"/zh-hans/desk/{w.learner.cohort.uuid}/reviews/", REVIEWERS),
    "cohorts:review": Row(lambda w: f"/zh-hans/desk/reviews/{w.report.uuid}/", REVIEWERS),
    "certificates:file": Row(lambda w: f"/zh-hans/certificates/{w.certificate.uuid}.pdf", LEARNERS_OWN),
    "courses:practices_written": Row(plain("/zh-hans/practices/write/"), SIGNED_IN),
    "courses:new_practice": Row(
        plain("/zh-hans/practices/write/new/"), everybody("/practices/write/") | {"guest": SIGN_IN}
    ),
    "courses:write_practice": Row(lambda w: f"/zh-hans/practices/write/{w.writing.uuid}/", MISSING | {"learner": 200}),
    "courses:practice_photo": Row(
        lambda w: f"/zh-hans/practices/write/photos/{w.writing.photos.get().uuid}/", MISSING | {"learner": 200}
    ),
    # What is taught.
    "courses:report_mistake": Row(
        lambda w: f"/zh-hans/mistakes/{content.lesson('ask').translation_key}/", everybody(200)
    ),
    "search": Row(plain("/zh-hans/search/?q=x"), everybody(200)),
    "wagtail_serve": Row(lambda w: content.lesson("ask").url, everybody(200)),
}

PREFIXES: dict[str, Row] = {
    "admin/": Row(plain("/admin/"), everybody("/account/with/") | {"operator": 200}),
    "documents/": Row(plain("/documents/1/none.pdf"), everybody(404)),
    "zh-hans/account/with/": Row(lambda w: reverse("account_login"), everybody("/today/") | {"guest": 200}),
}
"""Groups of addresses that Wagtail and allauth look after: one row each."""


def addresses(resolver: URLResolver, namespace: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name with its namespace and the pattern of every address."""
    for entry in resolver.url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, pattern)
        else:
            yield f"{namespace}{entry.name or pattern}", pattern


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    names = {name for name, pattern in addresses(get_resolver()) if not pattern.startswith(tuple(PREFIXES))}
    assert names - TABLE.keys() == set(), "say in TABLE who may open these"
    assert TABLE.keys() - names == set(), "these are gone"
    patterns = [pattern for _name, pattern in addresses(get_resolver())]
    assert all(any(pattern.startswith(prefix) for pattern in patterns) for prefix in PREFIXES)


def status_for(world: World, role: str, row: Row) -> int | str:
    """Return what this role gets: a status, or for redirects where they lead."""
    client = Client()
    if world.people[role]:
        client.force_login(world.people[role])
    address = row.address(world)
    if row.method in ("json", "put", "patch", "delete"):
        body = row.body(world) or {"sent_at": timezone.now().isoformat(), "events": []}
        ask = getattr(client, "post" if row.method == "json" else row.method)
        response = ask(address, b"" if row.method == "patch" else json.dumps(body), content_type="application/json")
    elif row.method == "post":
        response = client.post(address, row.body(world), HTTP_SEC_FETCH_SITE="same-origin")
    else:
        response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    if response.status_code == 200 and address.startswith("/api/submissions/") and "status" in response.json():
        status = str(response.json()["status"])  # what became of the one thing that was sent
        return 200 if row.expected[role] == 200 else status
    location = response.headers.get("Location", "")
    if response.status_code == 302 and "/account/sign-in/" in location:
        return SIGN_IN
    return location if response.status_code == 302 else response.status_code


@pytest.mark.parametrize("name", [*TABLE, *PREFIXES])
def test_each_role_gets_what_the_table_says(world: World, name: str) -> None:
    row = TABLE.get(name) or PREFIXES[name]
    got = {role: status_for(world, role, row) for role in ROLES}
    assert {role: _agrees(got[role], row.expected[role]) for role in ROLES} == everybody(True), got


def _agrees(got: int | str, expected: int | str) -> bool:
    if expected == 302:
        return isinstance(got, str)
    if isinstance(expected, str) and expected != SIGN_IN:
        return isinstance(got, str) and expected in got
    return got == expected


@pytest.mark.parametrize("name", ["cohorts:photo", "cohorts:review", "certificates:file", "accounts:read_message"])
def test_a_record_that_does_not_exist_looks_like_one_that_is_not_yours(world: World, name: str) -> None:
    row = TABLE[name]
    address = row.address(world)
    known = next(part for part in address.replace(".", "/").split("/") if len(part) == 36)
    client = Client()
    client.force_login(world.people["nobody"])
    send_it = client.post if row.method == "post" else client.get
    unknown = str(uuid.uuid4())
    real, invented = send_it(address), send_it(address.replace(known, unknown))
    assert real.status_code == invented.status_code == 404
    real_text, invented_text = without_numbers(real, known), without_numbers(invented, unknown)
    assert "林秀英" not in real_text
    assert real_text == invented_text


def without_numbers(response: Any, number: str) -> str:
    """Return the page without what differs each time: its reference and the number asked for."""
    return str(response.content.decode().replace(response["X-Reference"], "#").replace(number, "#"))


@pytest.mark.parametrize("role", ["learner", "facilitator"])
def test_who_has_no_right_to_the_admin_is_told_and_not_sent_round_in_circles(world: World, role: str) -> None:
    client = Client()
    client.force_login(world.people[role])
    response = client.get("/admin/pages/", follow=True)
    assert response.status_code in (200, 403)
    assert not response.resolver_match.route.startswith("admin/")
