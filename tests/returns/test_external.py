"""What the platform did by itself goes into the same ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from commerce.models import Merchant, Order, PlatformRefund
from commerce.ports import RefundFacts, RefundLineFacts
from commerce.services.orders import take_in_order
from commerce.services.refunds import take_in_refund
from returns import services
from returns.enums import RefundState, ReturnState, SettlementKind
from returns.models import LedgerEntry, Refund, Settlement
from returns.selectors import judge, paid_order
from tests.returns.conftest import STAFF, ask, fresh, mug_facts, resolve


def platform_refund(order: Order, amount: int, at: datetime, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "external_id": f"r{amount}",
        "order_external_id": order.external_id,
        "processed_at": at,
        "amount": amount,
        "currency": "JPY",
    }
    take_in_refund(RefundFacts(**{**facts, **changes}), at=at, actor="shopify")


def one_mug(goods: int = 2500) -> tuple[RefundLineFacts, ...]:
    return (RefundLineFacts(line_external_id="l1", quantity=1, goods=goods, tax=0),)


def booked() -> list[tuple[str, int]]:
    return list(LedgerEntry.objects.order_by("id").values_list("component", "amount"))


def test_units_and_money_are_booked_once(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    platform_refund(bought, 2500, at, lines=one_mug())
    drain()
    services.book_platform_refund(
        platform_refund_id=Settlement.objects.get().key, at=at, actor="shopify"
    )
    settlement = Settlement.objects.get()
    assert (settlement.kind, settlement.total) == (SettlementKind.EXTERNAL, 2500)
    assert booked() == [("goods", 2500)]
    bought.refresh_from_db()
    assert bought.given_back == 2500
    assert judge(bought, at=at).lines[0].decision.returnable == 1
    assert paid_order(bought).tenders[0].refunded == 2500
    assert Refund.objects.get().state == RefundState.SUCCEEDED


def test_the_rest_is_shipping_where_it_is_just_that(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    platform_refund(bought, 3000, at, lines=one_mug())
    drain()
    assert booked() == [("goods", 2500), ("shipping", 500)]
    assert paid_order(bought).shipping.price_refunded == 500


def test_money_for_no_unit_is_goodwill_and_lowers_the_ceiling(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    platform_refund(bought, 1000, at)
    drain()
    assert booked() == [("goodwill", 1000)]
    case = ask(bought, at, (0, 2, "too_small"), (1, 1, "too_small"))
    assert [(row["code"], row["amount"]) for row in case.quote["rows"]][-1] == (
        "already_refunded",
        -1000,
    )
    assert case.quote["payout"] == 6500


def test_a_deduction_on_the_platform_is_seen(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    platform_refund(bought, 2000, at, lines=one_mug())
    drain()
    assert booked() == [("goods", 2500), ("fee", -500)]


def test_no_more_is_booked_than_was_paid(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    platform_refund(bought, 8000, at)
    drain()
    bought.refresh_from_db()
    assert bought.given_back == bought.captured == 7500
    platform_refund(bought, 100, at)
    drain()
    assert Settlement.objects.count() == 1


def test_units_settled_before_are_not_settled_twice(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    platform_refund(bought, 2500, at, lines=one_mug())
    twice = replace(one_mug()[0], quantity=2, goods=5000)
    platform_refund(bought, 2501, at, lines=(twice, replace(twice, line_external_id="gone")))
    drain()
    assert paid_order(bought).lines[0].settled == 2
    assert judge(bought, at=at).lines[0].decision.denials[0].code == "already_settled"
    assert booked() == [("goods", 2500), ("goods", 2500), ("goodwill", 1)]


def test_a_refund_before_its_order_waits_for_it(
    scope: Merchant, mugs: None, at: datetime, drain: Callable[[], None]
) -> None:
    facts = mug_facts()
    take_in_refund(
        RefundFacts(
            external_id="r1",
            order_external_id=facts.external_id,
            processed_at=at,
            amount=2500,
            currency="JPY",
            lines=one_mug(),
        ),
        at=at,
    )
    drain()
    assert Settlement.objects.count() == 0
    order = take_in_order(facts, merchant=scope, at=at).order
    drain()
    order.refresh_from_db()
    assert order.given_back == 2500


def settled_by_hand(order: Order, at: datetime) -> Refund:
    case = resolve(ask(order, at, (0, 1, "too_small")), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    refund: Refund = Refund.objects.get()
    return refund


@pytest.mark.parametrize("confirmed_before", [True, False])
def test_a_refund_staff_made_on_the_platform_is_the_one_they_owed(
    bought: Order, at: datetime, drain: Callable[[], None], confirmed_before: bool
) -> None:
    refund = settled_by_hand(bought, at)
    if confirmed_before:
        services.refund_succeeded(refund.public_id, reference="done", at=at, actor=STAFF)
    platform_refund(bought, 2500, at + timedelta(minutes=5), lines=one_mug())
    drain()
    refund.refresh_from_db()
    assert (refund.state, refund.platform_refund is not None) == (RefundState.SUCCEEDED, True)
    assert refund.reference == ("done" if confirmed_before else "r2500")
    assert Settlement.objects.count() == 1
    bought.refresh_from_db()
    assert bought.given_back == 2500
    case = fresh(refund.settlement.case)
    assert case.state == ReturnState.COMPLETED


def test_an_earlier_or_other_refund_is_not_taken_for_it(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    settled_by_hand(bought, at)
    platform_refund(bought, 2500, at - timedelta(minutes=5))
    platform_refund(bought, 300, at + timedelta(minutes=5))
    drain()
    assert Settlement.objects.filter(kind=SettlementKind.EXTERNAL).count() == 2
    assert Refund.objects.get(provider="manual").state == RefundState.PENDING


def test_a_cancelled_order_has_nothing_to_return(
    scope: Merchant, bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    case = ask(bought, at, (0, 1, "too_small"))
    take_in_order(mug_facts(cancelled_at=at, updated_at=at), merchant=scope, at=at)
    drain()
    lines = paid_order(bought).lines
    assert [line.settled for line in lines] == [1, 1]
    assert not judge(bought, at=at).open
    settlement = Settlement.objects.get()
    assert (settlement.kind, settlement.total) == (SettlementKind.CANCELLATION, 0)
    assert fresh(case).state == ReturnState.IN_REVIEW


@pytest.mark.parametrize("refund_first", [True, False])
def test_a_cancelled_orders_refund_is_booked_alike_whichever_is_told_first(
    scope: Merchant, bought: Order, at: datetime, refund_first: bool
) -> None:
    towel = RefundLineFacts(line_external_id="l2", quantity=1, goods=2000, tax=0)
    mugs = replace(one_mug()[0], quantity=2, goods=5000)

    def refund() -> None:
        platform_refund(bought, 7500, at, lines=(mugs, towel))
        told = PlatformRefund.objects.get()
        services.book_platform_refund(platform_refund_id=told.public_id, at=at, actor="shopify")

    def cancel() -> None:
        services.settle_cancelled_order(order_id=bought.public_id, at=at, actor="shopify")

    for step in (refund, cancel) if refund_first else (cancel, refund):
        step()
    assert booked() == [("goods", 5000), ("goods", 2000), ("shipping", 500)]
    assert [line.settled for line in paid_order(bought).lines] == [2, 1]
    assert [line.called_off for line in paid_order(bought).lines] == [0, 0]
    assert Settlement.objects.get(kind=SettlementKind.EXTERNAL).goods == 7000


def test_cancelled_units_get_their_value_once(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    services.settle_cancelled_order(order_id=bought.public_id, at=at, actor="shopify")
    assert [line.called_off for line in paid_order(bought).lines] == [2, 1]
    for amount in (2500, 2499, 2498):
        platform_refund(bought, amount, at, lines=one_mug(amount))
        drain()
    assert booked() == [("goods", 2500), ("goods", 2499), ("goodwill", 2498)]
    assert [line.called_off for line in paid_order(bought).lines] == [0, 1]
    assert [line.settled for line in paid_order(bought).lines] == [2, 1]


@pytest.mark.parametrize("refund_first", [True, False])
def test_a_return_keeps_its_unit_of_a_cancelled_order(
    bought: Order, at: datetime, drain: Callable[[], None], refund_first: bool
) -> None:
    ask(bought, at, (0, 1, "too_small"))

    def cancel() -> None:
        services.settle_cancelled_order(order_id=bought.public_id, at=at, actor="shopify")

    if not refund_first:
        cancel()
    platform_refund(bought, 2500, at, lines=one_mug())
    drain()
    if refund_first:
        cancel()
    assert booked() == [("goods", 2500)]
    assert [line.settled for line in paid_order(bought).lines] == [1, 1]


def test_a_cancellation_leaves_alone_what_a_refund_took_from_a_return(
    bought: Order, at: datetime, drain: Callable[[], None]
) -> None:
    ask(bought, at, (0, 1, "too_small"))
    platform_refund(bought, 5000, at, lines=(replace(one_mug()[0], quantity=2, goods=5000),))
    drain()
    services.settle_cancelled_order(order_id=bought.public_id, at=at, actor="shopify")
    assert [line.settled for line in paid_order(bought).lines] == [2, 1]
