"""What a lesson's own forms send when there is no script: an answer, words for oneself, a vote, "I have finished"."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cohorts.enums import Verb
from cohorts.models import Enrolment
from cohorts.selectors import enrolment_for_lesson, lack_of, votes_of
from cohorts.services.events import MOST_OPTIONS, IncomingEvent, clean_id, clean_text, record_event
from courses.enums import CHOICE_TYPES, TYPED_TYPES
from courses.grading import Answer, is_right, is_well_formed, replies_to, walk
from courses.models import LessonPage, LessonVersion
from courses.selectors import course_of
from courses.services.access import may_read
from foundation.origins import is_from_our_pages

FORM_FIELDS = ("version", "verb", "question", "option", "text")
Act = Callable[[HttpRequest, LessonVersion, LessonPage | None, Enrolment | None], HttpResponse]

SCENE = "scene-"
"""The name of a scene's choices, followed by its number: a form can hold one choice of each name."""


@csrf_exempt
@never_cache
@require_POST
def lesson_event(request: HttpRequest) -> HttpResponse:
    """Record what a lesson's form says and show what follows from it.

    The form has no token. When the browser does not say that it comes from our own page, a page with a token asks
    to send it once more: nothing is lost and nothing is recorded behind anybody's back.
    """
    if not is_from_our_pages(request) and not _has_token(request):
        names = [*FORM_FIELDS, *(name for name in request.POST if name.startswith(SCENE))]
        fields = [(name, value) for name in names for value in request.POST.getlist(name)]
        return render(request, "cohorts/confirm_answer.html", {"fields": fields})
    version = _version(request.POST.get("version", ""))
    lesson = _lesson(version)
    enrolment = enrolment_for_lesson(request.user, version.translation_key)
    if enrolment is None:
        _require_reader(request, lesson)
    acts: Mapping[str, Act] = {Verb.FINISHED: _finish, Verb.REFLECTED: _keep, Verb.VOTED: _keep}
    act = acts.get(request.POST.get("verb", ""), _answer)
    return act(request, version, lesson, enrolment)


def _require_reader(request: HttpRequest, lesson: LessonPage | None) -> None:
    if lesson and not may_read(user=request.user, page=lesson, course=course_of(lesson)):
        raise PermissionDenied


def _answer(
    request: HttpRequest, version: LessonVersion, lesson: LessonPage | None, enrolment: Enrolment | None
) -> HttpResponse:
    question = version.question(request.POST.get("question", ""))
    context: dict[str, Any] = {"question": question, "lesson": lesson, "version": version}
    if question is None:
        return _told(request, context | {"fault": "question"}, status=404)
    answer = _typed_or_chosen(request, question)
    if fault := _fault(question, answer, is_guest=enrolment is None):
        return _told(request, context | {"fault": fault}, status=422)
    if enrolment:
        result = _record(
            request, version, enrolment, Verb.ANSWERED, question=question["id"], chosen=answer.chosen, text=answer.text
        )
        if result.status not in ("ok", "duplicate"):
            return _told(request, context | {"fault": "rejected", "why": result.why}, status=422)
    context |= {"replies": replies_to(question, answer), "is_right": is_right(question, answer)}
    return _told(request, context | {"is_recorded": enrolment is not None})


def _typed_or_chosen(request: HttpRequest, question: Mapping[str, Any]) -> Answer:
    """Return what the form says in answer to ``question``; of a story only what lies on the way that was taken."""
    if question["type"] in TYPED_TYPES:
        return Answer(text=clean_text(request.POST.get("text", "")).strip())
    if question["type"] == "scenario":
        taken = [value for name in request.POST if name.startswith(SCENE) for value in request.POST.getlist(name)]
        return Answer(tuple(branch["id"] for branch in walk(question, taken)))
    return Answer(tuple(clean_id(option) for option in request.POST.getlist("option")[:MOST_OPTIONS]))


