"""Shopify asks for a shop to be erased: its owner sees by when, what it means, and where."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from commerce.enums import PrivacyKind, Role
from commerce.models import Merchant, Order, PrivacyRequest, User
from commerce.services.merchants import add_member
from integrations.models import Connection
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.webhooks import signed_headers
from postexp.kernel import clock
from tests.shops import log_in

PRIVACY = "/d/komorebi/privacy/"
TITLE = "Shopify asks for this shop’s data to be erased by"


@pytest.fixture
def asked(
    connected: Connection, fake: FakeShopify, client: Client, drain: Callable[[], None]
) -> PrivacyRequest:
    """The app was removed, and 48 hours later Shopify asked for the shop to be erased."""
    for topic in ("app/uninstalled", "shop/redact"):
        names = dict.fromkeys(("myshopify_domain", "domain", "shop_domain"), fake.shop.domain)
        body = json.dumps({"shop_id": 1, **names}).encode()
        headers = signed_headers(fake.shop, topic, body, f"event-{topic}")
        kind = headers.pop("Content-Type")
        sent = client.post("/webhooks/shopify/", body, content_type=kind, headers=headers)
        assert sent.status_code == 200
    drain()
    return PrivacyRequest.objects.get()


def test_the_owner_sees_by_when_and_what_to_do(
    order: Order, asked: PrivacyRequest, staff: Client
) -> None:
    assert asked.kind == PrivacyKind.ERASE_SHOP
    assert asked.due_at - asked.requested_at == timedelta(days=30)
    page = staff.get(PRIVACY).content.decode()
    assert TITLE in page
    assert "48 hours after the app was removed" in page
    assert "/d/komorebi/settings/data/" in page
    assert "Mark as answered" in page
    data = staff.get("/d/komorebi/settings/data/").content.decode()
    assert TITLE in data
    assert "/d/komorebi/settings/data/erase/" in data
    assert "1 privacy request waits for an answer" in staff.get("/d/komorebi/").content.decode()
    # Nothing is erased by itself.
    assert Order.objects.filter(pk=order.pk).exists()
    # Once it is answered, the page is silent.
    staff.post(f"{PRIVACY}{asked.public_id}/answer/")
    assert TITLE not in staff.get(PRIVACY).content.decode()
    asked.refresh_from_db()
    assert asked.done_at is not None


def test_what_is_overdue_is_said_aloud(asked: PrivacyRequest, staff: Client) -> None:
    PrivacyRequest.objects.update(due_at=clock.now() - timedelta(days=1))
    page = staff.get(PRIVACY).content.decode()
    assert "alert-problem" in page
    assert "Overdue" in page


def test_only_an_owner_answers_it(
    asked: PrivacyRequest, client: Client, scope: Merchant, owner: User
) -> None:
    manager = User.objects.create_user("manager@komorebi.example", None, name="Manager")
    add_member(merchant=scope, user=manager, role=Role.MANAGER, by=owner, at=clock.now())
    log_in(client, manager)
    page = client.get(PRIVACY).content.decode()
    assert TITLE in page
    assert "Only an owner of the shop can do this." in page
    assert "Mark as answered" not in page
    assert client.post(f"{PRIVACY}{asked.public_id}/answer/").status_code == 403
    asked.refresh_from_db()
    assert asked.done_at is None
