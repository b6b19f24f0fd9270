"""What a demo shows whatever chance brings. Pure: no database."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from integrations.demo.journeys import Told, plan
from integrations.demo.shops import SHOPS, DemoShop
from tracking.rules import carrier_of
from tracking.rules.detection import detect_carriers

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def last_scans(shop: DemoShop, *, orders: int, days: int, now: datetime) -> list[str]:
    """Return how each parcel was scanned last."""
    found: dict[int, str] = {}
    for step in plan(shop, now=now, orders=orders, days=days):
        if isinstance(step, Told) and step.topic == "fulfillment_events/create":
            told = json.loads(step.body)
            found[told["fulfillment_id"]] = told["status"]
    return list(found.values())


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: str(shop.slug))
@pytest.mark.parametrize(("orders", "days"), [(100, 42), (40, 16)])
@pytest.mark.parametrize("hour", [0, 7, 19])
def test_parcels_wait_for_their_shopper(shop: DemoShop, orders: int, days: int, hour: int) -> None:
    scans = last_scans(shop, orders=orders, days=days, now=NOON + timedelta(hours=hour))
    assert scans.count("attempted_delivery") >= 1
    assert scans.count("ready_for_pickup") == 1


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: str(shop.slug))
def test_numbers_are_those_of_their_carrier(shop: DemoShop) -> None:
    sent = [
        json.loads(step.body)
        for step in plan(shop, now=NOON, orders=60, days=30)
        if isinstance(step, Told) and step.topic == "fulfillments/create"
    ]
    assert len(sent) > 20
    for told in sent:
        found = detect_carriers(told["tracking_number"], country=shop.country)
        assert carrier_of(told["tracking_company"]) in [one.carrier for one in found]
