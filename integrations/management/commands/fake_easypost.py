"""Run a local stand-in for EasyPost, to try return labels without an account."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from integrations.easypost.fake.server import FakeEasyPost


class Command(BaseCommand):
    """Serves one made-up account on this machine: shipments, labels, QR codes and refunds."""

    help = (
        "Run a made-up EasyPost account on this machine. Start Postexp with POSTEXP_EASYPOST_URL "
        "and POSTEXP_ALLOW_PRIVATE_ADDRESSES=1 as it says, and connect with the values it prints."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8796, help="The port to listen on (8796).")

    def handle(self, *args: Any, **options: Any) -> None:
        with FakeEasyPost(port=options["port"]) as fake:
            self.stdout.write(f"POSTEXP_EASYPOST_URL={fake.url}")
            self.stdout.write("POSTEXP_ALLOW_PRIVATE_ADDRESSES=1")
            self.stdout.write(f"API key:        {fake.account.key}")
            self.stdout.write(f"Webhook secret: {fake.account.webhook_secret}")
            self.stdout.write("Press Ctrl-C to stop.")
            try:
                fake.wait()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")
