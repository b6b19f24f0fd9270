"""What other sources say of a parcel shows in Shopify: once, and only where the shop wants it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from integrations.events import ScanToTell
from integrations.models import Connection, OutboundCall
from integrations.shopify import calls
from integrations.shopify.fake.server import FakeShopify
from integrations.shopify.fake.shop import Rest
from integrations.shopify.fake.webhooks import signed_headers
from integrations.shopify.inbound import read_order
from postexp.kernel import clock
from postexp.kernel.models import Delivery, DeliveryState, EventRecord, InboxMessage
from postexp.kernel.outbox import MAX_ATTEMPTS
from tracking.enums import Status, TimePrecision
from tracking.models import ShipmentEvent
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.services import take_in_report

ORDER = 6_000_000_030
AT = datetime(2026, 11, 21, 3, 0, 0, 400_000, tzinfo=UTC)


@pytest.fixture
def sent(connected: Connection, fake: FakeShopify, drain: Callable[[], None]) -> Rest:
    """A fulfilment of Shopify's whose parcel is here; scans of it are to be told."""
    connected.tells_scans = True
    connected.save()
    read_order(json.dumps(fake.shop.orders[ORDER]).encode(), clock.now())
    drain()
    row: Rest = fake.shop.orders[ORDER]["fulfillments"][0]
    return row


def scanned(sent: Rest, status: Status, at: datetime = AT, **changes: Any) -> None:
    """Another source tells of a scan of the parcel."""
    event = NormalisedEvent(
        source="easypost",
        occurred_at=at,
        local_time=at.isoformat(),
        time_precision=TimePrecision.SECOND,
        zone="",
        status=status,
        substatus="",
        location="",
        raw_code=status.value,
        raw_description="",
        external_id="",
    )
    report = NormalisedShipment(
        source="easypost",
        tracking_number=sent["tracking_number"],
        reported_at=at,
        events=(replace(event, **changes),),
    )
    take_in_report(report, at=clock.now(), actor="easypost")


def later(drain: Callable[[], None]) -> None:
    """Let the time pass until everything is tried again."""
    ago = clock.now() - calls.UNDER_WAY - timedelta(seconds=1)
    OutboundCall.objects.filter(reference="").update(first_sent_at=ago)
    Delivery.every_merchant.filter(state=DeliveryState.PENDING).update(next_at=clock.now())
    drain()


def shown(fake: FakeShopify, sent: Rest) -> list[str]:
    """Return the statuses Shopify shows of the fulfilment."""
    return [one["status"] for one in fake.shop.scans.get(sent["id"], [])]


@pytest.mark.parametrize("fault", ["", "time_out_after", "time_out_before"])
def test_each_status_shows_once(
    sent: Rest, fake: FakeShopify, drain: Callable[[], None], fault: str
) -> None:
    if fault:
        fake.shop.inject(fault, operation="FulfilmentEvent")
    scanned(sent, Status.IN_TRANSIT)
    drain()
    later(drain)
    assert shown(fake, sent) == ["in_transit"]
    (only,) = fake.shop.scans[sent["id"]]
    assert only["happened_at"] == "2026-11-21T03:00:00+00:00"
    # The same again is no news, and neither is a change that moves the parcel nowhere.
    scanned(sent, Status.IN_TRANSIT)
    scanned(sent, Status.DELIVERED, AT + timedelta(hours=5))
    drain()
    later(drain)
    assert shown(fake, sent) == ["in_transit", "delivered"]
    assert OutboundCall.objects.exclude(reference="").count() == 2


def test_a_day_alone_is_told_as_its_beginning(
    sent: Rest, fake: FakeShopify, drain: Callable[[], None]
) -> None:
    scanned(
        sent,
        Status.DELIVERED,
        occurred_at=None,
        local_time="2026-11-21",
        time_precision=TimePrecision.DATE,
        zone="Asia/Tokyo",
    )
    drain()
    (only,) = fake.shop.scans[sent["id"]]
    assert datetime.fromisoformat(only["happened_at"]) == datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize("fault", ["", "time_out_after"])
def test_what_we_told_does_not_come_back_as_a_scan(
    sent: Rest, fake: FakeShopify, drain: Callable[[], None], client: Client, fault: str
) -> None:
    if fault:
        fake.shop.inject(fault, operation="FulfilmentEvent")
    scanned(sent, Status.OUT_FOR_DELIVERY)
    drain()
    (made,) = fake.shop.scans[sent["id"]]
    echo(client, fake, made)
    drain()
    later(drain)
    assert shown(fake, sent) == ["out_for_delivery"]
    assert ShipmentEvent.objects.filter(source="shopify").count() == 0
    assert InboxMessage.objects.get().effect_kind == "ignored"
    assert OutboundCall.objects.get().reference.endswith(f"/{made['id']}")


