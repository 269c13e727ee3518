"""What follows here from things that happen in rooms below. A receiver never raises: that would undo the cause."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.signals import name_confirmed
from certificates.services.again import correct_names, retry_addressless
from certificates.services.files import remove_orphans
from certificates.services.issue import ask_missing, issue_certificate, issue_missing
from cohorts.models import Enrolment
from cohorts.signals import enrolment_completed

logger = logging.getLogger(__name__)

ORPHANS_EVERY = timedelta(hours=6)
"""Listing the folder of all certificates is slow where it is remote, and orphans are kept for a day anyway."""


def connect() -> None:
    """Listen; called from ``AppConfig.ready``."""
    enrolment_completed.connect(issue_on_completion, dispatch_uid="certificates.completed")
    name_confirmed.connect(issue_on_confirmed_name, dispatch_uid="certificates.name")


def issue_on_completion(enrolment: Enrolment, at: datetime, **_: Any) -> None:
    """Make the certificate of a course just completed. What fails here is made by the sweeper within a minute."""
    try:
        with transaction.atomic():
            issue_certificate(enrolment=enrolment, at=at)
    except Exception:
        logger.exception("no certificate yet for enrolment %s", enrolment.uuid)


def issue_on_confirmed_name(user: User, at: datetime, **_: Any) -> None:
    """Make the certificates that waited for the name, and correct those that were never issued."""
    try:
        with transaction.atomic():
            correct_names(user=user, at=at)
            issue_missing(at=at, user=user)
    except Exception:
        logger.exception("no certificate yet for user %s", user.pk)


def sweep_missing() -> int:
    """Make up for what a fault prevented, and clear away what it left behind. Returns how many rows and files.

    One fault does not keep the others from their turn; it is logged with its trace.
    """
    now = timezone.now()
    rounds: tuple[Callable[[], int], ...] = (
        lambda: issue_missing(at=now),
        lambda: ask_missing(at=now),
        lambda: retry_addressless(at=now),
        lambda: _orphans_now_and_then(now),
    )
    mended = 0
    for turn in rounds:
        try:
            mended += turn()
        except Exception:
            logger.exception("a part of the sweep of certificates failed")
    return mended


def _orphans_now_and_then(now: datetime) -> int:
    is_due = cache.add("certificates:orphans", now.isoformat(), timeout=int(ORPHANS_EVERY.total_seconds()))
    return remove_orphans(now=now) if is_due else 0
