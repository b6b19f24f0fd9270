"""Seed the demo shops, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from integrations.demo import seed
from postexp.kernel import clock


class Command(BaseCommand):
    """`manage.py seed_demo`: two shops with a past of six weeks. Does nothing when they exist."""

    help = "Open the demo shops and play their past, unless they are there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print-login", action="store_true", help="Print e-mail address and password."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if seed.missing_shops():
            self.stderr.write("Seeding the demo shops; this takes a minute or two, once.")
            seed.seed(now=clock.now())
        if options["print_login"]:
            email, password = seed.login()
            self.stdout.write(f"Log in as {email} with the password {password}")
