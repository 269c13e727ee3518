"""What follows from others' signals: people are told of drafts and reviews, in the transaction of the cause, and where
somebody signed in is written down.
"""

from typing import Any

from django.contrib.auth import user_logged_in
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import Comment, CommentReply, Revision, TaskState, WorkflowState
from wagtail.signals import (
    published,
    task_cancelled,
    task_rejected,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)
from wagtail.users.models import UserProfile

from accounts.models import ReviewState, User
from accounts.services import editorial
from accounts.services.devices import note_use

WAGTAILS_MAILS = (
    (workflow_submitted, "workflow_state_submitted_email_notification"),
    (workflow_rejected, "workflow_state_rejected_email_notification"),
    (workflow_approved, "workflow_state_approved_email_notification"),
)
NOTIFICATIONS = ("submitted", "approved", "rejected", "updated_comments")


def connect() -> None:
    """Listen; called from ``AppConfig.ready``."""
    task_submitted.connect(page_was_handed_in, sender=ReviewState, dispatch_uid="accounts.handed_in")
    task_rejected.connect(page_was_returned, sender=ReviewState, dispatch_uid="accounts.returned")
    task_cancelled.connect(review_was_cancelled, sender=ReviewState, dispatch_uid="accounts.cancelled")
    workflow_approved.connect(page_was_approved, sender=WorkflowState, dispatch_uid="accounts.approved")
    published.connect(page_was_published, dispatch_uid="accounts.published")
    post_save.connect(comment_was_written, sender=Comment, dispatch_uid="accounts.comment")
    post_save.connect(reply_was_written, sender=CommentReply, dispatch_uid="accounts.reply")
    pre_save.connect(want_no_mail, sender=UserProfile, dispatch_uid="accounts.no_mail")
    user_logged_in.connect(somebody_signed_in, dispatch_uid="accounts.signed_in")
    for signal, place in WAGTAILS_MAILS:
        # Wagtail connects its mails after us and under these names; a name that is taken is left alone.
        signal.connect(send_no_mail, sender=WorkflowState, dispatch_uid=place)


def send_no_mail(**_: Any) -> None:
    """Stand where Wagtail's e-mails would: many here have no address, and a mail server's fault must stop no review."""


def want_no_mail(instance: UserProfile, **_: Any) -> None:
    """Keep Wagtail's own e-mails off; the comments' are sent to whoever has not said no."""
    for name in NOTIFICATIONS:
        setattr(instance, f"{name}_notifications", False)


def page_was_handed_in(instance: TaskState, user: User | None = None, **_: Any) -> None:
    """Tell editors."""
    editorial.tell_editors(state=instance, by=user, at=timezone.now())


def page_was_returned(instance: TaskState, user: User | None = None, **_: Any) -> None:
    """Tell the authors, with the reviewer's words."""
    editorial.tell_returned(state=instance, by=user, at=timezone.now())


def review_was_cancelled(instance: TaskState, **_: Any) -> None:
    """Ask nobody any more."""
    editorial.close_review(state=instance, at=timezone.now())


def page_was_approved(instance: WorkflowState, user: User | None = None, **_: Any) -> None:
    """Tell the authors of a page with a date when it will be published."""
    state = instance.current_task_state
    if state is not None and isinstance(state.specific, ReviewState):
        editorial.tell_scheduled(state=state.specific, by=user, at=timezone.now())


def page_was_published(instance: Any, revision: Revision, **_: Any) -> None:
    """Tell the authors, unless the page has got a date only and is not before its readers yet."""
    if instance.live:
        by = get_active_log_context().user
        editorial.tell_published(page=instance, revision=revision, by=by, at=timezone.now())


def comment_was_written(instance: Comment, created: bool = False, raw: bool = False, **_: Any) -> None:
    """Tell those whose text it is about."""
    if created and not raw:
        cause = f"comment:{instance.pk}"
        editorial.tell_commented(comment=instance, text=instance.text, cause=cause, by=instance.user, at=timezone.now())


def reply_was_written(instance: CommentReply, created: bool = False, raw: bool = False, **_: Any) -> None:
    """Tell those who are in the conversation."""
    if created and not raw:
        cause = f"reply:{instance.pk}"
        editorial.tell_commented(
            comment=instance.comment, text=instance.text, cause=cause, by=instance.user, at=timezone.now()
        )


def somebody_signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Write down on what kind of device."""
    note_use(request, user=user, at=timezone.now())
