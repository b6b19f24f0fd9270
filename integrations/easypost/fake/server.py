"""A made-up EasyPost on a port: it answers, and fails as it is told to."""

from __future__ import annotations

import base64
import json
import re
from collections import deque
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlsplit

from integrations.easypost.fake.account import FakeAccount, Rejected
from integrations.standing_in import Answering, StandIn

ONE = re.compile(r"/v2/shipments/(\w+)(?:/(buy|refund|forms))?")
MADE = 201


class Fault(StrEnum):
    """How the next request goes wrong; NONE lets one pass.

    After DONE_THEN_SILENT it has been carried out.
    """

    NONE = "none"
    BUSY = "busy"
    BROKEN = "broken"
    HANG_UP = "hang_up"
    DONE_THEN_SILENT = "done_then_silent"


class FakeEasyPost(StandIn):
    """A running stand-in. Use it as a context manager; `url` is where it listens.

    `faults` are taken by requests that change something, one each.
    """

    def __init__(self, account: FakeAccount | None = None, *, port: int = 0) -> None:
        self.account = account or FakeAccount()
        self.faults: deque[Fault] = deque()
        self.requests: list[str] = []
        super().__init__(_Handler, port=port)
        self.account.url = self.url

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer a request that came with the right key."""
        account, found = self.account, ONE.fullmatch(path)
        if path == "/v2/shipments":
            if method == "POST":
                return MADE, account.make(body)
            return 200, {"shipments": list(account.shipments.values())[:1], "has_more": False}
        if not found:
            raise Rejected(404, "NOT_FOUND", "The requested resource could not be found.")
        match method, found[2]:
            case "GET", None:
                return 200, account.find(found[1])
            case "POST", "buy":
                return 200, account.buy(found[1], body)
            case "POST", "refund":
                return 200, account.refund(found[1])
            case "POST", "forms":
                return MADE, account.add_form(found[1], body)
        raise Rejected(404, "NOT_FOUND", "The requested resource could not be found.")


class _Handler(Answering):
    fake: ClassVar[FakeEasyPost]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = self.fake.account.files.get(path.removeprefix("/files/"))
        if file:
            self._send(200, file[1], kind=file[0])
        else:
            self._serve("GET", path)

    def do_POST(self) -> None:
        self._serve("POST", urlsplit(self.path).path)

    def _serve(self, method: str, path: str) -> None:
        fake = self.fake
        sent = self._body()
        fake.requests.append(f"{method} {path}")
        fault = fake.faults.popleft() if method == "POST" and fake.faults else None
        if fault is Fault.BUSY:
            self._refuse(Rejected(429, "RATE_LIMITED", "Too many requests."))
            return
        if fault is Fault.BROKEN:
            self._send(500, b"<html>Internal Server Error</html>", kind="text/html")
            return
        if fault is Fault.HANG_UP:
            self.close_connection = True
            return
        if not self._has_key():
            self._refuse(Rejected(401, "APIKEY.INACTIVE", "This api key is no longer active."))
            return
        try:
            status, body = fake.answer(method, path, json.loads(sent or b"{}"))
        except Rejected as refusal:
            self._refuse(refusal)
            return
        if fault is Fault.DONE_THEN_SILENT:
            self.close_connection = True
            return
        self._say(status, body)

    def _has_key(self) -> bool:
        name, _colon, given = self.headers.get("Authorization", "").partition(" ")
        login = f"{self.fake.account.key}:".encode()
        return name == "Basic" and given == base64.b64encode(login).decode()

    def _refuse(self, refusal: Rejected) -> None:
        errors = [{"message": reason} for reason in refusal.reasons]
        self._say(
            refusal.status,
            {"error": {"code": refusal.code, "message": refusal.message, "errors": errors}},
        )

    def _say(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), kind="application/json; charset=utf-8")
