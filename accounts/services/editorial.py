"""Telling those who write what became of their pages, and editors what waits for them. By message, never by e-mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from wagtail.models import Comment, Page, Revision, TaskState

from accounts.enums import MessageEvent, SiteGroup
from accounts.models import Message, ReviewState, User
from accounts.rules import Draft, hands_of, last_published, published_words
from accounts.services.messages import settle_all, tell
from foundation.languages import LANGUAGES
from foundation.registries import page_doors

LONGEST_QUOTE = 300


@transaction.atomic
def tell_editors(*, state: TaskState, by: User | None, at: datetime) -> None:
    """Tell editors that a page waits for review; operators, where there is no editor but the one who handed it in."""
    page = _page(state)
    readers = User.objects.filter(is_active=True, groups__in=state.task.specific.groups.all()).distinct()
    if by:
        readers = readers.exclude(pk=by.pk)
    editors = readers.filter(groups__name=SiteGroup.EDITOR)
    for reader in editors if editors.exists() else readers:
        _tell(reader, MessageEvent.CONTENT_SUBMITTED, page, cause=f"review:{state.pk}", by=by, at=at)


@transaction.atomic
def tell_returned(*, state: TaskState, by: User | None, at: datetime) -> None:
    """Tell whoever wrote or handed in the page that changes are asked for, in the reviewer's words."""
    page = _page(state)
    _settle_review(page, at)
    for person in _people(_behind(page, state), by):
        _tell(
            person,
            MessageEvent.CONTENT_RETURNED,
            page,
            cause=f"returned:{state.pk}",
            by=by,
            at=at,
            comment=_quoted(state.comment),
        )


@transaction.atomic
def tell_published(*, page: Draft, revision: Revision, by: User | None, at: datetime) -> None:
    """Tell whoever wrote since the last time that their page is before its readers now."""
    _settle_review(page, at)
    before = last_published(page)
    authors = hands_of(page, since=before if before and before.pk != revision.pk else None)
    for person in _people(authors, by):
        _tell(
            person,
            MessageEvent.CONTENT_PUBLISHED,
            page,
            cause=f"published:{revision.pk}",
            by=by,
            at=at,
            comment=_said_on_approval(page, before),
        )


@transaction.atomic
def tell_scheduled(*, state: TaskState, by: User | None, at: datetime) -> None:
    """Tell the authors of a page that was approved with a date when it will be published; of one without, nothing."""
    page = _page(state)
    _settle_review(page, at)
    goes_live = page.revisions.exclude(approved_go_live_at=None).values_list("approved_go_live_at", flat=True).first()
    if goes_live is None:
        return
    for person in _people(_behind(page, state), by):
        _tell(
            person,
            MessageEvent.CONTENT_PUBLISHED,
            page,
            cause=f"scheduled:{state.pk}",
            by=by,
            at=at,
            comment=_quoted(state.comment),
            goes_live=_in_words(goes_live),
        )


@transaction.atomic
def tell_commented(*, comment: Comment, text: str, cause: str, by: User | None, at: datetime) -> None:
    """Tell the authors of a page, and those who spoke before in this thread, what somebody wrote beside the text."""
    page = comment.page.specific
    spoke = [comment.user_id, *comment.replies.values_list("user_id", flat=True)]
    behind = _behind(page, page.current_workflow_task_state)
    for person in _people([*behind, *spoke], by):
        _tell(person, MessageEvent.CONTENT_COMMENTED, page, cause=cause, by=by, at=at, comment=_quoted(text))


def close_review(*, state: TaskState, at: datetime) -> None:
    """Take back from editors what asked them for a review that nobody needs any more."""
    _settle_review(_page(state), at)


def _page(state: TaskState) -> Draft:
    """Return what is reviewed: a page, or a question bank."""
    reviewed = state.workflow_state.content_object
    return reviewed.specific if isinstance(reviewed, Page) else reviewed


def _title(page: Draft) -> str:
    return str(page.get_admin_display_title() if isinstance(page, Page) else page)


def _behind(page: Draft, state: TaskState | None) -> list[int | None]:
    """Return who stands behind the words that wait: the writers since the last time, and who handed them in."""
    writers: list[int | None] = [*hands_of(page, since=published_words(page)), getattr(state, "submitted_by_id", None)]
    return writers if any(writers) else [getattr(page, "owner_id", None)]


def _people(ids: Iterable[int | None], but: User | None) -> Iterable[User]:
    wanted = {pk for pk in ids if pk is not None} - {but.pk if but else None}
    return User.objects.filter(pk__in=wanted, is_active=True)


def _tell(
    recipient: User, event: MessageEvent, page: Draft, *, cause: str, by: User | None, at: datetime, **params: Any
) -> Message:
    return tell(
        recipient=recipient,
        event=event,
        key=f"{event}:{cause}:{recipient.pk}",
        params={"page": _title(page), "by": str(by or ""), **params},
        link=_door(recipient, page),
        at=at,
    )


def _door(person: User, page: Draft) -> str:
    """Return where this person goes on with the page: the admin, or the form that a room above gave them."""
    if person.has_perm("wagtailadmin.access_admin"):
        return _link(page)
    return next((door for ask in page_doors if (door := ask(person, page))), "")


def _link(page: Draft) -> str:
    if isinstance(page, Page):
        return f"wagtailadmin_pages:edit|{page.pk}"
    return f"{page.snippet_viewset.get_url_name('edit')}|{page.pk}"


def _settle_review(page: Draft, at: datetime) -> None:
    settle_all(event=MessageEvent.CONTENT_SUBMITTED, link=_link(page), at=at)


def _said_on_approval(page: Draft, before: Revision | None) -> str:
    """Return what the reviewer wrote with the approval that publishes the page now; empty without one."""
    states = ReviewState.objects.for_instance(page).filter(status=TaskState.STATUS_APPROVED)
    if before:
        states = states.filter(started_at__gt=before.created_at)
    newest = states.order_by("-finished_at").first()
    return _quoted(newest.comment) if newest else ""


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"


def _in_words(moment: datetime) -> dict[str, str]:
    """Return a moment as each language writes it, in the site's time zone."""
    local = timezone.localtime(moment)
    spoken = {}
    for language in LANGUAGES:
        with override(language):
            spoken[language] = date_format(local, "DATETIME_FORMAT")
    return spoken
