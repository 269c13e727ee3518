"""The facilitator's desk: cohorts, learners, what waits, and the review of one report."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enums import Decision, SubmissionStatus
from cohorts.models import Cohort, Submission, SubmissionAttempt
from cohorts.selectors import learners_of, led_cohorts, review_queue, submission_thread
from cohorts.services.reviews import review_attempt
from foundation.refusals import Refused

PER_PAGE = 50


@never_cache
@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """List the cohorts that the person helps in; with just one, go there."""
    figures = led_cohorts(request.user)
    if not figures:
        raise Http404
    return render(request, "cohorts/desk.html", {"figures": figures})


@never_cache
@login_required
@require_GET
def learners(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List the cohort's learners with how far each is, from summary rows only."""
    cohort = _cohort(request, cohort_uuid)
    page = Paginator(learners_of(cohort), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/learners.html", _frame(request, cohort, "learners") | {"page": page})


@never_cache
@login_required
@require_GET
def reviews(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List what waits for a review, the longest wait first."""
    cohort = _cohort(request, cohort_uuid)
    page = Paginator(review_queue([cohort], request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/reviews.html", _frame(request, cohort, "reviews") | {"page": page})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, attempt_uuid: uuid.UUID) -> HttpResponse:
    """Show one report with its history and take the judgement; then go on to the next one that waits."""
    attempt = (
        SubmissionAttempt.objects.filter(
            uuid=attempt_uuid, submission__in=Submission.objects.reviewable_by(request.user).values("pk")
        )
        .with_due()
        .select_related("submission__enrolment__user", "submission__enrolment__cohort")
        .first()
    )
    if attempt is None:
        raise Http404
    if request.method == "GET":
        return _review_page(request, attempt)
    decision, feedback = request.POST.get("decision", ""), request.POST.get("feedback", "")
    try:
        review_attempt(attempt=attempt, decision=decision, feedback=feedback, reviewer=request.user, at=timezone.now())
    except Refused as refusal:
        return _review_page(request, attempt, fault=str(refusal), feedback=feedback, status=refusal.status)
    is_accepted = decision == Decision.ACCEPTED
    messages.success(request, _("Accepted.") if is_accepted else _("Returned with your comments."))
    return _next_review(request, attempt.submission.enrolment.cohort)


def _next_review(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    following = review_queue([cohort], request.user).first()
    if following is None:
        return redirect("cohorts:reviews", cohort_uuid=cohort.uuid)
    attempt = following.attempts.get(number=following.attempt)
    return redirect("cohorts:review", attempt_uuid=attempt.uuid)


def _review_page(
    request: HttpRequest, attempt: SubmissionAttempt, *, fault: str = "", feedback: str = "", status: int = 200
) -> HttpResponse:
    submission = attempt.submission
    cohort = submission.enrolment.cohort
    thread = submission_thread(submission)
    context: dict[str, Any] = _frame(request, cohort, "reviews") | {
        "attempt": attempt,
        "submission": submission,
        "learner": submission.enrolment.user,
        "earlier": [other for other in thread if other.number < attempt.number],
        "review": next((a.review for a in thread if a.pk == attempt.pk), None),
        "photos_by_uuid": {str(photo.uuid): photo for photo in submission.photos.all()},
        "voices_by_uuid": {str(voice.uuid): voice for voice in submission.recordings.all()},
        "is_open": submission.status == SubmissionStatus.SUBMITTED and submission.attempt == attempt.number,
        "fault": fault,
        "feedback": feedback,
    }
    return render(request, "cohorts/review.html", context, status=status)


def _cohort(request: HttpRequest, cohort_uuid: uuid.UUID) -> Cohort:
    cohort = Cohort.objects.reviewed_by(request.user).select_related("course").filter(uuid=cohort_uuid).first()
    if cohort is None:
        raise Http404
    return cohort


def _frame(request: HttpRequest, cohort: Cohort, tab: str) -> dict[str, Any]:
    """Return what every screen within a cohort shows: the cohort, the tab, and how much waits."""
    return {"cohort": cohort, "tab": tab, "waiting_count": review_queue([cohort], request.user).count()}
