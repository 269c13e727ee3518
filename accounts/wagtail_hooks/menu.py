"""The admin's menu: for each person what is theirs to do, and nothing that leads off the site."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry

FOREIGN = {"help"}
"""Wagtail's own news and guides: other hosts, in English, about a product that volunteers need not know."""
FOR_KEEPERS = {"reports"}
"""Tables about everybody's pages, for those who look after everybody's pages."""
NAMELESS = {"aging-pages"}
"""Names people by their identifiers and says "None" of what was never published; the list of pages sorts by age."""


@hooks.register("construct_main_menu")
def show_what_is_theirs(request: HttpRequest, menu_items: list[Any]) -> None:
    """Leave out what means nothing to this person. The doors behind it have their own locks."""
    hidden = set(FOREIGN)
    if not policy_registry.get_by_type(Page).user_has_permission(request.user, "publish"):
        hidden |= FOR_KEEPERS
    menu_items[:] = [item for item in menu_items if item.name not in hidden]


@hooks.register("construct_reports_menu")
def show_reports_that_can_be_read(request: HttpRequest, menu_items: list[Any]) -> None:
    """Leave out what says nothing to people."""
    menu_items[:] = [item for item in menu_items if item.name not in NAMELESS]
