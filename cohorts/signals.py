"""What happened here that rooms above may want to know."""

from django.dispatch import Signal

enrolment_completed = Signal()
"""The course's rule held for the first time. Sent inside the transaction with ``enrolment`` and ``at``.

Receivers must not raise: that would undo the acceptance or the answer which completed the course.
"""
