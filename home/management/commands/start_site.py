"""``manage.py start_site``: bring the database up to date, fill an empty one; quick when nothing is to be done."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """Migrates when needed, fills a new site, and writes down what to print when the site is open."""

    help = "Migrates when needed, makes the first pages, and fills an empty site. Run again, it changes nothing."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--with-demonstration", action="store_true", default=False)
        group.add_argument("--without-demonstration", dest="with_demonstration", action="store_false")
        parser.add_argument("--greeting", type=Path, help="write the addresses and the sign-ins into this file")

    def handle(self, *args: Any, **options: Any) -> None:
        self.migrate()
        if options["with_demonstration"]:
            call_command("load_demonstration", stdout=StringIO())
        call_command("prepare_site", stdout=StringIO())
        if options["greeting"]:
            self.write_greeting(options["greeting"])

    def migrate(self) -> None:
        """Run migrations if any is missing."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("terrace: preparing the database")
            call_command("migrate", interactive=False, verbosity=0)

    @staticmethod
    def write_greeting(path: Path) -> None:
        """Write what ``show_sign_ins`` says."""
        words = StringIO()
        call_command("show_sign_ins", stdout=words)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words.getvalue(), encoding="utf-8")
