"""What this room adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from accounts.wagtail_hooks import menu, messages, people, publishing

__all__ = ["menu", "messages", "people", "publishing"]
