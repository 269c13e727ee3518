"""The editor of pages, with the panel "For the reader"."""

from typing import Any

from django.forms import Media
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel, ChecksSidePanel
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page, WorkflowState

from courses.models import AssignmentPage, CoursePage, LessonPage, ModulePage, PracticePage


class ReaderSidePanel(BaseSidePanel):
    """What the page costs a reader, what a colleague would say, and the QR code of the draft."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        """The panel's button; its number is how much there is to mend."""

        aria_label = _("What it costs a reader, and what to mend")
        icon_name = "circle-check"

    name = "reader"
    title = _("For the reader")
    template_name = "courses/admin/reader_panel.html"
    order = 150

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Add the addresses that the panel's script asks."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        context["reading_url"] = reverse("teaching_admin:reading", args=[self.object.pk])
        context["draft_link_url"] = reverse("teaching_admin:draft_link", args=[self.object.pk])
        return context

    @property
    def media(self) -> Media:
        """The panel's script."""
        return Media(js=[Script("js/admin/reader-panel.js", type="module")])  # type: ignore[list-item]


class QuietChecksPanel(ChecksSidePanel):
    """Wagtail's checks without its figures: words and readability are counted as English is written."""

    template_name = "courses/admin/checks.html"


class ReadersEditView(EditView):
    """Wagtail's editor with our panel beside it; the partial answers to an autosave go without."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; above it the words with which the page came back, if it did."""
        if said := words_of_return(self.page):
            messages.warning(request, said)
        return super().get(request, *args, **kwargs)

    def add_save_confirmation_message(self) -> None:
        """Say what became of a review that was answered; Wagtail says only that the page was updated."""
        if self.action_name == "perform_workflow_action":
            messages.success(self.request, _answered(self.page, self.workflow_action))
        else:
            super().add_save_confirmation_message()

    def get_side_panels(self) -> MediaContainer:
        """Return Wagtail's panels and ours, in order."""
        panels = [
            QuietChecksPanel(self.page, self.request) if type(panel) is ChecksSidePanel else panel
            for panel in super().get_side_panels()
        ]
        if not self.expects_json_response:
            panels.append(ReaderSidePanel(self.page, self.request))
        return MediaContainer(sorted(panels, key=lambda panel: panel.order))


def words_of_return(page: Page) -> str:
    """Return what the reviewer said when the page was given back, with their name; empty when it was not."""
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return ""
    task = state.current_task_state
    sentence = gettext("%(reviewer)s gave this page back to be mended: “%(words)s”")
    bare = gettext("%(reviewer)s gave this page back to be mended. What is asked stands beside the text.")
    reviewer = task.finished_by or gettext("An editor")
    return (sentence if task.comment else bare) % {"reviewer": reviewer, "words": task.comment}


def _answered(page: Page, action: str) -> str:
    title = {"title": page.get_admin_display_title()}
    if action == "reject":
        return gettext("“%(title)s” went back to its author, who is told what you wrote.") % title
    if Page.objects.get(pk=page.pk).approved_schedule:
        return gettext("“%(title)s” is approved. It will be published at its date.") % title
    return gettext("“%(title)s” is approved and published.") % title


class TaughtPageViewSet(PageViewSet):
    """The admin's views of a kind of page, with our editor."""

    edit_view_class = ReadersEditView


class OurContentChecker(ContentCheckerItem):
    """Wagtail's checker without the rule that every page describes itself to search engines: summaries do that here."""

    axe_run_only = [rule for rule in ContentCheckerItem.axe_run_only if rule != "empty-meta-description"]
    axe_custom_rules = [rule for rule in ContentCheckerItem.axe_custom_rules if rule["id"] != "empty-meta-description"]


@hooks.register("construct_wagtail_userbar")
def check_what_matters_here(request: HttpRequest, items: list[Any], page: Page | None) -> None:
    """Put our checker in the place of Wagtail's, on pages and in the editor."""
    items[:] = [
        OurContentChecker(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items
    ]


@hooks.register("register_admin_viewset")
def register_editors() -> list[TaughtPageViewSet]:
    """Give each kind of page that volunteers write our editor."""
    models = (CoursePage, ModulePage, LessonPage, AssignmentPage, PracticePage)
    return [TaughtPageViewSet(name=f"{model._meta.model_name}s", model=model) for model in models]
