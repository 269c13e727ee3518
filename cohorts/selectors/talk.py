"""What a cohort was told, and who has read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cohorts.models import Announcement, AnnouncementRead, Cohort, Enrolment


def announcements_for(learner: Any, at: datetime) -> QuerySet[Announcement]:
    """Return what is out in the cohorts in which the person learns, pinned first; ``is_read`` says what was read."""
    learns = Enrolment.objects.of(learner).learning().values("cohort")
    mine = AnnouncementRead.objects.filter(announcement=OuterRef("pk"), user=learner)
    found = Announcement.objects.out(at).filter(cohort__in=learns).select_related("cohort", "author")
    return found.annotate(is_read=Exists(mine)).in_order()


@dataclass(frozen=True)
class Reach:
    """Whom an announcement is for, and who of them has read it and who has not, by name."""

    read: list[Any]
    unread: list[Any]

    @property
    def total(self) -> int:
        """How many learn in the cohort."""
        return len(self.read) + len(self.unread)


def announcements_of(cohort: Cohort) -> QuerySet[Announcement]:
    """Return all that a cohort was told or will be, also what was taken back; ``read_count`` counts its learners."""
    learners = Enrolment.objects.filter(cohort=cohort).learning().values("user")
    counted = Announcement.objects.filter(cohort=cohort).annotate(
        read_count=Count("reads", filter=Q(reads__user__in=learners))
    )
    return counted.select_related("author").in_order()


def reach_of(announcement: Announcement) -> Reach:
    """Return who has read an announcement and who has not, sorted by name."""
    learners = [
        enrolment.user
        for enrolment in Enrolment.objects.filter(cohort=announcement.cohort_id)
        .learning()
        .select_related("user")
        .order_by("user__sort_key", "id")
    ]
    readers = set(announcement.reads.values_list("user", flat=True))
    return Reach(
        [person for person in learners if person.pk in readers],
        [person for person in learners if person.pk not in readers],
    )
