"""What was said to somebody, on the admin's first page: those who write live there and never see Today."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from accounts.selectors import unread_messages

MOST = 20


class MessagesPanel(Component):
    """The unread messages; reading one marks it and leads to what it is about."""

    name = "messages"
    template_name = "accounts/admin/messages_panel.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the messages of whoever looks, with what their forms need."""
        request = parent_context["request"]
        return {
            "unread": unread_messages(request.user)[:MOST],
            "request": request,
            "csrf_token": parent_context["csrf_token"],
        }


@hooks.register("construct_homepage_panels")
def show_messages(request: HttpRequest, panels: list[Any]) -> None:
    """Put the messages first."""
    panels.append(MessagesPanel())
