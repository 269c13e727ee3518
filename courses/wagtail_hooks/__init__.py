"""What this room adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from courses.wagtail_hooks import deleting, editor, snippets

__all__ = ["deleting", "editor", "snippets"]
