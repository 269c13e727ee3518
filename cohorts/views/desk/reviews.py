"""What waits for a review, and the review of one report."""

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
from cohorts.selectors import review_queue, submission_thread
from cohorts.services.reviews import review_attempt
from cohorts.views.desk.frame import PER_PAGE, frame, reviewed_cohort
from foundation.refusals import Refused


@never_cache
@login_required
@require_GET
def reviews(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """List what waits for a review, the longest wait first."""
    cohort = reviewed_cohort(request, cohort_uuid)
    page = Paginator(review_queue([cohort], request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/desk/reviews.html", frame(request, cohort, "reviews") | {"page": page})


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
    context: dict[str, Any] = frame(request, cohort, "reviews") | {
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
    return render(request, "cohorts/desk/review.html", context, status=status)
