"""The one step between a draft and its readers: somebody else reads it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState, WorkflowState

from accounts.rules import why_not_publish
from foundation.refusals import Refused


class ReviewState(TaskState):
    """One review of one page. Knows who handed the page in: they stand for its words beside whoever wrote them."""

    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("review of a page")
        verbose_name_plural = _("reviews of pages")


class ReviewTask(AbstractGroupApprovalTask):
    """Reading by editors. Approving publishes, so it is offered to those who may publish the page as it stands."""

    task_state_class = ReviewState

    class Meta:
        verbose_name = _("review by a second person")
        verbose_name_plural = _("reviews by a second person")

    @classmethod
    def get_description(cls) -> str:
        """Return what Wagtail says when somebody chooses this kind of step."""
        return str(_("Editors read the page. Nobody approves what they wrote themselves."))

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin a review and keep who asked for it."""
        state: TaskState = super().start(workflow_state, user=user)
        ReviewState.objects.filter(pk=state.pk).update(submitted_by=user)
        return state

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, Any, bool]]:
        """Return what this person may answer."""
        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        if actions and why_not_publish(user=user, page=obj):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Answer. Raises ``Refused`` when words were changed in the same moment as they were approved."""
        page = task_state.workflow_state.content_object
        if action_name == "approve" and (reason := why_not_publish(user=user, page=page)):
            raise Refused("second_person", reason, status=403)
        super().on_action(task_state, user, action_name, **kwargs)
