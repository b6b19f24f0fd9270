"""EasyPost's bytes become our words, as the samples expect."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from integrations.easypost.parse import parse_webhook
from postexp.kernel.inbox import Unreadable
from tests.integrations.mutations import refusals
from tracking.enums import DelayReason, Status
from tracking.rules import NormalisedShipment, fold, place

SAMPLES = Path(__file__).parent.parent / "samples" / "tracking" / "easypost_json"
WEBHOOK = (SAMPLES / "webhook_tracker_updated.json").read_bytes()
TRACKER = json.loads((SAMPLES / "tracker_out_for_delivery.json").read_bytes())


def expected(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLES / f"{name}.expected.json").read_text())["expected"]
    return data


def check(shipment: NormalisedShipment, answer: dict[str, Any]) -> None:
    assert shipment.tracking_number == answer["tracking_number"]
    assert shipment.carrier == answer["carrier"]
    assert shipment.estimate is not None
    assert shipment.estimate.day.isoformat() == answer["estimated_delivery"]["date"]
    rows = place(shipment.events)
    told = [
        {
            "timestamp_utc": row.sort_at.isoformat().replace("+00:00", "Z"),
            "status": row.event.status,
            "substatus": row.event.substatus,
            "location": row.event.location or None,
            "raw_code": row.event.raw_code,
            "raw_description": row.event.raw_description,
        }
        for row in rows
    ]
    assert told == answer["events_oldest_first"]
    state = fold(rows, shipment.summary)
    assert state.status == answer["status"]
    assert state.substatus in answer["substatus_any_of"]


def test_the_published_webhook() -> None:
    shipment = parse_webhook(WEBHOOK)
    check(shipment, expected("webhook_tracker_updated"))
    assert shipment.external_id == "trk_1"
    assert shipment.service == "FEDEX_GROUND"
    pickup = shipment.events[1]
    assert pickup.zone == "America/New_York"
    assert pickup.local_time == "2024-07-31T15:27:00-04:00"


def about(tracker: dict[str, Any]) -> bytes:
    """A webhook that tells of a tracker."""
    return json.dumps({"id": "evt_2", "description": "tracker.updated", "result": tracker}).encode()


def test_the_published_tracker() -> None:
    check(parse_webhook(about(TRACKER)), expected("tracker_out_for_delivery"))


def tracker(*details: dict[str, Any], **facts: Any) -> NormalisedShipment:
    body = {"tracking_code": "1Z", "carrier": "UPS", "tracking_details": list(details), **facts}
    return parse_webhook(about(body))


def detail(status: str, status_detail: str = "unknown", day: int = 1) -> dict[str, Any]:
    return {
        "status": status,
        "status_detail": status_detail,
        "datetime": f"2026-11-{day:02}T10:00:00Z",
        "message": "words",
    }


def test_listings_in_either_direction_read_alike() -> None:
    rows = [detail("pre_transit", day=1), detail("in_transit", day=2), detail("delivered", day=3)]
    assert place(tracker(*rows).events) == place(tracker(*reversed(rows)).events)


def test_details_refine_the_status_and_never_contradict_it() -> None:
    shipment = tracker(
        detail("in_transit", "weather_delay"),
        detail("delivered", "arrived_at_facility"),
        detail("failure", "delivery_exception"),
        detail("unknown"),
        detail("something_new", "delayed"),
    )
    told = [(event.status, event.substatus) for event in shipment.events]
    assert told == [
        (Status.IN_TRANSIT, "weather_delay"),
        (Status.DELIVERED, "delivered"),
        (Status.DELIVERY_ATTEMPTED, "other"),
        (None, ""),
        (None, ""),
    ]
    delays = [event.delay_reason for event in shipment.events]
    assert delays == [DelayReason.WEATHER, None, None, None, DelayReason.CARRIER]


def test_delivered_after_the_way_back_began_is_back_at_the_sender() -> None:
    shipment = tracker(detail("return_to_sender"), detail("delivered", day=2))
    assert fold(place(shipment.events)).status is Status.RETURNED


def test_provider_faults_and_unknown_numbers_are_no_problem_of_the_parcel() -> None:
    for word, substatus in (("error", "awaiting_carrier"), ("unknown", "not_found")):
        state = fold([], tracker(status=word).summary)
        assert (state.status, state.substatus) == (Status.PENDING, substatus)
    assert tracker(status="brand_new_word").summary is None


def test_a_scan_without_a_time_keeps_its_place() -> None:
    rows = [detail("pre_transit"), {**detail("in_transit"), "datetime": None}, "nonsense", {}]
    shipment = tracker(*rows)  # type: ignore[arg-type]
    assert [event.position for event in shipment.events] == [0, 1, 2]
    assert fold(place(shipment.events)).status is Status.IN_TRANSIT
    assert tracker({**detail("delivered"), "datetime": "soon"}).events[0].occurred_at is None


def test_the_local_day_of_the_estimate_is_preferred() -> None:
    shipment = tracker(
        est_delivery_date="2026-11-25T00:00:00Z",
        carrier_detail={"est_delivery_date_local": "2026-11-24"},
    )
    assert shipment.estimate is not None
    assert shipment.estimate.day == date(2026, 11, 24)
    assert tracker(est_delivery_date="soon").estimate is None


def test_a_tracker_without_a_number_is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"`result\.tracking_code`"):
        parse_webhook(b'{"id": "evt_3", "description": "tracker.updated", "result": {}}')


def test_hundreds_of_broken_messages_are_read_or_refused_in_words() -> None:
    def read(body: bytes) -> None:
        shipment = parse_webhook(body)
        fold(place(shipment.events), shipment.summary)

    found = refusals(read, WEBHOOK)
    assert found
    assert all(refused.cause and refused.next_step for refused in found)
    assert refusals(read, about(TRACKER))
