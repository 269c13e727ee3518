"""``manage.py replay_events``: write all derived rows anew from the learning events."""

from typing import Any

from django.core.management.base import BaseCommand

from cohorts.models import Cohort, Enrolment
from cohorts.services.progress import replay
from cohorts.services.tallies import recount_tallies


class Command(BaseCommand):
    """Replay every enrolment, then recount what each cohort misses.

    Facts are never touched; nobody is told and nothing is issued again.
    """

    help = "Writes progress and summaries anew from the learning events. Safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        for number, enrolment in enumerate(Enrolment.objects.order_by("pk").iterator(), start=1):
            replay(enrolment=enrolment)
            if number % 500 == 0:
                self.stdout.write(f"{number} enrolments replayed")
        for cohort in Cohort.objects.order_by("pk").iterator():
            recount_tallies(cohort=cohort)
        self.stdout.write("All enrolments are replayed.")
