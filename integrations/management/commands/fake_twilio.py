"""Run a local stand-in for Twilio, to try SMS without an account."""

from __future__ import annotations

import queue
import secrets
import threading
import time
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from integrations.twilio.fake.account import Call, FakeAccount
from integrations.twilio.fake.server import FakeTwilio

NUMBER = "+15005550006"
"""Twilio's own number for trials."""
ON_ITS_WAY_SECONDS = 1.0


class Command(BaseCommand):
    """Serves one made-up account on this machine: it takes SMS, reports on them, and is answered.

    Nothing is sent to anybody: what would be is printed.
    """

    help = (
        "Run a made-up Twilio account on this machine. Start Postexp with POSTEXP_TWILIO_URL and "
        "POSTEXP_ALLOW_PRIVATE_ADDRESSES=1 as it says, and connect with the values it prints. Then "
        "type a connection's id once, and a phone number with words to let it write: +15550100 "
        "STOP."
    )

    url = ""
    """Where messages to the account's number go."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8797, help="The port to listen on (8797).")

    def handle(self, *args: Any, **options: Any) -> None:
        account = FakeAccount(numbers={NUMBER}, services={f"MG{secrets.token_hex(16)}": NUMBER})
        sent: queue.SimpleQueue[str] = queue.SimpleQueue()
        account.listeners.append(self.post)
        threading.Thread(target=self.carry, args=(account, sent), daemon=True).start()
        with FakeTwilio(account, port=options["port"], taken=sent.put) as fake:
            self.stdout.write(f"POSTEXP_TWILIO_URL={fake.url}")
            self.stdout.write("POSTEXP_ALLOW_PRIVATE_ADDRESSES=1")
            self.stdout.write(f"Account SID:       {account.sid}")
            self.stdout.write(f"Auth Token:        {account.token}")
            self.stdout.write(f"Sends SMS as:      {NUMBER}")
            self.stdout.write(f"Messaging Service: {next(iter(account.services))}")
            self.stdout.write(
                "Type a connection's id (con_…), then numbers and words. Ctrl-C ends."
            )
            try:
                while True:
                    self.obey(account, input().strip())
            except (KeyboardInterrupt, EOFError):
                self.stdout.write("Stopped.")

    def obey(self, account: FakeAccount, line: str) -> None:
        """Do what a line asks for."""
        number, _space, words = line.partition(" ")
        if line.startswith("con_"):
            self.url = f"{settings.BASE_URL}{reverse('webhooks:twilio', args=[line])}"
            self.stdout.write(f"Messages to {NUMBER} go to {self.url}")
        elif number.startswith("+") and words and self.url:
            account.hear(self.url, sender=number, to=NUMBER, text=words)
        elif line:
            self.stderr.write("That is no connection's id, and no number with words.")

    def carry(self, account: FakeAccount, sent: queue.SimpleQueue[str]) -> None:
        """Print what was taken, and report on it a moment later."""
        while True:
            sid = sent.get()
            message = account.messages[sid]
            self.stdout.write(f"To {message['to']}: {message['body']}")
            time.sleep(ON_ITS_WAY_SECONDS)
            account.deliver(sid)

    def post(self, call: Call) -> None:
        """Carry a request of the account to our webhook, and print what it answers."""
        try:
            answer = httpx.post(
                call.url, content=call.body, headers=call.headers, timeout=15, trust_env=False
            )
        except httpx.TransportError as error:
            self.stderr.write(f"{call.url} does not answer ({type(error).__name__}).")
            return
        about = call.fields.get("MessageStatus") or "incoming"
        self.stdout.write(f"{about}: HTTP {answer.status_code}")
        for words in FakeAccount.words_in(answer.text) if answer.is_success else ():
            self.stdout.write(f"To {call.fields['From']}: {words}")
