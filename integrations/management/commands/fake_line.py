"""Run a local stand-in for LINE, to try messages and linked accounts without an account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from integrations.line.fake.account import FakeAccount, Thing
from integrations.line.fake.postman import Postman
from integrations.line.fake.server import FakeLine


class Command(BaseCommand):
    """Serves one made-up official account on this machine: its API, its dialog, its webhooks."""

    help = (
        "Run a made-up LINE account on this machine. Start Postexp with POSTEXP_LINE_URL and "
        "POSTEXP_ALLOW_PRIVATE_ADDRESSES=1 as it says, and connect with the values it prints. Then "
        "lines typed in move it on: a connection's id sends webhooks to it, `add NAME` makes a "
        "friend, `NAME: words` lets them write, `block NAME` lets them leave, and `chats` shows "
        "what they were sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8794, help="The port to listen on (8794).")
        parser.add_argument(
            "--quota", type=int, default=200, help="How many messages a month it may push (200)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = FakeAccount(quota=options["quota"])
        with FakeLine(account, port=options["port"]) as fake:
            self.stdout.write(f"POSTEXP_LINE_URL={fake.url}")
            self.stdout.write("POSTEXP_ALLOW_PRIVATE_ADDRESSES=1")
            self.stdout.write(f"Channel secret:       {account.secret}")
            self.stdout.write(f"Channel access token: {account.token}")
            self.stdout.write(
                "Type a connection's id (con_…), `add NAME`, `NAME: words`, `block NAME` or "
                "`chats`. Ctrl-C stops."
            )
            Postman(account).start()
            try:
                while True:
                    self.obey(account, input().strip())
            except (KeyboardInterrupt, EOFError):
                self.stdout.write("Stopped.")

    def obey(self, account: FakeAccount, line: str) -> None:
        """Do what a line asks for."""
        verb, _, name = line.partition(" ")
        who, colon, words = line.partition(": ")
        if line.startswith("con_"):
            path = reverse("webhooks:line", args=[line])
            account.endpoint = f"{settings.BASE_URL}{path}"
            self.stdout.write(f"Events go to {account.endpoint}")
        elif line == "chats":
            self.show(account)
        elif verb == "add" and name:
            account.befriend(name)
        elif verb == "block" and (user := find_user(account, name)):
            account.block(user)
        elif colon and (user := find_user(account, who)):
            account.say(user, words)
        elif line:
            self.stderr.write("That is no connection, nobody here, and nothing to do.")

    def show(self, account: FakeAccount) -> None:
        """Write what each friend was sent."""
        for friend in account.friends.values():
            self.stdout.write(f"{friend.name} ({friend.user})")
            for message in friend.received:
                self.stdout.write(f"  {shown(message)}")


def find_user(account: FakeAccount, name: str) -> str:
    """Return who has a name, or ""."""
    return next((one.user for one in account.friends.values() if one.name == name), "")


def shown(message: Thing) -> str:
    """Return a message in one line: its words, and where its buttons lead."""
    if message["type"] == "text":
        return str(message["text"])
    footer = message["contents"].get("footer", {"contents": []})
    ways = [
        f"[{one['action']['label']}] {one['action']['uri']}"
        for one in footer["contents"]
        if one["type"] == "button"
    ]
    return " ".join([str(message["altText"]), *ways])
