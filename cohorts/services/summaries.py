"""Bringing summary rows of an older version of Terrace to what the overview reads."""

import logging
from typing import Final

from cohorts.models import Enrolment
from cohorts.rules.steps import SUMMARY_VERSION
from cohorts.services.progress import replay

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""How many one sweep writes anew; the next comes a minute later."""


def sweep_summaries() -> int:
    """Write anew the rows of an older version, the newest enrolments first. Returns how many.

    One that cannot be written keeps none of the others waiting; ``manage.py replay_events`` does all at once.
    """
    old = Enrolment.objects.filter(summary_version__lt=SUMMARY_VERSION).order_by("-pk")
    return sum(_written_anew(enrolment) for enrolment in old[:AT_ONCE])


def _written_anew(enrolment: Enrolment) -> bool:
    try:
        replay(enrolment=enrolment)
    except Exception:
        logger.exception("a summary could not be written anew: %s", enrolment.uuid)
        return False
    return True
