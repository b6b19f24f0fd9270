"""Order cancellation: five minutes to think again, exact sums, one of two with the warehouse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from commerce.enums import StockOwner
from commerce.errors import UnitsInCancellation
from commerce.models import Merchant, Order, StockSource, Variant
from commerce.ports import (
    DiscountFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    OrderFacts,
    ShippingFacts,
    TenderFacts,
)
from commerce.selectors import list_lines
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from commerce.services.picks import confirm_picks
from postexp.kernel.models import EventRecord
from returns.enums import CancellationState, RefundState, ReturnState, SettlementKind
from returns.errors import (
    CancellationMovedOn,
    CancellationOpen,
    CancelWindowEnded,
    NotCancellable,
    QuantityExceedsCancellable,
    QuoteChanged,
    UndoTimeOver,
)
from returns.models import Cancellation, LedgerEntry, Refund, Return, Settlement
from returns.rules.cancellations import CancelTerms, CancelWish
from returns.selectors import judge
from returns.selectors.cancellations import get_cancellation, judge_cancel
from returns.services import refund_succeeded
from returns.services.cancellations import (
    approve_cancellation,
    decline_cancellation,
    request_cancellation,
    set_cancel_terms,
    withdraw_cancellation,
)
from returns.services.cancelling import carry_out_cancellation
from returns.tasks import carry_out_cancellations
from tests.facts import order_facts
from tests.returns.conftest import STAFF, mug_facts

PLACED = datetime(2026, 11, 21, 2, 20, tzinfo=UTC)
NOW = PLACED + timedelta(minutes=40)
LATER = NOW + timedelta(minutes=6)
MINUTE = timedelta(minutes=1)


def facts_of(*prices: int, shipping: int, currency: str = "JPY", **changes: Any) -> OrderFacts:
    """An unfulfilled order of single units, placed 40 minutes ago and paid by card."""
    total = sum(prices) + shipping
    return order_facts(
        placed_at=PLACED,
        updated_at=PLACED,
        currency=currency,
        total=total,
        lines=tuple(
            LineFacts(external_id=f"l{n}", title=f"Line {n}", quantity=1, unit_price=price)
            for n, price in enumerate(prices)
        ),
        shipping=(ShippingFacts(title="Post", price=shipping),),
        tenders=(TenderFacts(kind="card", gateway="card", captured=total),),
        **changes,
    )


@pytest.fixture
def placed(scope: Merchant) -> Order:
    """R-25's order: goods for ¥12,300 and ¥500 of shipping, with a code that was used."""
    facts = facts_of(12800, shipping=500, discounts=(DiscountFacts(code="AUTUMN", amount=500),))
    tenders = (TenderFacts(kind="card", gateway="card", captured=12800),)
    return take_in_order(
        replace(facts, total=12800, tenders=tenders), merchant=scope, at=PLACED
    ).order


def ids(order: Order) -> list[str]:
    return [line.public_id for line in list_lines(order)]


def cancel(order: Order, at: datetime, *units: int, **more: Any) -> Cancellation:
    """Cancel so many units of each line, every one where no numbers are given."""
    lines = list_lines(order)
    wanted = units or tuple(line.quantity for line in lines)
    return request_cancellation(
        order_id=order.public_id,
        wishes=[
            CancelWish(line=line.public_id, quantity=quantity)
            for line, quantity in zip(lines, wanted, strict=False)
            if quantity
        ],
        at=at,
        actor=more.pop("actor", "shopper"),
        **more,
    )


def pick(order: Order, at: datetime, *units: int) -> None:
    picked = dict(zip(ids(order), units, strict=False))
    confirm_picks(order_id=order.public_id, picked=picked, at=at, actor=STAFF)


def send(order: Order, at: datetime, *units: int) -> None:
    """Let the platform tell of a parcel."""
    lines = [line.external_id for line in list_lines(order)]
    take_in_fulfilment(
        FulfilmentFacts(
            external_id=f"f{at.timestamp()}",
            order_external_id=order.external_id,
            created_at=at,
            lines=tuple(
                FulfilmentLineFacts(line_external_id=line, quantity=quantity)
                for line, quantity in zip(lines, units, strict=False)
                if quantity
            ),
        ),
        at=at,
    )


def now(cancellation: Cancellation) -> Cancellation:
    return get_cancellation(cancellation.public_id)


def told(kind: str) -> list[dict[str, Any]]:
    return [record.payload for record in EventRecord.objects.filter(type=kind).order_by("id")]


def pay_by_hand(at: datetime) -> None:
    for refund in Refund.objects.exclude(state=RefundState.SUCCEEDED):
        refund_succeeded(refund.public_id, reference="r", at=at, actor=STAFF)


