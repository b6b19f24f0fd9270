"""What happened on its way to us: signed, and sent again when it was not taken."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time

import httpx

from integrations.whatsapp.fake.business import FakeBusiness, Thing

# Meta goes on for days, less and less often.
WAITS = (1.0, 10.0, 60.0, 600.0)
ANSWER_SECONDS = 10.0


def body_of(event: Thing) -> bytes:
    """Return an event as it is sent; Meta escapes everything that is not ASCII."""
    return json.dumps(event, separators=(",", ":")).encode()


def signature_of(body: bytes, secret: str) -> str:
    """Return the header that proves a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Postman(threading.Thread):
    """Carries what happens to one address; `waits` are seconds between attempts."""

    def __init__(
        self, business: FakeBusiness, address: str, *, waits: tuple[float, ...] = WAITS
    ) -> None:
        super().__init__(daemon=True, name="fake-whatsapp-webhooks")
        self._secret, self._address, self._waits = business.app_secret, address, waits
        self._queue: queue.Queue[Thing] = queue.Queue()
        business.listeners.append(self._queue.put)

    def run(self) -> None:
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as http:
            while True:
                event = self._queue.get()
                for wait in (0.0, *self._waits):
                    time.sleep(wait)
                    if self.carry(http, event):
                        break

    def carry(self, http: httpx.Client, event: Thing) -> bool:
        """Deliver an event once; return whether it was taken."""
        body = body_of(event)
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signature_of(body, self._secret),
        }
        try:
            return http.post(self._address, content=body, headers=headers).is_success
        except httpx.TransportError:
            return False
