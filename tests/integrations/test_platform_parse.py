"""AfterShip, Shippo and 17TRACK in the corners that no sample shows."""

import json
from datetime import date
from typing import Any

import pytest

from integrations.aftership import parse as aftership
from integrations.reading.moments import Offsets, read_estimate, read_moment
from integrations.seventeentrack import parse as seventeentrack
from integrations.shippo import parse as shippo
from postexp.kernel.inbox import Unreadable
from tracking.enums import DelayReason, Status, TimePrecision
from tracking.rules import NormalisedEvent, NormalisedShipment


def read(source: Any, payload: Any) -> NormalisedShipment:
    found: tuple[NormalisedShipment, ...] = source.parse(json.dumps(payload).encode())
    return found[0]


def tracking(*checkpoints: dict[str, str], **told: Any) -> dict[str, Any]:
    return {"tracking_number": "1", "slug": "taqbin-jp", "checkpoints": checkpoints, **told}


def meaning(event: NormalisedEvent) -> tuple[Status | None, str]:
    return event.status, event.substatus


def test_an_aftership_answer_of_any_version_is_read() -> None:
    one = tracking(tag="Pending")
    for answer in (one, {"data": one}, {"data": {"tracking": one}}, {"msg": one}):
        told = read(aftership, answer)
        assert (told.carrier, told.summary and told.summary.status) == ("yamato", Status.PENDING)
    assert len(aftership.parse(json.dumps({"data": {"trackings": [one, one]}}).encode())) == 2


@pytest.mark.parametrize(
    ("told", "day", "first"),
    [
        ({"expected_delivery": "2026-11-24"}, date(2026, 11, 24), None),
        ({"expected_delivery": "2026-11-24T00:00:00-06:00"}, date(2026, 11, 24), None),
        (
            {
                "expected_delivery": "2026-11-24",
                "latest_estimated_delivery": {"datetime": "2026-11-25"},
                "first_estimated_delivery": {"datetime": "2026-11-23"},
            },
            date(2026, 11, 25),
            date(2026, 11, 23),
        ),
        (
            {
                "aftership_estimated_delivery_date": {"estimated_delivery_date": "2026-11-26"},
                "order_promised_delivery_date": "2026-11-22",
            },
            date(2026, 11, 26),
            date(2026, 11, 22),
        ),
        # A promise alone is the shop's, and no estimate of anybody's.
        ({"order_promised_delivery_date": "2026-11-22"}, None, None),
        # Nobody promises a delivery years ahead.
        ({"expected_delivery": "2029-01-05"}, None, None),
        ({"expected_delivery": "soon"}, None, None),
    ],
)
def test_aftership_estimates(told: dict[str, Any], day: date | None, first: date | None) -> None:
    shipment = read(aftership, tracking(updated_at="2026-11-20T01:00:00+00:00", **told))
    assert (shipment.estimate.day if shipment.estimate else None) == day
    assert shipment.first_estimate == first


def test_a_delay_beside_the_scans_is_told() -> None:
    told = read(aftership, tracking(tag="Exception", subtag="Exception_019"))
    assert told.delay_reason is DelayReason.FLIGHT
    assert told.summary is not None
    assert told.summary.status is Status.IN_TRANSIT


def track(*rows: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {"tracking_number": "1", "carrier": "usps", "tracking_history": rows, **told}


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        ("TRANSIT", "Out for Delivery", (Status.OUT_FOR_DELIVERY, "on_vehicle")),
        ("TRANSIT", "Delayed by weather", (Status.IN_TRANSIT, "weather_delay")),
        ("TRANSIT", "Notice left", (Status.DELIVERY_ATTEMPTED, "other")),
        ("TRANSIT", "Being returned to sender", (Status.RETURNING, "other")),
        ("TRANSIT", "Unable to access the building", (Status.DELIVERY_ATTEMPTED, "no_access")),
        (
            "TRANSIT",
            "Available for pickup",
            (Status.AVAILABLE_FOR_PICKUP, "at_pickup_point"),
        ),
        ("TRANSIT", "Something else", (Status.IN_TRANSIT, "in_transit")),
        ("DELIVERED", "Left with a neighbor", (Status.DELIVERED, "neighbor")),
        ("DELIVERED", "Delivered, no signature required", (Status.DELIVERED, "delivered")),
        ("RETURNED", "On its way", (Status.RETURNING, "other")),
        (
            "RETURNED",
            "Your shipment has been returned to the original sender.",
            (Status.RETURNED, "returned_to_sender"),
        ),
        ("FAILURE", "Refused by recipient", (Status.EXCEPTION, "recipient_refused")),
        ("FAILURE", "", (Status.EXCEPTION, "general")),
        ("UNKNOWN", "No idea", (None, "")),
        ("NEW_WORD", "No idea", (None, "")),
    ],
)
def test_shippo_words_of_the_old_version(
    status: str, words: str, expected: tuple[Status | None, str]
) -> None:
    row = {"status": status, "status_details": words, "status_date": "2026-11-20T01:00:00Z"}
    assert meaning(read(shippo, track(row)).events[0]) == expected


