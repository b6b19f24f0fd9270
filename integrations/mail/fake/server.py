"""A made-up Mailgun on a port: it takes mails, and fails as it is told to."""

from __future__ import annotations

import base64
import json
import threading
from collections import deque
from email.message import Message
from email.parser import BytesParser
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from integrations.mail.fake.account import FakeAccount, Rejected
from integrations.standing_in import Answering, StandIn

QUEUED = "Queued. Thank you."


class Fault(StrEnum):
    """How the next request goes wrong; NONE lets one pass.

    After DONE_THEN_SILENT the mail was taken.
    """

    NONE = "none"
    BUSY = "busy"
    BROKEN = "broken"
    HANG_UP = "hang_up"
    DONE_THEN_SILENT = "done_then_silent"


class FakeMailgun(StandIn):
    """A running stand-in. Use it as a context manager; `url` is the address of its API.

    `faults` are taken by requests in turn, one each. It `delivers` what it took at once, where that
    is wished.
    """

    def __init__(
        self, account: FakeAccount | None = None, *, port: int = 0, delivers: bool = False
    ) -> None:
        self.account = account or FakeAccount()
        self.faults: deque[Fault] = deque()
        self.delivers = delivers
        super().__init__(_Handler, port=port)
        self.url = f"{self.url}/v3"


class _Handler(Answering):
    fake: ClassVar[FakeMailgun]

    def do_POST(self) -> None:
        fake, account = self.fake, self.fake.account
        sent = self._body()
        fault = fake.faults.popleft() if fake.faults else None
        if fault is Fault.BUSY:
            self._say(429, {"message": "Too many requests"}, retry_after="3")
            return
        if fault is Fault.BROKEN:
            self._say(500, {"message": "Internal Server Error"})
            return
        if fault is Fault.HANG_UP:
            self.close_connection = True
            return
        if not self._has_key():
            self._send(401, b"Forbidden", kind="text/plain")
            return
        if urlsplit(self.path).path != f"/v3/{account.domain}/messages":
            self._say(404, {"message": "Domain not found"})
            return
        try:
            mail = account.take(_fields(sent, self.headers))
        except Rejected as refusal:
            self._say(refusal.status, {"message": refusal.message})
            return
        if fault is Fault.DONE_THEN_SILENT:
            self.close_connection = True
            return
        self._say(200, {"id": mail.id, "message": QUEUED})
        if fake.delivers:
            threading.Thread(target=account.carry, args=[mail], daemon=True).start()

    def _has_key(self) -> bool:
        name, _space, given = self.headers.get("Authorization", "").partition(" ")
        login = f"api:{self.fake.account.key}".encode()
        return name == "Basic" and given == base64.b64encode(login).decode()

    def _say(self, status: int, body: dict[str, Any], *, retry_after: str = "") -> None:
        headers = {"Retry-After": retry_after} if retry_after else None
        self._send(status, json.dumps(body).encode(), headers=headers)


def _fields(sent: bytes, headers: Message) -> dict[str, str]:
    """Return the fields of a form, sent either way."""
    kind = headers.get("Content-Type", "")
    if not kind.startswith("multipart/"):
        return dict(parse_qsl(sent.decode(), keep_blank_values=True))
    whole = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + sent)
    return {
        str(part.get_param("name", header="content-disposition")): _text(part)
        for part in whole.get_payload()
        if isinstance(part, Message)
    }


def _text(part: Message) -> str:
    told = part.get_payload(decode=True)
    return told.decode() if isinstance(told, bytes) else ""
