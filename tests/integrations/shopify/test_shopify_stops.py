"""What is cancelled here is told to Shopify once, which pays nothing back for it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.enums import DisputeState
from commerce.models import Order, PlatformRefund
from commerce.ports import DisputeFacts
from commerce.services.disputes import take_in_dispute
from integrations.models import Connection, OutboundCall
from integrations.shopify import stops
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import Rest
from integrations.shopify.inbound import read_order
from postexp.kernel import clock
from postexp.kernel.models import EventRecord, InboxMessage
from postexp.kernel.outbox import MAX_ATTEMPTS
from returns.enums import CancellationState, PlatformStop
from returns.errors import CancellationMovedOn
from returns.models import Cancellation, Refund, Settlement
from returns.rules.cancellations import CancelWish
from returns.services.cancellations import request_cancellation
from returns.services.cancelling import carry_out_cancellation, settle_cancellation
from returns.services.platform_stops import tell_platform_again
from tests.integrations.shopify.test_shopify_outbound import ORDER, later, tell
from tests.returns.conftest import STAFF
from tests.shops import drain_all

SHOP = "komorebi"
Tell = Callable[[], None]


@pytest.fixture
def sold(fake: FakeShopify) -> Rest:
    """An order at the stand-in of which nothing was sent: two bowls and one cup."""
    order: Rest = fake.shop.orders[ORDER]
    order["fulfillments"] = []
    bowls = order["line_items"][0]
    bowls |= {"quantity": 2, "price": "1000", "tax_lines": []}
    cup = {**bowls, "id": bowls["id"] + 500, "title": "Cup", "quantity": 1, "price": "400"}
    order["line_items"].append(cup)
    order |= {"total_price": "2400", "tax_lines": []}
    fake.shop.transactions[ORDER][0]["amount"] = "2400"
    return order


@pytest.fixture
def order(sold: Rest, connected: Connection, at: datetime) -> Order:
    """The same order, here."""

    return read_order(json.dumps(sold).encode(), at).order


def stopped(order: Order, *units: int) -> Cancellation:
    """Cancel units of the order's lines, and let the time to take it back go by."""
    now = clock.now()
    lines = order.lines.order_by("position")
    wishes = [
        CancelWish(line=line.public_id, quantity=count)
        for line, count in zip(lines, units, strict=True)
        if count
    ]
    made = request_cancellation(
        order_id=order.public_id,
        wishes=wishes,
        at=now - timedelta(minutes=6),
        actor=STAFF,
        by_staff=True,
    )
    return carry_out_cancellation(cancellation_id=made.public_id, at=now)


def fresh(cancellation: Cancellation) -> Cancellation:
    """Return it as it stands."""
    return Cancellation.objects.get(pk=cancellation.pk)


def echo(sold: Rest, at: datetime) -> None:
    """Let Shopify tell of the order as it stands there."""

    read_order(json.dumps(sold).encode(), at)
    drain_all()


