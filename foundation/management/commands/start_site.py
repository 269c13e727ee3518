"""``manage.py start_site``: bring the database up to date, fill an empty one; quick when nothing is to be done."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

FIRST_OPERATOR = """\
The site is empty. Make the first operator in another terminal:
    DJANGO_SETTINGS_MODULE={settings} .venv/bin/python manage.py create_operator
"""


class Command(BaseCommand):
    """Migrates when needed, loads the demonstration into an empty site, and writes what to print at the start.

    The commands it calls by name belong to the rooms above; each may be run again without harm.
    """

    help = "Migrates when needed, makes the first pages, and fills an empty site. Run again, it does nothing."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--with-demonstration", action="store_true", default=True)
        group.add_argument("--without-demonstration", dest="with_demonstration", action="store_false")
        parser.add_argument("--greeting", type=Path, help="write the sign-ins, or how to make the first one, here")

    def handle(self, *args: Any, **options: Any) -> None:
        self.migrate()
        call_command("prepare_site", stdout=StringIO())
        if options["with_demonstration"]:
            self.load_demonstration()
        if options["greeting"]:
            options["greeting"].parent.mkdir(parents=True, exist_ok=True)
            options["greeting"].write_text(self.greeting(has_demonstration=self.marker("loaded").exists()), "utf-8")

    def migrate(self) -> None:
        """Run migrations if any is missing."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("terrace: preparing the database")
            call_command("migrate", interactive=False, verbosity=0)

    def load_demonstration(self) -> None:
        """Load the demonstration when nobody has an account yet, or when an earlier loading was interrupted."""
        loading = self.marker("loading")
        if get_user_model()._default_manager.exists() and not loading.exists():
            return
        self.stdout.write("terrace: loading the demonstration")
        loading.parent.mkdir(parents=True, exist_ok=True)
        loading.touch()
        call_command("load_demonstration", stdout=self.stdout)
        loading.rename(self.marker("loaded"))

    def greeting(self, *, has_demonstration: bool) -> str:
        """Return who can sign in, or how the first operator is made."""
        if not get_user_model()._default_manager.exists():
            return FIRST_OPERATOR.format(settings=settings.SETTINGS_MODULE)
        if not has_demonstration:
            return ""
        words = StringIO()
        call_command("show_sign_ins", stdout=words)
        return words.getvalue()

    @staticmethod
    def marker(state: str) -> Path:
        """Return the file whose presence says how far the demonstration is: ``loading`` or ``loaded``."""
        return Path(settings.VAR_DIR) / f"demonstration-{state}"
