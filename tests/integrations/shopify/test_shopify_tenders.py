"""What several gateways paid goes back by them, against the stand-in for Shopify."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from commerce.models import Order, Tender
from integrations.events import PaymentsToRead
from integrations.models import Connection
from integrations.shopify import parse
from integrations.shopify.client import read_operation
from integrations.shopify.fake.engine import Engine
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import Rest
from integrations.shopify.inbound import read_order
from integrations.shopify.outbound import ShopifyRefunds
from integrations.shopify.parse import admin
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import RefundState, TenderOrder
from returns.models import Refund, Return
from returns.ports import Payment, PaymentRefused
from returns.rules.defaults import DEFAULT_POLICY
from tests.integrations.shopify.test_shopify_outbound import tell
from tests.returns.conftest import STAFF, ask, resolve

ORDER = 6_900_000_001
CARD, GIFT_CARD = "shopify_payments", "gift_card"


@pytest.fixture
def paid_twice(connected: Connection, fake: FakeShopify) -> Rest:
    """An order of three things at $50.00, $50.00 and $20.00 at Shopify, paid $80.00 by card and
    $40.00 by gift card, and sent.
    """
    order: Rest = json.loads(json.dumps(fake.shop.orders[6_000_000_030]))
    (line,), (parcel,) = order["line_items"], order["fulfillments"]
    prices = ("50.00", "50.00", "20.00")
    lines = [
        {**line, "id": 69_000_000_001 + number, "quantity": 1, "price": price, "tax_lines": []}
        for number, price in enumerate(prices)
    ]
    order |= {
        "id": ORDER,
        "name": "#6901",
        "currency": "USD",
        "presentment_currency": "USD",
        "total_price": "120.00",
        "tax_lines": [],
        "payment_gateway_names": [GIFT_CARD, CARD],
        "line_items": lines,
        "fulfillments": [
            {
                **parcel,
                "id": 69_100_000_001,
                "order_id": ORDER,
                "line_items": [{"id": one["id"], "quantity": 1} for one in lines],
            }
        ],
        "refunds": [],
    }
    fake.shop.add_order(order, payments=((CARD, "80.00"), (GIFT_CARD, "40.00")))
    return order


@pytest.fixture
def bought(paid_twice: Rest, drain: Callable[[], None]) -> Order:
    """It came in by its webhook, and its payments were asked for."""
    read_order(json.dumps(paid_twice).encode(), clock.now())
    drain()
    return Order.objects.get(external_id=str(ORDER))


def tenders(order: Order) -> list[tuple[str, str, int]]:
    """The tenders of an order as (kind, gateway, captured)."""
    rows = Tender.objects.filter(order=order).order_by("position")
    return list(rows.values_list("kind", "gateway", "captured"))


BOTH = [("card", CARD, 8000), ("gift_card", GIFT_CARD, 4000)]


def give_back(order: Order, line: int, drain: Callable[[], None]) -> Return:
    """Let one line come back and be paid."""
    at = clock.now()
    case = resolve(ask(order, at, (line, 1, "defective")), at)
    services.settle_return(return_id=case.public_id, key=f"k{line}", at=at, actor=STAFF)
    drain()
    return case


def went_back(fake: FakeShopify) -> list[list[tuple[str, str]]]:
    """What Shopify paid back, a list for each refund: by which gateway, and how much."""
    return [
        [(one["gateway"], one["amount"]) for one in made["transactions"]]
        for made in fake.shop.orders[ORDER]["refunds"]
    ]


def test_every_gateway_is_a_tender(bought: Order) -> None:
    assert tenders(bought) == BOTH
    assert bought.captured == 12000


def test_r17_back_where_it_came_from_at_shopify(
    bought: Order, fake: FakeShopify, drain: Callable[[], None], client: Client
) -> None:
    for line in range(3):
        give_back(bought, line, drain)
    assert went_back(fake) == [
        [(CARD, "50.00")],
        [(CARD, "30.00")],
        [(GIFT_CARD, "20.00")],
        [(GIFT_CARD, "20.00")],
    ]
    # The echoes are those payments, and nothing more.
    for made in fake.shop.orders[ORDER]["refunds"]:
        tell(client, fake, "refunds/create", made)
    tell(client, fake, "orders/updated", fake.shop.orders[ORDER])
    drain()
    assert [one.state for one in Refund.objects.all()] == [RefundState.SUCCEEDED] * 4
    bought.refresh_from_db()
    assert bought.given_back == bought.captured == 12000
    assert tenders(bought) == BOTH


def test_r17_in_proportion_at_shopify(
    bought: Order,
    fake: FakeShopify,
    drain: Callable[[], None],
) -> None:
    services.publish_policy(
        content=replace(DEFAULT_POLICY, tender_order=TenderOrder.PROPORTIONAL).to_json(),
        effective_from=bought.placed_at - timedelta(days=1),
        at=clock.now(),
        actor=STAFF,
    )
    give_back(bought, 0, drain)
    assert went_back(fake) == [[(CARD, "33.33")], [(GIFT_CARD, "16.67")]]


def test_what_was_found_out_is_not_asked_for_again(
    bought: Order, paid_twice: Rest, fake: FakeShopify, drain: Callable[[], None]
) -> None:
    asked = len(fake.shop.requests)
    fake.shop.touch(paid_twice)
    read_order(json.dumps(paid_twice).encode(), clock.now())
    drain()
    assert tenders(bought) == BOTH
    assert len(fake.shop.requests) == asked
    # More was paid since then.
    paid_twice["total_price"] = "130.00"
    fake.shop.transactions[ORDER].append(
        {**fake.shop.transactions[ORDER][1], "id": fake.shop.new_id(), "amount": "10.00"}
    )
    fake.shop.touch(paid_twice)
    read_order(json.dumps(paid_twice).encode(), clock.now())
    drain()
    assert tenders(bought) == [BOTH[0], ("gift_card", GIFT_CARD, 5000)]
    bought.refresh_from_db()
    assert bought.captured == 13000


def test_one_gateway_needs_no_question(connected: Connection, fake: FakeShopify) -> None:
    read_order(json.dumps(fake.shop.orders[6_000_000_030]).encode(), clock.now())
    assert not EventRecord.objects.filter(type=PaymentsToRead.type).exists()


def test_before_it_is_known_the_gift_card_is_refunded_last(
    paid_twice: Rest, fake: FakeShopify
) -> None:
    read_order(json.dumps(paid_twice).encode(), clock.now())
    order = Order.objects.get(external_id=str(ORDER))
    assert tenders(order) == [("card", CARD, 12000)]
    ShopifyRefunds().pay(payment(amount=12000, tender_external_id=""))
    assert went_back(fake) == [[(CARD, "80.00"), (GIFT_CARD, "40.00")]]


def payment(**changes: Any) -> Payment:
    """A payment back to the card."""
    told = Payment(
        key="rfd_1",
        amount=500,
        currency="USD",
        source="shopify",
        order_external_id=str(ORDER),
        tender="card",
        gateway=CARD,
        tender_external_id="1",
    )
    return replace(told, **changes)


def test_a_card_is_never_paid_more_than_it_paid(bought: Order, fake: FakeShopify) -> None:
    with pytest.raises(PaymentRefused, match=r"0\.01 USD"):
        ShopifyRefunds().pay(payment(amount=8001))
    assert went_back(fake) == []


def test_a_refund_made_at_shopify_counts_for_its_gateway(
    bought: Order, fake: FakeShopify, drain: Callable[[], None], client: Client
) -> None:
    _card, gift_card = fake.shop.transactions[ORDER]
    theirs = {"gateway": GIFT_CARD, "amount": "40.00", "parent_id": gift_card["id"]}
    tell(client, fake, "refunds/create", fake.shop.refund(ORDER, [theirs], "", []))
    drain()
    booked = Refund.objects.get()
    assert (booked.tender.gateway, booked.amount) == (GIFT_CARD, 4000)
    give_back(bought, 0, drain)
    assert went_back(fake)[1:] == [[(CARD, "50.00")]]


def test_a_back_fill_tells_the_payments(paid_twice: Rest, fake: FakeShopify) -> None:
    asked = {"query": read_operation("orders"), "variables": {"first": 250, "after": None}}
    fake.shop.most_points = 10_000.0
    nodes = Engine(fake.shop).answer(asked)["data"]["page"]["nodes"]
    node = next(one for one in nodes if one["legacyResourceId"] == str(ORDER))
    facts = parse.parse_order(admin.order_body(node))
    assert [(one.kind, one.gateway, one.captured) for one in facts.tenders] == BOTH
    read_order(admin.order_body(node), clock.now())
    assert tenders(Order.objects.get(external_id=str(ORDER))) == BOTH
    assert not EventRecord.objects.filter(type=PaymentsToRead.type).exists()


def test_what_was_only_authorised_or_refused_is_no_payment() -> None:
    rows = [
        {"id": 1, "kind": "authorization", "status": "success", "gateway": CARD, "amount": "9.00"},
        {"id": 2, "kind": "capture", "status": "success", "gateway": CARD, "amount": "6.00"},
        {"id": 3, "kind": "sale", "status": "failure", "gateway": "paypal", "amount": "9.00"},
        {"id": 4, "kind": "sale", "status": "success", "gateway": "cash", "amount": "5.00"},
        {"id": 5, "kind": "change", "status": "success", "gateway": "cash", "amount": "2.00"},
        {"id": 6, "kind": "refund", "status": "success", "gateway": CARD, "amount": "1.00"},
    ]
    body = json.dumps({"transactions": rows}).encode()
    told = parse.parse_payments(body, "USD")
    assert [(one.external_id, one.gateway, one.captured) for one in told] == [
        ("2", CARD, 600),
        ("4", "cash", 300),
    ]
