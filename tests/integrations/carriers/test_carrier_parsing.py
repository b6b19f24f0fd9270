"""What the readers of FedEx, UPS, USPS and Amazon do beyond their samples."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from integrations.amazon_shipping.parse import parse as amazon
from integrations.fedex.parse import parse as fedex
from integrations.reading.moments import Moment, offset_between, read_moment
from integrations.readout import read_out
from integrations.sources import SOURCES
from integrations.ups.parse import parse as ups
from integrations.usps.parse import parse as usps
from postexp.kernel.inbox import Unreadable
from tracking.enums import Actor, Deed, DelayReason, Status, TimePrecision
from tracking.rules import Action, NormalisedEvent, NormalisedShipment, fold, place


def of_fedex(*scans: dict[str, Any], **facts: Any) -> NormalisedShipment:
    result = {"scanEvents": list(scans), **facts}
    rows = [{"trackingNumber": "7946", "trackResults": [result]}]
    (shipment,) = fedex(json.dumps({"output": {"completeTrackResults": rows}}).encode())
    return shipment


def of_ups(*scans: dict[str, Any], **facts: Any) -> NormalisedShipment:
    rows = [
        {"inquiryNumber": "1Z", "package": [{"trackingNumber": "1Z", "activity": scans, **facts}]}
    ]
    (shipment,) = ups(json.dumps({"trackResponse": {"shipment": rows}}).encode())
    return shipment


def of_usps(*scans: dict[str, Any], **facts: Any) -> NormalisedShipment:
    body = {"trackingNumber": "9400", "trackingEvents": list(scans), **facts}
    (shipment,) = usps(json.dumps(body).encode())
    return shipment


def meant(event: NormalisedEvent) -> tuple[Status | None, str, DelayReason | None]:
    return event.status, event.substatus, event.delay_reason


def test_a_clock_without_an_offset_is_read_where_it_hangs() -> None:
    instant, local, precision, _ = read_moment("2026-01-05T10:00:00", "America/Denver")
    assert instant is not None
    assert (instant.isoformat(), local) == (
        "2026-01-05T17:00:00+00:00",
        "2026-01-05T10:00:00-07:00",
    )
    assert read_moment("2026-01-05T10:00:00").occurred_at is None
    assert read_moment("2026-01-05T10:00:00", offset="-7:00").occurred_at == instant
    assert read_moment("2026-01-05", offset="-7:00") == Moment(
        local_time="2026-01-05", time_precision=TimePrecision.DATE
    )
    assert read_moment("soon") == Moment()
    assert precision is TimePrecision.SECOND


@pytest.mark.parametrize(
    ("local", "utc", "offset"),
    [
        ("2026-01-05T17:32:00", "2026-01-06T00:32:40", "-07:00"),
        # The same, with the day that USPS writes.
        ("2026-01-05T17:32:00", "2026-01-05T00:32:40", "-07:00"),
        ("2026-01-06T08:00:00", "2026-01-05T23:00:00", "+09:00"),
        ("2026-01-06T08:00:00", "2026-01-06T02:30:10", "+05:30"),
        ("2026-01-06", "x", ""),
    ],
)
def test_an_offset_is_found_between_two_clocks(local: str, utc: str, offset: str) -> None:
    assert offset_between(local, utc) == offset


def test_usps_without_an_offset_is_read_by_its_time_of_day() -> None:
    shipment = of_usps(
        {
            "eventCode": "02",
            "eventTimestamp": "2026-01-05T17:32:00",
            "GMTTimestamp": "2026-01-05T00:32:40Z",
        }
    )
    moment = shipment.events[0].occurred_at
    assert moment is not None
    assert moment.isoformat() == "2026-01-06T00:32:00+00:00"


def test_fedex_tells_a_day_by_midnight_and_keeps_its_place() -> None:
    shipment = of_fedex(
        {"date": "2026-02-09T10:36:00-06:00", "eventType": "OC"},
        {"date": "2026-02-09T00:00:00-06:00", "eventType": "PU"},
    )
    picked_up, label = shipment.events
    assert (picked_up.raw_code, picked_up.local_time) == ("PU", "2026-02-09")
    assert picked_up.time_precision is TimePrecision.DATE
    assert picked_up.occurred_at is None
    assert label.occurred_at is not None
    assert fold(place(shipment.events)).status is Status.IN_TRANSIT


@pytest.mark.parametrize(
    ("scan", "expected"),
    [
        (
            {"eventType": "DE", "exceptionCode": "03", "exceptionDescription": "Incorrect address"},
            (Status.DELIVERY_ATTEMPTED, "address_problem", None),
        ),
        (
            {"eventType": "DE", "exceptionCode": "083"},
            (Status.DELIVERY_ATTEMPTED, "no_access", None),
        ),
        (
            {"eventType": "DE", "exceptionDescription": "Shipment refused by recipient"},
            (Status.EXCEPTION, "recipient_refused", None),
        ),
        ({"eventType": "DE"}, (Status.DELIVERY_ATTEMPTED, "other", None)),
        (
            {"eventType": "DY", "delayDetail": {"type": "WEATHER"}},
            (Status.IN_TRANSIT, "weather_delay", DelayReason.WEATHER),
        ),
        (
            {"eventType": "DY", "exceptionDescription": "Package delayed"},
            (Status.IN_TRANSIT, "carrier_delay", DelayReason.CARRIER),
        ),
        (
            {"eventType": "CD", "exceptionDescription": "Clearance delay - import"},
            (Status.IN_TRANSIT, "customs_processing", DelayReason.CUSTOMS),
        ),
        ({"eventType": "SE"}, (Status.EXCEPTION, "general", None)),
        (
            {"eventType": "SE", "exceptionDescription": "Damaged, handling per shipper"},
            (Status.EXCEPTION, "damaged", None),
        ),
        (
            {"eventType": "RS", "exceptionDescription": "Refused by recipient"},
            (Status.RETURNING, "refused", None),
        ),
        ({"eventType": "??", "derivedStatusCode": "IT"}, (Status.IN_TRANSIT, "in_transit", None)),
        ({"eventType": "??"}, (None, "", None)),
    ],
)
def test_a_scan_of_fedex_means(scan: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert meant(of_fedex(scan).events[0]) == expected


def test_fedex_tells_a_delay_beside_the_status() -> None:
    late = {"code": "IT", "delayDetail": {"status": "DELAYED", "type": "CLEARANCE"}}
    assert of_fedex(latestStatusDetail=late).delay_reason is DelayReason.CUSTOMS
    assert of_fedex(latestStatusDetail={"derivedCode": "RL"}).delay_reason is DelayReason.CARRIER
    in_time = {"code": "IT", "delayDetail": {"status": "ON_TIME"}}
    assert of_fedex(latestStatusDetail=in_time).delay_reason is None


@pytest.mark.parametrize(
    ("code", "substatus"),
    [
        ("TRACKING.TRACKINGNUMBER.NOTFOUND", "not_found"),
        ("TRACKING.TRACKINGNUMBER.INVALID", "invalid_number"),
    ],
)
def test_fedex_has_no_answer(code: str, substatus: str) -> None:
    told = read_out(of_fedex(error={"code": code}))
    assert (told["status"], told["substatus"], told["events"]) == ("pending", substatus, [])


@pytest.mark.parametrize(
    "told",
    [
        of_fedex(error={"code": "INTERNAL.SERVER.ERROR"}),
        of_fedex(error={"code": "SYSTEM.UNAVAILABLE.ERROR"}),
        ups(
            b'{"trackResponse": {"shipment": [{"inquiryNumber": "1Z",'
            b' "warnings": [{"code": "TW0099", "message": "Try again later"}]}]}}'
        )[0],
        usps(b'{"trackingNumber": "9400", "error": {"code": "404", "message": "No route."}}')[0],
    ],
)
def test_an_error_we_do_not_know_says_nothing_of_the_parcel(told: NormalisedShipment) -> None:
    assert told.tracking_number
    assert (told.summary, told.events) == (None, ())


def test_a_number_without_results_is_not_lost_in_a_batch() -> None:
    rows = [
        {"trackingNumber": "1", "trackResults": []},
        {"trackingNumber": "2", "trackResults": [{"scanEvents": [{"eventType": "PU"}]}]},
        {"trackResults": [{}]},
    ]
    told = fedex(json.dumps({"output": {"completeTrackResults": rows}}).encode())
    assert [one.tracking_number for one in told] == ["1", "2"]


@pytest.mark.parametrize(
    ("body", "substatus"),
    [
        ({"trackResponse": {"shipment": [{"warnings": [{"code": "TW0001"}]}]}}, None),
        (
            {
                "trackResponse": {
                    "shipment": [{"warnings": [{"message": "Tracking Information Not Found"}]}]
                }
            },
            "not_found",
        ),
        ({"response": {"errors": [{"message": "Invalid inquiry number"}]}}, "invalid_number"),
        ({"response": {"errors": [{"message": "Invalid Access License number"}]}}, None),
    ],
)
def test_ups_has_no_answer(body: dict[str, Any], substatus: str | None) -> None:
    written = json.dumps(body).encode()
    if substatus is None:
        with pytest.raises(Unreadable):
            ups(written)
    else:
        assert read_out(ups(written)[0])["substatus"] == substatus


def test_ups_reads_a_clock_beside_utc_and_by_its_place() -> None:
    shipment = of_ups(
        {"date": "20260114", "time": "73000", "gmtDate": "20260114", "gmtTime": "13:30:00"},
        {
            "date": "20260113",
            "time": "221000",
            "location": {"address": {"stateProvince": "IL", "countryCode": "US"}},
        },
        {"date": "20260112", "time": ""},
        {"date": "20260111", "time": "101010"},
    )
    assert [event.local_time for event in shipment.events] == [
        "2026-01-11T10:10:10",
        "2026-01-12",
        "2026-01-13T22:10:00-06:00",
        "2026-01-14T07:30:00-06:00",
    ]
    assert shipment.events[0].occurred_at is None
    assert shipment.events[1].time_precision is TimePrecision.DATE


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"type": "D", "statusCode": "011", "description": "LIVRÉ"}, "delivered"),
        ({"type": "I", "code": "DP", "description": "Départ"}, "in_transit"),
        ({"type": "D", "description": "Delivered after a weather delay"}, "delivered"),
        ({"type": "X", "statusCode": "064", "description": "?"}, "exception"),
        ({"type": "MV", "description": "?"}, "cancelled"),
        ({"type": "U", "code": "UP", "statusCode": "154", "description": "?"}, None),
        ({"type": "ZZ", "description": "?"}, None),
    ],
)
def test_ups_is_read_by_code_where_its_words_are_foreign(
    status: dict[str, str], expected: str | None
) -> None:
    assert of_ups({"status": status}).events[0].status == expected


def test_ups_tells_until_when_a_parcel_waits() -> None:
    waiting = {"status": {"type": "D", "statusCode": "161"}}
    point = {"pickupByDate": "20260129"}
    shipment = of_ups(waiting, accessPointInformation=point)
    assert shipment.action == Action(who=Actor.SHOPPER, what=Deed.COLLECT, until=date(2026, 1, 29))
    fetched = {"status": {"type": "D", "description": "Picked up by customer"}}
    assert of_ups(fetched, waiting, accessPointInformation=point).action is None


def test_what_goes_back_is_returned_and_not_delivered() -> None:
    back = {"eventCode": "09", "eventTimestamp": "2026-01-05T10:00:00", "GMTOffset": "-07:00"}
    home = {"eventCode": "01", "eventTimestamp": "2026-01-09T10:00:00", "GMTOffset": "-07:00"}
    assert fold(place(of_usps(home, back).events)).status is Status.RETURNED


def test_a_day_at_the_end_of_the_calendar_is_no_estimate() -> None:
    assert of_ups(deliveryDate=[{"type": "SDD", "date": "99991231"}]).estimate is None
    assert of_usps(predictedDeliveryDate="9999-12-31").estimate is None
    at_the_end = [{"type": "ESTIMATED_DELIVERY", "dateTime": "9999-12-31T00:00:00"}]
    assert of_fedex(dateAndTimes=at_the_end).estimate is None


def test_usps_promises_and_predicts() -> None:
    shipment = of_usps(
        destinationState="NY",
        deliveryDateExpectation={
            "expectedDeliveryDate": "2026-01-07",
            "predictedDeliveryDate": "2026-01-09",
            "predictedDeliveryWindowStartTime": "13:15",
            "predictedDeliveryWindowEndTime": "5:15 pm",
        },
    )
    told = read_out(shipment)["estimated_delivery"]
    assert (told["first_date"], told["date"]) == ("2026-01-07", "2026-01-09")
    assert told["window_local"] == ["13:15", "17:15"]


@pytest.mark.parametrize(
    ("error", "substatus"),
    [
        ({"code": "404", "message": "The tracking number could not be found."}, "not_found"),
        ({"code": "400", "message": "The tracking number is not valid."}, "invalid_number"),
        ({"code": "503", "message": "Try again."}, None),
        ({}, None),
    ],
)
def test_usps_has_no_answer(error: dict[str, str], substatus: str | None) -> None:
    body = json.dumps({"trackingNumber": "9400", "error": error}).encode()
    if substatus is None:
        with pytest.raises(Unreadable):
            usps(body)
    else:
        assert read_out(usps(body)[0])["substatus"] == substatus


def test_usps_answers_for_many_in_a_list() -> None:
    body = b'[{"trackingNumber": "1"}, {"trackingNumber": "2"}]'
    assert [one.tracking_number for one in usps(body)] == ["1", "2"]


def test_amazon_promises_a_day_where_the_parcel_goes() -> None:
    scan = {
        "eventCode": "Departed",
        "eventTime": "2026-01-07T10:00:00Z",
        "location": {"countryCode": "US", "stateOrRegion": "VA"},
    }
    for promised, day in (
        ("2026-01-09T03:00:00Z", date(2026, 1, 8)),
        ("2026-01-09T00:00:00Z", date(2026, 1, 9)),
    ):
        body = {"trackingId": "2", "eventHistory": [scan], "promisedDeliveryDate": promised}
        (shipment,) = amazon(json.dumps({"payload": body}).encode())
        assert shipment.estimate is not None
        assert shipment.estimate.day == day


def test_amazons_details_refine_its_newest_scan_alone() -> None:
    body = {
        "trackingId": "2",
        "eventHistory": [
            {"eventCode": "DeliveryAttempted", "eventTime": "2026-01-07T10:00:00Z"},
            {"eventCode": "Delivered", "eventTime": "2026-01-08T10:00:00Z"},
        ],
        "summary": {"status": "Delivered", "trackingDetailCodes": {"forward": ["Signed"]}},
    }
    (shipment,) = amazon(json.dumps(body).encode())
    assert [event.substatus for event in shipment.events] == ["other", "signed"]


def test_amazons_way_back_is_a_return() -> None:
    rows = [
        {"eventCode": "Departed", "shipmentType": "RETURNS", "eventTime": "2026-01-07T10:00:00Z"},
        {"eventCode": "Delivered", "shipmentType": "RETURNS", "eventTime": "2026-01-08T10:00:00Z"},
    ]
    (shipment,) = amazon(json.dumps({"trackingId": "2", "eventHistory": rows}).encode())
    assert [event.status for event in shipment.events] == [Status.RETURNING, Status.RETURNED]


@pytest.mark.parametrize("parse", [amazon, fedex, ups, usps])
@pytest.mark.parametrize("body", [b"", b"<a/>", b"[]", b"{}", b'{"error": {"message": ""}}'])
def test_other_bytes_are_unreadable(parse: Any, body: bytes) -> None:
    if parse is usps and body == b"[]":
        assert parse(body) == ()
    else:
        with pytest.raises(Unreadable):
            parse(body)


SAMPLES = Path(__file__).parents[2] / "samples" / "tracking"
LISTS = ("scanEvents", "activity", "trackingEvents", "eventHistory")


def turned(data: Any) -> Any:
    """Return a payload with every listing of scans the other way round."""
    if isinstance(data, list):
        return [turned(row) for row in data]
    if not isinstance(data, dict):
        return data
    return {name: value[::-1] if name in LISTS else turned(value) for name, value in data.items()}


@pytest.mark.parametrize(
    "path",
    [
        path
        for source in ("fedex", "usps", "amazon_shipping", "ups")
        for path in sorted((SAMPLES / f"{source}_json").glob("*.json"))
        # Two pairs of its scans share an instant: there the listing is all that tells.
        if ".expected" not in path.name and path.stem != "in_customs_clearance"
    ],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_listings_in_either_direction_read_alike(path: Path) -> None:
    parse = SOURCES[path.parent.name.removesuffix("_json")]
    body = path.read_bytes()
    other_way = json.dumps(turned(json.loads(body))).encode()
    assert [place(one.events) for one in parse(other_way)] == [
        place(one.events) for one in parse(body)
    ]
