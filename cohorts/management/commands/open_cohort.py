"""``manage.py open_cohort``: open a cohort for a course."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from cohorts.services.opening import make_cohort, open_cohort
from courses.models import CoursePage


class Command(BaseCommand):
    """Open a cohort and print its invitation: for the first facilitator of a site, who has no desk yet."""

    help = (
        "Opens a cohort and prints its join code. The facilitator must have an account (see create_operator, /admin/)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--course", required=True, help="the course's slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--starts", required=True, type=date.fromisoformat, help="first day, YYYY-MM-DD")
        parser.add_argument("--ends", required=True, type=date.fromisoformat, help="last day, YYYY-MM-DD")
        parser.add_argument("--facilitator", required=True, help="e-mail address")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        course = (
            CoursePage.objects.live().filter(slug=options["course"], locale__language_code=options["language"]).first()
        )
        if course is None:
            raise CommandError(f"There is no published course «{options['course']}» in {options['language']}.")
        facilitator = User.objects.filter(email=options["facilitator"].lower()).first()
        if facilitator is None:
            raise CommandError(f"Nobody has the e-mail address {options['facilitator']}.")
        if options["ends"] < options["starts"]:
            raise CommandError("The last day lies before the first.")
        now = timezone.now()
        cohort = make_cohort(
            course=course,
            name=options["name"],
            starts_on=options["starts"],
            ends_on=options["ends"],
            facilitator=facilitator,
            actor=None,
            at=now,
            language=options["language"],
        )
        open_cohort(cohort=cohort, actor=None, at=now)
        self.stdout.write(
            f"{cohort.name} is open. Join code {cohort.readable_code}, invitation at /j/{cohort.join_code}/"
        )
