"""The addresses of this room in the admin, and the menu's entry for the mistakes that readers reported."""

from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.views import editing, reports


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLResolver]:
    """Return the addresses of this room below the admin's prefix."""
    addresses = [
        path("<int:page_id>/reading/", editing.reading, name="reading"),
        path("<int:page_id>/draft-link/", editing.draft_link, name="draft_link"),
        path("mistakes/", reports.ReportsView.as_view(), name="reports"),
        path("mistakes/<uuid:uuid>/", reports.ReportView.as_view(), name="report"),
    ]
    return [path("teaching/", include((addresses, "teaching_admin")))]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """Lead to the list; who may close nothing finds it empty."""
    return MenuItem(_("Reported mistakes"), reverse("teaching_admin:reports"), icon_name="warning", order=260)
