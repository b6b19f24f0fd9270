"""A message that does not say when it was made: read again, it says no more than at first."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from commerce.models import Merchant
from postexp.kernel import inbox
from postexp.kernel.models import InboxMessage
from tracking.models import Shipment

FIRST, SECOND = date(2026, 11, 21), date(2026, 11, 23)

Body = Callable[[date], dict[str, Any]]


def aftership(day: date) -> dict[str, Any]:
    tracking = {"tracking_number": "A1", "slug": "ups", "expected_delivery": day.isoformat()}
    return {"event": "tracking_update", "msg": tracking}


def easypost(day: date) -> dict[str, Any]:
    return {"result": {"tracking_code": "A1", "est_delivery_date": day.isoformat()}}


def shippo(day: date) -> dict[str, Any]:
    return {"data": {"tracking_number": "A1", "tracking_history": [], "eta": day.isoformat()}}


def seventeentrack(day: date) -> dict[str, Any]:
    expected = {"estimated_delivery_date": {"from": day.isoformat(), "to": day.isoformat()}}
    return {"data": {"number": "A1", "track_info": {"time_metrics": expected}}}


def shopify(day: date) -> dict[str, Any]:
    return {
        "id": 1,
        "order_id": 2,
        "fulfillment_id": 3,
        "status": "confirmed",
        "happened_at": "2026-11-19",
        "estimated_delivery_at": day.isoformat(),
    }


def page(day: date) -> dict[str, Any]:
    planned = [day.isoformat()]
    return {
        "format": "yamato",
        "parcels": [{"number": "A1", "inquiry_date": "2026-11-20", "planned": planned, "rows": []}],
    }


def events(day: date) -> dict[str, Any]:
    told = {
        "tracking_number": "A1",
        "status": "in_transit",
        "occurred_at": "2026-11-19",
        "estimated_delivery_date": day.isoformat(),
    }
    return {"events": [told]}


@pytest.mark.parametrize(
    ("source", "topic", "body"),
    [
        ("aftership", "tracking_update", aftership),
        ("easypost", "tracker.updated", easypost),
        ("shippo", "track_updated", shippo),
        ("seventeentrack", "TRACKING_UPDATED", seventeentrack),
        ("shopify", "fulfillment_events/create", shopify),
        ("generic", "yamato", page),
        ("generic", "tracking_events", events),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_replayed_message_does_not_overrule_a_newer_one(
    scope: Merchant, at: datetime, source: str, topic: str, body: Body
) -> None:
    def take_in(day: date, moment: datetime) -> None:
        inbox.store(
            source=source,
            topic=topic,
            provider_key=day.isoformat(),
            merchant_id=scope.pk,
            headers={},
            body=json.dumps(body(day)).encode(),
            at=moment,
        )
        inbox.drain(at=moment)

    take_in(FIRST, at)
    take_in(SECOND, at + timedelta(hours=1))
    parcel = Shipment.objects.get()
    assert parcel.eta_day == SECOND
    inbox.replay(InboxMessage.objects.get(provider_key=FIRST.isoformat()), at=at)
    later = at + timedelta(hours=2)
    inbox.drain(at=later)
    assert set(InboxMessage.objects.values_list("state", flat=True)) == {"processed"}
    parcel.refresh_from_db()
    assert parcel.eta_day == SECOND
