"""``manage.py load_course FOLDER``: load a course from a folder of YAML files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.services.loading import LoadError, load_course


class Command(BaseCommand):
    """Load a course folder; nothing is changed when the folder has a fault."""

    help = "Loads a course from a folder of YAML files. Loading it again changes only what was edited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            pages = load_course(folder)
        except LoadError as error:
            raise CommandError(str(error)) from error
        for language, page in pages.items():
            self.stdout.write(f"{language}: {page.title} {page.url_path}")
