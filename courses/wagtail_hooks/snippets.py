"""Themes and question banks in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.models import QuestionBank, Theme


class ThemeViewSet(SnippetViewSet):
    """The themes of the practice library."""

    model = Theme
    icon = "tag"
    list_display = ["__str__", "key"]


class QuestionBankViewSet(SnippetViewSet):
    """The question banks that lessons draw from."""

    model = QuestionBank
    icon = "help"


class TeachingViewSetGroup(SnippetViewSetGroup):
    """The admin's menu entry for what lessons and practices share."""

    menu_label = _("Shared content")
    menu_icon = "folder-open-inverse"
    menu_order = 250
    items = (ThemeViewSet, QuestionBankViewSet)


register_snippet(TeachingViewSetGroup)
