"""Bringing in what a shop had before, from the stand-in."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.models import Customer, Merchant, Order, PlatformRefund, Product
from integrations.models import BackFill, BackFillState, Connection
from integrations.shopify import backfill
from integrations.shopify.backfill import slices
from integrations.shopify.client import ShopifyClient
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.inbound import read_order
from notifications.models import MailboxMail, Message
from postexp.kernel import clock
from postexp.kernel.models import EventRecord


def run_all(connection: Connection, *, seconds: float = 20.0) -> None:
    """Work until nothing is left."""
    for _ in range(500):
        if not backfill.run_slice(connection, now=clock.now, seconds=seconds):
            return


def rows(connection: Connection) -> dict[str, BackFill]:
    """Return the back-fills by kind."""
    return {one.kind: one for one in backfill.list_back_fills(connection)}


def test_everything_comes_in_page_by_page(connected: Connection, fake: FakeShopify) -> None:
    backfill.start(connected, at=clock.now())
    run_all(connected)
    assert Order.objects.count() == 30
    assert Product.objects.count() == len(fake.shop.products)
    assert Customer.objects.count() == len(fake.shop.customers)
    for kind, row in rows(connected).items():
        assert (row.state, row.done, row.total, row.percent) == (
            BackFillState.DONE,
            len(getattr(fake.shop, kind)),
            len(getattr(fake.shop, kind)),
            100,
        )
    order = Order.objects.get(number="#1030")
    assert order.customer is not None
    assert order.lines.get().product is not None
    assert order.fulfilments.count() == 1


def test_a_large_shop_comes_in_bulk_to_the_same_orders(
    connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "LARGE", 10)
    monkeypatch.setattr(slices, "CHUNK", 6_000)
    backfill.start(connected, at=clock.now())
    run_all(connected, seconds=0)
    assert {row.state for row in rows(connected).values()} == {BackFillState.DONE}
    assert "Orders" not in fake.shop.requests
    assert "OrdersBulk" not in fake.shop.requests
    assert Order.objects.count() == 30
    assert sum(order.fulfilments.count() for order in Order.objects.all()) == 30
    bulk = {order.external_id: _facts(order) for order in Order.objects.all()}
    for order in fake.shop.orders.values():
        read_order(json.dumps(order).encode(), clock.now())
    assert {order.external_id: _facts(order) for order in Order.objects.all()} == bulk


def test_a_result_shopify_keeps_no_longer_is_asked_for_anew(
    connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paused for longer than the address of its result lives: a week."""
    monkeypatch.setattr(slices, "LARGE", 10)
    monkeypatch.setattr(slices, "CHUNK", 6_000)
    backfill.start(connected, at=clock.now())
    BackFill.objects.exclude(kind="orders").update(state=BackFillState.DONE)
    while not (half := rows(connected)["orders"]).done:
        backfill.run_slice(connected, now=clock.now, seconds=0)
    backfill.pause(connected)
    fake.shop.results.clear()
    backfill.start(connected, at=clock.now())
    run_all(connected)
    gone = rows(connected)["orders"]
    assert (gone.bulk_id, gone.bulk_url, gone.offset, gone.problem) == ("", "", 0, "ResultGone")
    assert 0 < half.done < 30
    # The schedule takes it up again.
    assert backfill.list_waiting(at=clock.now()) == [(connected.merchant_id, connected.pk)]
    run_all(connected)
    done = rows(connected)["orders"]
    assert (done.state, done.done, done.total) == (BackFillState.DONE, 30, 30)
    assert Order.objects.count() == 30


def test_a_result_that_is_always_gone_waits_for_staff(
    connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "LARGE", 10)
    fake.shop.results_url += "/nowhere"
    backfill.start(connected, at=clock.now())
    BackFill.objects.exclude(kind="orders").update(state=BackFillState.DONE)
    for _ in range(backfill.MOST_FAILURES):
        run_all(connected)
    assert rows(connected)["orders"].state == BackFillState.FAILED


def _facts(order: Order) -> tuple[object, ...]:
    return (
        order.number,
        order.total,
        order.captured,
        order.email,
        order.postcode_key,
        [(line.title, line.goods_paid, line.tax_paid) for line in order.lines.order_by("position")],
        [row.tracking_numbers for row in order.fulfilments.order_by("id")],
    )


def test_an_order_told_by_webhook_too_is_one_order(
    connected: Connection, fake: FakeShopify
) -> None:
    first = next(iter(fake.shop.orders.values()))
    read_order(json.dumps(first).encode(), clock.now())
    backfill.start(connected, at=clock.now())
    run_all(connected)
    read_order(json.dumps(first).encode(), clock.now())
    assert Order.objects.filter(external_id=str(first["id"])).count() == 1
    assert Order.objects.count() == 30


