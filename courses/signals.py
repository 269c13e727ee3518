"""What this room tells the rooms above it."""

from django.dispatch import Signal

lesson_version_recorded = Signal()
"""A lesson was published with a change: ``version``, ``at``. Sent inside the transaction that wrote the version."""
