"""Taking orders in: once, in any order of telling, with money fixed at the first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from commerce import selectors
from commerce.models import Fulfilment, Merchant, Order, OrderLine
from commerce.ports import (
    DiscountFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    TenderFacts,
)
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from postexp.kernel.models import EventRecord
from tests.facts import order_facts


def types() -> list[str]:
    return list(EventRecord.objects.order_by("id").values_list("type", flat=True))


def test_an_order_is_taken_in_whole(order: Order) -> None:
    assert (order.captured, order.total, order.given_back) == (7500, 7500, 0)
    assert order.number_key == "1001"
    assert order.phone == "+819012345678"
    assert order.postcode_key == "1500001"
    assert [line.goods_paid for line in selectors.list_lines(order)] == [5000, 2000]
    assert types()[-1] == "order.placed"


def test_the_same_order_again_is_one_order(scope: Merchant, at: datetime) -> None:
    take_in_order(order_facts(), merchant=scope, at=at)
    again = take_in_order(order_facts(), merchant=scope, at=at)
    assert not again.created
    assert Order.objects.count() == 1
    assert OrderLine.objects.count() == 2


def test_an_older_telling_changes_nothing(scope: Merchant, at: datetime) -> None:
    facts = order_facts()
    take_in_order(facts, merchant=scope, at=at)
    older = replace(facts, number="#0", updated_at=facts.updated_at - timedelta(seconds=1))
    assert take_in_order(older, merchant=scope, at=at).stale
    assert Order.objects.get().number == "#1001"


def test_an_unallocated_discount_is_shared_by_largest_remainder(
    scope: Merchant, at: datetime
) -> None:
    facts = order_facts()
    lines = tuple(replace(line, discount_share=None) for line in facts.lines)
    facts = replace(facts, lines=lines, discounts=(DiscountFacts(code="FALL", amount=1000),))
    order = take_in_order(facts, merchant=scope, at=at).order
    assert [line.goods_paid for line in selectors.list_lines(order)] == [4286, 1714]


@pytest.mark.parametrize(
    ("recorded", "discount", "paid"),
    [
        ((1000, None), 1000, [4000, 2000]),
        ((600, None), 1000, [4400, 1600]),
        ((None, 300), 1000, [4300, 1700]),
        ((1200, None), 1000, [3800, 2000]),
        ((0, None), 9999, [5000, 0]),
    ],
)
def test_partly_recorded_shares_are_completed_and_not_taken_twice(
    scope: Merchant,
    at: datetime,
    recorded: tuple[int | None, ...],
    discount: int,
    paid: list[int],
) -> None:
    facts = order_facts()
    lines = tuple(
        replace(line, discount_share=share)
        for line, share in zip(facts.lines, recorded, strict=True)
    )
    facts = replace(facts, lines=lines, discounts=(DiscountFacts(code="FALL", amount=discount),))
    order = take_in_order(facts, merchant=scope, at=at).order
    assert [line.goods_paid for line in selectors.list_lines(order)] == paid


def test_payment_may_come_later(scope: Merchant, at: datetime) -> None:
    facts = order_facts()
    unpaid = replace(facts, tenders=(), payment_state="pending")
    assert take_in_order(unpaid, merchant=scope, at=at).order.captured == 0
    paid = replace(facts, updated_at=facts.updated_at + timedelta(hours=1))
    assert take_in_order(paid, merchant=scope, at=at).order.captured == 7500


def test_a_cancellation_is_told_once(scope: Merchant, at: datetime) -> None:
    facts = order_facts()
    take_in_order(facts, merchant=scope, at=at)
    cancelled = replace(facts, cancelled_at=at, updated_at=at)
    take_in_order(cancelled, merchant=scope, at=at)
    take_in_order(cancelled, merchant=scope, at=at)
    assert types().count("order.cancelled") == 1


def test_a_fulfilment_may_come_before_its_order(scope: Merchant, at: datetime) -> None:
    fulfilment = take_in_fulfilment(
        FulfilmentFacts(
            external_id="f1",
            order_external_id=order_facts().external_id,
            created_at=at,
            tracking_numbers=("123412341234",),
            lines=(FulfilmentLineFacts(line_external_id="l1", quantity=2),),
        ),
        at=at,
    )
    assert fulfilment.order is None
    order = take_in_order(order_facts(), merchant=scope, at=at).order
    assert Fulfilment.objects.get().order == order
    line = selectors.list_lines(order)[0]
    assert selectors.fulfilled_quantities(order) == {line.pk: 2}
    assert types().count("fulfilment.recorded") == 2


def test_captured_never_falls_below_what_was_given_back(order: Order, at: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(given_back=4000)
    facts = order_facts(updated_at=at, tenders=(TenderFacts(captured=1000),))
    merchant = selectors.get_merchant()
    assert take_in_order(facts, merchant=merchant, at=at).order.captured == 4000


def test_an_order_is_found_by_number_and_contact(order: Order) -> None:
    def found(number: str, contact: str) -> list[str]:
        return [
            how for _, how in selectors.find_orders(number=number, contact=contact, country="JP")
        ]

    assert found("１００１", "Hana@Example.jp") == ["email"]
    assert found("#1001", "090 1234 5678") == ["phone"]
    assert found("1001", "〒150-0001") == ["postcode"]
    assert found("1001", "mallory@example.jp") == []
    assert found("9999", "hana@example.jp") == []


def test_handlers_hear_of_it(order: Order, drain: Callable[[], None]) -> None:
    drain()
    assert EventRecord.objects.filter(type="order.placed").exists()