def test_old_orders_send_no_messages(
    connected: Connection, fake: FakeShopify, drain: Callable[[], None], scope: Merchant
) -> None:
    backfill.start(connected, at=clock.now())
    run_all(connected)
    drain()
    assert EventRecord.objects.filter(type="order.placed").count() == 30
    # At most it is noted that it was too late for one.
    assert set(Message.objects.values_list("state", flat=True)) <= {"expired"}
    assert not MailboxMail.objects.exists()


def test_it_goes_on_where_it_was_killed(connected: Connection, fake: FakeShopify) -> None:
    backfill.start(connected, at=clock.now())
    run_all(connected)
    BackFill.objects.all().delete()
    Order.objects.all()
    backfill.start(connected, at=clock.now())
    fills = rows(connected)
    BackFill.objects.exclude(kind="orders").update(state=BackFillState.DONE)
    BackFill.objects.filter(kind="orders").update(page_size=10)
    assert backfill.run_slice(connected, now=clock.now, seconds=0)
    half = rows(connected)["orders"]
    assert (half.done, half.state) == (10, BackFillState.RUNNING)
    # A worker takes the next page and dies: its claim stays, and runs out.
    until = clock.now() + backfill.LEASE
    BackFill.objects.filter(pk=half.pk).update(claim="dead", claimed_until=until)
    assert not backfill.run_slice(connected, now=clock.now)
    assert backfill.list_waiting(at=clock.now()) == []
    later = until + timedelta(seconds=1)
    assert backfill.list_waiting(at=later) == [(connected.merchant_id, connected.pk)]
    while backfill.run_slice(connected, now=lambda: later, seconds=0):
        pass
    done = rows(connected)["orders"]
    assert (done.done, done.total, done.state) == (30, 30, BackFillState.DONE)
    assert len(fills) == 3


def test_it_can_rest_go_on_and_end(connected: Connection, fake: FakeShopify) -> None:
    backfill.start(connected, at=clock.now())
    backfill.pause(connected)
    assert not backfill.run_slice(connected, now=clock.now)
    assert {row.state for row in rows(connected).values()} == {BackFillState.PAUSED}
    backfill.start(connected, at=clock.now())
    assert BackFill.objects.count() == 3
    assert backfill.run_slice(connected, now=clock.now, seconds=0)
    backfill.cancel(connected, at=clock.now())
    run_all(connected)
    assert not Order.objects.exists()
    backfill.start(connected, at=clock.now())
    run_all(connected)
    assert Order.objects.count() == 30


def test_pages_shrink_until_shopify_takes_them(connected: Connection, fake: FakeShopify) -> None:
    fake.shop.most_points = 50
    backfill.start(connected, at=clock.now())
    run_all(connected)
    assert rows(connected)["orders"].page_size < 25
    assert Order.objects.count() == 30


def test_one_unreadable_object_stops_no_other(connected: Connection, fake: FakeShopify) -> None:
    broken = next(iter(fake.shop.orders.values()))
    broken["total_price"] = "many"
    backfill.start(connected, at=clock.now())
    run_all(connected)
    row = rows(connected)["orders"]
    assert (row.done, row.skipped, row.state) == (30, 1, BackFillState.DONE)
    assert Order.objects.count() == 29


