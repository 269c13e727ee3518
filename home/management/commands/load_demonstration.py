"""``manage.py load_demonstration``: fill an empty database with the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from home.services.demonstration import is_empty, load_demonstration


class Command(BaseCommand):
    """Load the demonstration course, people and cohort, when the database is empty."""

    help = "Loads the demonstration into an empty database. A database with people or courses in it is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("These settings are no demonstration: its sample people have passwords that all know.")
        if not is_empty():
            self.stdout.write("The database is not empty; nothing was loaded.")
            return
        with transaction.atomic():
            load_demonstration()
        self.stdout.write("The demonstration was loaded.")
