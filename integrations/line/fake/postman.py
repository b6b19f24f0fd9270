"""The account's events on their way: signed, and sent again where they were not taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import queue
import threading
import time
from collections.abc import Sequence

import httpx

from integrations.line.fake.account import FakeAccount, Thing

WAITS = (10.0, 60.0, 600.0)
ANSWER_SECONDS = 2.0


def body_of(account: FakeAccount, events: Sequence[Thing], *, again: bool = False) -> bytes:
    """Return a request as LINE sends it; one that is sent again says so in each event."""
    told = [{**event, "deliveryContext": {"isRedelivery": again}} for event in events]
    return json.dumps(
        {"destination": account.user, "events": told}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def signature_of(body: bytes, secret: str) -> str:
    """Return the header that proves a body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def send(http: httpx.Client, account: FakeAccount, address: str, body: bytes) -> int:
    """Send a request to an address; return its answer's status, 0 where none came."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "x-line-signature": signature_of(body, account.secret),
        "User-Agent": "LineBotWebhook/2.0",
    }
    try:
        return http.post(address, content=body, headers=headers).status_code
    except httpx.TransportError:
        return 0


class Postman(threading.Thread):
    """Carries an account's events to its endpoint; `waits` are seconds between attempts."""

    def __init__(self, account: FakeAccount, *, waits: tuple[float, ...] = WAITS) -> None:
        super().__init__(daemon=True, name="fake-line-webhooks")
        self._account, self._waits = account, waits
        self._queue: queue.PriorityQueue[tuple[float, int, Thing, int]] = queue.PriorityQueue()
        self._count = 0
        self.delivered: list[str] = []
        account.listeners.append(lambda event: self._put(event, 0, time.monotonic()))

    def run(self) -> None:
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as http:
            while True:
                due, _, event, attempt = self._queue.get()
                time.sleep(max(0.0, min(due - time.monotonic(), 0.2)))
                if due > time.monotonic():
                    self._put(event, attempt, due)
                    continue
                body = body_of(self._account, [event], again=attempt > 0)
                if send(http, self._account, self._account.endpoint, body) == 200:
                    self.delivered.append(event["webhookEventId"])
                elif attempt < len(self._waits):
                    self._put(event, attempt + 1, time.monotonic() + self._waits[attempt])

    def _put(self, event: Thing, attempt: int, due: float) -> None:
        self._count += 1
        self._queue.put((due, self._count, event, attempt))
