"""What learners say without being judged: reflections, which nobody else reads, and votes in polls of the cohort."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cohorts.models.enrolment import Enrolment


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    """Reflections, by whose they are: there is no other way to read them."""

    def of(self, user: object) -> "ReflectionQuerySet":
        """Return the person's own."""
        return self.filter(enrolment__user=user) if getattr(user, "is_authenticated", False) else self.none()


class Reflection(models.Model):
    """What a learner wrote for themselves. Read by nobody else: no screen, no export and no admin shows it to others.

    The event that brought it is in the log without the words. ``written_at`` is the event's corrected time: of two
    phones the later writing stands, in whichever order they send.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="reflections")
    lesson_key = models.UUIDField(_("lesson"))
    block_id = models.CharField(_("question"), max_length=36)
    text = models.TextField(_("words"), blank=True)
    event_uuid = models.UUIDField(editable=False)
    written_at = models.DateTimeField(_("written at"))

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_key", "block_id"], name="reflection_once_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.block_id}"


class PollVote(models.Model):
    """A learner's answer in a poll of the cohort: one, the latest. Derived from the events, as progress is."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="votes")
    lesson_key = models.UUIDField(_("lesson"))
    poll_id = models.CharField(_("poll"), max_length=36)
    option_id = models.CharField(_("answer"), max_length=36)
    voted_at = models.DateTimeField(_("voted at"))

    class Meta:
        verbose_name = _("vote in a poll")
        verbose_name_plural = _("votes in polls")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_key", "poll_id"], name="vote_once_per_poll")
        ]
        indexes = [models.Index(fields=["lesson_key", "poll_id"], name="vote_by_poll")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.poll_id}"
