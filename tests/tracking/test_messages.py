"""What tracking writes to shoppers, once each, and only while it is true."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from commerce.models import Merchant, Order
from notifications.enums import State
from notifications.models import Message
from postexp.kernel import clock
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import scan
from tracking import messages, services
from tracking.events import ShipmentProblem
from tracking.models import Shipment
from tracking.rules import NormalisedEvent, NormalisedShipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> list[datetime]:
    """A clock that stands still until a test moves it."""
    moment = [at]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def parcel(order: Order, at: datetime, now: list[datetime]) -> Shipment:
    return services.take_in_shipment(fulfilment_facts(order, at), at=at)[0]


def tell(parcel: Shipment, now: list[datetime], status: str, substatus: str = "") -> None:
    event: NormalisedEvent = scan(0, status, substatus, occurred_at=now[0], zone="Asia/Tokyo")
    told = NormalisedShipment(source="test", tracking_number="", events=(event,))
    services.ingest_tracking(parcel, told, at=now[0])


def sent() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message in Message.objects.filter(kind__startswith="shipment.").order_by("id"):
        found.setdefault(message.kind, []).append(message.state)
    return found


def test_a_journey_is_told_step_by_step(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    drain()
    for minutes, status in ((60, "out_for_delivery"), (180, "delivered")):
        now[0] += timedelta(minutes=minutes)
        tell(parcel, now, status)
        drain()
    assert sent() == {
        "shipment.shipped": [State.SENT],
        "shipment.out_for_delivery": [State.SENT],
        "shipment.delivered": [State.SENT],
    }
    shipped = Message.objects.get(kind="shipment.shipped")
    assert shipped.address == "hana@example.jp"
    for words in ("ヤマト運輸", "マグカップ", "4000-1234-5675"):
        assert words in shipped.text


def test_what_is_over_is_not_told(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    tell(parcel, now, "out_for_delivery")
    now[0] += timedelta(hours=1)
    tell(parcel, now, "delivered")
    drain()
    assert sent() == {
        "shipment.shipped": [State.REFUSED],
        "shipment.out_for_delivery": [State.REFUSED],
        "shipment.delivered": [State.SENT],
    }


def test_a_problem_waits_half_an_hour_and_is_forgotten_when_solved(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    tell(parcel, now, "exception", "general")
    drain()
    assert sent()["shipment.problem"] == [State.HELD]
    now[0] += timedelta(minutes=10)
    tell(parcel, now, "in_transit")
    now[0] += timedelta(minutes=21)
    drain()
    assert sent()["shipment.problem"] == [State.REFUSED]
    tell(parcel, now, "delivery_attempted", "recipient_absent")
    drain()
    now[0] += timedelta(minutes=31)
    drain()
    assert sent()["shipment.problem"] == [State.REFUSED, State.SENT]
    told = Message.objects.filter(kind="shipment.problem").latest("id")
    assert "ご不在のため" in told.text


def test_a_delivery_taken_back_is_not_told(parcel: Shipment, now: list[datetime]) -> None:
    tell(parcel, now, "delivered")
    assert messages.why_not_delivered(parcel.public_id) == ""
    now[0] += timedelta(hours=1)
    tell(parcel, now, "exception")
    assert messages.why_not_delivered(parcel.public_id)


def test_old_news_are_not_told_and_leave_a_row_that_says_why(
    parcel: Shipment, now: list[datetime], drain: Callable[[], None]
) -> None:
    came = scan(0, "delivered", occurred_at=now[0], zone="Asia/Tokyo")
    now[0] += timedelta(days=3)
    told = NormalisedShipment(source="test", tracking_number="", events=(came,))
    services.ingest_tracking(parcel, told, at=now[0])
    drain()
    kept = Message.objects.get(kind="shipment.delivered")
    assert kept.state == State.EXPIRED
    assert kept.why == "It came too late to be useful. It happened over two days ago."


def test_parcels_without_an_order_have_nobody_to_tell(scope: Merchant) -> None:
    orphan = ShipmentProblem(shipment_id="shp_1", turn=1, status="exception")
    assert messages.problem_variables(orphan) is None
