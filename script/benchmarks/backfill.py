"""Bringing an older shop in, page by page and in bulk, from a local stand-in."""

from __future__ import annotations

import time

from django.test import override_settings

from benchmarks.rounds import Figure
from benchmarks.shop import Shop
from integrations.connections import connect
from integrations.shopify import backfill
from integrations.shopify.backfill import slices
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import FakeShop, seed
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

ORDERS = 100
# Milliseconds an order may take: a shop of 100,000 orders is here within three hours.
LIMIT = 100.0
# The stand-in's points never run out: ours is the speed that is measured, not Shopify's limit.
NO_LIMIT = 1_000_000.0


def figures(shop: Shop, *, orders: int = ORDERS) -> list[Figure]:
    """Bring so many orders in, with their products and customers; return what one takes."""
    return [
        Figure(
            f"back-fill, {name}",
            1000 / rate(shop, orders=orders, large=large, name=name),
            "ms/order",
            at_most=LIMIT,
        )
        for name, large in (("page by page", orders), ("in bulk", 0))
    ]


def rate(shop: Shop, *, orders: int, large: int, name: str) -> float:
    """Return how many orders a second come in; above `large` of a kind it goes in bulk."""
    domain = f"bench-{name.replace(' ', '-')}.myshopify.com"
    there = FakeShop(domain=domain, restore_rate=NO_LIMIT, bucket_size=NO_LIMIT, bulk_polls=0)
    offset = 10_000_000 if large else 20_000_000
    seed(there, orders=orders)
    # Orders of their own for each run: known ones would be passed over.
    there.orders = {
        identity + offset: {
            **order,
            "id": identity + offset,
            "fulfillments": [{**row, "id": row["id"] + offset} for row in order["fulfillments"]],
        }
        for identity, order in there.orders.items()
    }
    before, slices.LARGE = slices.LARGE, large
    try:
        with (
            FakeShopify(there) as fake,
            override_settings(ALLOW_PRIVATE_ADDRESSES=True, SHOPIFY_URL=fake.url),
            merchant_scope(shop.merchant.pk),
        ):
            connection = connect(
                service="shopify",
                account=domain,
                secret=there.client_secret,
                client_id=there.client_id,
                at=clock.now(),
            )
            backfill.start(connection, at=clock.now())
            began = time.perf_counter()
            while backfill.run_slice(connection, now=clock.now):
                pass
            return orders / (time.perf_counter() - began)
    finally:
        slices.LARGE = before
