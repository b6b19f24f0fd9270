"""What the next question about a parcel hangs on, as the tables tell it."""

from datetime import date, datetime, timedelta

import pytest

from tests.tracking.scans import START, scan
from tracking import services
from tracking.models import Shipment
from tracking.rules import Estimate, NormalisedEvent, NormalisedShipment
from tracking.rules.polling import PollFacts
from tracking.selectors.polling import list_poll_facts

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=12)


def facts_of(shipment: Shipment, at: datetime) -> PollFacts:
    (facts,) = list_poll_facts(
        [shipment.number_key], carriers=frozenset({shipment.carrier}), at=at
    )[shipment.number_key]
    return facts


def tell(shipment: Shipment, *events: NormalisedEvent, at: datetime, **facts: object) -> None:
    told = NormalisedShipment(source="test", tracking_number="", events=events, **facts)  # type: ignore[arg-type]
    services.ingest_tracking(shipment, told, at=at)


@pytest.mark.parametrize("promised", [None, date(2026, 11, 21)])
def test_a_parcel_lies_still_whatever_was_promised(
    shipment: Shipment, promised: date | None
) -> None:
    estimate = Estimate(day=promised) if promised else None
    tell(shipment, scan(0, "in_transit", "picked_up"), at=START, estimate=estimate)
    assert not facts_of(shipment, START).is_stalled
    for days in (6, 12):  # stalled, and then suspected lost
        services.refold_shipments([shipment.pk], at=START + timedelta(days=days))
        assert facts_of(shipment, LATER).is_stalled
    moved = scan(24 * 12, "in_transit", "arrived_facility")
    tell(shipment, moved, at=LATER + timedelta(hours=1))
    # It is called late for a day yet; that it lay still is over.
    assert not facts_of(shipment, LATER).is_stalled
