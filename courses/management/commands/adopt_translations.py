"""Make pages that exist in several languages known as translations of each other, with every word they have."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from wagtail.models import Page

from courses.models import QuestionBank
from courses.services.translating.pairs import adopt_all
from foundation.languages import LANGUAGES


class Command(BaseCommand):
    """For a site that had pages in several languages before it translated side by side. Running it again is harmless:
    pairs that are known stay as they are.
    """

    help = "Make pages that exist in several languages known as translations of each other."

    def handle(self, *args: Any, **options: Any) -> None:
        """Adopt, the first language of course files being the source."""
        for language in LANGUAGES:
            pages = Page.objects.filter(locale__language_code=language, depth__gt=1, alias_of=None).specific()
            banks = QuestionBank.objects.filter(locale__language_code=language)
            adopted = adopt_all([*pages, *banks], at=timezone.now(), only_new=True)
            self.stdout.write(f"{language}: {adopted} translations adopted")
