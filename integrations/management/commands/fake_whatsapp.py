"""Run a local stand-in for WhatsApp, to try templates and messages without an account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from integrations.whatsapp.fake.business import FakeBusiness, Thing
from integrations.whatsapp.fake.postman import Postman
from integrations.whatsapp.fake.server import FakeWhatsApp


class Command(BaseCommand):
    """Serves one made-up business account on this machine: it takes messages and is answered.

    Nothing is sent to anybody: what would be is printed.
    """

    help = (
        "Run a made-up WhatsApp account on this machine. Start Postexp with POSTEXP_WHATSAPP_URL "
        "and POSTEXP_ALLOW_PRIVATE_ADDRESSES=1 as it says, and connect with the values it prints. "
        "Then type a connection's id once, `approve` to let the templates pass their review, "
        "`read` to let the messages be read, and a phone number with words to let it write: "
        "+15035550100 STOP."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8798, help="The port to listen on (8798).")

    def handle(self, *args: Any, **options: Any) -> None:
        business = FakeBusiness()
        business.listeners.append(lambda event: self.show(business, event))
        with FakeWhatsApp(business, port=options["port"]) as fake:
            self.stdout.write(f"POSTEXP_WHATSAPP_URL={fake.url}")
            self.stdout.write("POSTEXP_ALLOW_PRIVATE_ADDRESSES=1")
            self.stdout.write(f"Phone number ID:              {business.number_id}")
            self.stdout.write(f"WhatsApp Business Account ID: {business.account_id}")
            self.stdout.write(f"Access token:                 {business.token}")
            self.stdout.write(f"App secret:                   {business.app_secret}")
            self.stdout.write(
                "Type a connection's id (con_…), `approve`, `read`, or a number and words. "
                "Ctrl-C ends."
            )
            try:
                while True:
                    self.obey(business, input().strip())
            except (KeyboardInterrupt, EOFError):
                self.stdout.write("Stopped.")

    def obey(self, business: FakeBusiness, line: str) -> None:
        """Do what a line asks for."""
        number, _space, words = line.partition(" ")
        if line.startswith("con_"):
            url = f"{settings.BASE_URL}{reverse('webhooks:whatsapp', args=[line])}"
            Postman(business, url).start()
            self.stdout.write(f"What happens is told to {url}")
        elif line == "approve":
            for template in business.templates:
                if template["status"] == "PENDING":
                    business.review(template, "APPROVED")
        elif line == "read":
            for message in business.messages:
                business.tell(message, "read")
        elif number.startswith("+") and words:
            text = {"type": "text", "text": {"body": words}}
            business.write(number.removeprefix("+"), text)
        elif line:
            self.stderr.write("That is no connection's id, no word, and no number with words.")

    def show(self, business: FakeBusiness, event: Thing) -> None:
        """Print what happened, and the words of a message that was taken."""
        change = event["entry"][0]["changes"][0]
        for status in change["value"].get("statuses", ()):
            if status["status"] == "sent":
                message = business.messages[-1]
                self.stdout.write(f"To +{message['to']}: {message['text']}")
        self.stdout.write(f"{change['field']}: {_what(change['value'])}")


def _what(value: Thing) -> str:
    told = [row["status"] for row in value.get("statuses", ())]
    told += [row["type"] for row in value.get("messages", ())]
    return ", ".join(told) or str(value.get("event", "told"))
