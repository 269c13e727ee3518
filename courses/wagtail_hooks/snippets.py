"""Themes and question banks in the admin."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup

from courses.forms import NAME_FIELDS, ThemeForm
from courses.models import QuestionBank, Theme
from courses.selectors import lessons_drawing_from
from foundation.keeping import named


class ThemeViewSet(SnippetViewSet):
    """The themes of the practice library."""

    model = Theme
    icon = "tag"
    list_display = ["__str__", "key", "position"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel(name) for name in NAME_FIELDS], heading=_("Name")),
            "key",
            "position",
        ],
        base_form_class=ThemeForm,
    )


class BankEditView(EditView):
    """Says beside the form which lessons draw from the bank, because publishing changes what they ask."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the lessons in a message above the form."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        lessons = [lesson.title for lesson in lessons_drawing_from([self.object])]
        if lessons and self.request.method == "GET":
            sentence = _("Lessons that draw from this bank: %(titles)s. Publishing changes what they ask.")
            messages.info(self.request, sentence % {"titles": named(lessons)})
        return context


class QuestionBankViewSet(SnippetViewSet):
    """The question banks that lessons draw from."""

    model = QuestionBank
    icon = "help"
    list_display = ["__str__", "locale", Column("question_count", label=_("Questions")), UpdatedAtColumn()]
    search_fields = ["title"]
    edit_view_class = BankEditView


class TeachingViewSetGroup(SnippetViewSetGroup):
    """The admin's menu entry for what lessons and practices share."""

    menu_label = _("Shared content")
    menu_icon = "folder-open-inverse"
    menu_order = 250
    items = (ThemeViewSet, QuestionBankViewSet)


register_snippet(TeachingViewSetGroup)
