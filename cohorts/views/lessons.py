"""What a lesson's own forms send when there is no script: an answer, or "I have finished"."""

import uuid
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
from cohorts.selectors import enrolment_for_course, learning_enrolments
from cohorts.services.events import MOST_OPTIONS, IncomingEvent, clean_id, record_event
from courses.grading import Answer, is_right
from courses.models import LessonPage, LessonVersion
from courses.selectors import course_of
from courses.services.access import may_read
from foundation.origins import is_from_our_pages

FORM_FIELDS = ("version", "verb", "question", "option")


@csrf_exempt
@never_cache
@require_POST
def lesson_event(request: HttpRequest) -> HttpResponse:
    """Record what a lesson's form says and show what follows from it.

    The form has no token. When the browser does not say that it comes from our own page, a page with a token asks
    to send it once more: nothing is lost and nothing is recorded behind anybody's back.
    """
    if not is_from_our_pages(request) and not _has_token(request):
        fields = [(name, value) for name in FORM_FIELDS for value in request.POST.getlist(name)]
        return render(request, "cohorts/confirm_answer.html", {"fields": fields})
    version = _version(request.POST.get("version", ""))
    lesson = _lesson(version)
    enrolment = _enrolment(request, version, lesson)
    if request.POST.get("verb") == Verb.FINISHED:
        return _finish(request, version, lesson, enrolment)
    return _answer(request, version, lesson, enrolment)


def _answer(
    request: HttpRequest, version: LessonVersion, lesson: LessonPage | None, enrolment: Enrolment | None
) -> HttpResponse:
    if lesson and enrolment is None and not may_read(user=request.user, page=lesson, course=course_of(lesson)):
        raise PermissionDenied
    question = version.question(request.POST.get("question", ""))
    chosen = tuple(clean_id(option) for option in request.POST.getlist("option")[:MOST_OPTIONS])
    context: dict[str, Any] = {"question": question, "lesson": lesson, "is_recorded": False, "version": version}
    if question is None:
        return render(request, "cohorts/answer.html", context | {"fault": "question"}, status=404)
    options = [option for option in _options(question) if option["id"] in chosen]
    if not chosen or (enrolment is None and not options):
        return render(request, "cohorts/answer.html", context | {"fault": "empty"}, status=422)
    if enrolment:
        result = _record(request, version, enrolment, Verb.ANSWERED, question=str(question["id"]), chosen=chosen)
        if result.status not in ("ok", "duplicate"):
            return render(
                request, "cohorts/answer.html", context | {"fault": "rejected", "why": result.why}, status=422
            )
        context["is_recorded"] = True
    context |= {"chosen": options, "is_right": is_right(question, Answer(chosen))}
    return render(request, "cohorts/answer.html", context)


def _finish(
    request: HttpRequest, version: LessonVersion, lesson: LessonPage | None, enrolment: Enrolment | None
) -> HttpResponse:
    if enrolment is None:
        return render(request, "cohorts/answer.html", {"lesson": lesson, "fault": "guest", "version": version})
    _record(request, version, enrolment, Verb.FINISHED)
    progress = enrolment.lessons.filter(lesson_key=version.translation_key).first()
    if progress and progress.completed_at:
        return redirect("course")
    return render(request, "cohorts/answer.html", {"lesson": lesson, "fault": "unanswered", "version": version})


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


def _options(question: dict[str, Any]) -> list[dict[str, Any]]:
    return list(question["options"])


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


def _enrolment(request: HttpRequest, version: LessonVersion, lesson: LessonPage | None) -> Enrolment | None:
    """Return the person's enrolment in this lesson's course; of a page since gone, in what still requires it."""
    course = course_of(lesson) if lesson else None
    if course:
        return enrolment_for_course(request.user, course.translation_key)
    enrolments = learning_enrolments(request.user).select_related("cohort__requirements")
    return next((e for e in enrolments if str(version.translation_key) in e.cohort.requirements.lessons), None)


def _has_token(request: HttpRequest) -> bool:
    """Check Django's token by hand: the view is exempt so that lesson pages need none."""
    if not request.POST.get("csrfmiddlewaretoken"):
        return False
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, _unguarded, (), {}) is None


def _unguarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
