"""Who reads a report now, so that two reviewers do not read the same one without knowing it.

A claim keeps nobody out: others may read and are told. What decides is the review, which is written once.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from cohorts.models import ReviewClaim, Submission

HELD_FOR: Final = timedelta(minutes=15)
"""After the last sign of life: opening, saving, choosing."""


@transaction.atomic
def claim_report(*, submission: Submission, reviewer: Any, at: datetime, token: uuid.UUID | None = None) -> ReviewClaim:
    """Take a report, or renew that one has it, and return the claim: that of somebody else where they have it now.

    ``token`` is that of a page which is open already; without it this is a new page.
    """
    token = token or uuid.uuid4()
    fresh = {"holder": reviewer, "token": token, "taken_at": at, "until": at + HELD_FOR}
    claim, is_new = ReviewClaim.objects.select_for_update(of=("self",)).get_or_create(
        submission=submission, defaults=fresh
    )
    is_mine = claim.holder_id == reviewer.pk
    if is_new or not (is_mine or claim.until <= at):
        return claim
    if not is_mine:
        claim.taken_at = at
    claim.holder, claim.token, claim.until = reviewer, token, at + HELD_FOR
    claim.save(update_fields=["holder", "token", "taken_at", "until"])
    return claim


def release_claim(*, reviewer: Any, token: uuid.UUID) -> None:
    """Give back what the page with this token holds; a page that was opened since keeps its own."""
    ReviewClaim.objects.filter(holder=reviewer, token=token).delete()


def release_others(*, reviewer: Any, but: Submission | None = None) -> None:
    """Give back all that somebody holds, but one: nobody reads two reports at once, and the queue is no report."""
    ReviewClaim.objects.filter(holder=reviewer).exclude(submission=but).delete()