def test_no_answer_is_tried_again_and_told_after_a_while(
    connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.shopify.client.TRIES", 1)
    backfill.start(connected, at=clock.now())
    fake.shop.inject("http_500", times=backfill.MOST_FAILURES)
    for _ in range(backfill.MOST_FAILURES):
        assert rows(connected)["products"].state == BackFillState.RUNNING
        backfill.run_slice(connected, now=clock.now)
    failed = rows(connected)["products"]
    assert (failed.state, failed.problem) == (BackFillState.FAILED, "Unanswered")
    backfill.start(connected, at=clock.now())
    run_all(connected)
    assert Order.objects.count() == 30


def test_lost_access_waits_for_staff(connected: Connection, fake: FakeShopify) -> None:
    fake.shop.client_secret = "rotated"
    backfill.start(connected, at=clock.now())
    run_all(connected)
    row = rows(connected)["products"]
    assert (row.state, row.problem) == (BackFillState.FAILED, "AccessRefused")


def test_long_lists_are_read_to_their_end(connected: Connection, fake: FakeShopify) -> None:
    order = next(iter(fake.shop.orders.values()))
    line = order["line_items"][0]
    order["line_items"] = [{**line, "id": line["id"] * 1000 + n} for n in range(180)]
    product = next(iter(fake.shop.products.values()))
    variant = product["variants"][0]
    product["variants"] = [{**variant, "id": variant["id"] * 1000 + n} for n in range(250)]
    backfill.start(connected, at=clock.now())
    run_all(connected)
    assert Order.objects.get(external_id=str(order["id"])).lines.count() == 180
    assert Product.objects.get(external_id=str(product["id"])).variants.count() == 250


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_parcel_and_a_refund_of_many_lines_are_read_whole(
    connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch, in_bulk: bool
) -> None:
    order = next(iter(fake.shop.orders.values()))
    line = order["line_items"][0]
    order["line_items"] = [{**line, "id": line["id"] * 1000 + n} for n in range(230)]
    (parcel,) = order["fulfillments"]
    parcel["line_items"] = [{"id": one["id"], "quantity": 1} for one in order["line_items"]]
    given_back = [
        {"line_item_id": one["id"], "quantity": 1, "subtotal": "1", "total_tax": "0"}
        for one in order["line_items"]
    ]
    fake.shop.refund(int(order["id"]), [], "", given_back)
    monkeypatch.setattr(slices, "LARGE", 10 if in_bulk else backfill.LARGE)
    backfill.start(connected, at=clock.now())
    run_all(connected)
    taken = Order.objects.get(external_id=str(order["id"]))
    assert taken.lines.count() == 230
    assert taken.fulfilments.get().lines.count() == 230
    assert len(PlatformRefund.objects.get(order=taken).lines) == 230
    assert fake.shop.requests.count("FulfilmentLines") == 2
    assert fake.shop.requests.count("RefundLines") == 2
    assert Order.objects.count() == 30


def bulk_states(fake: FakeShopify) -> list[str]:
    """Return the states of the bulk operations at the stand-in."""
    return [one["status"] for one in fake.shop.bulk_operations.values()]


@pytest.fixture
def under_way(
    connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> Connection:
    """Shopify is putting something together in bulk, and not ready soon."""
    monkeypatch.setattr(slices, "LARGE", 0)
    fake.shop.bulk_polls = 1000
    backfill.start(connected, at=clock.now())
    backfill.run_slice(connected, now=clock.now, seconds=0)
    assert bulk_states(fake) == ["RUNNING"]
    return connected


def test_cancelling_cancels_what_shopify_is_at(under_way: Connection, fake: FakeShopify) -> None:
    backfill.cancel(under_way, at=clock.now())
    assert backfill.list_to_stop() == [(under_way.merchant_id, under_way.pk)]
    # No answer came: it is asked again.
    fake.shop.inject("time_out_before", operation="BulkCancel")
    backfill.stop_bulk(under_way)
    assert backfill.list_to_stop()
    fake.shop.inject("time_out_after", operation="BulkCancel")
    backfill.stop_bulk(under_way)
    assert bulk_states(fake) == ["CANCELING"]
    # It was done without an answer; what is refused now has ended.
    backfill.stop_bulk(under_way)
    assert backfill.list_to_stop() == []
    asked = fake.shop.requests.count("BulkCancel")
    backfill.stop_bulk(under_way)
    assert fake.shop.requests.count("BulkCancel") == asked


def test_pausing_cancels_nothing_at_shopify(under_way: Connection, fake: FakeShopify) -> None:
    backfill.pause(under_way)
    assert backfill.list_to_stop() == []
    fake.shop.bulk_polls = 0
    backfill.start(under_way, at=clock.now())
    run_all(under_way)
    assert bulk_states(fake) == ["COMPLETED"] * 3
    backfill.cancel(under_way, at=clock.now())
    assert backfill.list_to_stop() == []


@pytest.mark.parametrize("act", ["pause", "cancel"])
def test_what_was_begun_while_staff_stopped_it_is_not_lost(
    connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(slices, "LARGE", 0)

    run = ShopifyClient.run

    def run_and_stop(client: ShopifyClient, name: str, *asked: Any) -> Any:
        answer = run(client, name, *asked)
        if name == "bulk_run" and act == "pause":
            backfill.pause(connected)
        elif name == "bulk_run":
            backfill.cancel(connected, at=clock.now())
        return answer

    monkeypatch.setattr(ShopifyClient, "run", run_and_stop)
    backfill.start(connected, at=clock.now())
    backfill.run_slice(connected, now=clock.now)
    (operation,) = fake.shop.bulk_operations.values()
    assert rows(connected)["products"].bulk_id == operation["id"]
    assert bool(backfill.list_to_stop()) == (act == "cancel")


def test_an_ended_connection_brings_in_nothing(connected: Connection, at: datetime) -> None:
    backfill.start(connected, at=datetime.now(UTC))
    connected.ended_at = at
    connected.save()
    assert not backfill.run_slice(connected, now=clock.now)
    assert backfill.list_waiting(at=clock.now()) == []
