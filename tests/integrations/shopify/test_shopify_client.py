"""The client against the stand-in: tokens, points, failures, words."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from integrations.errors import describe
from integrations.shopify.client import ShopifyClient, base_url
from integrations.shopify.errors import (
    AccessRefused,
    Busy,
    QueryRefused,
    Refused,
    ShopifyError,
    TooCostly,
    Unanswered,
)
from integrations.shopify.fake.server import FakeShopify
from integrations.tokens import TypedAccount
from tests.integrations.pauses import Pauses

Open = Callable[..., ShopifyClient]
SUBSCRIBE = "webhook_subscription_create"
TOPIC = {"topic": "ORDERS_CREATE", "uri": "https://us.example/webhooks/shopify/"}


def test_a_token_is_taken_once_and_renewed_before_it_lapses(
    fake: FakeShopify, open_client: Open, typed: TypedAccount
) -> None:
    client = open_client()
    client.run("access")
    client.run("counts")
    first = typed.kept
    assert first is not None
    assert len(fake.shop.tokens) == 1
    open_client(later=timedelta(hours=23)).run("access")
    assert typed.kept is first
    open_client(later=timedelta(hours=23, minutes=55)).run("access")
    assert len(fake.shop.tokens) == 2
    assert typed.kept != first


def test_a_token_shopify_no_longer_takes_is_renewed_on_the_spot(
    fake: FakeShopify, open_client: Open
) -> None:
    client = open_client()
    client.run("access")
    fake.shop.inject("expired_token")
    assert client.run("access")["shop"]["name"] == "Fake Shop"


def test_wrong_credentials_are_told_in_words(
    fake: FakeShopify, open_client: Open, typed: TypedAccount
) -> None:
    typed.client_secret = "wrong"
    with pytest.raises(AccessRefused) as refused:
        open_client().run("access")
    assert "does not accept the client ID and secret" in str(refused.value)
    assert describe(ShopifyError, "AccessRefused", "") == str(refused.value)


def test_it_waits_before_the_points_are_gone(
    fake: FakeShopify, open_client: Open, pauses: Pauses
) -> None:
    fake.shop.bucket_size, fake.shop.restore_rate = 100.0, 1.0
    fake.engine._points = 100.0
    client = open_client()
    client.run("orders", {"first": 25, "after": None})
    with pytest.raises(Busy):
        client.run("orders", {"first": 25, "after": None})
    # It knew, and did not even ask.
    assert fake.shop.requests == ["Orders"]
    fake.shop.restore_rate = 50.0
    open_client().run("access")


def test_when_throttled_it_waits_as_long_as_the_points_need(
    fake: FakeShopify, open_client: Open, pauses: Pauses
) -> None:
    fake.shop.inject("throttled", times=2)
    assert open_client().run("access")
    assert len(pauses) == 2
    assert all(seconds >= 1.0 for seconds in pauses)


@pytest.mark.parametrize("fault", ["http_429", "http_500", "time_out_before", "time_out_after"])
def test_reading_is_tried_again(
    fake: FakeShopify, open_client: Open, pauses: Pauses, fault: str
) -> None:
    fake.shop.inject(fault)
    assert open_client().run("access")
    assert fake.shop.requests == ["Access", "Access"]
    assert len(pauses) == 1


def test_it_gives_up_after_four_tries(fake: FakeShopify, open_client: Open) -> None:
    fake.shop.inject("http_500", times=10)
    with pytest.raises(Unanswered):
        open_client().run("access")
    assert len(fake.shop.requests) == 4


@pytest.mark.parametrize("fault", ["http_500", "time_out_before", "time_out_after"])
def test_writing_without_a_key_is_never_repeated(
    fake: FakeShopify, open_client: Open, fault: str
) -> None:
    fake.shop.inject(fault, operation="WebhookSubscriptionCreate")
    with pytest.raises(Unanswered):
        open_client().run(SUBSCRIBE, TOPIC)
    assert fake.shop.requests == ["WebhookSubscriptionCreate"]


def test_reasons_are_kept_with_their_field(fake: FakeShopify, open_client: Open) -> None:
    client = open_client()
    client.run(SUBSCRIBE, TOPIC)
    with pytest.raises(Refused) as refused:
        client.run(SUBSCRIBE, TOPIC)
    assert refused.value.errors[0].field == "webhookSubscription.uri"
    assert str(refused.value) == "Shopify says: Address for this topic has already been taken"


def test_a_request_that_is_too_large_is_told_apart(fake: FakeShopify, open_client: Open) -> None:
    fake.shop.most_points = 10
    with pytest.raises(TooCostly):
        open_client().run("orders", {"first": 25, "after": None})


def test_a_request_shopify_cannot_read_is_refused(open_client: Open, fake: FakeShopify) -> None:
    with pytest.raises(QueryRefused) as refused:
        open_client().send("made up", "{ shop { moons } }", {})
    assert "moons" in str(refused.value)


def test_shopify_itself_is_asked_over_https() -> None:
    assert base_url("a.myshopify.com") == "https://a.myshopify.com"


def test_all_calls_of_a_client_end_within_one_time(
    fake: FakeShopify, open_client: Open, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [0.0]
    monkeypatch.setattr(pauses, "monotonic", lambda: passed[0])
    client = open_client(within=0.3)
    client.run("access")
    fake.shop.inject("http_500")
    # The back-off of half a second would end too late.
    with pytest.raises(Unanswered):
        client.run("access")
    assert pauses == []
    passed[0] += 0.3
    asked = len(fake.shop.requests)
    with pytest.raises(Busy):
        client.run("access")
    assert len(fake.shop.requests) == asked
