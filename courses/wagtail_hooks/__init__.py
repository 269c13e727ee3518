"""What this room adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from courses.wagtail_hooks import deleting, snippets

__all__ = ["deleting", "snippets"]
