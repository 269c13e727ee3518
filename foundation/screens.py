"""How a page gets what its template shows: page models hold words, views above them bring everything else.

A room registers, for a page class, a function ``(page, request) → dict`` in ``registries.page_screens``. The page
asks for it when it is served or previewed, so that previews in the admin show the same screen.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.registries import page_screens

PREVIEW_SIZES = [
    {"name": "phone", "icon": "mobile-alt", "device_width": 360, "label": _("Phone, 360 px")},
    {"name": "tablet", "icon": "tablet-alt", "device_width": 768, "label": _("Tablet, 768 px")},
    {"name": "desk", "icon": "desktop", "device_width": 1280, "label": _("Desk, 1280 px")},
]
"""How wide the editor's preview can be; the first is shown by default, because it is what most readers hold."""


class HasScreen:
    """Mixin for page models: the registered screen in the template's context, and previews as wide as a phone."""

    preview_sizes = PREVIEW_SIZES

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context and the screen of this page's class."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        build = page_screens.entries.get(type(self).__name__)
        return context | (build(self, request) if build else {})
