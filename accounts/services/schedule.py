"""Pages with a date: published when it has come, taken back when they expire. Run each minute by the sweeper."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

logger = logging.getLogger(__name__)


def keep_dates(*, now: datetime) -> int:
    """Publish what was agreed to for now or earlier, and unpublish what has expired. Returns how many pages changed.

    Each page in a transaction of its own: one that cannot be published is logged and keeps no other waiting.
    """
    due = Revision.page_revisions.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    expired = Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk")
    done = [_at_once(_expire, page.pk) for page in expired]
    return sum([*done, *(_at_once(_publish, revision.pk) for revision in due)])


def keep_dates_now() -> int:
    """Run ``keep_dates`` for this moment; registered as a sweeper."""
    return keep_dates(now=timezone.now())


def _at_once(change: Callable[[int], bool], pk: int) -> bool:
    try:
        with transaction.atomic():
            return change(pk)
    except Exception:
        logger.exception("%s failed for %d", change.__name__, pk)
        return False


def _publish(pk: int) -> bool:
    revision = Revision.objects.filter(pk=pk).exclude(approved_go_live_at=None).first()
    if revision is None:  # somebody took the date back in this moment
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True


def _expire(pk: int) -> bool:
    page = Page.objects.get(pk=pk).specific
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True
