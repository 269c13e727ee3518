"""What the foundation adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from foundation.wagtail_hooks import deleting, recordings, uploads

__all__ = ["deleting", "recordings", "uploads"]
