"""Run a local stand-in for Mailgun, to try mail and its webhooks without an account."""

from __future__ import annotations

import shlex
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from integrations.mail import providers
from integrations.mail.fake.account import FakeAccount
from integrations.mail.fake.server import FakeMailgun
from integrations.management.commands.mail_webhooks import address


class Command(BaseCommand):
    """Serves one made-up account on this machine, which delivers every mail it takes at once."""

    help = (
        "Run a made-up Mailgun account on this machine. Start Postexp with the settings it prints; "
        "what it takes is told to be delivered."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8799, help="The port to listen on (8799).")

    def handle(self, *args: Any, **options: Any) -> None:
        account = FakeAccount(
            tracking=address("mailgun", providers.TRACKING),
            inbound=address("mailgun", providers.INBOUND),
        )
        with FakeMailgun(account, port=options["port"], delivers=True) as fake:
            for name, value in {
                "POSTEXP_EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend",
                "POSTEXP_FROM_EMAIL": f"Postexp <post@{account.domain}>",
                "ANYMAIL_MAILGUN_API_URL": fake.url,
                "ANYMAIL_MAILGUN_API_KEY": account.key,
                "ANYMAIL_MAILGUN_SENDER_DOMAIN": account.domain,
                "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": account.signing_key,
            }.items():
                self.stdout.write(f"{name}={shlex.quote(value)}")
            self.stdout.write(f"It tells {settings.BASE_URL} of every mail. Ctrl-C to stop.")
            try:
                fake.wait()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")
