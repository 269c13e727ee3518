"""The admin's first screen: what waits for whoever opens it, instead of what Wagtail shows to webmasters."""

from collections.abc import Mapping
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
    """One list of the first screen."""

    name = ""
    order = 0

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the list for whoever looks."""
        request = (parent_context or {})["request"]
        return {"listed": self.listed(request.user), "request": request}

    def listed(self, user: Any) -> desk.Listed:
        """Return the rows."""
        raise NotImplementedError


class MyPagesPanel(DeskPanel):
    """My lessons and what they wait for."""

    name = "my_pages"
    order = 210
    template_name = "courses/admin/desk/my_pages.html"

    def listed(self, user: Any) -> desk.Listed:
        """Return the pages of this author."""
        return desk.my_pages(user)


class ReviewPanel(DeskPanel):
    """Practices, other pages and question banks to review."""

    name = "to_review"
    order = 220
    template_name = "courses/admin/desk/to_review.html"

    def listed(self, user: Any) -> desk.Listed:
        """Return what waits for this person's review."""
        return desk.drafts_to_review(user)


class StalePanel(DeskPanel):
    """Translations gone stale."""

    name = "stale_translations"
    order = 230
    template_name = "courses/admin/desk/stale.html"

    def listed(self, user: Any) -> desk.Listed:
        """Return what this person may bring up to date."""
        return desk.my_stale_translations(user)


class MistakesPanel(DeskPanel):
    """Mistakes that readers reported."""

    name = "reported_mistakes"
    order = 240
    template_name = "courses/admin/desk/mistakes.html"

    def listed(self, user: Any) -> desk.Listed:
        """Return what this person may close."""
        return desk.open_mistakes(user)


class MissedPanel(DeskPanel):
    """Questions most often missed."""

    name = "questions_missed"
    order = 250
    template_name = "courses/admin/desk/missed.html"

    def __init__(self, *, of_everybody: bool) -> None:
        self.of_everybody = of_everybody

    def listed(self, user: Any) -> desk.Listed:
        """Return them for all lessons, or for those of this author."""
        return desk.questions_missed(user, get_language() or "", of_everybody=self.of_everybody)


@hooks.register("insert_global_admin_css")
def align_lists() -> SafeString:
    """Add the sheet of the first screen."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin/desk.css"))


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """Put our lists in the place of Wagtail's, each for those who can do something about it."""
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in REPLACED]
    publishes = desk.may_publish(request.user)
    panels.append(MyPagesPanel())
    if publishes:
        panels.append(ReviewPanel())
    if request.user.has_perm("wagtail_localize.submit_translation"):
        panels.append(StalePanel())
    panels.append(MistakesPanel())
    panels.append(MissedPanel(of_everybody=publishes))
