"""What this room adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from accounts.wagtail_hooks import messages, people, publishing

__all__ = ["messages", "people", "publishing"]
