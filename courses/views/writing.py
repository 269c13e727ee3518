"""Principals write practices on the phone: kept as typed, handed in to the editors, written on when returned."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.models import Locale

from courses.forms import TEXTS, TICKS, PracticeForm
from courses.models import PracticeDraft, PracticeDraftPhoto
from courses.selectors import practices_by_key
from courses.selectors.practice_drafts import drafts_of, standing_of
from courses.services.practice_drafts import (
    LONGEST_ANSWER,
    MOST_PHOTOS,
    add_photo,
    describe_photos,
    photos_without_words,
    remove_photo,
    require_writable,
    save_draft,
    submit_practice,
    too_many_photos,
)
from courses.services.proofreading.findings import Part
from courses.services.proofreading.words import names
from foundation.forms import keep_each
from foundation.refusals import Refused

NAMED_OPENLY = ("author", "school", "region")
"""Answers that are names because they ought to be."""

MOST_TYPED = 2 * LONGEST_ANSWER
"""Characters of one answer as it is sent, with two for each line's end."""

MOST_THEMES = 20

TYPED = "practice_typed"
"""Where the session keeps what somebody wrote who had been signed out meanwhile."""


@never_cache
@login_required
@require_GET
def written(request: HttpRequest) -> HttpResponse:
    """List the person's own practices, with where each stands."""
    return render(request, "courses/write/written.html", {"drafts": drafts_of(request.user)})