def echo(client: Client, fake: FakeShopify, made: Rest) -> None:
    """Bring the stand-in's webhook about a scan to our door."""
    body = json.dumps(made).encode()
    headers = signed_headers(fake.shop, "fulfillment_events/create", body, "event-1")
    kind = headers.pop("Content-Type")
    assert (
        client.post("/webhooks/shopify/", body, content_type=kind, headers=headers).status_code
        == 200
    )


def test_what_shopify_said_itself_is_no_news(
    sent: Rest, fake: FakeShopify, drain: Callable[[], None], client: Client
) -> None:
    made = fake.shop.scan(
        ORDER, sent["id"], {"status": "delivered", "happened_at": AT.isoformat(), "message": None}
    )
    echo(client, fake, made)
    drain()
    scanned(sent, Status.DELIVERED, AT + timedelta(minutes=1))
    drain()
    assert ShipmentEvent.objects.filter(source="shopify").count() == 1
    assert shown(fake, sent) == ["delivered"]
    assert not OutboundCall.objects.exists()


def test_nothing_is_told_before_it_is_switched_on(
    sent: Rest, fake: FakeShopify, drain: Callable[[], None], connected: Connection
) -> None:
    connected.tells_scans = False
    connected.save()
    before = EventRecord.objects.filter(type=ScanToTell.type).count()
    scanned(sent, Status.IN_TRANSIT)
    drain()
    assert EventRecord.objects.filter(type=ScanToTell.type).count() == before
    assert not fake.shop.scans


def test_what_was_switched_off_meanwhile_is_not_told(
    sent: Rest, fake: FakeShopify, drain: Callable[[], None], connected: Connection
) -> None:
    before = EventRecord.objects.filter(type=ScanToTell.type).count()
    scanned(sent, Status.IN_TRANSIT)
    assert EventRecord.objects.filter(type=ScanToTell.type).count() > before
    connected.tells_scans = False
    connected.save()
    drain()
    assert not fake.shop.scans


def test_a_scan_shopify_refuses_waits_for_staff(
    sent: Rest, fake: FakeShopify, drain: Callable[[], None], staff: Client
) -> None:
    fake.shop.orders[ORDER]["fulfillments"] = []
    scanned(sent, Status.IN_TRANSIT)
    for _ in range(MAX_ATTEMPTS):
        later(drain)
    last = Delivery.objects.filter(handler="shopify.tell_scan").latest("event_id")
    assert last.state == DeliveryState.DEAD
    page = staff.get("/d/komorebi/events/failures/").content.decode()
    assert "Shopify says: Fulfillment does not exist" in page


def test_a_fulfilment_is_delivered_with_its_last_parcel(
    connected: Connection, fake: FakeShopify, drain: Callable[[], None]
) -> None:
    connected.tells_scans = True
    connected.save()
    order = fake.shop.orders[ORDER]
    (row,) = order["fulfillments"]
    row["tracking_numbers"] = [row["tracking_number"], "999000111222"]
    read_order(json.dumps(order).encode(), clock.now())
    drain()
    scanned(row, Status.DELIVERED)
    drain()
    assert shown(fake, row) == []
    scanned({**row, "tracking_number": "999000111222"}, Status.DELIVERED, AT + timedelta(hours=1))
    drain()
    assert shown(fake, row) == ["delivered"]
    (only,) = fake.shop.scans[row["id"]]
    assert only["happened_at"] == "2026-11-21T04:00:00+00:00"


def test_staff_switch_it_on_and_off(staff: Client, connected: Connection) -> None:
    address = f"/d/komorebi/settings/connections/{connected.public_id}/scans/"
    page = staff.post(address, {"wanted": "1"}, follow=True).content.decode()
    assert "Shopify is told of scans from now on." in page
    connected.refresh_from_db()
    assert connected.tells_scans
    staff.post(address)
    connected.refresh_from_db()
    assert not connected.tells_scans
    assert EventRecord.objects.filter(type="connection.changed").count() == 2
    connected.client_id = ""
    connected.save()
    assert staff.post(address, {"wanted": "1"}).status_code == 404
