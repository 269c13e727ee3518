"""What a reviewer writes and chooses, as it can be kept; and drafts of it, so that it is never lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cohorts.models import ReviewDraft, SubmissionAttempt
from cohorts.services.drafts import plain_words

LONGEST_FEEDBACK: Final = 5000
"""Characters."""


@dataclass(frozen=True)
class Judgement:
    """A word to the author, and a level for each criterion (criterion id → level id)."""

    feedback: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written and nothing chosen."""
        return not self.feedback.strip() and not self.levels


def plain_judgement(judgement: Judgement, attempt: SubmissionAttempt) -> Judgement:
    """Return it as it can be kept: words that every database takes, and levels that the attempt's rubric has."""
    levels = attempt.rubric.known(judgement.levels) if attempt.rubric else {}
    return Judgement(plain_words(judgement.feedback)[:LONGEST_FEEDBACK], levels)


def save_review_draft(*, attempt: SubmissionAttempt, reviewer: Any, judgement: Judgement, at: datetime) -> None:
    """Keep what a reviewer has written of an attempt so far, whatever has become of the attempt meanwhile."""
    kept = plain_judgement(judgement, attempt)
    if kept.is_empty:
        ReviewDraft.objects.filter(attempt=attempt, reviewer=reviewer).delete()
        return
    ReviewDraft.objects.update_or_create(
        attempt=attempt,
        reviewer=reviewer,
        defaults={"feedback": kept.feedback, "levels": dict(kept.levels), "saved_at": at},
    )


def drafted(attempt: SubmissionAttempt, reviewer: Any) -> Judgement:
    """Return what the reviewer has written of the attempt so far; nothing is an empty judgement."""
    draft = ReviewDraft.objects.filter(attempt=attempt, reviewer=reviewer).first()
    return Judgement(draft.feedback, draft.levels) if draft else Judgement()
