"""What waits for a review, the review of one report, and how it is taken back."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enums import Decision
from cohorts.models import Cohort, ReviewClaim, Submission, SubmissionAttempt
from cohorts.selectors import comments_of, next_report, review_queue, review_thread, undoable_reviews
from cohorts.services.claims import claim_report, release_claim, release_others
from cohorts.services.comments import forget_comment, keep_comment, use_comment
from cohorts.services.counting import count_due_reviews, undo_review
from cohorts.services.judging import LONGEST_FEEDBACK, Judgement, drafted, save_review_draft
from cohorts.services.reviews import review_attempt
from cohorts.views.desk.frame import PER_PAGE, frame, reviewed_cohort
from foundation.refusals import Refused

LEVEL = "level-"
"""What the name of a criterion's field begins with."""

MOST_LEVELS = 60
SHOWN_COMMENTS = 4
"""Of the saved comments; the others are one tap further."""

TYPED = "review_typed"
"""Where the session keeps what somebody wrote who had been signed out meanwhile."""


@never_cache
@login_required
@require_GET
def reviews(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List what waits for a review, the longest wait first, and who reads what; what one held is given back."""
    cohort, now = reviewed_cohort(request, cohort_uuid), timezone.now()
    release_others(reviewer=request.user)
    page = Paginator(review_queue([cohort], request.user, now), PER_PAGE).get_page(request.GET.get("page"))
    context = frame(request, cohort, "reviews") | {
        "page": page,
        "next_report": next_report(cohort, request.user, now),
        "undoable": undoable_reviews(request.user, cohort, now),
    }
    return render(request, "cohorts/desk/reviews.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, attempt_uuid: uuid.UUID) -> HttpResponse:
    """Show one report with its history and take what is written of it; a decision leads to the next that waits."""
    if not request.user.is_authenticated:
        return _signed_out(request, attempt_uuid)
    attempt = _attempt(request, attempt_uuid)
    if request.method == "POST":
        return _take(request, attempt)
    _put_from_before(request, attempt)
    if attempt.submission.is_decided_for_now and count_due_reviews(at=timezone.now(), submission=attempt.submission):
        attempt = _attempt(request, attempt_uuid)
    claim = None
    if _is_open(attempt):
        release_others(reviewer=request.user, but=attempt.submission)
        claim = claim_report(submission=attempt.submission, reviewer=request.user, at=timezone.now())
    return _page(request, attempt, drafted(attempt, request.user), claim=claim)


def _attempt(request: HttpRequest, attempt_uuid: uuid.UUID) -> SubmissionAttempt:
    """Return the attempt for whoever may judge it; for others it does not exist."""
    reviewable = Submission.objects.reviewable_by(request.user).values("pk")
    attempt = (
        SubmissionAttempt.objects.filter(uuid=attempt_uuid, submission__in=reviewable)
        .with_due()
        .select_related("rubric", "submission__enrolment__user", "submission__enrolment__cohort__course")
        .first()
    )
    if attempt is None:
        raise Http404
    return attempt


def _is_open(attempt: SubmissionAttempt) -> bool:
    return attempt.submission.is_waiting and attempt.submission.attempt == attempt.number


def _signed_out(request: HttpRequest, attempt_uuid: uuid.UUID) -> HttpResponse:
    """Lead to the sign-in page and back, and keep what was sent in the meantime."""
    if _wants_json(request):
        return JsonResponse({"saved": False}, status=401)
    if request.method == "POST":
        typed = _typed(request)
        request.session[TYPED] = {"uuid": str(attempt_uuid), "feedback": typed.feedback, "levels": dict(typed.levels)}
    return redirect_to_login(request.get_full_path())


def _put_from_before(request: HttpRequest, attempt: SubmissionAttempt) -> None:
    """Make what was sent to this form while nobody was signed in the draft, once."""
    stashed = request.session.get(TYPED)
    if not stashed or stashed["uuid"] != str(attempt.uuid):
        return
    del request.session[TYPED]
    judgement = Judgement(stashed["feedback"], stashed["levels"])
    save_review_draft(attempt=attempt, reviewer=request.user, judgement=judgement, at=timezone.now())
    messages.info(request, _("You had been signed out. What you wrote is here; please decide once more."))


def _typed(request: HttpRequest) -> Judgement:
    levels = {
        name.removeprefix(LEVEL): value[:36]
        for name, value in list(request.POST.items())[:MOST_LEVELS]
        if name.startswith(LEVEL) and isinstance(value, str)
    }
    return Judgement(request.POST.get("feedback", "")[: 2 * LONGEST_FEEDBACK].replace("\r\n", "\n"), levels)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _number(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def _take(request: HttpRequest, attempt: SubmissionAttempt) -> HttpResponse:
    """Keep everything that was written first; only then do what was asked."""
    if request.POST.get("action") == "undo":
        return _undo(request, attempt)
    token = _number(request.POST.get("token", ""))
    if request.POST.get("action") == "leave":
        if token:
            release_claim(reviewer=request.user, token=token)
        return HttpResponse(status=204)
    typed = _typed(request)
    if _is_written(request):
        save_review_draft(attempt=attempt, reviewer=request.user, judgement=typed, at=timezone.now())
    claim = None
    if _is_open(attempt):
        claim = claim_report(submission=attempt.submission, reviewer=request.user, at=timezone.now(), token=token)
    if _wants_json(request):
        return _saved(attempt)
    try:
        return _do(request, attempt, typed)
    except Refused as refusal:
        attempt = _attempt(request, attempt.uuid)
        return _page(request, attempt, typed, claim=claim, fault=str(refusal), status=refusal.status)


def _is_written(request: HttpRequest) -> bool:
    """Tell whether the form with the words was sent; a double tap on a decision finds no draft to make anew."""
    return "feedback" in request.POST and "decision" not in request.POST


def _saved(attempt: SubmissionAttempt) -> HttpResponse:
    if _is_open(attempt):
        return JsonResponse({"saved": True})
    sentence = _("Somebody has decided on this report meanwhile. Your words are kept; open the page anew to see.")
    return JsonResponse({"saved": True, "sentence": sentence}, status=409)


def _do(request: HttpRequest, attempt: SubmissionAttempt, typed: Judgement) -> HttpResponse:
    """Do what a button asked for; the words are kept already, and a decision keeps them itself."""
    here, now = redirect("cohorts:review", attempt_uuid=attempt.uuid), timezone.now()
    if chosen := _number(request.POST.get("insert", "")):
        said = use_comment(owner=request.user, number=chosen, at=now)
        words = typed.feedback if said in typed.feedback else f"{typed.feedback.rstrip()}\n{said}".lstrip()
        judgement = Judgement(words, typed.levels)
        save_review_draft(attempt=attempt, reviewer=request.user, judgement=judgement, at=now)
        return here
    if chosen := _number(request.POST.get("forget", "")):
        forget_comment(owner=request.user, number=chosen)
        messages.success(request, _("The comment is no longer kept."))
        return here
    if request.POST.get("action") == "keep":
        keep_comment(owner=request.user, text=typed.feedback, at=now)
        messages.success(request, _("Kept: you can say it again with one tap."))
        return here
    if request.POST.get("action") == "save":
        messages.success(request, _("Saved."))
        return here
    return _decide(request, attempt, typed)


def _decide(request: HttpRequest, attempt: SubmissionAttempt, typed: Judgement) -> HttpResponse:
    seen = request.POST.get("seen", "")
    for chosen in filter(None, map(_number, request.POST.getlist("used")[:SHOWN_COMMENTS])):
        use_comment(owner=request.user, number=chosen, at=timezone.now())  # a script had put it in
    try:
        made = review_attempt(
            attempt=attempt,
            decision=request.POST.get("decision", ""),
            judgement=typed,
            reviewer=request.user,
            at=timezone.now(),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else None,
        )
    except Refused:
        save_review_draft(attempt=attempt, reviewer=request.user, judgement=typed, at=timezone.now())
        raise
    if made.counted_at:  # else the bar says it, beside the way back
        messages.success(
            request, _("Accepted.") if made.decision == Decision.ACCEPTED else _("Returned with your comments.")
        )
    return _next_review(request, attempt.submission.enrolment.cohort)


def _next_review(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    following = next_report(cohort, request.user, timezone.now())
    if following is None:
        return redirect("cohorts:reviews", cohort_uuid=cohort.uuid)
    return redirect("cohorts:review", attempt_uuid=following.attempt_uuid)  # type: ignore[attr-defined]


def _undo(request: HttpRequest, attempt: SubmissionAttempt) -> HttpResponse:
    """Take back what was decided; where it is too late, say so on the report."""
    decided = attempt.reviews.order_by("-created_at", "-pk").first()
    if decided is None:
        raise Http404
    try:
        undo_review(review=decided, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, attempt, Judgement(), fault=str(refusal), status=refusal.status)
    messages.success(request, _("Undone. Nobody was told, and your words are in the form again."))
    return redirect("cohorts:review", attempt_uuid=attempt.uuid)


def _page(
    request: HttpRequest,
    attempt: SubmissionAttempt,
    judgement: Judgement,
    *,
    claim: ReviewClaim | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    submission, now = attempt.submission, timezone.now()
    cohort = submission.enrolment.cohort
    thread = review_thread(submission)
    shown = next(a for a in thread if a.pk == attempt.pk)
    comments = comments_of(request.user) if _is_open(attempt) else []
    other_reader = claim.holder if claim and claim.holder_id != request.user.pk else None
    context: dict[str, Any] = frame(request, cohort, "reviews") | {
        "attempt": attempt,
        "shown": shown,
        "submission": submission,
        "learner": submission.enrolment.user,
        "earlier": [other for other in thread if other.number < attempt.number],
        "photos_by_uuid": {str(photo.uuid): photo for photo in submission.photos.all()},
        "voices_by_uuid": {str(voice.uuid): voice for voice in submission.recordings.all()},
        "is_open": _is_open(attempt),
        "is_decided_for_now": submission.is_decided_for_now and submission.attempt == attempt.number,
        "criteria": _criteria(attempt, judgement.levels),
        "seen": len(shown.reviews.all()),
        "claim": claim,
        "other_reader": other_reader,
        "next_report": next_report(cohort, request.user, now) if other_reader else None,
        "comments": comments[:SHOWN_COMMENTS],
        "more_comments": comments[SHOWN_COMMENTS:],
        "undoable": undoable_reviews(request.user, cohort, now),
        "fault": fault,
        "feedback": judgement.feedback,
        "chosen": attempt.rubric.judged(judgement.levels) if attempt.rubric else [],
    }
    return render(request, "cohorts/desk/review.html", context, status=status)


def _criteria(attempt: SubmissionAttempt, levels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the criteria for the form: levels from the least up, as one reads them, and the one that was chosen."""
    return [
        criterion | {"levels": list(reversed(criterion["levels"])), "chosen": levels.get(criterion["id"], "")}
        for criterion in (attempt.rubric.criteria if attempt.rubric else ())
    ]
