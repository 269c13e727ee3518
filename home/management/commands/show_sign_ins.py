"""``manage.py show_sign_ins``: print where to go and whom to sign in as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from home.services.demonstration import JOIN_CODE, PASSWORD, PEOPLE


class Command(BaseCommand):
    """Print the addresses of the running site and the demonstration sign-ins of every role."""

    help = "Prints the addresses of the running site and, where the demonstration is loaded, its sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        site = settings.VERIFY_ADDRESS
        self.stdout.write(f"\n  Terrace        {site}/            (English: {site}/en/)")
        self.stdout.write(f"  Join a cohort  {site}/j/{JOIN_CODE}/")
        self.stdout.write(f"  SMS codes      {site}/sms/        (only here, only on this machine)")
        self.stdout.write(f"  Writing        {site}/admin/\n")
        known = set(User.objects.values_list("email", flat=True)) | set(User.objects.values_list("phone", flat=True))
        people = [person for person in PEOPLE if (person.email or person.phone) in known]
        if not people:
            self.stdout.write("  Nobody can sign in yet. Make the first operator:")
            self.stdout.write("  manage.py create_operator --email you@example.org --name 'Your name'\n")
            return
        self.stdout.write(f"  Sign in        {site}/zh-hans/account/sign-in/  (by e-mail: …/account/with/login/)\n")
        for person in people:
            how = (
                f"{person.email}  {PASSWORD}"
                if person.email
                else f"{person.phone.removeprefix('+86')}  (code at /sms/)"
            )
            self.stdout.write(f"    {person.role:<46} {how}")
        self.stdout.write("")