def test_shippo_codes_go_before_words() -> None:
    row = {
        "status": "TRANSIT",
        "status_details": "Arrived at the depot; the address is incomplete",
        "status_date": "2026-11-20T01:00:00Z",
        "substatus": {"code": "address_issue", "action_required": True},
    }
    told = read(shippo, track(row, tracking_status=row))
    assert meaning(told.events[0]) == (Status.EXCEPTION, "address_incorrect")
    assert told.action is None  # it follows from the status
    asks = {**row, "substatus": {"code": "contact_carrier", "action_required": True}}
    assert read(shippo, track(asks, tracking_status=asks)).action is not None


def test_a_number_shippo_does_not_know() -> None:
    told = read(shippo, {"tracking_number": "1", "tracking_status": None, "tracking_history": []})
    assert told.summary is not None
    assert (told.summary.status, told.summary.substatus) == (Status.PENDING, "not_found")


def test_17track_keeps_one_row_whichever_provider_comes_first() -> None:
    def provider(place: str, words: str) -> dict[str, Any]:
        row = {"time_iso": "2026-11-20T10:00:00+09:00", "description": words, "location": place}
        return {"events": [{**row, "sub_status": "InTransit_Other"}]}

    providers = [provider("OSAKA", "Arrived"), provider("OSAKA KITA", "ARRIVED ")]
    rows = [
        read(
            seventeentrack,
            {"number": "1", "track_info": {"tracking": {"providers": order}}},
        ).events
        for order in (providers, providers[::-1])
    ]
    assert rows[0] == rows[1]
    assert [row.location for row in rows[0]] == ["OSAKA KITA"]


@pytest.mark.parametrize("source", [aftership, shippo, seventeentrack])
def test_what_is_of_another_source_is_refused_in_one_line(source: Any) -> None:
    payloads: list[dict[str, Any]] = [{}, {"tracking_number": "1"}, {"data": {}}, {"number": "1"}]
    for payload in payloads:
        with pytest.raises(Unreadable) as refused:
            source.parse(json.dumps(payload).encode())
        assert "\n" not in refused.value.cause


@pytest.mark.parametrize(
    ("text", "zone", "instant", "local", "kept"),
    [
        # The clock on the spot stays as it was printed, and a zone that disagrees is dropped.
        (
            "2026-11-20T10:00:00-07:00",
            "America/Chicago",
            "2026-11-20T17:00:00",
            "2026-11-20T10:00:00-07:00",
            "",
        ),
        (
            "2026-11-20T10:00:00Z",
            "Asia/Tokyo",
            "2026-11-20T10:00:00",
            "2026-11-20T19:00:00+09:00",
            "Asia/Tokyo",
        ),
        (
            "2026-11-20T10:00:00",
            "Asia/Tokyo",
            "2026-11-20T01:00:00",
            "2026-11-20T10:00:00+09:00",
            "Asia/Tokyo",
        ),
        ("2026-11-20T10:00:00", "", "", "2026-11-20T10:00:00", ""),
        ("2026-11-20", "Asia/Tokyo", "", "2026-11-20", "Asia/Tokyo"),
        ("9999-12-31T23:59:59-23:59", "", "", "", ""),
        ("yesterday", "Asia/Tokyo", "", "", "Asia/Tokyo"),
    ],
)
def test_times_of_scans(text: str, zone: str, instant: str, local: str, kept: str) -> None:
    when = read_moment(text, zone, offsets=Offsets.PLACE_UNLESS_ZERO)
    assert (when.occurred_at.isoformat()[:19] if when.occurred_at else "") == instant
    assert (when.local_time, when.zone) == (local, kept)
    assert (when.time_precision is TimePrecision.NONE) is (local == "")


def test_windows_of_deliveries() -> None:
    window = read_estimate(
        starts="2026-11-24T09:00:00-06:00", ends="2026-11-24T12:00:00-06:00", by_platform=True
    )
    assert window is not None
    assert (window.day, window.starts_at is None) == (date(2026, 11, 24), False)
    days = read_estimate(
        starts="2026-11-24T00:00:00Z", ends="2026-11-26T00:00:00Z", by_platform=True
    )
    assert days is not None
    assert (days.day, days.starts_at) == (date(2026, 11, 26), None)
    assert read_estimate("9999-12-31T23:59:59-23:59", ends="x", by_platform=True) is not None
    assert read_estimate() is None
