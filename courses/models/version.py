"""What a lesson asked at one moment: the record that grading reads (docs/decisions/0005)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.drawing import drawn
from foundation.fields import public_uuid, sha256_field


class LessonVersion(models.Model):
    """An immutable copy of what a published lesson asks, in one language.

    ``questions`` is a list of ``{"id", "type", "required", "prompt", "explanation"}`` and by type

    - choices: ``"options": [{"id", "text", "is_correct", "feedback"}]``
    - order: ``"items": [{"id", "text"}]`` in the right order
    - match: ``"pairs": [{"id", "left", "right_id", "right"}]``
    - short text: ``"accepted": [words]``; number: ``"answer", "tolerance", "unit"``, decimals as text
    - scenario: ``"scenes": [{"id", "text", "branches": [{"id", "text", "is_correct", "feedback", "leads_to"}]}]``,
      ``leads_to`` the id of a scene, or empty where the story ends
    - those whose answer is judged as a whole: ``"feedback_right", "feedback_wrong"``
    - those copied from a bank: ``"draw": {"id", "count"}``; a learner is asked ``count`` of all that share the id.

    ``unjudged`` lists reflections and polls: ``{"id", "type", "prompt", "options": [{"id", "text"}]}``.
    The newest row of a (translation_key, locale) is the current one. It has no link to the page: a deleted page takes
    its revisions with it, and what was answered must still be graded and explained.
    """

    uuid = public_uuid()
    translation_key = models.UUIDField(_("lesson"))
    locale = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title"), max_length=255)
    content_hash = sha256_field()
    questions = models.JSONField(_("questions"), default=list)
    unjudged = models.JSONField(_("reflections and polls"), default=list)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in percent"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("lesson version")
        verbose_name_plural = _("lesson versions")
        ordering = ["id"]
        indexes = [models.Index(fields=["translation_key", "locale", "-id"], name="version_newest")]

    def __str__(self) -> str:
        return f"{self.title} · {self.locale} · {self.content_hash[:8]}"

    def question(self, question_id: str) -> "dict[str, Any] | None":
        """Return the question of that id, or ``None`` when this version does not ask it."""
        return next((q for q in self.questions if q["id"] == question_id), None)

    def asks_unjudged(self, kind: str, block_id: str) -> "dict[str, Any] | None":
        """Return the reflection or poll of that id, or ``None`` when this version has none."""
        return next((one for one in self.unjudged if one["type"] == kind and one["id"] == block_id), None)

    def asked_of(self, seed: str) -> "list[dict[str, Any]]":
        """Return the questions that a reader is asked: of those from a bank, the ones drawn for ``seed``."""
        chosen = set()
        draws: dict[str, list[dict[str, Any]]] = {}
        for question in self.questions:
            if "draw" in question:
                draws.setdefault(question["draw"]["id"], []).append(question)
            else:
                chosen.add(question["id"])
        for draw, questions in draws.items():
            ids = [question["id"] for question in questions]
            chosen |= drawn(ids, questions[0]["draw"]["count"], draw=draw, seed=seed)
        return [question for question in self.questions if question["id"] in chosen]

    def required_ids(self, seed: str) -> frozenset[str]:
        """Return the ids of the questions that a reader must answer before the lesson can be finished."""
        return frozenset(str(question["id"]) for question in self.asked_of(seed) if question["required"])
