"""What this room adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from accounts.wagtail_hooks import people, publishing

__all__ = ["people", "publishing"]
