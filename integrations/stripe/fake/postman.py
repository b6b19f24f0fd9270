"""The account's events on their way: signed, and sent again when they were not taken."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time

import httpx

from integrations.stripe.fake.account import FakeAccount, Thing

# Stripe goes on for three days in live mode, and three times in a few hours for trials.
WAITS = (1.0, 10.0, 60.0, 600.0, 3600.0)
ANSWER_SECONDS = 10.0


def body_of(event: Thing) -> bytes:
    """Return an event as it is sent, without the account's own notes on the thing."""
    thing = event["data"]["object"]
    shown = {name: value for name, value in thing.items() if not name.startswith("_")}
    return json.dumps({**event, "data": {"object": shown}}, indent=2).encode()


def signature_of(body: bytes, secret: str, *, at: int) -> str:
    """Return the header that proves a body: the time, and an HMAC over both."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={digest.hexdigest()}"


class Postman(threading.Thread):
    """Carries an account's events to one address; `waits` are seconds between attempts."""

    def __init__(
        self, account: FakeAccount, address: str, *, waits: tuple[float, ...] = WAITS
    ) -> None:
        super().__init__(daemon=True, name="fake-stripe-webhooks")
        self._account, self._address, self._waits = account, address, waits
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
                elif self._send(http, event):
                    self.delivered.append(event["id"])
                elif attempt < len(self._waits):
                    self._put(event, attempt + 1, time.monotonic() + self._waits[attempt])

    def _send(self, http: httpx.Client, event: Thing) -> bool:
        body = body_of(event)
        # By the machine's clock: the receiver knows no other.
        signed = signature_of(body, self._account.webhook_secret, at=int(time.time()))
        try:
            answer = http.post(
                self._address,
                content=body,
                headers={"Content-Type": "application/json", "Stripe-Signature": signed},
            )
        except httpx.TransportError:
            return False
        return answer.is_success

    def _put(self, event: Thing, attempt: int, due: float) -> None:
        self._count += 1
        self._queue.put((due, self._count, event, attempt))
