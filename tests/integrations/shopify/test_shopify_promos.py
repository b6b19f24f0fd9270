"""Promo codes at Shopify: created once, whatever goes wrong, with its reasons for a no."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.ports import PromoFacts, PromoRefused
from integrations.models import Connection
from integrations.shopify.errors import Refused, Unanswered
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.promos import ShopifyPromos, create_promo
from tests.integrations.shopify.test_shopify_outbound import later

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def promo(**changes: Any) -> PromoFacts:
    told: dict[str, Any] = {
        "key": "prm_1",
        "code": "7KQ4D-XM9TR",
        "percent": 750,
        "amount": 0,
        "currency": "JPY",
        "minimum": 5000,
        "valid_from": AT,
        "valid_until": AT + timedelta(days=30),
    }
    return PromoFacts(**{**told, **changes})


def test_a_code_works_once_for_a_share(connected: Connection, fake: FakeShopify) -> None:
    reference = create_promo(connected, promo())
    made = fake.shop.discounts["7KQ4D-XM9TR"]
    assert reference.endswith(str(made["id"]))
    assert made["customerGets"] == {"value": {"percentage": 0.075}, "items": {"all": True}}
    assert made["minimumRequirement"] == {"subtotal": {"greaterThanOrEqualToSubtotal": "5000"}}
    assert (made["usageLimit"], made["appliesOncePerCustomer"]) == (1, True)
    assert create_promo(connected, promo()) == reference


def test_a_code_takes_an_amount_off(connected: Connection, fake: FakeShopify) -> None:
    create_promo(connected, promo(percent=0, amount=500, minimum=0))
    made = fake.shop.discounts["7KQ4D-XM9TR"]
    value = {"discountAmount": {"amount": "500", "appliesOnEachItem": False}}
    assert made["customerGets"]["value"] == value
    assert made["minimumRequirement"] is None


@pytest.mark.parametrize("fault", ["time_out_before", "time_out_after"])
def test_a_code_without_an_answer_is_looked_up_before_it_is_asked_for_again(
    connected: Connection, fake: FakeShopify, fault: str
) -> None:
    fake.shop.inject(fault, operation="DiscountCreate")
    with pytest.raises(Unanswered):
        ShopifyPromos().create(promo())
    later()
    reference = ShopifyPromos().create(promo())
    assert reference.endswith(str(fake.shop.discounts["7KQ4D-XM9TR"]["id"]))
    assert len(fake.shop.discounts) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"percent": 20_000}, "between 0.0 and 1.0"),
        ({"percent": 0, "amount": 0}, "greater than 0"),
        ({"valid_until": AT}, "after starts_at"),
        ({"code": ""}, "blank"),
    ],
)
def test_what_shopify_refuses_is_said_in_its_words(
    connected: Connection, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(PromoRefused, match=words):
        ShopifyPromos().create(promo(**changes))


def test_a_code_somebody_else_has_is_refused(connected: Connection) -> None:
    create_promo(connected, promo())
    with pytest.raises(Refused) as refused:
        create_promo(connected, replace(promo(), key="prm_2"))
    assert refused.value.has("TAKEN")


def test_only_orders_of_a_connected_shopify_have_codes_there(connected: Connection) -> None:
    assert ShopifyPromos().takes("shopify")
    assert not ShopifyPromos().takes("api")
    connected.delete()
    assert not ShopifyPromos().takes("shopify")
    with pytest.raises(PromoRefused, match="no longer connected"):
        ShopifyPromos().create(promo())
