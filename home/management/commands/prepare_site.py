"""``manage.py prepare_site``: make the pages that every site needs."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.models import SearchEntry
from courses.services.searching import rebuild_search
from home.services.site import prepare_site


class Command(BaseCommand):
    """Make the home page, catalogue, practice library and privacy notice in every language."""

    help = "Makes the pages that every site needs. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        site = prepare_site()
        if not SearchEntry.objects.exists():
            rebuild_search()  # a site older than its search
        self.stdout.write(f"The site's first page is «{site.root_page.title}».")
