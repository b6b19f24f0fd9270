"""What is usual is learnt from delivered parcels, once each, and then judges the next ones."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from commerce.models import Merchant, Order
from commerce.selectors import get_merchant
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services
from tracking.enums import Status
from tracking.models import Shipment, UsualTimes
from tracking.rules import Estimate, NormalisedShipment, Times
from tracking.rules.gaps import Phase, lane_of
from tracking.services.learning import LET_COME, usual_for

pytestmark = pytest.mark.django_db

DONE = START + timedelta(hours=60)


def parcels(order: Order, count: int, **facts: Any) -> list[Shipment]:
    numbers = tuple(f"A{place}" for place in range(count))
    told = fulfilment_facts(order, START, tracking_numbers=numbers, carrier_name="Yamato", **facts)
    return services.take_in_shipment(told, at=START)


def deliver(shipments: list[Shipment], hours: float) -> None:
    events = (
        scan(1, "in_transit", "picked_up"),
        scan(hours - 5, "out_for_delivery"),
        scan(hours, "delivered"),
    )
    told = NormalisedShipment(source="test", tracking_number="", service="TA-Q-BIN", events=events)
    services.ingest_reports([(one.pk, told) for one in shipments], at=DONE)


def test_a_lane_its_service_and_its_carrier_learn_once(order: Order) -> None:
    deliver(parcels(order, 3), 50)
    assert services.learn_from_delivered(at=DONE) == 0
    after = DONE + LET_COME
    assert services.learn_from_delivered(at=after, limit=2) == 2
    assert services.learn_from_delivered(at=after, limit=2) == 1
    assert services.learn_from_delivered(at=after) == 0
    rows = {(row.service, row.lane): row for row in UsualTimes.objects.all()}
    lane = lane_of("JP", order.country, order.postcode_key)
    assert set(rows) == {("TAQBIN", lane), ("TAQBIN", ""), ("", "")}
    for row in rows.values():
        told = Times.from_json(row.times)
        assert (row.carrier, row.parcels) == ("yamato", 3)
        assert told.arrivals[Phase.MOVING].total == 3
        assert told.gaps[Phase.MOVING].outlasted_by(0.5) == pytest.approx(44, rel=0.16)


def test_what_was_learnt_foresees_the_next_late_parcel(order: Order) -> None:
    *known, new = parcels(order, 31)
    deliver(known, 50)
    services.learn_from_delivered(at=DONE + LET_COME)
    # Picked up at noon for tomorrow evening, where such parcels take two days.
    told = NormalisedShipment(
        source="test",
        tracking_number="",
        events=(scan(1, "in_transit", "picked_up"),),
        estimate=Estimate(day=datetime(2026, 11, 21).date()),
    )
    services.ingest_tracking(new, told, at=START + timedelta(hours=2))
    new.refresh_from_db()
    assert (new.is_delayed, new.delay_source) == (True, "predicted")
    assert new.delay_certainty is not None
    assert new.delay_certainty >= 95
    assert str(new.likely_from) == "2026-11-22"


@pytest.mark.parametrize("trial", [{"source": "demo"}, {"source": "test"}, {"test": True}])
def test_demo_data_and_tests_teach_a_demo_shop_alone(
    order: Order, scope: Merchant, trial: dict[str, object]
) -> None:
    Order.objects.filter(pk=order.pk).update(**trial)
    deliver(parcels(order, 2), 50)
    assert services.learn_from_delivered(at=DONE + LET_COME) == 2
    assert not UsualTimes.objects.exists()
    assert services.learn_from_delivered(at=DONE + LET_COME) == 0
    Merchant.objects.filter(pk=scope.pk).update(is_demo=True)
    Shipment.objects.update(learnt_at=None)
    assert services.learn_from_delivered(at=DONE + LET_COME) == 2
    assert UsualTimes.objects.exists()


def test_parcels_on_their_way_or_unknown_teach_nothing(order: Order, scope: Merchant) -> None:
    unknown = services.take_in_report(
        NormalisedShipment(
            source="x", tracking_number="5", events=(scan(1, "in_transit"), scan(9, "delivered"))
        ),
        at=START,
    )
    assert unknown.carrier == ""
    parcels(order, 1)
    assert services.learn_from_delivered(at=DONE) == 1
    assert UsualTimes.objects.count() == 0


def test_each_shop_learns_for_itself(order: Order, other_merchant: Merchant) -> None:
    shipments = parcels(order, 1)
    deliver(shipments, 50)
    services.learn_from_delivered(at=DONE + LET_COME)
    assert UsualTimes.objects.exists()
    with merchant_scope(other_merchant.pk):
        theirs = Shipment(carrier="yamato", pk=9, status=Status.IN_TRANSIT)
        assert usual_for([theirs], get_merchant())[9].levels == []
        assert not UsualTimes.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_learners_at_once_lose_nothing(scope: Merchant, order: Order) -> None:
    deliver(parcels(order, 6), 50)

    def learn() -> None:
        services.learn_from_delivered(at=DONE + LET_COME, limit=3)

    overlap(scope, learn, learn)
    assert set(UsualTimes.objects.values_list("parcels", flat=True)) == {6}
