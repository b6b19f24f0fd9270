"""A sender is remembered, and what has changed since is noticed by the statement that stores."""

import hmac
from datetime import datetime, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from commerce.models import Merchant
from integrations.connections import connect, disconnect
from integrations.intake import Address, Told, take_in
from integrations.models import Connection, Service
from postexp.kernel.inbox import Stored
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope

ACCOUNT = "remembered.myshopify.com"
ADDRESS = Address(service=Service.SHOPIFY, account=ACCOUNT)
BODY = b'{"id": 1}'


def signature(secret: str) -> bytes:
    return hmac.digest(secret.encode(), BODY, "sha256")


def take(key: str, *, secret: str, at: datetime) -> Stored | None:
    signed = signature(secret)
    return take_in(
        ADDRESS,
        is_signed=lambda known: hmac.compare_digest(signature(known), signed),
        told=lambda: Told(topic="orders/create", provider_key=key, headers={}),
        body=BODY,
        at=at,
    )


def shopify(*, at: datetime, secret: str) -> None:
    connect(service=Service.SHOPIFY, account=ACCOUNT, secret=secret, at=at)


def test_a_known_sender_costs_one_statement(scope: Merchant, at: datetime) -> None:
    shopify(at=at, secret="s")
    assert take("1", secret="s", at=at) is not None
    with CaptureQueriesContext(database) as queries:
        stored = take("2", secret="s", at=at)
    assert stored is not None
    assert [query["sql"].split()[0] for query in queries if "NOTIFY" not in query["sql"]] == [
        "INSERT"
    ]


def test_a_repeat_of_a_known_sender_is_named_one(scope: Merchant, at: datetime) -> None:
    shopify(at=at, secret="s")
    first, again = take("1", secret="s", at=at), take("1", secret="s", at=at)
    assert first is not None
    assert again == Stored(id=first.id, duplicate=True)


def test_a_forger_of_a_known_sender_is_refused(scope: Merchant, at: datetime) -> None:
    shopify(at=at, secret="s")
    assert take("1", secret="s", at=at) is not None
    assert take("2", secret="forged", at=at) is None
    assert InboxMessage.objects.count() == 1


def test_a_rotated_secret_signs_at_once_and_the_old_one_for_a_day(
    scope: Merchant, at: datetime
) -> None:
    shopify(at=at, secret="s")
    assert take("1", secret="s", at=at) is not None
    shopify(at=at, secret="new")
    assert take("2", secret="new", at=at) is not None
    assert take("3", secret="s", at=at) is not None
    assert take("4", secret="s", at=at + timedelta(days=1)) is None


def test_what_the_old_secret_signed_is_not_stored_on_a_memory_of_it(
    scope: Merchant, at: datetime
) -> None:
    shopify(at=at, secret="s")
    assert take("1", secret="s", at=at) is not None
    shopify(at=at, secret="new")
    assert take("2", secret="s", at=at + timedelta(days=2)) is None


def test_an_account_that_changed_hands_is_the_new_shops_at_once(
    scope: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    shopify(at=at, secret="s")
    assert take("1", secret="s", at=at) is not None
    disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=at)
    with merchant_scope(other_merchant.pk):
        shopify(at=at, secret="s")
    stored = take("2", secret="s", at=at)
    assert stored is not None
    assert InboxMessage.every_merchant.get(id=stored.id).merchant_id == other_merchant.pk


@pytest.mark.parametrize("known", [True, False])
def test_what_a_stranger_tells_is_not_even_read(
    scope: Merchant, at: datetime, *, known: bool
) -> None:
    if known:
        shopify(at=at, secret="s")

    def told() -> Told:
        raise AssertionError("read before it was verified")

    refused = take_in(ADDRESS, is_signed=lambda secret: False, told=told, body=BODY, at=at)
    assert refused is None


def test_a_secret_that_was_forgotten_lets_nobody_in(scope: Merchant, at: datetime) -> None:
    shopify(at=at, secret="s")
    disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=at)
    Connection.objects.update(secret="")
    assert take("1", secret="", at=at) is None
    # Connected again, what was kept before is the old secret for a day.
    shopify(at=at, secret="t")
    assert take("2", secret="", at=at) is None
    assert take("3", secret="unknown sender", at=at) is None
    assert take("4", secret="t", at=at) is not None
    assert InboxMessage.objects.count() == 1