def test_r25_second_thoughts_give_everything_back(
    placed: Order, scope: Merchant, drain: Callable[[], None]
) -> None:
    """¥12,800 goes back, the code can be used again, and 123 points have a sum to go by."""
    cancellation = cancel(placed, NOW, shown_payout=12800)
    assert cancellation.quote["payout"] == 12800
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    settlement = Settlement.objects.get()
    assert (settlement.kind, settlement.total) == (SettlementKind.CANCELLATION, 12800)
    assert now(cancellation).state == CancellationState.REFUNDING
    [settled] = told("cancellation.settled")
    assert (settled["goods"] // 100, settled["codes"], settled["total"]) == (
        123,
        ["AUTUMN"],
        12800,
    )
    pay_by_hand(LATER)
    drain()
    assert now(cancellation).state == CancellationState.REFUNDED
    assert len(told("cancellation.refunded")) == 1


def test_r25_undone_within_five_minutes_nothing_was_sent(
    placed: Order, drain: Callable[[], None]
) -> None:
    cancellation = cancel(placed, NOW)
    with pytest.raises(UnitsInCancellation):
        pick(placed, NOW, 1)
    drain()
    withdraw_cancellation(
        cancellation_id=cancellation.public_id, at=NOW + 5 * MINUTE, actor="shopper"
    )
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert now(cancellation).state == CancellationState.WITHDRAWN
    assert not Refund.objects.exists()
    assert not Settlement.objects.exists()
    pick(placed, LATER, 1)


def test_r25_stock_is_restored_where_it_is_counted_here(scope: Merchant, mugs: None) -> None:
    StockSource.objects.create(owner=StockOwner.POSTEXP)
    facts = mug_facts(placed_at=PLACED, updated_at=PLACED)
    order = take_in_order(facts, merchant=scope, at=PLACED).order
    cancellation = cancel(order, NOW)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert Variant.objects.get(external_id="v1").stock == 7


def test_r26_half_gone(scope: Merchant, drain: Callable[[], None]) -> None:
    """USD 80.00 for the rest; the shipped line stays returnable, shipping stays paid."""
    facts = facts_of(2000, 3000, 5000, shipping=800, currency="USD")
    order = take_in_order(facts, merchant=scope, at=PLACED).order
    send(order, PLACED, 1)
    judged = judge_cancel(order, at=NOW)
    assert [one.decision.cancellable for one in judged.lines] == [0, 1, 1]
    cancellation = cancel(order, NOW, 0, 1, 1, shown_payout=8000)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    pay_by_hand(LATER)
    drain()
    assert Settlement.objects.get().total == 8000
    assert LedgerEntry.objects.filter(component="shipping").count() == 0
    assert [one.decision.returnable for one in judge(order, at=LATER).lines] == [1, 0, 0]
    assert told("cancellation.settled")[0]["codes"] == []


def test_the_last_unit_takes_shipping_with_it(scope: Merchant) -> None:
    order = take_in_order(facts_of(1000, 2000, shipping=500), merchant=scope, at=PLACED).order
    first = cancel(order, NOW, 1, 0)
    assert first.quote["payout"] == 1000
    with pytest.raises(CancellationOpen):
        cancel(order, NOW, 0, 1)
    carry_out_cancellation(cancellation_id=first.public_id, at=LATER)
    second = cancel(order, LATER, 0, 1)
    assert second.quote["payout"] == 2500
    carry_out_cancellation(cancellation_id=second.public_id, at=LATER + 6 * MINUTE)
    order.refresh_from_db()
    assert order.given_back == order.captured == 3500


def test_nothing_moves_before_the_time_is_over(placed: Order) -> None:
    cancellation = cancel(placed, NOW)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=NOW + 5 * MINUTE)
    assert now(cancellation).state == CancellationState.REQUESTED
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert Settlement.objects.count() == 1
    with pytest.raises(CancellationMovedOn):
        withdraw_cancellation(cancellation_id=cancellation.public_id, at=LATER, actor="shopper")


def test_the_undo_ends_to_the_second(placed: Order) -> None:
    cancellation = cancel(placed, NOW)
    late = cancellation.undo_until + timedelta(microseconds=1)
    with pytest.raises(UndoTimeOver):
        withdraw_cancellation(cancellation_id=cancellation.public_id, at=late, actor="shopper")


def test_a_scheduled_run_finds_what_is_due(placed: Order) -> None:
    cancellation = cancel(placed, NOW)
    with time_machine.travel(NOW + 4 * MINUTE, tick=False):
        assert carry_out_cancellations() == 0
    with time_machine.travel(LATER, tick=False):
        assert carry_out_cancellations() == 1
        assert carry_out_cancellations() == 0
    assert now(cancellation).state == CancellationState.REFUNDING


