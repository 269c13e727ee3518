"""The editor's own button "Publish": what was changed in the same moment is kept as a draft, with the reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.api.actions.publish import PublishPageAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.models import Page

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
