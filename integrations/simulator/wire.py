"""Webhooks as the providers send them: addressed, and signed with the shop's secret."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from integrations.demo.cast import PlayedShop
from integrations.demo.stories import TRACKER, Act
from integrations.easypost.webhooks import HEADER, signature_of
from integrations.shopify.fake.shop import FakeShop
from integrations.shopify.fake.webhooks import signed_headers

EVENTS = uuid.UUID("5f0e1c52-7a35-4f0f-9c39-4c1f0f2f6a10")
"""The namespace of the ids Shopify gives its events: the same act has the same id each time."""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One webhook, ready to be sent as often as it takes."""

    path: str
    headers: dict[str, str]
    body: bytes


def webhook_of(played: PlayedShop, act: Act, body: bytes) -> Webhook:
    """Return how an act is told: by the carrier's service or by the platform, each signing it."""
    if act.topic == TRACKER:
        return Webhook(
            path=f"/webhooks/easypost/{played.easypost_id}/",
            headers={
                "Content-Type": "application/json",
                HEADER: signature_of(body, played.easypost_secret),
            },
            body=body,
        )
    sender = FakeShop(domain=played.domain, client_secret=played.secret)
    event_id = str(uuid.uuid5(EVENTS, f"{played.domain}/{act.topic}/{act.key}"))
    return Webhook(
        path="/webhooks/shopify/",
        headers=signed_headers(sender, act.topic, body, event_id),
        body=body,
    )
