"""Places of a cohort: counted under a lock, so that two at the same moment never take the last one both."""

from django.utils.translation import gettext_lazy as _

from cohorts.enums import SEATED_STATUSES
from cohorts.models import Cohort, Enrolment
from foundation.refusals import Refused


def locked_cohort(pk: int) -> Cohort:
    """Return the cohort, locked until the transaction ends: whoever gives a place away takes this lock first.

    Rows that merely name the cohort go on being written (``no_key``). SQLite locks the whole database by itself.
    """
    cohorts = Cohort.objects.select_for_update(of=("self",), no_key=True)
    return cohorts.select_related("course", "requirements").get(pk=pk)


def places_left(cohort: Cohort) -> int | None:
    """Return how many places are free; nothing where there are as many as people come. Call it with the lock."""
    if cohort.capacity is None:
        return None
    taken = Enrolment.objects.filter(cohort=cohort, status__in=SEATED_STATUSES).count()
    return max(0, cohort.capacity - taken)


def require_place(cohort: Cohort) -> None:
    """Raise ``Refused`` (409) when the cohort is full."""
    if places_left(cohort) == 0:
        raise Refused(
            "full",
            _("%(cohort)s has %(capacity)d places, and all are taken. Give it more places first, then try again.")
            % {"cohort": cohort.name, "capacity": cohort.capacity},
            status=409,
        )
