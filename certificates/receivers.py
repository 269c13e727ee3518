"""What follows here from things that happen in rooms below. A receiver never raises: that would undo the cause."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.signals import name_confirmed
from certificates.services.issue import issue_certificate, issue_missing
from cohorts.models import Enrolment
from cohorts.signals import enrolment_completed

logger = logging.getLogger(__name__)


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
    """Make the certificates that waited for the name."""
    try:
        with transaction.atomic():
            issue_missing(at=at, user=user)
    except Exception:
        logger.exception("no certificate yet for user %s", user.pk)


def sweep_missing() -> int:
    """Make the certificates that a fault kept from being made."""
    return issue_missing(at=timezone.now())
