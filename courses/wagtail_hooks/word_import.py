"""Word import in the admin: its addresses, its menu entry, and a button where a lesson or a practice can be added."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from courses.services.importing.work import may_import_into
from courses.views import word_import


@hooks.register("register_admin_urls")
def word_import_urls() -> list[URLPattern]:
    """The addresses of the import, behind the admin's own sign-in."""
    return [
        path("word/", word_import.start, name="word_import_start"),
        path("word/<uuid:uuid>/", word_import.show, name="word_import"),
        path("word/<uuid:uuid>/status/", word_import.status, name="word_import_status"),
        path("word/<uuid:uuid>/picture/<int:number>/", word_import.picture, name="word_import_picture"),
        path("word/<uuid:uuid>/draft/", word_import.draft, name="word_import_draft"),
        path("word/<uuid:uuid>/retry/", word_import.retry, name="word_import_retry"),
    ]


class WordImportMenuItem(MenuItem):
    """Shown to whoever may add a page anywhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may add pages."""
        return bool(page_permission_policy.user_has_permission(request.user, "add"))


@hooks.register("register_admin_menu_item")
def word_import_menu_item() -> MenuItem:
    """Lead to the import from the menu."""
    return WordImportMenuItem(
        _("Import from Word"), reverse("word_import_start"), icon_name=word_import.ICON, order=210
    )


@hooks.register("register_page_header_buttons")
def import_from_word(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead to the import from a module and from the practice library, with that place chosen."""
    if may_import_into(user=user, parent=page):
        address = f"{reverse('word_import_start')}?parent={page.pk}"
        yield Button(_("Import from Word"), address, icon_name=word_import.ICON, priority=16)