def test_a_whole_order_is_cancelled_there_and_paid_back_once(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    cancellation = stopped(order, 2, 1)
    drain()
    assert sold["cancelled_at"]
    assert sold["cancel_reason"] == "other"
    (refund,) = sold["refunds"]
    assert [one["amount"] for one in refund["transactions"]] == ["2400"]
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD
    echo(sold, clock.now())
    order.refresh_from_db()
    assert order.given_back == 2400
    assert Settlement.objects.count() == 1
    assert Refund.objects.count() == 1
    assert fresh(cancellation).state == CancellationState.REFUNDED
    assert fake.shop.requests.count("OrderCancel") == 1


def test_single_units_are_taken_out_without_money(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    cancellation = stopped(order, 1, 0)
    drain()
    assert "OrderCancel" not in fake.shop.requests
    out = next(one for one in sold["refunds"] if one["refund_line_items"])
    assert out["transactions"] == []
    assert [one["quantity"] for one in out["refund_line_items"]] == [1]
    paid = [one for one in sold["refunds"] if one["transactions"]]
    assert [one["transactions"][0]["amount"] for one in paid] == ["1000"]
    assert fake.shop.units(sold, sold["line_items"][0]) == (1, 1)
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD
    echo(sold, clock.now())
    order.refresh_from_db()
    assert order.given_back == 1000
    assert Settlement.objects.count() == 1
    # The rest goes in the same way, until nothing is left: then the order itself is cancelled.
    stopped(order, 1, 1)
    drain()
    echo(sold, clock.now())
    order.refresh_from_db()
    assert sold["cancelled_at"]
    assert order.given_back == 2400
    assert Settlement.objects.count() == 2


def test_the_webhook_about_units_we_took_out_is_no_refund(
    client: Client, fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    told: list[Rest] = []
    fake.shop.listeners.append(
        lambda topic, body: told.append(body) if topic == "refunds/create" else None
    )
    fake.shop.inject("time_out_after", operation="RefundCreate", times=8)
    stopped(order, 1, 0)
    drain()
    (out,) = [body for body in told if body["refund_line_items"]]
    tell(client, fake, "refunds/create", out)
    drain()
    assert InboxMessage.objects.get().effect_kind == "ignored"
    assert OutboundCall.objects.get(key__startswith="can_").reference == str(out["id"])
    assert not PlatformRefund.objects.filter(external_id=str(out["id"])).exists()
    assert Settlement.objects.count() == 1


@pytest.mark.parametrize("fault", ["time_out_after", "time_out_before", "http_500", "throttled"])
@pytest.mark.parametrize("units", [(2, 1), (1, 0)])
def test_without_an_answer_it_is_told_again_and_happens_once(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell, fault: str, units: tuple[int, int]
) -> None:
    operation = "OrderCancel" if units == (2, 1) else "RefundCreate"
    fake.shop.inject(fault, operation=operation, times=1)
    cancellation = stopped(order, *units)
    drain()
    later()
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        drain()
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD
    assert bool(sold.get("cancelled_at")) == (units == (2, 1))
    gone = sum(one["quantity"] for made in sold["refunds"] for one in made["refund_line_items"])
    assert gone == (0 if units == (2, 1) else 1)
    amounts = [one["amount"] for made in sold["refunds"] for one in made["transactions"]]
    assert amounts == ["2400" if units == (2, 1) else "1000"]


def test_an_order_its_staff_cancelled_meanwhile_is_told_nothing(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    cancellation = stopped(order, 2, 1)
    fake.shop.cancel(sold, "customer")
    drain()
    assert "OrderCancel" not in fake.shop.requests
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD


def test_staff_who_are_quicker_by_a_moment_are_right(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = stops._look

    def slow(*asked: Any) -> Any:
        left = look(*asked)
        fake.shop.cancel(sold, "customer")
        return left

    monkeypatch.setattr(stops, "_look", slow)
    cancellation = stopped(order, 2, 1)
    drain()
    assert fake.shop.requests.count("OrderCancel") == 1
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD


def test_units_sent_or_taken_out_there_are_left_alone(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    bowls, cup = sold["line_items"]
    cancellation = stopped(order, 2, 0)
    sent = {"id": 1, "order_id": ORDER, "line_items": [{"id": bowls["id"], "quantity": 2}]}
    sold["fulfillments"] = [{**sent, "created_at": "2026-11-20T00:00:00Z"}]
    drain()
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD
    assert not any(made["refund_line_items"] for made in sold["refunds"])
    assert fake.shop.units(sold, cup) == (1, 1)


def test_a_refusal_is_shown_and_staff_have_it_told_again(
    staff: Client, fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    del fake.shop.orders[ORDER]
    cancellation = stopped(order, 2, 1)
    drain()
    failed = fresh(cancellation)
    assert failed.platform_stop == PlatformStop.FAILED
    assert "The order does not exist." in failed.platform_problem
    # The money does not wait for it.
    assert failed.state == CancellationState.REFUNDING
    told = EventRecord.objects.filter(type="cancellation.platform_stop_failed")
    assert told.count() == 1
    order_page = f"/d/{SHOP}/orders/{order.public_id}/"
    shown = staff.get(order_page).content.decode()
    assert "could not be told and may send it" in shown
    assert "untold" in staff.get(f"/d/{SHOP}/").content.decode()
    fake.shop.orders[ORDER] = sold
    again = f"/d/{SHOP}/cancellations/{failed.public_id}/tell-platform/"
    assert staff.post(again).status_code == 302
    drain()
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD
    assert sold["cancelled_at"]
    assert "knows that this is not to be sent" in staff.get(order_page).content.decode()
    with pytest.raises(CancellationMovedOn):
        tell_platform_again(cancellation_id=failed.public_id, at=clock.now(), actor=STAFF)


def test_no_answer_at_all_ends_as_a_failure_that_can_be_told_again(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    fake.shop.inject("http_500", operation="OrderUnits", times=200)
    cancellation = stopped(order, 2, 1)
    moment = clock.now()
    for _attempt in range(MAX_ATTEMPTS + 1):
        with time_machine.travel(moment, tick=False):
            drain()
        moment += timedelta(hours=6)
    assert fresh(cancellation).platform_stop == PlatformStop.FAILED
    fake.shop.faults.clear()
    with time_machine.travel(moment, tick=False):
        # What died before does not stand in the way.
        tell_platform_again(cancellation_id=cancellation.public_id, at=moment, actor=STAFF)
        drain()
    assert fresh(cancellation).platform_stop == PlatformStop.TOLD


def test_a_shop_without_access_is_told_by_hand(
    staff: Client, connected: Connection, sold: Rest, order: Order, drain: Tell
) -> None:
    connected.client_id = ""
    connected.save()
    cancellation = stopped(order, 2, 1)
    drain()
    assert fresh(cancellation).platform_stop == ""
    page = staff.get(f"/d/{SHOP}/orders/{order.public_id}/").content.decode()
    assert "Cancel it in Shopify too" in page


def test_what_waits_for_staff_keeps_its_units_when_shopify_confirms(
    fake: FakeShopify, sold: Rest, order: Order, drain: Tell
) -> None:
    dispute = DisputeFacts(
        external_id="d1", state=DisputeState.OPEN, amount=2400, opened_at=clock.now()
    )
    take_in_dispute(dispute, order_id=order.public_id, at=clock.now())
    cancellation = stopped(order, 2, 1)
    drain()
    echo(sold, clock.now())
    assert fresh(cancellation).state == CancellationState.STOPPED
    assert not Settlement.objects.exists()
    settle_cancellation(
        cancellation_id=cancellation.public_id,
        shown=2400,
        despite="Agreed on the phone.",
        at=clock.now(),
        actor=STAFF,
    )
    drain()
    order.refresh_from_db()
    assert order.given_back == 2400
