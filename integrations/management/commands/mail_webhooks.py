"""Show the addresses that the mail provider sends to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from integrations.mail import providers


class Command(BaseCommand):
    """`manage.py mail_webhooks [PROVIDER]`: one address a line, with its password.

    `tracking` is for what becomes of mails, `inbound` for answers to them.
    """

    help = "Show the addresses to enter at the mail provider. Whoever knows them can send to them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "provider", nargs="?", default="", choices=["", *providers.VIEWS], metavar="PROVIDER"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        provider = options["provider"] or providers.provider_in_use()
        if not provider:
            raise CommandError(
                "POSTEXP_EMAIL_BACKEND is none of django-anymail's. Name the provider: "
                f"{', '.join(providers.VIEWS)}."
            )
        for kind in providers.VIEWS[provider]:
            self.stdout.write(f"{kind}: {address(provider, kind)}")


def address(provider: str, kind: str) -> str:
    """Return an address of ours as the provider has to know it, with the password in it."""
    site = urlsplit(settings.BASE_URL)
    password = providers.passwords()[0]
    path = reverse("webhooks:mail", args=[provider, kind])
    return urlunsplit((site.scheme, f"{password}@{site.netloc}", path, "", ""))
