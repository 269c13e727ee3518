"""How a page gets what its template shows: page models hold words, views above them bring everything else.

A room registers, for a page class, a function ``(page, request) → dict`` in ``registries.page_screens``. The page
asks for it when it is served or previewed, so that previews in the admin show the same screen.
"""

from typing import Any

from django.http import HttpRequest

from foundation.registries import page_screens


class HasScreen:
    """Mixin for page models: adds the registered screen to the template's context."""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context and the screen of this page's class."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        build = page_screens.entries.get(type(self).__name__)
        return context | (build(self, request) if build else {})
