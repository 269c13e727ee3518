"""Recordings in Wagtail's admin: what became of each, what it weighs, and another try."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import FileInput
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from foundation.forms import RecordingForm
from foundation.models import Recording
from foundation.services.recordings import retry_recording
from foundation.services.sound import converter


def sizes(recording: Recording) -> str:
    """Return what a reader may have to load, and what came."""
    heard = " / ".join(filesizeformat(source.size) for source in recording.sources)
    return f"{heard or '—'} ({filesizeformat(recording.original_size)})"


class RecordingIndexView(IndexView):
    """The list of recordings, with a word where this site cannot convert them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the list."""
        if not converter():
            messages.warning(
                request,
                _(
                    "This server has no ffmpeg, so recordings are heard as they came: heavy for a phone, and with "
                    "whatever it wrote into them, such as the place. Ask your operator to install it; "
                    "what was kept is then converted by itself."
                ),
            )
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response


class RecordingViewSet(SnippetViewSet):
    """The recordings that lessons and practices let be heard."""

    model = Recording
    icon = "media"
    menu_order = 300
    add_to_admin_menu = True
    index_view_class = RecordingIndexView
    list_display = [
        "__str__",
        Column("get_status_display", label=gettext_lazy("State")),
        Column("length", label=gettext_lazy("Length")),
        Column(sizes, label=gettext_lazy("Size (as it came)")),
    ]
    list_filter = ["status"]
    search_fields = ["title"]
    edit_handler = ObjectList(
        [
            HelpPanel(template="foundation/admin/recording_state.html", heading=gettext_lazy("State")),
            FieldPanel("title"),
            # The stock widget links to the file; an original has no address.
            FieldPanel(
                "original", widget=FileInput, help_text=gettext_lazy("MP3, M4A, Opus, OGG or WAV, up to 60 MB.")
            ),
            FieldPanel("licence"),
        ],
        base_form_class=RecordingForm,
    )


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a recording once more that could not be converted, or that was kept as it came."""
    if not request.user.has_perm("foundation.change_recording"):
        raise PermissionDenied
    recording = get_object_or_404(Recording, pk=pk)
    if retry_recording(recording=recording, at=timezone.now(), actor=request.user):
        messages.success(request, _("It will be converted again. This takes about a minute."))
    else:
        messages.info(request, _("Nothing to do: this recording is ready or being converted."))
    return redirect(reverse("wagtailsnippets_foundation_recording:edit", args=[pk]))


@hooks.register("register_admin_urls")
def retry_url() -> list[URLPattern]:
    """Add the address that tries again."""
    return [path("recordings/<int:pk>/retry/", retry, name="retry_recording")]


register_snippet(RecordingViewSet)
