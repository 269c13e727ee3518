"""``manage.py rebuild_search``: write the search of lessons and practices anew."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.services.searching import rebuild_search


class Command(BaseCommand):
    """Needed once on a site that is older than its search; otherwise publishing keeps it."""

    help = "Writes the search of lessons and practices anew."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_search()} lessons and practices can be found")
