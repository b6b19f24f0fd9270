"""What a made-up account at Mailgun holds: mails it took, addresses that are dead, its webhooks."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode

import httpx

ANSWER_SECONDS = 10.0
NO_SUCH_MAILBOX = "5.1.1 The email account that you tried to reach does not exist."


class Rejected(Exception):
    """A request Mailgun refuses: a status, and the words of its `message`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail the account took. `id` is its Message-ID with brackets around it."""

    id: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    variables: Mapping[str, str]


@dataclass
class FakeAccount:
    """An account with one domain. `tracking` and `inbound` are where it tells of mails."""

    key: str = "key-00000000000000000000000000000000"
    signing_key: str = "11111111111111111111111111111111"
    domain: str = "mg.postexp.example"
    tracking: str = ""
    inbound: str = ""
    mails: list[Mail] = field(default_factory=list)
    bounced: set[str] = field(default_factory=set)

    def take(self, fields: Mapping[str, str]) -> Mail:
        """Take a mail, as `POST /v3/{domain}/messages` does; raises Rejected."""
        for name in ("from", "to"):
            if "@" not in parseaddr(fields.get(name, ""))[1]:
                raise Rejected(
                    400, f"{name} parameter is not a valid address. please check documentation"
                )
        if not fields.get("text") and not fields.get("html"):
            raise Rejected(400, "Need at least one of 'text' or 'html' parameters specified")
        headers = _under("h:", fields)
        mail = Mail(
            id=headers.get("message-id") or f"<{_token()}@{self.domain}>",
            to=parseaddr(fields["to"])[1].lower(),
            sender=fields["from"],
            subject=fields.get("subject", ""),
            text=fields.get("text", ""),
            html=fields.get("html", ""),
            headers=headers,
            variables=_under("v:", fields, lower=False),
        )
        self.mails.append(mail)
        return mail

    def carry(self, mail: Mail) -> int:
        """Bring a mail to its mailbox and tell of it; return how the webhook was answered.

        One to an address that bounced before is not tried again.
        """
        if mail.to in self.bounced:
            return self.tell(
                "failed", mail, severity="permanent", reason="suppress-bounce", code=605
            )
        return self.tell("delivered", mail, code=250, said="OK")

    def bounce(self, mail: Mail) -> int:
        """Let a mail come back because there is no such mailbox."""
        self.bounced.add(mail.to)
        return self.tell(
            "failed", mail, severity="permanent", reason="bounce", code=550, said=NO_SUCH_MAILBOX
        )

    def defer(self, mail: Mail) -> int:
        """Let a mailbox ask to come again later, as greylisting does."""
        return self.tell(
            "failed", mail, severity="temporary", reason="generic", code=451, said="Try later"
        )

    def tell(self, event: str, mail: Mail, *, code: int = 0, said: str = "", **more: Any) -> int:
        """Tell of an event in the life of a mail; return the status of the answer."""
        data: dict[str, Any] = {
            "event": event,
            "id": _token()[:22],
            "timestamp": time.time(),
            "recipient": mail.to,
            "message": {"headers": {"message-id": mail.id.strip("<>"), "to": mail.to}},
            "user-variables": dict(mail.variables),
            "tags": [],
            **more,
        }
        if code:
            data["delivery-status"] = {"code": code, "message": said, "description": ""}
        return self.post_event(data)

    def post_event(self, data: Mapping[str, Any]) -> int:
        """Send what an event tells, signed anew on every try; return how that was answered."""
        body = json.dumps({"signature": self.proof(), "event-data": data}).encode()
        return _post(self.tracking, body, "application/json")

    def receive(self, *, sender: str, to: str, subject: str, text: str, answers: str = "") -> int:
        """Take a mail in from outside, and forward it; return the status of the answer."""
        headers = [
            ["From", sender],
            ["To", to],
            ["Subject", subject],
            ["Message-Id", f"<{_token()}@mail.example>"],
            *([["In-Reply-To", answers], ["References", answers]] if answers else []),
        ]
        fields = {
            **self.proof(),
            "recipient": to,
            "sender": parseaddr(sender)[1],
            "message-headers": json.dumps(headers),
            "body-plain": f"{text}\n\n> {subject}\n",
            "stripped-text": text,
        }
        body = urlencode(fields).encode()
        return _post(self.inbound, body, "application/x-www-form-urlencoded")

    def proof(self) -> dict[str, str]:
        """Return what proves a request: a time, a number used once, and an HMAC over both."""
        moment, token = str(int(time.time())), _token()
        signed = hmac.digest(self.signing_key.encode(), f"{moment}{token}".encode(), "sha256")
        return {"timestamp": moment, "token": token, "signature": signed.hex()}


def _post(url: str, body: bytes, kind: str) -> int:
    with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as http:
        return http.post(url, content=body, headers={"content-type": kind}).status_code


def _under(prefix: str, fields: Mapping[str, str], *, lower: bool = True) -> dict[str, str]:
    """Return the fields with a prefix, without it; headers have names in any case."""
    named = {name[len(prefix) :]: told for name, told in fields.items() if name.startswith(prefix)}
    return {name.lower(): told for name, told in named.items()} if lower else named


def _token() -> str:
    return secrets.token_hex(25)
