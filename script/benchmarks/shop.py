"""The measured shop: orders with parcels on their way, told through its connection."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from commerce.models import Merchant, User
from commerce.services.merchants import open_shop
from integrations.connections import connect
from integrations.demo.journeys import Told, plan
from integrations.demo.seed import play
from integrations.demo.shops import SHOPS
from integrations.models import Service
from notifications.services import go_live
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

DOMAIN = "bench.myshopify.com"
WEBHOOKS = "/webhooks/shopify/"
SECRET = "a-secret-of-the-benchmark"  # noqa: S105 (of a shop that lives for minutes)
# As many of the oldest steps of the demo's past: about thirty orders, as many as a list shows.
STEPS = 200


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The shop, and who may see its dashboard."""

    merchant: Merchant
    owner: User


def open_measured_shop() -> Shop:
    """Open a shop, connect it, and play a part of the demo's past in it."""
    now = clock.now()
    demo = SHOPS[1]
    owner = User.objects.create_user("bench@postexp.example", name="Bench Owner")
    merchant = open_shop(owner=owner, at=now, **{**demo.settings, "slug": "bench"})
    with merchant_scope(merchant.pk):
        go_live(at=now, actor=owner.actor)
        connect(service=Service.SHOPIFY, account=DOMAIN, secret=SECRET, at=now)
        told = [step for step in plan(demo, now=now) if isinstance(step, Told)]
        play(told[:STEPS], actor=owner.actor)
    return Shop(merchant=merchant, owner=owner)


def signed_headers(topic: str, key: str, body: bytes) -> dict[str, str]:
    """Return the headers of one webhook to the measured shop; each key is taken in once."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": DOMAIN,
        "X-Shopify-Event-Id": key,
        "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
    }
