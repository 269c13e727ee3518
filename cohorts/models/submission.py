"""Work handed in, and what was said of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.enums import SubmissionStatus
from cohorts.models.cohort import Cohort
from cohorts.models.enrolment import Enrolment
from cohorts.models.extension import due_moment
from cohorts.models.rubric import Judged, RubricVersion
from foundation.fields import private_storage, public_uuid, sha256_field

if TYPE_CHECKING:
    from cohorts.models.review import Review


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions, by who may see them."""

    def begun(self) -> "SubmissionQuerySet":
        """Return those with a word, a photo or a voice note; who only opens an assignment has a row too."""
        photos = Submission.objects.filter(photos__isnull=False, photos__removed_at=None).values("pk")
        recordings = Submission.objects.filter(recordings__isnull=False, recordings__removed_at=None).values("pk")
        written = Q(revision__gt=0) | Q(attempt__gte=1)
        return self.filter(written | Q(pk__in=photos) | Q(pk__in=recordings))

    def visible_to(self, user: object) -> "SubmissionQuerySet":
        """Return the person's own, and what was handed in to the cohorts the person reviews."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        reviewed = Cohort.objects.reviewed_by(user).values("pk")
        handed_in = Q(enrolment__cohort__in=reviewed, attempt__gte=1)
        return self.filter(Q(enrolment__user=user) | handed_in)

    def reviewable_by(self, user: object) -> "SubmissionQuerySet":
        """Return what others handed in, at least once, to cohorts whose submissions ``user`` may judge."""
        reviewed = Cohort.objects.reviewed_by(user).values("pk")
        return self.filter(enrolment__cohort__in=reviewed, attempt__gte=1).exclude(enrolment__user=user)

    def waiting(self) -> "SubmissionQuerySet":
        """Return what waits for a review, the longest wait first; not what was decided and can still be undone."""
        return self.filter(status=SubmissionStatus.SUBMITTED, decided_at=None).order_by("submitted_at", "id")


class Submission(models.Model):
    """A learner's work on one assignment. ``answers`` is the text being written: ``{prompt id: words}``.

    ``revision`` grows with each saved change of words; a phone names the one it had when it sends its own.

    ``attempt`` counts what was handed in; 0 means never. Each time makes a ``SubmissionAttempt`` that never changes.
    ``decided_at`` is when somebody decided on the newest attempt. The status follows when the decision counts, which is
    when it can no longer be undone (docs/decisions/0074).
    """

    uuid = public_uuid()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    assignment_key = models.UUIDField(_("assignment"))
    title = models.CharField(_("title"), max_length=255)
    status = models.CharField(
        _("status"), max_length=10, choices=SubmissionStatus.choices, default=SubmissionStatus.DRAFT
    )
    answers = models.JSONField(_("answers"), default=dict)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    saved_at = models.DateTimeField(_("saved at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["status", "submitted_at"], name="submission_queue")]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "assignment_key"], name="submission_once_per_assignment"),
            models.CheckConstraint(
                condition=Q(status=SubmissionStatus.DRAFT) | Q(attempt__gte=1, submitted_at__isnull=False),
                name="submission_handed_in_has_an_attempt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.enrolment_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether a reviewer has still to decide."""
        return self.status == SubmissionStatus.SUBMITTED and self.decided_at is None

    @property
    def is_decided_for_now(self) -> bool:
        """Whether somebody has decided and may still undo it: nobody else is told yet."""
        return self.status == SubmissionStatus.SUBMITTED and self.decided_at is not None


def _due() -> Any:
    """Return until when the attempt's step is due for its author, in the query of attempts."""
    return due_moment(
        cohort="submission__enrolment__cohort",
        enrolment="submission__enrolment",
        step="submission__assignment_key",
    )


class SubmissionAttemptQuerySet(models.QuerySet["SubmissionAttempt"]):
    """Attempts, with what a cohort asks of them."""

    def with_due(self) -> "SubmissionAttemptQuerySet":
        """Return them with the moment at which the assignment was due, so that they can tell whether they are late."""
        return self.annotate(due_at=_due())

    def late(self) -> "SubmissionAttemptQuerySet":
        """Return those that were handed in after they were due for their author."""
        return self.alias(due=_due()).filter(due__lt=F("written_at"))


class SubmissionAttempt(models.Model):
    """What was handed in, with the questions as they were asked. ``uuid`` comes from the form, so once is once.

    ``answers`` is a list of ``{"id", "kind", "label", "text", "photos": [uuid, …]}`` in the order asked; an answer with
    voice notes also has ``"recordings": [uuid, …]``. ``written_at`` is when it was handed in on the phone.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    answers = models.JSONField(_("answers"), default=list)
    body_hash = sha256_field()
    rubric = models.ForeignKey(RubricVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="attempts")
    submitted_at = models.DateTimeField(_("submitted at"))
    written_at = models.DateTimeField(_("handed in on the device at"))

    due_at: datetime | None = None
    """When it was due; filled by ``with_due``."""

    objects = SubmissionAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="attempt_numbers_are_unique")]

    def __str__(self) -> str:
        return f"{self.submission_id} #{self.number}"

    @property
    def attached(self) -> set[str]:
        """The numbers of the photos and voice notes that were handed in with it."""
        return {number for answer in self.answers for number in (*answer["photos"], *answer.get("recordings", ()))}

    @property
    def is_late(self) -> bool:
        """Whether it was handed in after the deadline, on the device. Late is told and never refused."""
        return self.due_at is not None and self.written_at > self.due_at

    @property
    def review(self) -> "Review | None":
        """The judgement in force, if there is one; asks no query when ``reviews`` was fetched before."""
        return next((review for review in self.reviews.all() if review.undone_at is None), None)

    @property
    def judged(self) -> list[Judged]:
        """What the judgement in force says of each criterion, in the words of the rubric it was judged by."""
        return self.rubric.judged(self.review.levels) if self.rubric and self.review else []


class SubmissionPhoto(models.Model):
    """A photo that belongs to a submission, shrunk and without metadata. Removing one keeps it for old attempts."""

    uuid = public_uuid()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="photos")
    prompt_id = models.CharField(_("question"), max_length=36)
    file = models.FileField(storage=private_storage, max_length=200)
    sha256 = sha256_field()
    size = models.PositiveIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    added_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "prompt_id", "sha256"],
                condition=Q(removed_at=None),
                name="photo_once_per_question",
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)