def _fault(question: Mapping[str, Any], answer: Answer, *, is_guest: bool) -> str:
    """Return what is wrong with an answer as far as the reader can mend it; a false id is told by the record."""
    if answer.is_empty:
        return "empty" if question["type"] in CHOICE_TYPES else "open"
    if is_well_formed(question, answer):
        return ""
    if question["type"] == "number":
        return "number"
    if question["type"] == "scenario":
        return "open"
    return "open" if is_guest else ""


def _keep(
    request: HttpRequest, version: LessonVersion, lesson: LessonPage | None, enrolment: Enrolment | None
) -> HttpResponse:
    """Keep a reflection or a vote."""
    verb, block = request.POST["verb"], request.POST.get("question", "")
    kind = "reflection" if verb == Verb.REFLECTED else "poll"
    asked = version.asks_unjudged(kind, block)
    context: dict[str, Any] = {"lesson": lesson, "version": version, "question": asked, "kind": kind}
    if asked is None:
        return _told(request, context | {"fault": "question"}, status=404)
    if enrolment is None:
        return _told(request, context | {"fault": f"guest_{kind}"})
    chosen = tuple(clean_id(option) for option in request.POST.getlist("option")[:MOST_OPTIONS])
    if kind == "poll" and not chosen:
        return _told(request, context | {"fault": "empty"}, status=422)
    context["words"] = clean_text(request.POST.get("text", ""))
    result = _record(request, version, enrolment, verb, question=block, chosen=chosen, text=context["words"])
    if result.status not in ("ok", "duplicate"):
        return _told(request, context | {"fault": "rejected", "why": result.why}, status=422)
    return _told(request, context | (_figures(enrolment, version, asked) if kind == "poll" else {}))


def _figures(enrolment: Enrolment, version: LessonVersion, poll: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many of the cohort chose what: ``figures`` is ``None`` while too few did."""
    _mine, counts = votes_of(enrolment, version.translation_key)[poll["id"]]
    if counts is None:
        return {"figures": None}
    return {"figures": [(option["text"], counts.get(option["id"], 0)) for option in poll["options"]]}


def _finish(
    request: HttpRequest, version: LessonVersion, lesson: LessonPage | None, enrolment: Enrolment | None
) -> HttpResponse:
    context = {"lesson": lesson, "version": version}
    if enrolment is None:
        return _told(request, context | {"fault": "guest"})
    _record(request, version, enrolment, Verb.FINISHED)
    progress = enrolment.lessons.filter(lesson_key=version.translation_key).first()
    if progress and progress.completed_at:
        return redirect("course")
    lack = lack_of(enrolment, version)
    return _told(request, context | {"fault": "short" if lack.is_short_of_right else "unanswered", "lack": lack})


def _told(request: HttpRequest, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "cohorts/answer.html", context, status=status)


def _record(request: HttpRequest, version: LessonVersion, enrolment: Enrolment, verb: str, **fields: Any) -> Any:
    now = timezone.now()
    event = IncomingEvent(
        id=uuid.uuid4(),
        verb=verb,
        object=version.translation_key,
        enrolment=enrolment.uuid,
        at=now,
        lesson_version=version.uuid,
        device="form",
        **fields,
    )
    return record_event(user=request.user, event=event, sent_at=now, received_at=now)


def _version(value: str) -> LessonVersion:
    try:
        version = LessonVersion.objects.filter(uuid=uuid.UUID(value)).first()
    except ValueError:
        version = None
    if version is None:
        raise Http404
    return version


def _lesson(version: LessonVersion) -> LessonPage | None:
    pages = LessonPage.objects.live().filter(translation_key=version.translation_key)
    return pages.filter(locale__language_code=version.locale).first() or pages.first()


def _has_token(request: HttpRequest) -> bool:
    """Check Django's token by hand: the view is exempt so that lesson pages need none."""
    if not request.POST.get("csrfmiddlewaretoken"):
        return False
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, _unguarded, (), {}) is None


def _unguarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
