"""A made-up carrier on a port: it gives tokens that lapse, answers, and fails as it is told to."""

from __future__ import annotations

import json
import secrets
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import Message
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.fake_carriers.parcels import FakeParcel
from integrations.standing_in import Answering, StandIn

LONGEST_SILENCE = 30.0

Answer = tuple[int, dict[str, Any]]


class Fault(StrEnum):
    """How the next request goes wrong."""

    BUSY = "busy"
    BROKEN = "broken"
    SILENT = "silent"
    HANG_UP = "hang_up"
    TOKENS_LOST = "tokens_lost"
    NOT_JSON = "not_json"
    CUT_OFF = "cut_off"


class FakeCarrier(StandIn, ABC):
    """A running stand-in for a carrier. Use it as a context manager; `url` is where it listens.

    A carrier of its own says where tokens are asked for, and answers what is asked with one.
    """

    login_path: ClassVar[str]

    def __init__(
        self,
        *,
        client_id: str = "client",
        client_secret: str = "",
        token_seconds: int = 3600,
        retry_after: str = "30",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        port: int = 0,
    ) -> None:
        self.client_id, self.client_secret = client_id, client_secret or secrets.token_hex(8)
        self.token_seconds, self.retry_after, self.now = token_seconds, retry_after, now
        self.parcels: dict[str, FakeParcel] = {}
        self.faults: deque[Fault] = deque()
        self.requests: list[str] = []
        self.tokens: dict[str, datetime] = {}
        self._awake = threading.Event()
        super().__init__(_Handler, port=port)

    def __exit__(self, *raised: object) -> None:
        self._awake.set()
        super().__exit__(*raised)

    def put(self, parcel: FakeParcel) -> None:
        """Let the carrier know a parcel."""
        self.parcels[parcel.number] = parcel

    def credentials(self, headers: Message, body: bytes) -> tuple[str, str]:
        """Return the id and secret of a request for a token: a form, where no carrier's own way."""
        sent = form_fields(body)
        return sent.get("client_id", ""), sent.get("client_secret", "")

    @abstractmethod
    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Answer a request that came with a good token; the query of a GET is its `body`."""

    def complaint(self, status: int, code: str, message: str) -> dict[str, Any]:
        """Return an error as this carrier words it."""
        return {"errors": [{"code": code, "message": message}]}

    def issue(self, headers: Message, body: bytes) -> Answer:
        """Answer a request for a token."""
        if self.credentials(headers, body) != (self.client_id, self.client_secret):
            message = "The given client credentials were not valid."
            return 401, self.complaint(401, "NOT.AUTHORIZED.ERROR", message)
        token = secrets.token_hex(16)
        self.tokens[token] = self.now() + timedelta(seconds=self.token_seconds)
        return 200, {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.token_seconds,
        }

    def token_in(self, headers: Message) -> str:
        """Return the token that a request came with, or ""."""
        return headers.get("Authorization", "").removeprefix("Bearer ")

    def accepts(self, token: str) -> bool:
        """Whether a token is known and has not lapsed."""
        return token in self.tokens and self.now() < self.tokens[token]

    def stay_silent(self) -> None:
        """Say nothing until the carrier is closed."""
        self._awake.wait(LONGEST_SILENCE)


class _Handler(Answering):
    fake: ClassVar[FakeCarrier]

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        fake = self.fake
        body = self._body()
        path = unquote(urlsplit(self.path).path)
        fake.requests.append(f"{method} {path}")
        if path == fake.login_path:
            self._say(*fake.issue(self.headers, body))
            return
        fault = fake.faults.popleft() if fake.faults else None
        if fault is Fault.TOKENS_LOST:
            fake.tokens.clear()
        token = fake.token_in(self.headers)
        if fault is Fault.BUSY:
            complaint = fake.complaint(429, "TOO.MANY.REQUESTS", "Too many requests.")
            self._say(429, complaint, {"Retry-After": fake.retry_after})
        elif fault is Fault.BROKEN:
            self._say(500, fake.complaint(500, "INTERNAL.SERVER.ERROR", "An unexpected error."))
        elif fault is Fault.NOT_JSON:
            self._send(502, b"<html>Bad Gateway</html>")
        elif fault is Fault.CUT_OFF:
            self._send(200, b'{"output": {"complete')
        elif fault is Fault.HANG_UP:
            self.close_connection = True
        elif fault is Fault.SILENT:
            self.close_connection = True
            fake.stay_silent()
        elif not fake.accepts(token):
            self._say(401, fake.complaint(401, "NOT.AUTHORIZED.ERROR", "Access token expired."))
        else:
            self._say(*fake.answer(method, path, body or urlsplit(self.path).query.encode()))

    def _say(
        self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self._send(status, json.dumps(body).encode(), headers=headers)


def form_fields(body: bytes) -> dict[str, str]:
    """Return the fields of a form."""
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}