@never_cache
@login_required
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Lead to an empty form with a number of its own; nothing is kept until something is typed."""
    address = reverse("courses:write_practice", args=[uuid.uuid4()])
    adapts = _uuid(request.GET.get("adapts", ""))
    return redirect(f"{address}?adapts={adapts}" if adapts else address)


@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, draft_uuid: uuid.UUID) -> HttpResponse:
    """Show the form with what is kept; take what it sends."""
    if not request.user.is_authenticated:
        return _signed_out(request, draft_uuid)
    draft = PracticeDraft.objects.filter(uuid=draft_uuid).select_related("page__locale").first()
    if draft is not None and draft.author_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        return _take(request, draft_uuid)
    return _page(request, draft_uuid, draft, typed=_from_before(request, draft_uuid))


def _signed_out(request: HttpRequest, draft_uuid: uuid.UUID) -> HttpResponse:
    """Lead to the sign-in page and back, and keep what was sent in the meantime."""
    if _wants_json(request):
        return JsonResponse({"saved": False}, status=401)
    if request.method == "POST":
        request.session[TYPED] = {"uuid": str(draft_uuid), "answers": _typed(request)}
    return redirect_to_login(request.get_full_path())


def _from_before(request: HttpRequest, draft_uuid: uuid.UUID) -> dict[str, Any] | None:
    """Return what was sent to this form while nobody was signed in, once."""
    stashed = request.session.get(TYPED)
    if not stashed or stashed["uuid"] != str(draft_uuid):
        return None
    del request.session[TYPED]
    messages.info(request, _("You had been signed out. What you wrote is here; please save or hand in once more."))
    answers: dict[str, Any] = stashed["answers"]
    return answers


def _take(request: HttpRequest, draft_uuid: uuid.UUID) -> HttpResponse:
    """Keep everything that was typed first; only then do what was asked."""
    typed, now = _typed(request), timezone.now()
    try:
        draft = save_draft(
            draft_uuid=draft_uuid,
            author=request.user,
            language=translation.get_language() or "",
            answers=typed,
            adapts_key=_uuid(request.GET.get("adapts", "")),
            at=now,
        )
        if _wants_json(request):
            return JsonResponse({"saved": True})
        return _do(request, draft)
    except Refused as refusal:
        if _wants_json(request):
            return JsonResponse({"saved": False, "sentence": str(refusal)}, status=refusal.status)
        known = PracticeDraft.objects.visible_to(request.user).filter(uuid=draft_uuid).first()
        if known is None:
            raise Http404 from refusal
        return _page(request, draft_uuid, known, faults=[str(refusal)], typed=typed, status=refusal.status)


def _do(request: HttpRequest, draft: PracticeDraft) -> HttpResponse:
    faults = _take_photos(request, draft)
    if remove := _uuid(request.POST.get("remove", "")):
        remove_photo(draft=draft, photo_uuid=remove)
    if faults:
        return _page(request, draft.uuid, draft, faults=faults, status=422)
    if request.POST.get("action") != "submit":
        messages.success(request, _("Saved. Nobody but you sees it yet."))
        return redirect("courses:write_practice", draft_uuid=draft.uuid)
    form = PracticeForm(draft.answers)
    if standing_of(draft).is_writable:  # else it arrived before with the same words: a second tap
        if draft.photos.filter(alt="").exists():
            form.add_error(None, photos_without_words())
        if not form.is_valid():
            return _page(request, draft.uuid, draft, form=form, status=422)
        submit_practice(draft=draft, cleaned=form.cleaned_data, actor=request.user, at=timezone.now())
    messages.success(request, _("Handed in. An editor reads it and answers you here. Thank you for sharing it."))
    return redirect("courses:practices_written")


def _take_photos(request: HttpRequest, draft: PracticeDraft) -> list[str]:
    """Keep the words about photos and each new photo; return what was refused, in words."""
    files = request.FILES.getlist("photos")
    words = {name[4:]: str(value) for name, value in request.POST.items() if name.startswith("alt-")}
    describe_photos(draft=draft, words=words)
    if files:
        require_writable(draft)

    def keep(file: UploadedFile) -> None:
        add_photo(draft=draft, file=file, at=timezone.now())

    return keep_each(files, most=MOST_PHOTOS, too_many=too_many_photos(), keep=keep)


def _page(
    request: HttpRequest,
    draft_uuid: uuid.UUID,
    draft: PracticeDraft | None,
    *,
    form: PracticeForm | None = None,
    faults: list[str] | None = None,
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = draft.answers if draft else _about(request.user)
    answers = {**kept, **(typed or {})}
    standing = standing_of(draft) if draft else None
    context: dict[str, Any] = {
        "draft": draft,
        "draft_uuid": draft_uuid,
        "standing": standing,
        "is_writable": standing is None or standing.is_writable,
        "form": form or PracticeForm(initial=answers),
        "photos": list(draft.photos.all()) if draft else [],
        "most_photos": MOST_PHOTOS,
        "adapts": _adapted(request, draft),
        "faults": faults or [],
        "typed": typed,
        "warnings": _warnings(answers),
    }
    return render(request, "courses/write/write.html", context, status=status)


@login_required
@require_GET
def photo(request: HttpRequest, photo_uuid: uuid.UUID) -> FileResponse:
    """Serve a photo of a draft to its author; to others it does not exist."""
    mine = PracticeDraft.objects.visible_to(request.user).values("pk")
    found = PracticeDraftPhoto.objects.filter(uuid=photo_uuid, draft__in=mine).first()
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-cache"  # on a shared phone it goes with the session
    response["ETag"] = f'"{found.sha256}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what the form sent, field by field. A tick taken away is not sent: ``whole`` says that the form was.

    More than any form takes is cut here already: it may wait in the session of somebody who is not signed in.
    """
    post = request.POST
    typed: dict[str, Any] = {name: post[name][:MOST_TYPED] for name in TEXTS if name in post}
    if "whole" in post:
        themes = [key[:MOST_TYPED] for key in post.getlist("themes")[:MOST_THEMES]]
        typed |= {name: name in post for name in TICKS} | {"themes": themes}
    return typed


def _about(user: Any) -> dict[str, Any]:
    """Return what we know of somebody who begins to write."""
    return {"author": user.full_name, "school": user.school, "region": user.region}


def _adapted(request: HttpRequest, draft: PracticeDraft | None) -> Any:
    """Return the practice that this one changes, in the reader's language, or nothing."""
    key = draft.adapts_key if draft else _uuid(request.GET.get("adapts", ""))
    return practices_by_key([key], Locale.get_active().pk).get(key) if key else None


def _warnings(answers: dict[str, Any]) -> list[str]:
    """Return what looks like a child's name in the words, as a question to the author; nothing is refused for it."""
    words = [value for name, value in answers.items() if name not in NAMED_OPENLY and isinstance(value, str)]
    return [finding.sentence for finding in names(Part("", words))]


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
