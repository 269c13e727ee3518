"""``manage.py create_operator``: make the first person who runs the site."""

from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.crypto import get_random_string

from accounts.models import User


class Command(BaseCommand):
    """Make an operator: a person with every right, who signs in by e-mail and password."""

    help = "Makes an operator. Without --password one is made up and printed; with --ask it is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--password", default="")
        parser.add_argument("--ask", action="store_true", help="ask for the password")

    def handle(self, *args: Any, email: str, name: str, password: str, ask: bool, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"«{email}» is no e-mail address.") from error
        if User.objects.filter(email=email.lower()).exists():
            raise CommandError(f"Somebody with the address {email} exists already. Nothing was changed.")
        password = getpass("Password: ") if ask else password
        made_up = "" if password else get_random_string(16)
        User.objects.create_superuser(full_name=name, email=email, password=password or made_up)
        self.stdout.write(f"{name} may sign in as {email} at /admin/.")
        if made_up:
            self.stdout.write(f"Password, shown once: {made_up}")
