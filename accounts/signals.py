"""What happened here that rooms above may want to know."""

from django.dispatch import Signal

name_confirmed = Signal()
"""A person confirmed the name as it will be printed. Sent inside the transaction with ``user`` and ``at``.

Receivers must not raise: that would undo the confirmation.
"""
