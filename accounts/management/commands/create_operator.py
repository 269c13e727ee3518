"""``manage.py create_operator --email --name``: make the first operator of a new site."""

import getpass
import secrets
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.people import clean_name
from foundation.services.audit import record_audit


class Command(BaseCommand):
    """Make a person with every right, who signs in by e-mail and password."""

    help = "Makes an operator: a person with every right, who signs in with an e-mail address and a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", help="the address to sign in with; asked for when left out")
        parser.add_argument("--name", help="the full name; asked for when left out")
        password = parser.add_mutually_exclusive_group()
        password.add_argument("--password", help="better left out: commands are remembered by shells")
        password.add_argument("--generate-password", action="store_true", help="make a password and print it once")

    def handle(self, *args: Any, **options: Any) -> None:
        email = self._email(options["email"] or self._ask("E-mail address: "))
        name = self._name(options["name"] or self._ask("Full name: "))
        user = User(full_name=name, email=email, is_staff=True, is_superuser=True)
        password, is_generated = self._password(options, user)
        with transaction.atomic():
            user.set_password(password)
            user.save()
            record_audit(action="operator_made", subject=user, at=timezone.now())
        self.stdout.write(f"{name} may now sign in as {email}.")
        if is_generated:
            self.stdout.write(f"Password, shown only now: {password}")

    def _ask(self, question: str) -> str:
        """Return what is typed. Raises ``CommandError`` where nobody can type."""
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to ask: please give --email and --name.")
        return input(question)

    def _email(self, typed: str) -> str:
        email = typed.strip().lower()
        try:
            validate_email(email)
        except ValidationError as fault:
            raise CommandError(f"«{typed}» is no e-mail address.") from fault
        if User.objects.filter(email=email).exists():
            raise CommandError(f"Somebody signs in as {email} already. Nothing was changed.")
        return email

    def _name(self, typed: str) -> str:
        try:
            return clean_name(typed)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault

    def _password(self, options: dict[str, Any], user: User) -> tuple[str, bool]:
        """Return the password, and whether it was made here: given, typed twice, or made when nobody can type."""
        if options["password"]:
            return self._good(options["password"], user), False
        if options["generate_password"] or not sys.stdin.isatty():
            return secrets.token_urlsafe(15), True
        typed = getpass.getpass("Password: ")
        if typed != getpass.getpass("The same again: "):
            raise CommandError("The two passwords differ. Nothing was made.")
        return self._good(typed, user), False

    def _good(self, password: str, user: User) -> str:
        try:
            validate_password(password, user)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        return password
