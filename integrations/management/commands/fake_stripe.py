"""Run a local stand-in for Stripe, to try refunds, pages and holds without an account."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from integrations.demo.payments import connect_account, find_paying_shop, sell
from integrations.stripe.fake.account import FakeAccount
from integrations.stripe.fake.keeping import keep_account, read_account
from integrations.stripe.fake.payments import banks_answer, pay
from integrations.stripe.fake.postman import Postman
from integrations.stripe.fake.server import FakeStripe
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

KEPT = Path(settings.BASE_DIR) / "var" / "demo-payments.json"
LOOK_SECONDS = 60.0
"""How often pages close and holds lapse whose time is over."""


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
        parser.add_argument(
            "--demo",
            action="store_true",
            help="Serve the demo shops at POSTEXP_DEMO_STRIPE_URL; `script/server` runs it so.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options.get("demo"):
            self.serve_demo()
            return
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

    def serve_demo(self) -> None:
        """Serve the demo shop's account, kept in a file, until interrupted."""
        merchant, where = find_paying_shop(), urlsplit(settings.DEMO_STRIPE_URL)
        if merchant is None or not where.hostname:
            raise CommandError("There is no demo shop to take payments, or no address to do so at.")
        with merchant_scope(merchant.pk):
            connection = connect_account(merchant, at=clock.now())
            if connection is None:
                self.stdout.write(f"{merchant} takes payments elsewhere; there is nothing to do.")
                threading.Event().wait()
                return
            account = FakeAccount(key=connection.access_token, webhook_secret=connection.secret)
            read_account(account, KEPT)
            sell(merchant, account, at=clock.now())
        Postman(
            account, f"{settings.BASE_URL}{reverse('webhooks:stripe', args=[connection.public_id])}"
        ).start()
        fake = FakeStripe(
            account,
            host=where.hostname,
            port=where.port or 0,
            page_url=settings.DEMO_STRIPE_URL,
            changed=lambda: keep_account(account, KEPT),
        )
        with fake:
            keep_account(account, KEPT)
            self.stdout.write(
                f"takes payments of {merchant} on pages at {settings.DEMO_STRIPE_URL}"
            )
            try:
                while True:
                    time.sleep(LOOK_SECONDS)
                    account.pass_time(timedelta(0))
                    keep_account(account, KEPT)
            except KeyboardInterrupt:
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
