"""``manage.py rebuild_practice_uses``: write anew which lessons and assignments lead to which practice."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.services.practice_uses import rebuild_uses


class Command(BaseCommand):
    """Write the rows of every lesson and assignment anew, for example after pages were restored from elsewhere."""

    help = "Write anew which lessons and assignments lead to which practice."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how many rows there are."""
        self.stdout.write(f"{rebuild_uses()} uses of practices")
