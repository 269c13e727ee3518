"""Recordings in Wagtail's admin."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from foundation.models import Recording


class RecordingViewSet(SnippetViewSet):
    """The recordings that lessons and practices let be heard."""

    model = Recording
    icon = "media"
    menu_order = 300
    add_to_admin_menu = True


register_snippet(RecordingViewSet)
