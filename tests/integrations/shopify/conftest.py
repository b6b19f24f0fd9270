"""A made-up Shopify on this machine, and a shop of ours that is connected to it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from commerce.models import Merchant, User
from integrations.connections import connect
from integrations.models import Connection
from integrations.shopify.client import ShopifyClient, base_url
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import FakeShop, seed
from integrations.tokens import TypedAccount
from tests.integrations.pauses import Pauses
from tests.shops import log_in


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """How long our client would have waited."""
    pauses = Pauses()
    monkeypatch.setattr("integrations.shopify.client.time", pauses)
    return pauses


@pytest.fixture
def fake(pauses: Pauses) -> Iterator[FakeShopify]:
    """A shop of 30 orders, listening, with points to spare; its webhooks repeat at once."""
    shop = seed(FakeShop(restore_rate=1000.0, bulk_polls=0), orders=30)
    with (
        FakeShopify(shop, waits=(0.01,) * 8) as fake,
        override_settings(ALLOW_PRIVATE_ADDRESSES=True, SHOPIFY_URL=fake.url),
    ):
        yield fake


@pytest.fixture
def connected(fake: FakeShopify, scope: Merchant, at: datetime) -> Connection:
    """The Japanese shop, connected to it with API access."""
    return connect(
        service="shopify",
        account=fake.shop.domain,
        secret=fake.shop.client_secret,
        client_id=fake.shop.client_id,
        at=at,
    )


@pytest.fixture
def typed(fake: FakeShopify) -> TypedAccount:
    """The right credentials."""
    return TypedAccount(fake.shop.client_id, fake.shop.client_secret, base_url(fake.shop.domain))


@pytest.fixture
def staff(client: Client, owner: User, merchant: Merchant) -> Client:
    """A browser in which the owner is logged in."""
    log_in(client, owner)
    return client


@pytest.fixture
def open_client(typed: TypedAccount) -> Iterator[Callable[..., ShopifyClient]]:
    """Open clients; `later` turns their clock on."""
    opened = []

    def build(later: timedelta = timedelta(0), **options: Any) -> ShopifyClient:
        client = ShopifyClient(typed, now=lambda: datetime.now(UTC) + later, **options)
        opened.append(client)
        return client

    yield build
    for client in opened:
        client.__exit__()
