"""The editor's own button "Publish": what was changed in the same moment is kept as a draft, with the reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.admin.api.actions.publish import PublishPageAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.models import Page, WorkflowState

from accounts.rules import require_whole, why_not_publish, why_not_whole


@hooks.register("before_publish_page")
def let_a_second_person_publish(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse when the words that were just saved are the publisher's own; Wagtail asked before they were saved."""
    reason = _why_kept(request, page)
    return redirect("wagtailadmin_pages:edit", page.pk) if reason else None


@hooks.register("before_publish")
def let_a_second_person_publish_it(request: HttpRequest, draft: Any) -> HttpResponse | None:
    """Refuse the same for what is no page: a question bank."""
    reason = _why_kept(request, draft)
    return redirect(draft.snippet_viewset.get_url_name("edit"), draft.pk) if reason else None


def _why_kept(request: HttpRequest, draft: Any) -> str:
    """Say why what was just saved stays a draft, and return it: raising here would lose what was saved."""
    reason = why_not_publish(user=request.user, page=draft) or why_not_whole(draft.get_latest_revision_as_object())
    if reason:
        messages.error(request, _("Saved as a draft, not published.") + " " + reason)
    return reason


class CarefulPublishing(PublishPageAPIAction):
    """Publishes by the admin's own API, which goes past ``Page.publish`` and knows no hooks."""

    def execute(self, instance: Page, data: Any) -> Any:
        """Publish. Raises ``Refused`` when the newest draft is not whole."""
        require_whole(instance.get_latest_revision_as_object())
        return super().execute(instance, data)


PagesAdminAPIViewSet.actions = {**PagesAdminAPIViewSet.actions, "publish": CarefulPublishing}


@hooks.register("construct_page_action_menu")
def answer_a_review_by_its_own_words(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer no bare "Publish" while a review waits: it would leave the author without an answer."""
    page = context.get("page")
    if page is not None and page.workflow_in_progress:
        menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


class HandInItem(SubmitForModerationMenuItem):
    """Hands in for review, for the first time or again; Wagtail names its workflow and task, which nobody knows."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Say what pressing it does."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        again = is_returned(parent_context.get("page"))
        return context | {"label": _("Mended: hand in again") if again else _("Hand in for review")}


CALLED_OFF = ("action-cancel-workflow", "action-restart-workflow")


@hooks.register("construct_page_action_menu")
def offer_one_way_to_hand_in(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Call handing in by one name; who got a page back has this one way on, and none that forgets what was said."""
    page = context.get("page")
    rights = page.permissions_for_user(request.user) if page is not None else None
    hidden = CALLED_OFF if rights and is_returned(page) and not rights.has_publish_right else ()
    items = [item for item in menu_items if item.name not in hidden]
    items = [HandInItem(order=item.order) if item.name == HandInItem.name else item for item in items]
    if page is not None and page.live and not page.has_unpublished_changes:
        # What is changed now are the editor's own words, which a second person publishes; dates alone are not.
        items.sort(key=lambda item: item.name == "action-publish")
    menu_items[:] = items


def is_returned(page: Page | None) -> bool:
    """Tell whether a reviewer gave the page back to be mended."""
    state = page.current_workflow_state if page is not None else None
    return state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
