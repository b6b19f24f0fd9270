"""Run a local stand-in for Shopify, to try the connection without a shop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import FakeShop, seed


class Command(BaseCommand):
    """Serves one made-up shop on this machine: its Admin API and its webhooks."""

    help = (
        "Run a made-up Shopify shop on this machine. Start Postexp with POSTEXP_SHOPIFY_URL and "
        "POSTEXP_ALLOW_PRIVATE_ADDRESSES=1 as it says, and connect with the values it prints."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8787, help="The port to listen on (8787).")
        parser.add_argument("--orders", type=int, default=200, help="How many orders it has (200).")
        parser.add_argument("--seed", type=int, default=1, help="The same seed, the same shop (1).")
        parser.add_argument(
            "--currency", default="JPY", help="The shop's currency; should be your shop's (JPY)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        shop = seed(
            FakeShop(currency=options["currency"]), orders=options["orders"], seed=options["seed"]
        )
        with FakeShopify(shop, port=options["port"]) as fake:
            self.stdout.write(f"POSTEXP_SHOPIFY_URL={fake.url}")
            self.stdout.write("POSTEXP_ALLOW_PRIVATE_ADDRESSES=1")
            self.stdout.write(f"Shopify domain: {shop.domain}")
            self.stdout.write(f"Client ID:      {shop.client_id}")
            self.stdout.write(f"Client secret:  {shop.client_secret}")
            self.stdout.write(f"{len(shop.orders)} orders. Press Ctrl-C to stop.")
            try:
                fake.wait()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")
