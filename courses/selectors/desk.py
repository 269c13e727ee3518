"""What waits for somebody who writes, reviews or translates: the rows of the admin's first screen.

Every list is short and says when there is more; none grows in queries with what there is.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from wagtail.models import Comment, Page, Revision, TaskState, WorkflowState, get_default_page_content_type
from wagtail.permissions import policy_registry

from courses.enums import ReportState
from courses.models import LessonPage, LessonVersion, MistakeReport, QuestionBank
from courses.selectors.mistakes import REPORTABLE
from courses.selectors.translations import StaleTranslation, editor_of, stale_translations
from foundation.registries import MissedQuestion, missed_questions

MOST_ROWS = 10
"""How many rows a list shows."""

MISSED_SECONDS = 600
"""How long the questions most often missed are remembered: they change slowly and are the same for everybody."""

CHANGES_ASKED, COMMENTED, DRAFT, NEWER_DRAFT, IN_REVIEW, SCHEDULED, PUBLISHED = range(1, 8)
"""What a page waits for, in the order in which it asks for its author."""


@dataclass(frozen=True)
class Listed:
    """The first rows of a list, and whether there are more."""

    rows: list[Any]
    has_more: bool

    @classmethod
    def of(cls, rows: Iterable[Any]) -> "Listed":
        """Return the list of rows, one more of which than shown was asked for."""
        found = list(rows)
        return cls(found[:MOST_ROWS], len(found) > MOST_ROWS)


def may_publish(user: Any) -> bool:
    """Tell whether somebody publishes pages, and so reviews those of others."""
    return bool(policy_registry.get_by_type(Page).user_has_permission(user, "publish"))


def may_write(user: Any) -> bool:
    """Tell whether somebody adds pages of their own somewhere; a translator does not."""
    return bool(policy_registry.get_by_type(Page).user_has_permission(user, "add"))


def my_pages(user: Any) -> Listed:
    """Return the pages that ``user`` owns, what asks for them first, in one query.

    Each page has ``waits_for`` (a number from above), ``open_comments`` by others and ``review_started_at``.
    """
    review = WorkflowState.objects.filter(
        base_content_type=get_default_page_content_type(), object_id=_key_of_outer_page()
    ).order_by("-pk")
    active = review.filter(status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES))
    comments = Comment.objects.filter(page=OuterRef("pk"), resolved_at=None).exclude(user=user).order_by()
    scheduled = Revision.page_revisions.filter(object_id=_key_of_outer_page(), approved_go_live_at__isnull=False)
    pages = (
        _taught()
        .filter(owner=user)
        .annotate(
            review=Subquery(active.values("status")[:1]),
            review_started_at=Subquery(active.values("current_task_state__started_at")[:1]),
            open_comments=Coalesce(
                Subquery(comments.values("page").annotate(number=Count("pk")).values("number")), Value(0)
            ),
            is_scheduled=Exists(scheduled),
        )
        .annotate(waits_for=_waits_for())
        .select_related("locale")
        .order_by("waits_for", F("latest_revision_created_at").desc(nulls_last=True), "pk")
    )
    return Listed.of(pages[: MOST_ROWS + 1])


def _key_of_outer_page() -> Cast:
    return Cast(OuterRef("pk"), output_field=CharField())


def _taught() -> QuerySet[Page]:
    pages: QuerySet[Page] = Page.objects.filter(content_type__app_label="courses", content_type__model__in=REPORTABLE)
    return pages


def _waits_for() -> Case:
    return Case(
        When(review=WorkflowState.STATUS_NEEDS_CHANGES, then=CHANGES_ASKED),
        When(open_comments__gt=0, then=COMMENTED),
        When(review=WorkflowState.STATUS_IN_PROGRESS, then=IN_REVIEW),
        When(is_scheduled=True, then=SCHEDULED),
        When(live=False, then=DRAFT),
        When(has_unpublished_changes=True, then=NEWER_DRAFT),
        default=PUBLISHED,
        output_field=IntegerField(),
    )


@dataclass(frozen=True)
class ToReview:
    """A page or a question bank that was handed in, and its review."""

    draft: Page | QuestionBank
    state: TaskState

    @property
    def title(self) -> str:
        """Its title as it is now written."""
        return self.draft.draft_title if isinstance(self.draft, Page) else str(self.draft)

    @property
    def kind(self) -> str:
        """What it is: a lesson, a practice, a question bank."""
        return str(self.state.workflow_state.content_type.name)

    @property
    def edit_url(self) -> str:
        """Where it is read and answered."""
        return editor_of(self.draft)


def drafts_to_review(user: Any) -> Listed:
    """Return what waits for ``user`` to review, pages and question banks: practices first, then what waits longest."""
    states = list(
        TaskState.objects.reviewable_by(user)
        .filter(workflow_state__base_content_type__in=[get_default_page_content_type(), _type_of_banks()])
        .annotate(is_practice=Q(workflow_state__content_type__model="practicepage"))
        .select_related("workflow_state__requested_by", "workflow_state__content_type")
        .order_by("-is_practice", "started_at")[: MOST_ROWS + 1]
    )
    drafts = _reviewed(states)
    return Listed.of(ToReview(draft, state) for state in states if (draft := drafts.get(_reviewed_key(state))))


def _type_of_banks() -> ContentType:
    return ContentType.objects.get_for_model(QuestionBank)


def _reviewed_key(state: TaskState) -> tuple[int, int]:
    return state.workflow_state.base_content_type_id, int(state.workflow_state.object_id)


def _reviewed(states: Iterable[TaskState]) -> dict[tuple[int, int], Page | QuestionBank]:
    """Return what is reviewed, by its kind and key: a query for pages and one for banks, if there are any."""
    keys = [_reviewed_key(state) for state in states]
    found: dict[tuple[int, int], Page | QuestionBank] = {}
    for kind, model in ((get_default_page_content_type().pk, Page), (_type_of_banks().pk, QuestionBank)):
        if wanted := [pk for of_kind, pk in keys if of_kind == kind]:
            rows = model.objects.select_related("locale").filter(pk__in=wanted)
            found.update({(kind, row.pk): row for row in rows})
    return found


def my_stale_translations(user: Any) -> Listed:
    """Return the translations that ``user`` may edit and whose source changed since, the longest waiting first."""
    pages, banks = (
        policy_registry.get_by_type(model).instances_user_has_permission_for(user, "change")
        for model in (Page, QuestionBank)
    )
    found: list[StaleTranslation] = stale_translations(pages, banks)
    return Listed.of(found)


def open_mistakes(user: Any) -> Listed:
    """Return the newest open reports that ``user`` may close."""
    reports = MistakeReport.objects.visible_to(user).filter(state=ReportState.OPEN)
    return Listed.of(reports[: MOST_ROWS + 1])


# --- questions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MissedInLesson:
    """A question that many answer wrongly, with its lesson."""

    page_id: int
    title: str
    prompt: str
    answers: int
    percent: int


def questions_missed(user: Any, language: str, *, of_everybody: bool) -> Listed:
    """Return the questions most often missed, in the lessons of everybody or in those that ``user`` owns.

    A question counts from five answers on. The rows are remembered for ten minutes.
    """
    owner = None if of_everybody else user.pk
    key = f"questions-missed:{language}:{owner or ''}"
    rows: list[MissedInLesson] | None = cache.get(key)
    if rows is None:
        rows = _missed_in_lessons(language, owner)
        cache.set(key, rows, MISSED_SECONDS)
    return Listed.of(rows)


def _missed_in_lessons(language: str, owner: int | None) -> list[MissedInLesson]:
    lessons = LessonPage.objects.select_related("locale")
    among = None
    if owner is not None:
        lessons = lessons.filter(owner=owner)
        among = set(lessons.values_list("translation_key", flat=True))
    missed = [question for find in missed_questions for question in find(among)]
    pages = _in_language(lessons.filter(translation_key__in={question.lesson_key for question in missed}), language)
    prompts = _prompts(pages.values())
    return [_row(question, page, prompts) for question in missed if (page := pages.get(question.lesson_key))]


def _row(question: MissedQuestion, page: LessonPage, prompts: dict[str, str]) -> MissedInLesson:
    return MissedInLesson(
        page_id=page.pk,
        title=page.title,
        prompt=prompts.get(question.question_id, ""),
        answers=question.answers,
        percent=round(question.share * 100),
    )


def _in_language(pages: Iterable[LessonPage], language: str) -> dict[uuid.UUID, LessonPage]:
    found: dict[uuid.UUID, LessonPage] = {}
    for page in pages:
        if page.translation_key not in found or page.locale.language_code == language:
            found[page.translation_key] = page
    return found


def _prompts(pages: Iterable[LessonPage]) -> dict[str, str]:
    """Return what each question of these lessons asks, in the newest version that has it."""
    wanted = {(page.translation_key, page.locale.language_code) for page in pages}
    versions = LessonVersion.objects.filter(translation_key__in={key for key, _ in wanted}).order_by("pk")
    return {
        str(question["id"]): str(question["prompt"])
        for version in versions.only("translation_key", "locale", "questions")
        if (version.translation_key, version.locale) in wanted
        for question in version.questions
    }
