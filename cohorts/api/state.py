"""Personal state out: tokens, ticks, and what else a lesson's script needs to know about its reader."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Schema

from accounts.services.shared_phones import is_shared_phone
from cohorts.api.common import router
from cohorts.models import Enrolment
from cohorts.selectors import enrolment_for_course, progress_by_lesson, votes_of
from courses.models import LessonPage
from courses.selectors import lesson_edition
from foundation.middleware import mark_masked


class LessonOut(Schema):
    """What this reader did in one lesson."""

    done: bool = False
    answered: list[str] = []


class VoteOut(Schema):
    """The reader's answer in a poll, and how many of the cohort chose what, once enough did."""

    mine: str
    counts: dict[str, int] | None = None


class ReflectionOut(Schema):
    """What the reader wrote for themselves, and when."""

    text: str
    at: datetime


class DetailOut(Schema):
    """More of what this reader did in the one lesson that was asked for."""

    right: list[str] = []
    reflections: dict[str, ReflectionOut] = {}
    votes: dict[str, VoteOut] = {}


class StateOut(Schema):
    """What scripts on a lesson page need to know about this reader. Of guests there is little to say."""

    signed_in: bool = False
    reader: str = Field(default="", description="the person's number, by which a phone tells one reader from another")
    enrolment: uuid.UUID | None = None
    enrolments: list[uuid.UUID] = []
    csrf: str = ""
    lessons: dict[str, LessonOut] = {}
    detail: DetailOut | None = None
    newer: str = ""
    shared: bool = False


@router.get(
    "/state/", response={200: StateOut, 304: None}, summary="The reader's own state in a course", exclude_unset=True
)
def get_state(
    request: HttpRequest,
    response: HttpResponse,
    course: uuid.UUID | None = None,
    lesson: uuid.UUID | None = None,
    edition: int | None = None,
) -> StateOut | HttpResponseBase:
    """Return tokens, which outboxes may be sent, and the ticks of a course; none of it stands in a lesson's HTML.

    With ``lesson`` the ticks of that one only, and what the reader wrote for themselves there, and the polls they
    answered; with its ``edition``, the page's that the phone shows, a sentence in ``newer`` where the site has a newer
    one. A phone that has this very state gets 304.
    """
    state = _state(request, course, lesson)
    if lesson and edition is not None and edition < lesson_edition(lesson, get_language() or ""):
        state.newer = _("A newer version is here: open it")
    tag = _tag(request, state)
    known = get_conditional_response(request, etag=tag)
    for answer in filter(None, (known, response)):
        answer["Cache-Control"], answer["ETag"] = "private, no-cache", tag
        mark_masked(answer)
    return known or state


def _state(request: HttpRequest, course: uuid.UUID | None, lesson: uuid.UUID | None) -> StateOut:
    state = StateOut(signed_in=False)
    if not request.user.is_authenticated:
        return state
    state.signed_in, state.reader, state.csrf = True, request.user.get_username(), get_token(request)
    state.shared = is_shared_phone(request.session)
    state.enrolments = list(Enrolment.objects.of(request.user).values_list("uuid", flat=True))
    enrolment = enrolment_for_course(request.user, course) if course else None
    if enrolment is None:
        return state
    state.enrolment = enrolment.uuid
    state.lessons = {
        str(row.lesson_key): LessonOut(done=row.completed_at is not None, answered=row.answered)
        for row in (enrolment.lessons.filter(lesson_key=lesson) if lesson else enrolment.lessons.all())
    }
    if lesson:
        state.detail = _detail(enrolment, lesson)
    return state


def _tag(request: HttpRequest, state: StateOut) -> str:
    """Return the state's tag: of all but the token, masked anew each time, and of the secret under the mask."""
    told = state.model_dump_json(exclude={"csrf"}) + request.META.get("CSRF_COOKIE", "")
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _detail(enrolment: Enrolment, lesson: uuid.UUID) -> DetailOut:
    progress = progress_by_lesson(enrolment).get(str(lesson))
    written = enrolment.reflections.filter(lesson_key=lesson)
    return DetailOut(
        right=progress.right if progress else [],
        reflections={row.block_id: ReflectionOut(text=row.text, at=row.written_at) for row in written},
        votes={poll: VoteOut(mine=mine, counts=counts) for poll, (mine, counts) in votes_of(enrolment, lesson).items()},
    )


def state_of_guest(page: Any) -> dict[str, bytes]:
    """Return what a lesson's script asks for at once, as somebody who is not signed in gets it: address → body."""
    if not isinstance(page, LessonPage):
        return {}
    return {"/api/state/": json.dumps(StateOut(signed_in=False).model_dump(exclude_unset=True)).encode()}
