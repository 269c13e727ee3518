"""The admin's first screen: what waits for whoever opens it, instead of what Wagtail shows to webmasters."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail import hooks
from wagtail.admin.ui.components import Component

from courses.selectors import desk

REPLACED = {
    "user_objects_in_workflow_moderation",  # is in "my lessons"
    "workflow_objects_to_moderate",  # is in "waits for your review"
    "recent_edits",  # is in "my lessons"
    "locked_pages",  # nobody locks pages by hand here
    "whats_new_in_wagtail_version",
}
"""Wagtail's panels that ours take the place of, by name."""


class DeskPanel(Component):
    """One list of the first screen: its name, its place, its template, and who reads its rows for whom."""

    def __init__(self, name: str, order: int, template: str, listed: Callable[[Any], desk.Listed]) -> None:
        self.name = name
        self.order = order
        self.template_name = f"courses/admin/desk/{template}.html"
        self.listed = listed

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the list for whoever looks, and whether it is of everybody's pages."""
        request = (parent_context or {})["request"]
        return {"listed": self.listed(request.user), "is_all": desk.may_publish(request.user), "request": request}


@hooks.register("insert_global_admin_css")
def align_lists() -> SafeString:
    """Add the sheet of the first screen."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin/desk.css"))


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """Put our lists in the place of Wagtail's, each for those who can do something about it."""
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in REPLACED]
    publishes = desk.may_publish(request.user)
    if desk.may_write(request.user):
        panels.append(DeskPanel("my_pages", 210, "my_pages", desk.my_pages))
    if publishes:
        panels.append(DeskPanel("to_review", 220, "to_review", desk.drafts_to_review))
    if request.user.has_perm("wagtail_localize.submit_translation"):
        panels.append(DeskPanel("stale_translations", 230, "stale", desk.my_stale_translations))
    panels.append(DeskPanel("reported_mistakes", 240, "mistakes", desk.open_mistakes))
    missed = partial(desk.questions_missed, language=get_language() or "", of_everybody=publishes)
    panels.append(DeskPanel("questions_missed", 250, "missed", missed))
