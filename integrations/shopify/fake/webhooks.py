"""The shop's webhooks: signed, answered within five seconds, sent again when they were not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass

import httpx

from integrations.shopify.client import API_VERSION
from integrations.shopify.fake.shop import FakeShop, Rest

# Shopify tries eight more times within four hours, and gives a subscription up after them.
WAITS = (1.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 3600.0, 3600.0)
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One webhook on its way, by its first or a later attempt."""

    subscription_id: int
    topic: str
    uri: str
    body: bytes
    event_id: str
    attempt: int
    due: float


class Postman(threading.Thread):
    """Carries the webhooks of a shop to its subscribers; `waits` are seconds between attempts."""

    def __init__(self, shop: FakeShop, *, waits: tuple[float, ...] = WAITS) -> None:
        super().__init__(daemon=True, name="fake-shopify-webhooks")
        self._shop = shop
        self._waits = waits
        self._queue: queue.PriorityQueue[tuple[float, int, Delivery | None]] = queue.PriorityQueue()
        self._count = 0
        self.delivered: list[Delivery] = []
        shop.listeners.append(self.post)

    def post(self, topic: str, body: Rest) -> None:
        """Send a webhook to every subscription of its topic."""
        name = topic.upper().replace("/", "_")
        data = json.dumps(body, ensure_ascii=False).encode()
        for identity, subscription in list(self._shop.subscriptions.items()):
            if subscription["topic"] == name:
                self._put(
                    Delivery(
                        subscription_id=identity,
                        topic=topic,
                        uri=subscription["uri"],
                        body=data,
                        event_id=str(uuid.uuid4()),
                        attempt=0,
                        due=time.monotonic(),
                    )
                )

    def settle(self, seconds: float = 10.0) -> None:
        """Wait until everything that is due has been sent."""
        ends_at = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < ends_at:
            time.sleep(0.01)

    def stop(self) -> None:
        """End after what is being sent."""
        self._queue.put((0.0, -1, None))
        self.join(ANSWER_SECONDS + 1)

    def run(self) -> None:
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as http:
            while True:
                due, _, delivery = self._queue.get()
                if delivery is None:
                    return
                time.sleep(max(0.0, min(due - time.monotonic(), 0.2)))
                if due > time.monotonic():
                    self._put(delivery)
                else:
                    self._send(http, delivery)
                self._queue.task_done()

    def _send(self, http: httpx.Client, delivery: Delivery) -> None:
        try:
            answer = http.post(
                delivery.uri,
                content=delivery.body,
                headers=signed_headers(
                    self._shop, delivery.topic, delivery.body, delivery.event_id
                ),
            )
            taken = answer.is_success
        except httpx.TransportError:
            taken = False
        if taken:
            self.delivered.append(delivery)
        elif delivery.attempt >= len(self._waits):
            self._shop.subscriptions.pop(delivery.subscription_id, None)
        else:
            again = {
                **delivery.__dict__,
                "attempt": delivery.attempt + 1,
                "due": time.monotonic() + self._waits[delivery.attempt],
            }
            self._put(Delivery(**again))

    def _put(self, delivery: Delivery) -> None:
        self._count += 1
        self._queue.put((delivery.due, self._count, delivery))


def signed_headers(shop: FakeShop, topic: str, body: bytes, event_id: str) -> dict[str, str]:
    """Return the headers of a webhook, signed with the app's secret."""
    digest = hmac.new(shop.client_secret.encode(), body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": shop.domain,
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Event-Id": event_id,
        "X-Shopify-Triggered-At": shop.now().isoformat(),
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
    }
