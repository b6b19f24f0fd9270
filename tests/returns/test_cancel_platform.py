"""Cancellations and what platform and carriers tell meanwhile: one ledger, no unit twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from commerce.models import Merchant, Order
from commerce.ports import (
    DiscountFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    RefundFacts,
    RefundLineFacts,
    TenderFacts,
)
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from commerce.services.refunds import take_in_refund
from returns.enums import CancellationState, ReturnState
from returns.errors import (
    NotCancellable,
)
from returns.models import Cancellation, Return, Settlement
from returns.rules.cancellations import CancelTerms
from returns.services.cancellations import (
    set_cancel_terms,
)
from returns.services.cancelling import carry_out_cancellation, settle_cancellation
from returns.tasks import carry_out_cancellations
from tests.returns.conftest import STAFF
from tests.returns.test_cancellations import (
    LATER,
    MINUTE,
    NOW,
    PLACED,
    cancel,
    facts_of,
    now,
    pick,
    send,
    told,
)
from tests.shops import drain_all
from tracking.enums import Status, TimePrecision
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.services import take_in_report


@pytest.fixture
def placed(scope: Merchant) -> Order:
    """Goods for ¥12,300 after a code, and ¥500 of shipping."""
    facts = facts_of(12800, shipping=500, discounts=(DiscountFacts(code="AUTUMN", amount=500),))
    tenders = (TenderFacts(kind="card", gateway="card", captured=12800),)
    return take_in_order(
        replace(facts, total=12800, tenders=tenders), merchant=scope, at=PLACED
    ).order


def test_a_parcel_in_the_five_minutes_wins(placed: Order, drain: Callable[[], None]) -> None:
    cancellation = cancel(placed, NOW)
    send(placed, NOW + MINUTE, 1)
    drain()
    assert now(cancellation).state == CancellationState.TOO_LATE
    assert Return.objects.get().state == ReturnState.APPROVED
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert not Settlement.objects.exists()


def test_a_parcel_nobody_has_handled_yet_is_seen_before_money_moves(placed: Order) -> None:
    cancellation = cancel(placed, NOW)
    send(placed, NOW + MINUTE, 1)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert now(cancellation).state == CancellationState.TOO_LATE
    assert not Settlement.objects.exists()


def test_staff_hear_of_a_parcel_that_left_after_its_money(
    placed: Order, drain: Callable[[], None]
) -> None:
    cancellation = cancel(placed, NOW)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    send(placed, LATER, 1)
    drain()
    send(placed, LATER + MINUTE, 1)
    drain()
    assert [one["units"] for one in told("cancellation.sent_anyway")] == [1]
    assert now(cancellation).state == CancellationState.REFUNDING


def deliver(order: Order, at: datetime) -> None:
    """Let a carrier tell that the parcel of every unit arrived."""
    take_in_fulfilment(
        FulfilmentFacts(
            external_id="f1",
            order_external_id=order.external_id,
            created_at=PLACED,
            carrier_name="ヤマト運輸",
            tracking_numbers=("123412341233",),
            lines=(FulfilmentLineFacts(line_external_id="l0", quantity=1),),
        ),
        at=PLACED,
    )
    drain_all()
    arrived = NormalisedEvent(
        source="yamato",
        occurred_at=at,
        local_time=at.isoformat(),
        time_precision=TimePrecision.SECOND,
        status=Status.DELIVERED,
    )
    take_in_report(
        NormalisedShipment(source="yamato", tracking_number="123412341233", events=(arrived,)),
        at=at,
    )
    with time_machine.travel(at + MINUTE, tick=False):
        drain_all()


def test_what_has_arrived_is_for_the_return_policy(placed: Order, scope: Merchant) -> None:
    set_cancel_terms(CancelTerms(minutes=None), at=NOW, actor=STAFF)
    deliver(placed, LATER)
    with pytest.raises(NotCancellable):
        cancel(placed, LATER)
    assert not Cancellation.objects.exists()


def test_what_came_too_late_is_returned_from_its_arrival_on(placed: Order, scope: Merchant) -> None:
    pick(placed, NOW, 1)
    cancel(placed, NOW)
    assert Return.objects.get().send_by is None
    deliver(placed, NOW + timedelta(days=3))
    assert str(Return.objects.get().send_by) == "2026-12-22"


def platform_refund(order: Order, amount: int, at: datetime) -> None:
    row = RefundLineFacts(line_external_id="l0", quantity=1, goods=12300, tax=0)
    take_in_refund(
        RefundFacts(
            external_id=f"r{amount}",
            order_external_id=order.external_id,
            processed_at=at,
            amount=amount,
            currency="JPY",
            lines=(row,),
        ),
        at=at,
        actor="shopify",
    )


def test_the_echo_of_our_refund_is_not_counted_twice(
    placed: Order, scope: Merchant, drain: Callable[[], None]
) -> None:
    cancellation = cancel(placed, NOW)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    facts = facts_of(12800, shipping=500, cancelled_at=LATER + MINUTE)
    take_in_order(replace(facts, updated_at=LATER + MINUTE), merchant=scope, at=LATER + MINUTE)
    platform_refund(placed, 12800, LATER + MINUTE)
    drain()
    placed.refresh_from_db()
    assert placed.given_back == 12800
    assert Settlement.objects.count() == 1
    assert now(cancellation).state == CancellationState.REFUNDED


def test_a_platform_that_was_quicker_has_refunded_it(
    placed: Order, scope: Merchant, drain: Callable[[], None]
) -> None:
    cancellation = cancel(placed, NOW)
    facts = facts_of(12800, shipping=500, cancelled_at=NOW + MINUTE)
    take_in_order(replace(facts, updated_at=NOW + MINUTE), merchant=scope, at=NOW + MINUTE)
    drain()
    platform_refund(placed, 12800, NOW + 2 * MINUTE)
    drain()
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    placed.refresh_from_db()
    assert placed.given_back == 12800
    assert now(cancellation).state == CancellationState.REFUNDED


def test_another_sum_than_shown_waits_for_staff(placed: Order, drain: Callable[[], None]) -> None:
    cancellation = cancel(placed, NOW)
    take_in_refund(
        RefundFacts(
            external_id="r1",
            order_external_id=placed.external_id,
            processed_at=NOW,
            amount=800,
            currency="JPY",
        ),
        at=NOW,
    )
    drain()
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    stuck = now(cancellation)
    assert (stuck.state, stuck.problem) == (CancellationState.STOPPED, "quote_changed")
    settle_cancellation(cancellation_id=cancellation.public_id, shown=12000, at=LATER, actor=STAFF)
    assert now(cancellation).state == CancellationState.REFUNDING
    placed.refresh_from_db()
    assert placed.given_back == 12800


def test_an_unpaid_order_is_cancelled_without_money(
    scope: Merchant, drain: Callable[[], None]
) -> None:
    facts = replace(facts_of(1000, shipping=0), tenders=(), payment_state="pending")
    order = take_in_order(facts, merchant=scope, at=PLACED).order
    cancellation = cancel(order, NOW)
    assert cancellation.quote["payout"] == 0
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    drain_all()
    assert now(cancellation).state == CancellationState.REFUNDED


def test_a_unit_refunded_on_the_platform_and_sent_anyway_has_no_return(
    placed: Order, scope: Merchant, drain: Callable[[], None]
) -> None:
    cancellation = cancel(placed, NOW)
    platform_refund(placed, 12800, NOW + 2 * MINUTE)
    drain()
    send(placed, NOW + 3 * MINUTE, 1)
    with time_machine.travel(LATER, tick=False):
        assert carry_out_cancellations() == 1
    assert now(cancellation).state == CancellationState.REFUNDED
    assert not Return.objects.exists()
    drain()
    assert [one["units"] for one in told("cancellation.sent_anyway")] == [1]


def test_one_line_refunded_on_the_platform_and_another_sent_both_end_well(
    scope: Merchant, drain: Callable[[], None]
) -> None:
    facts = facts_of(12300, 2000, shipping=0)
    order = take_in_order(facts, merchant=scope, at=PLACED).order
    cancellation = cancel(order, NOW)
    platform_refund(order, 12300, NOW + 2 * MINUTE)
    drain()
    send(order, NOW + 3 * MINUTE, 0, 1)
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    assert now(cancellation).state == CancellationState.REFUNDED
    assert not Settlement.objects.filter(cancellation__isnull=False).exists()
    assert Return.objects.get().state == ReturnState.APPROVED


def test_one_cancellation_that_fails_does_not_stop_the_others(
    placed: Order, scope: Merchant, caplog: pytest.LogCaptureFixture
) -> None:
    other = take_in_order(
        replace(facts_of(1000, shipping=0), external_id="o2", number="#2"),
        merchant=scope,
        at=PLACED,
    ).order
    broken, whole = cancel(placed, NOW), cancel(other, NOW)
    Cancellation.objects.filter(pk=broken.pk).update(quote={})
    with time_machine.travel(LATER, tick=False):
        assert carry_out_cancellations() == 2
    assert now(broken).state == CancellationState.REQUESTED
    assert now(whole).state == CancellationState.REFUNDING
    assert broken.public_id in caplog.text