def test_the_window_ends_to_the_second(placed: Order) -> None:
    end = PLACED + 60 * MINUTE
    assert judge_cancel(placed, at=end).decision.open
    late = end + timedelta(microseconds=1)
    with pytest.raises(CancelWindowEnded):
        cancel(placed, late)
    decision = judge_cancel(placed, at=late).decision
    assert decision.denial is not None
    assert (decision.denial.since, decision.instead) == (end, "return_later")
    assert cancel(placed, late, by_staff=True, actor=STAFF).state == CancellationState.REQUESTED


def test_a_shop_has_its_own_terms(placed: Order) -> None:
    set_cancel_terms(CancelTerms(minutes=None), at=NOW, actor=STAFF)
    set_cancel_terms(CancelTerms(minutes=None), at=NOW, actor=STAFF)
    assert len(told("cancellation.terms_changed")) == 1
    assert judge_cancel(placed, at=NOW + timedelta(days=3)).decision.open
    set_cancel_terms(CancelTerms(minutes=0), at=NOW, actor=STAFF)
    with pytest.raises(NotCancellable):
        cancel(placed, PLACED)


def test_staff_decide_where_the_shop_reviews(placed: Order) -> None:
    set_cancel_terms(CancelTerms(review=True), at=NOW, actor=STAFF)
    cancellation = cancel(placed, NOW)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert now(cancellation).state == CancellationState.REQUESTED
    approve_cancellation(cancellation_id=cancellation.public_id, at=LATER, actor=STAFF)
    with pytest.raises(CancellationMovedOn):
        approve_cancellation(cancellation_id=cancellation.public_id, at=LATER, actor=STAFF)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER + MINUTE)
    assert now(cancellation).state == CancellationState.REFUNDING


def test_what_is_declined_is_sent(placed: Order) -> None:
    cancellation = cancel(placed, NOW)
    decline_cancellation(
        cancellation_id=cancellation.public_id, text="Made to order.", at=NOW, actor=STAFF
    )
    pick(placed, NOW, 1)
    assert now(cancellation).state == CancellationState.DECLINED
    assert len(told("cancellation.declined")) == 1


def test_what_was_picked_comes_too_late_and_may_come_back(
    placed: Order, drain: Callable[[], None]
) -> None:
    pick(placed, NOW, 1)
    cancellation = cancel(placed, NOW)
    assert cancellation.state == CancellationState.TOO_LATE
    case = Return.objects.get()
    assert (case.state, case.send_by, case.pk) == (ReturnState.APPROVED, None, cancellation.case_id)
    [late] = told("cancellation.too_late")
    assert (late["units"], late["whole"], late["return_id"]) == (1, True, case.public_id)
    drain()
    assert not Settlement.objects.exists()
    assert judge(placed, at=NOW).lines[0].facts.reserved == 1


def test_a_part_that_was_picked_needs_a_new_look_at_the_sum(scope: Merchant) -> None:
    order = take_in_order(
        order_facts(placed_at=PLACED, updated_at=PLACED), merchant=scope, at=PLACED
    ).order
    pick(order, NOW, 1)
    with pytest.raises(QuoteChanged):
        cancel(order, NOW, 2, 1, shown_payout=7500)
    cancellation = cancel(order, NOW, 2, 1)
    assert cancellation.quote["payout"] == 4500
    assert [(line.left, line.too_late) for line in cancellation.lines.all()] == [(1, 1), (1, 0)]
    # With it nothing of the order is left, so that its return gives shipping back.
    assert Return.objects.get().quote["payout"] == 3000
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert Settlement.objects.get().total == 4500


def test_one_press_or_two_is_one_cancellation(placed: Order) -> None:
    first = cancel(placed, NOW, key="req_12345678")
    assert cancel(placed, NOW, key="req_12345678") == first
    assert Cancellation.objects.count() == 1


def test_two_orders_with_one_number_have_their_own_cases(placed: Order, scope: Merchant) -> None:
    facts = facts_of(1000, shipping=0)
    twin = take_in_order(replace(facts, external_id="o2"), merchant=scope, at=PLACED).order
    assert twin.number_key == placed.number_key
    pick(placed, NOW, 1)
    pick(twin, NOW, 1)
    assert [cancel(one, NOW).number for one in (placed, twin)] == ["C-1001-1", "C-1001-2"]
    assert [one.number for one in Return.objects.order_by("id")] == ["R-1001-1", "R-1001-2"]


def test_no_more_than_there_is(placed: Order) -> None:
    with pytest.raises(QuantityExceedsCancellable):
        cancel(placed, NOW, 2)
    with pytest.raises(NotCancellable):
        cancel(placed, NOW, 0)
    line = CancelWish(line="oln_x", quantity=1)
    with pytest.raises(NotCancellable):
        request_cancellation(order_id=placed.public_id, wishes=[line], at=NOW, actor="shopper")
