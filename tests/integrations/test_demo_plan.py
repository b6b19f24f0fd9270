"""What a demo shows whatever chance brings. No database."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from integrations.demo.journeys import Told, Wished, follow_ups, plan
from integrations.demo.seed import stretches
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
def test_everything_happens_in_the_order_of_time(shop: DemoShop) -> None:
    """So that credit notes, which are numbered consecutively, are in the order of their dates."""
    steps = plan(shop, now=NOON)
    asked = [step for step in steps if isinstance(step, Wished)]
    later = [one for wish in asked for one in follow_ups(wish) if one.at <= NOON]
    assert len(later) > 10
    assert all(one in steps for one in later)
    # Something else happens between a wish and what becomes of it.
    assert any(steps.index(one) > steps.index(one.of) + 1 for one in later)
    played = list(stretches(steps))
    assert [step for stretch in played for step in stretch] == steps
    for stretch in played:
        # What is told in a stretch is read together, before people do anything.
        told = [isinstance(step, Told) for step in stretch]
        assert told == sorted(told, reverse=True)
        assert told[0]


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
