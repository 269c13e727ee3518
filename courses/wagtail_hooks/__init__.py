"""What this room adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from courses.wagtail_hooks import addresses, deleting, editor, snippets

__all__ = ["addresses", "deleting", "editor", "snippets"]
