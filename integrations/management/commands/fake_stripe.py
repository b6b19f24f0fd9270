"""Run a local stand-in for Stripe, to try refunds, pages and holds without an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from integrations.stripe.fake.account import FakeAccount
from integrations.stripe.fake.payments import banks_answer, pay
from integrations.stripe.fake.postman import Postman
from integrations.stripe.fake.server import FakeStripe


class Command(BaseCommand):
    """Serves one made-up account on this machine: its API, pages to pay on, and its webhooks."""

    help = (
        "Run a made-up Stripe account on this machine. Start Postexp with POSTEXP_STRIPE_URL and "
        "POSTEXP_ALLOW_PRIVATE_ADDRESSES=1 as it says, and connect with the values it prints. Then "
        "lines typed in move it on: a connection's id sends webhooks to it, a number lets so many "
        "days pass, and `banks` lets banks answer about refunds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8795, help="The port to listen on (8795).")
        parser.add_argument(
            "--payments", type=int, default=3, help="How many payments were taken already (3)."
        )
        parser.add_argument(
            "--amount", type=int, default=7500, help="Of how much, in the smallest unit (7500)."
        )
        parser.add_argument("--currency", default="USD", help="In which currency (USD).")

    def handle(self, *args: Any, **options: Any) -> None:
        account = FakeAccount()
        with FakeStripe(account, port=options["port"]) as fake:
            self.stdout.write(f"POSTEXP_STRIPE_URL={fake.url}")
            self.stdout.write("POSTEXP_ALLOW_PRIVATE_ADDRESSES=1")
            self.stdout.write(f"Restricted key:         {account.key}")
            self.stdout.write(f"Webhook signing secret: {account.webhook_secret}")
            for _ in range(options["payments"]):
                taken = pay(account, options["amount"], options["currency"])
                self.stdout.write(f"Taken: {taken['id']}")
            self.stdout.write("Type a connection's id (con_…), days, or `banks`. Ctrl-C stops.")
            try:
                while True:
                    self.obey(account, input().strip())
            except (KeyboardInterrupt, EOFError):
                self.stdout.write("Stopped.")

    def obey(self, account: FakeAccount, line: str) -> None:
        """Do what a line asks for."""
        if line.startswith("con_"):
            path = reverse("webhooks:stripe", args=[line])
            Postman(account, f"{settings.BASE_URL}{path}").start()
            self.stdout.write(f"Events go to {settings.BASE_URL}{path}")
        elif line.isascii() and line.isdigit():
            account.pass_time(timedelta(days=int(line)))
            self.stdout.write(f"It is {account.now():%Y-%m-%d %H:%M} UTC there.")
        elif line == "banks":
            banks_answer(account)
            self.stdout.write("The banks answered.")
        elif line:
            self.stderr.write("That is no connection, no number of days, and not `banks`.")
