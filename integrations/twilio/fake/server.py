"""The account on a port: it answers, and fails as it is told to."""

from __future__ import annotations

import base64
import json
import re
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from integrations.standing_in import Answering, StandIn
from integrations.twilio.fake.account import Complaint, FakeAccount, Thing

OF_ACCOUNT = re.compile(r"/2010-04-01/Accounts/(\w+)(/\w+)?\.json")
SERVICE = re.compile(r"/v1/Services/(\w+)")
SLOW_SECONDS = 1.0


class Fault(StrEnum):
    """How the next message goes wrong; NONE lets one pass.

    After DONE_THEN_SILENT and DONE_THEN_BROKEN it has been taken; after SLOW it is, late.
    """

    NONE = "none"
    BUSY = "busy"
    ASKS_AGAIN = "asks_again"
    BROKEN = "broken"
    HANG_UP = "hang_up"
    SLOW = "slow"
    DONE_THEN_BROKEN = "done_then_broken"
    DONE_THEN_SILENT = "done_then_silent"


class FakeTwilio(StandIn):
    """A running stand-in for Twilio. Use it as a context manager; `url` is where it listens.

    `faults` are taken by messages, one each. `rate` is how many messages it takes in a second; 0
    sets no limit. `taken` is called with the id of each message that was.
    """

    def __init__(
        self,
        account: FakeAccount | None = None,
        *,
        port: int = 0,
        rate: int = 0,
        taken: Callable[[str], None] = lambda sid: None,
    ) -> None:
        self.account = account or FakeAccount()
        self.rate = rate
        self.taken = taken
        self.faults: deque[Fault] = deque()
        self.requests: list[str] = []
        self._sent: deque[float] = deque()
        super().__init__(_Handler, port=port)

    def read(self, path: str, query: dict[str, str]) -> Thing:
        """Answer a GET that came with the right token."""
        account = self.account
        if found := SERVICE.fullmatch(path):
            return account.find_service(found[1])
        match self._part(path):
            case "":
                return account.shown()
            case "/IncomingPhoneNumbers":
                return account.list_numbers(query.get("PhoneNumber", ""))
        raise _missing(path)

    def write(self, path: str, form: dict[str, str]) -> Thing:
        """Answer a POST that came with the right token."""
        if self._part(path) != "/Messages":
            raise _missing(path)
        if self.account.status != "active":
            raise Complaint(401, 20005, "Account not active")
        if self.rate and self._too_many():
            raise Complaint(429, 20429, "Too Many Requests")
        message = self.account.send(form)
        self.taken(message["sid"])
        return message

    def _part(self, path: str) -> str:
        found = OF_ACCOUNT.fullmatch(path)
        if not found or found[1] != self.account.sid:
            raise _missing(path)
        return found[2] or ""

    def _too_many(self) -> bool:
        now = time.monotonic()
        with self.account.lock:
            while self._sent and now - self._sent[0] >= 1:
                self._sent.popleft()
            if len(self._sent) >= self.rate:
                return True
            self._sent.append(now)
        return False


def _missing(path: str) -> Complaint:
    return Complaint(404, 20404, f"The requested resource {path} was not found")


class _Handler(Answering):
    fake: ClassVar[FakeTwilio]

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        query = dict(parse_qsl(where.query))
        self._serve(lambda: (200, self.fake.read(where.path, query)))

    def do_POST(self) -> None:
        body = self._body().decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        fake = self.fake
        fault = fake.faults.popleft() if fake.faults else Fault.NONE
        match fault:
            case Fault.BUSY:
                self._complain(Complaint(429, 20429, "Too Many Requests"), {"Retry-After": "7"})
            case Fault.ASKS_AGAIN:
                self._complain(Complaint(503, 20503, "Service Unavailable"), {"Retry-After": "3"})
            case Fault.BROKEN:
                self._send(500, b"<html>Internal Server Error</html>", kind="text/html")
            case Fault.HANG_UP:
                self.close_connection = True
            case _:
                if fault is Fault.SLOW:
                    time.sleep(SLOW_SECONDS)
                self._serve(lambda: (201, fake.write(self.path, form)), fault)

    def _serve(self, answer: Callable[[], tuple[int, Thing]], fault: Fault = Fault.NONE) -> None:
        self.fake.requests.append(f"{self.command} {urlsplit(self.path).path}")
        if not self._has_token():
            self._complain(Complaint(401, 20003, "Authenticate"))
            return
        try:
            status, told = answer()
        except Complaint as error:
            self._complain(error, {"Retry-After": "1"} if error.status == 429 else {})
            return
        if fault is Fault.DONE_THEN_SILENT:
            self.close_connection = True
        elif fault is Fault.DONE_THEN_BROKEN:
            self._complain(Complaint(500, 20500, "Internal Server Error"))
        else:
            self._send(status, json.dumps(told).encode())

    def _has_token(self) -> bool:
        account = self.fake.account
        name, _space, given = self.headers.get("Authorization", "").partition(" ")
        login = f"{account.sid}:{account.token}".encode()
        return name == "Basic" and given == base64.b64encode(login).decode()

    def _complain(self, error: Complaint, headers: dict[str, str] | None = None) -> None:
        self._send(error.status, json.dumps(error.body).encode(), headers=headers)
