"""What reviewers write: judgements, drafts of them, comments kept for another time, and who reads what now."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import Decision
from cohorts.models.submission import Submission, SubmissionAttempt
from foundation.fields import public_uuid, sha256_field


class Review(models.Model):
    """A reviewer's judgement of one attempt. At most one an attempt is in force, so two reviewers cannot both decide.

    It counts, and its author is told, at ``counted_at``; until then whoever decided may undo it. One that was undone
    stays, with the moment, and another may follow. ``levels`` is ``{criterion id: level id}`` of the attempt's rubric.
    """

    uuid = public_uuid()
    attempt = models.ForeignKey(SubmissionAttempt, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    feedback = models.TextField(_("feedback"), blank=True)
    levels = models.JSONField(_("levels"), default=dict)
    created_at = models.DateTimeField(_("at"))
    counts_at = models.DateTimeField(_("can be undone until"))
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        indexes = [
            models.Index(
                fields=["counts_at"], condition=Q(counted_at=None, undone_at=None), name="review_still_to_count"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["attempt"], condition=Q(undone_at=None), name="review_one_in_force"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.RETURNED) | ~Q(feedback=""), name="review_returned_says_why"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(counted_at=None), name="review_undone_never_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.decision}"

    def is_undoable(self, at: datetime) -> bool:
        """Whether whoever decided may still undo it at this moment."""
        return self.counted_at is None and self.undone_at is None and at < self.counts_at


class ReviewDraft(models.Model):
    """What a reviewer has written and chosen of an attempt and not decided yet. Nobody else reads it."""

    attempt = models.ForeignKey(SubmissionAttempt, on_delete=models.CASCADE, related_name="review_drafts")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    feedback = models.TextField(_("feedback"), blank=True)
    levels = models.JSONField(_("levels"), default=dict)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("draft of a review")
        verbose_name_plural = _("drafts of reviews")
        constraints = [models.UniqueConstraint(fields=["attempt", "reviewer"], name="review_draft_once_per_reviewer")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.reviewer_id}"


class ReviewClaim(models.Model):
    """Who reads a report, and until when others leave it to them. A courtesy: what decides is the review itself."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="claim")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token = public_uuid()
    """That of the page that took it: a page that was left gives back its own claim only, not that of the next."""

    taken_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("claim of a report")
        verbose_name_plural = _("claims of reports")

    def __str__(self) -> str:
        return f"{self.submission_id} {self.holder_id}"


class SavedComment(models.Model):
    """Words that a reviewer keeps to say again. They are the reviewer's own."""

    uuid = public_uuid()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_comments")
    text = models.TextField(_("words"))
    text_hash = sha256_field()
    used_at = models.DateTimeField(_("used last"))

    class Meta:
        verbose_name = _("saved comment")
        verbose_name_plural = _("saved comments")
        ordering = ["-used_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["owner", "text_hash"], name="saved_comment_once_per_owner")]

    def __str__(self) -> str:
        return self.text[:40]
