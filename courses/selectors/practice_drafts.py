"""Practices written in the short form, as their author sees them: where each stands, and what was said of it."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.models import Comment, Page, TaskState, WorkflowState

from courses.enums import WRITABLE_STATES, DraftState
from courses.models import PracticeDraft


@dataclass(frozen=True)
class Standing:
    """Where a draft stands, and the editors' open comments when it was returned."""

    state: DraftState
    comments: tuple[str, ...] = ()

    @property
    def is_writable(self) -> bool:
        """Whether the author may write on."""
        return self.state in WRITABLE_STATES


def drafts_of(user: Any) -> list[tuple[PracticeDraft, Standing]]:
    """Return the person's own, the last one written first, with where each stands: a handful of queries for all."""
    drafts = list(PracticeDraft.objects.visible_to(user).select_related("page__locale"))
    return list(zip(drafts, standings(drafts), strict=True))


def standing_of(draft: PracticeDraft) -> Standing:
    """Return where one draft stands."""
    return standings([draft])[0]


def standings(drafts: Sequence[PracticeDraft]) -> list[Standing]:
    """Return where each of the drafts stands, in their order."""
    waiting = [draft.page.pk for draft in drafts if draft.page and not draft.page.live]
    workflows = _workflows(waiting)
    returned = [page for page, flow in workflows.items() if flow.status == WorkflowState.STATUS_NEEDS_CHANGES]
    said = _comments(returned, workflows)
    return [_standing(draft, workflows.get(draft.page_id or 0), said) for draft in drafts]


def door_of_author(person: Any, page: Page) -> str:
    """Return the link (see ``Message.link``) to the short form in which the person wrote this page, or nothing."""
    written = PracticeDraft.objects.visible_to(person).filter(page_id=page.pk).values_list("uuid", flat=True)
    return link_of(written[0]) if written else ""


def link_of(draft_uuid: uuid.UUID) -> str:
    """Return the link of a message that leads to a draft."""
    return f"courses:write_practice|{draft_uuid}"


def _standing(draft: PracticeDraft, flow: WorkflowState | None, said: dict[int, list[str]]) -> Standing:
    if draft.page is None:
        return Standing(DraftState.GONE if draft.submitted_at else DraftState.DRAFT)
    if draft.page.live:
        return Standing(DraftState.PUBLISHED)
    if flow is not None and flow.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return Standing(DraftState.RETURNED, tuple(said[draft.page.pk]))
    return Standing(DraftState.IN_REVIEW)


def _workflows(page_ids: Sequence[int]) -> dict[int, WorkflowState]:
    """Return the newest workflow of each page that has one."""
    if not page_ids:
        return {}
    flows = WorkflowState.objects.filter(
        base_content_type=Page().get_base_content_type(), object_id__in=[str(pk) for pk in page_ids]
    )
    return {int(flow.object_id): flow for flow in flows.order_by("created_at", "pk")}


def _comments(page_ids: Sequence[int], workflows: dict[int, WorkflowState]) -> dict[int, list[str]]:
    """Return what the editors said of each page: the words it was returned with, then remarks beside the text."""
    said: dict[int, list[str]] = defaultdict(list)
    if not page_ids:
        return said
    pages = {workflows[pk].pk: pk for pk in page_ids}
    refusals = TaskState.objects.filter(workflow_state__in=pages, status=TaskState.STATUS_REJECTED).exclude(comment="")
    for flow, comment in refusals.order_by("-finished_at").values_list("workflow_state_id", "comment"):
        if not said[pages[flow]]:
            said[pages[flow]].append(comment)
    remarks = Comment.objects.filter(page_id__in=page_ids, resolved_at=None).order_by("created_at")
    for page, text in remarks.values_list("page_id", "text"):
        said[page].append(text)
    return said
