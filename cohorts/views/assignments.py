"""The principal's work on an assignment: write, add photos, hand in, read what was said of it."""

import json
import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enums import WRITABLE_STATUSES
from cohorts.models import Enrolment, Submission, SubmissionPhoto, SubmissionRecording
from cohorts.selectors import (
    current_photos,
    current_recordings,
    due_at,
    enrolment_for_course,
    open_copies,
    submission_thread,
)
from cohorts.services.attachments import add_photo, remove_attachment
from cohorts.services.clocks import Stamp
from cohorts.services.counting import count_due_reviews
from cohorts.services.drafts import Saving, save_draft, write_draft
from cohorts.services.limits import MOST_PHOTOS
from cohorts.services.reasons import why
from cohorts.services.submissions import attempt_number, is_handed_in, submission_for, submit
from courses.models import AssignmentPage
from courses.selectors import assignment_by_key, course_of
from foundation.forms import keep_each
from foundation.ranges import send
from foundation.refusals import Refused

SETTLING = ("take", "leave")
"""Choices between the draft and other words: those instead, or what stands."""


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def submission(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show the assignment and the work on it; take what the form sends."""
    assignment = assignment_by_key(key, translation.get_language() or "")
    if assignment is None:
        raise Http404
    enrolment = _enrolment(request, assignment)
    if enrolment is None:
        return render(request, "cohorts/assignment_guest.html", {"assignment": assignment}, status=403)
    work = submission_for(enrolment=enrolment, assignment=assignment, at=timezone.now())
    if work.is_decided_for_now and count_due_reviews(at=timezone.now(), submission=work):
        work.refresh_from_db()
    if request.method != "POST":
        return _page(request, assignment, work)
    if request.POST.get("action") in SETTLING:
        return _settle(request, work)
    return _take(request, assignment, work)


def _settle(request: HttpRequest, work: Submission) -> HttpResponse:
    """Do what the person chose between the draft and words that met it; a choice that was made before stands."""
    asked = request.POST.get("settles", "")
    chosen = next((copy for copy in open_copies(work) if str(copy.uuid) == asked), None)
    if chosen is not None:
        answers = chosen.answers if request.POST["action"] == "take" else {}
        saving = Saving(uuid.uuid4(), answers, work.revision, settles=chosen.uuid)
        now = timezone.now()
        write_draft(submission=work, saving=saving, stamp=Stamp(now, now, now))
    return redirect("cohorts:submission", key=work.assignment_key)


def _take(request: HttpRequest, assignment: AssignmentPage, work: Submission) -> HttpResponse:
    """Keep everything that was typed first; only then do what was asked."""
    now = timezone.now()
    typed = _typed(request, assignment)
    try:
        if _is_second_tap(request, work, typed):
            return redirect("cohorts:submission", key=assignment.translation_key)
        work = save_draft(submission=work, answers=typed, at=now, base=_revision(request, work))
        faults = _take_photos(request, assignment, work)
        if remove := request.POST.get("remove"):
            remove_attachment(submission=work, number=attempt_number(remove), at=now)
        if faults:
            return _page(request, assignment, work, faults=faults, status=422)
        if request.POST.get("action") == "submit":
            submit(
                submission=work,
                assignment=assignment,
                attempt_uuid=attempt_number(request.POST.get("attempt", "")),
                actor=request.user,
                at=now,
            )
            messages.success(request, _("Handed in. Your facilitator will read it and answer you here."))
        else:
            messages.success(request, _("Saved."))
    except Refused as refusal:
        work.refresh_from_db()
        return _page(request, assignment, work, faults=[str(refusal)], typed=typed, status=refusal.status)
    return redirect("cohorts:submission", key=assignment.translation_key)


def _revision(request: HttpRequest, work: Submission) -> int:
    """Return the revision that the form showed, so that words saved elsewhere since are not written over."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else work.revision


def _is_second_tap(request: HttpRequest, work: Submission, typed: dict[str, str]) -> bool:
    number = request.POST.get("attempt", "")
    if request.POST.get("action") != "submit" or work.status in WRITABLE_STATUSES or not number:
        return False
    return is_handed_in(submission=work, attempt_uuid=attempt_number(number), answers=typed)


def _take_photos(request: HttpRequest, assignment: AssignmentPage, work: Submission) -> list[str]:
    """Keep each photo with the prompt it answers; return what was refused, in words."""
    faults = []
    for prompt in assignment.prompts:
        files = request.FILES.getlist(f"photos-{prompt.id}")
        keep = partial(_keep_photo, work, prompt.id)
        faults += keep_each(files, most=MOST_PHOTOS, too_many=why("too_many_photos"), keep=keep)
    return faults


def _keep_photo(work: Submission, prompt_id: str, file: UploadedFile) -> None:
    add_photo(submission=work, prompt_id=prompt_id, file=file, at=timezone.now())


def _page(
    request: HttpRequest,
    assignment: AssignmentPage,
    work: Submission,
    *,
    faults: list[str] | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    photos, voices = current_photos(work), current_recordings(work)
    answers = {**work.answers, **(typed or {})}
    due = due_at(work.enrolment, work.assignment_key)
    requirements = work.enrolment.cohort.requirements
    context: dict[str, Any] = {
        "assignment": assignment,
        "course": course_of(assignment),
        "work": work,
        "work_as_json": json.dumps({"answers": work.answers, "revision": work.revision}),
        "is_writable": work.status in WRITABLE_STATUSES,
        "prompts": [prompt_shown(prompt, answers, photos, voices) for prompt in assignment.prompts],
        "thread": submission_thread(work),
        "photos_by_uuid": {str(photo.uuid): photo for photo in work.photos.all()},
        "voices_by_uuid": {str(voice.uuid): voice for voice in work.recordings.all()},
        "due": due,
        "taken_until": None if work.attempt else requirements.taken_until(due),
        "copies": _copies(work, assignment),
        "faults": faults or [],
        "typed": typed,
        "attempt_uuid": uuid.uuid4(),
        "most_photos": MOST_PHOTOS,
    }
    return render(request, "cohorts/submission.html", context, status=status)


def _copies(work: Submission, assignment: AssignmentPage) -> list[dict[str, Any]]:
    """Return the words that met newer ones, by question, for the person to choose from."""
    labels = {prompt.id: prompt.value["label"] for prompt in assignment.prompts}
    return [
        {
            "uuid": copy.uuid,
            "kept_at": copy.kept_at,
            "words": [(labels.get(key, ""), text) for key, text in copy.answers.items()],
        }
        for copy in open_copies(work)
    ]


def prompt_shown(
    prompt: Any, answers: dict[str, str], photos: list[SubmissionPhoto], voices: list[SubmissionRecording]
) -> dict[str, Any]:
    """Return a question of an assignment as templates show it, with what answers it so far."""
    return {
        "id": prompt.id,
        "kind": prompt.block_type,
        "label": prompt.value["label"],
        "help": prompt.value["help"],
        "required": prompt.value["required"],
        "text": answers.get(prompt.id, ""),
        "photos": [photo for photo in photos if photo.prompt_id == prompt.id],
        "voices": [voice for voice in voices if voice.prompt_id == prompt.id],
    }


def _typed(request: HttpRequest, assignment: AssignmentPage) -> dict[str, str]:
    return {
        prompt.id: request.POST[f"answer-{prompt.id}"]
        for prompt in assignment.prompts
        if f"answer-{prompt.id}" in request.POST
    }


def _enrolment(request: HttpRequest, assignment: AssignmentPage) -> Enrolment | None:
    course = course_of(assignment)
    return enrolment_for_course(request.user, course.translation_key) if course else None


@login_required
@require_GET
def photo(request: HttpRequest, photo_uuid: uuid.UUID) -> HttpResponseBase:
    """Serve a photo to its owner and to those who may review it; to others it does not exist."""
    visible = Submission.objects.visible_to(request.user).values("pk")
    found = SubmissionPhoto.objects.filter(uuid=photo_uuid, submission__in=visible).first()
    if found is None:
        raise Http404
    kind = (found.file.name or "").rpartition(".")[2].replace("jpg", "jpeg")
    response = FileResponse(found.file.open("rb"), content_type=f"image/{kind}")
    response["ETag"] = f'"{found.sha256}"'
    return _private(response)


@login_required
@require_GET
def recording(request: HttpRequest, number: uuid.UUID, form: str) -> HttpResponseBase:
    """Serve a form of a voice note, whole or in parts, to its owner and to those who may review it."""
    visible = Submission.objects.visible_to(request.user).values("pk")
    found = SubmissionRecording.objects.filter(uuid=number, submission__in=visible).first()
    file = found and {"opus": found.opus, "mp3": found.mp3, "plain": found.file}.get(form)
    if not found or not file:
        raise Http404
    mime = next((known.mime for known in found.forms if known.name == form), "application/octet-stream")
    return _private(send(request, file.open("rb"), size=file.size, content_type=mime))


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Say of somebody's file that it goes with the session on a shared phone, and that it is no page."""
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
