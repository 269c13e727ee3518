"""Telling a cohort something, taking it back, and noting who has read it."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cohorts.models import Announcement, AnnouncementRead, Cohort
from cohorts.services.planning import require_current
from foundation.refusals import Refused
from foundation.services.audit import record_audit
from foundation.uploads import CleanImage, random_name

LONGEST_TEXT = 5000  # characters


@transaction.atomic
def announce(
    *,
    cohort: Cohort,
    title: str,
    text: str,
    is_pinned: bool,
    author: Any,
    at: datetime,
    publish_at: datetime | None = None,
    picture: CleanImage | None = None,
) -> Announcement:
    """Tell the cohort something at once, or from ``publish_at`` on. Raises ``Refused`` (409) for an archived cohort.

    A moment that is over means at once: nobody is told something in the past.
    """
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    require_current(cohort)
    announcement = Announcement(
        cohort=cohort,
        author=author,
        title=_clean(title),
        text=_clean(text)[:LONGEST_TEXT],
        is_pinned=is_pinned,
        created_at=at,
        publish_at=max(publish_at or at, at),
    )
    if picture:
        announcement.width, announcement.height = picture.width, picture.height
        name = f"announcements/{random_name(picture.extension)}"
        announcement.picture.save(name, ContentFile(picture.content), save=False)
    announcement.save()
    record_audit(action="announcement.made", subject=announcement, actor=author, at=at)
    return announcement


@transaction.atomic
def take_back(*, announcement: Announcement, actor: Any, at: datetime) -> Announcement:
    """Show an announcement to learners no longer. Twice is once; the first moment stands."""
    announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if announcement.withdrawn_at is None:
        announcement.withdrawn_at = at
        announcement.save(update_fields=["withdrawn_at"])
        record_audit(action="announcement.taken_back", subject=announcement, actor=actor, at=at)
    return announcement


@transaction.atomic
def pin(*, announcement: Announcement, is_pinned: bool, actor: Any, at: datetime) -> Announcement:
    """Put an announcement above the others, or back among them. Raises ``Refused`` (409) for one taken back."""
    announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if announcement.withdrawn_at:
        raise Refused("taken_back", _("This announcement was taken back; it is shown to nobody."), status=409)
    if announcement.is_pinned != is_pinned:
        announcement.is_pinned = is_pinned
        announcement.save(update_fields=["is_pinned"])
        record_audit(action="announcement.pinned", subject=announcement, actor=actor, at=at, is_pinned=is_pinned)
    return announcement


def note_read(*, announcement: Announcement, reader: Any, at: datetime) -> None:
    """Note that somebody has read an announcement; the first time counts."""
    AnnouncementRead.objects.get_or_create(announcement=announcement, user=reader, defaults={"read_at": at})


def _clean(words: str) -> str:
    return words.replace("\0", "").strip()  # PostgreSQL takes no NUL
