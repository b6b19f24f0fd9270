"""What the samples of the national posts, DHL and Hermes do not show."""

import json
from typing import Any

import pytest

from integrations.reading.english import ENGLISH
from integrations.sources import SOURCES
from postexp.kernel.inbox import Unreadable
from tracking.enums import DelayReason
from tracking.rules import NormalisedShipment, fold, place

XML = ("canadapost", "dhl_parcel_de")
JSON = ("royalmail", "hermes", "australiapost", "dhl")


def read(source: str, message: Any) -> NormalisedShipment:
    body = message if isinstance(message, str) else json.dumps(message)
    (shipment,) = SOURCES[source](body.encode())
    return shipment


def state(shipment: NormalisedShipment) -> str:
    told = fold(place(shipment.events), shipment.summary)
    return f"{told.status}/{told.substatus}"


@pytest.mark.parametrize("source", XML)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not XML",
        b"<open>",
        b"<other/>",
        b'<?xml version="1.0" encoding="no-such-code"?><a/>',
        b'<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><tracking-detail><pin>&c;</pin>'
        b"</tracking-detail>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<tracking-detail/>",
        b'<data name="piece-shipment"/>',
    ],
)
def test_xml_that_is_none_of_theirs_or_declares_a_document_type(source: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        SOURCES[source](body)


@pytest.mark.parametrize("source", JSON)
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<a/>", b'{"parcels": []}'])
def test_json_that_is_none_of_theirs(source: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        SOURCES[source](body)


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (
            "canadapost",
            "<messages><message><code>004</code><description>No Pin History</description>"
            "</message></messages>",
        ),
        (
            "royalmail",
            '{"httpCode": "404", "errors": [{"errorCode": "E1142", "errorDescription": "?"}]}',
        ),
        ("dhl_parcel_de", '<data name="piece-shipment-list" code="100" error="No data found"/>'),
    ],
)
def test_an_unknown_number_that_is_not_named_is_no_shipment(source: str, body: str) -> None:
    assert SOURCES[source](body.encode()) == ()


@pytest.mark.parametrize(
    ("source", "body", "reason"),
    [
        (
            "canadapost",
            "<messages><message><code>E002</code><description>AAA Authentication Failure"
            "</description></message></messages>",
            "AAA Authentication Failure",
        ),
        ("royalmail", '{"errors": [{"errorCode": "E0001"}]}', "mailPieces"),
        ("dhl_parcel_de", '<data code="5" error="Login failed"/>', "Login failed"),
        ("dhl", '{"status": 401, "title": "Unauthorized", "detail": "No key"}', "Unauthorized"),
    ],
)
def test_a_refusal_of_a_carrier_is_told(source: str, body: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        SOURCES[source](body.encode())


def test_a_number_unknown_to_dhl_is_pending() -> None:
    answer = {"title": "No result found", "status": 404, "instance": "/shipment/8264715546"}
    shipment = read("dhl", answer)
    assert (shipment.tracking_number, state(shipment)) == ("8264715546", "pending/not_found")


def canada(*occurrences: dict[str, str], **detail: str) -> str:
    def tags(values: dict[str, str]) -> str:
        return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())

    told = "".join(f"<occurrence>{tags(one)}</occurrence>" for one in occurrences)
    names = {name.replace("_", "-"): value for name, value in detail.items()}
    return (
        f"<tracking-detail><pin>123</pin>{tags(names)}"
        f"<significant-events>{told}</significant-events></tracking-detail>"
    )


def occurrence(code: str, words: str = "", **more: str) -> dict[str, str]:
    return {"event-identifier": code, "event-description": words, **more}


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("1496", "Item successfully delivered", "delivered/delivered"),
        ("1496", "Item successfully returned to sender", "returned/returned_to_sender"),
        ("0174", "Item being returned to sender is out for delivery", "returning/other"),
        (
            "1435",
            "Notice card left indicating where to pick up",
            "delivery_attempted/recipient_absent",
        ),
        ("1701", "Item available for pickup at Post Office", "available_for_pickup/at_post_office"),
        ("0156", "Final notice", "available_for_pickup/final_notice"),
        ("0159", "Extreme weather", "in_transit/weather_delay"),
        ("1419", "Unclaimed. Item being returned to sender", "returning/unclaimed"),
        ("9999", "Article en transit", "in_transit/in_transit"),
        ("9999", "Livré", "delivered/delivered"),
        ("9999", "Delivered to the neighbour", "delivered/neighbor"),
    ],
)
def test_canada_post_codes_and_sentences(code: str, words: str, expected: str) -> None:
    assert state(read("canadapost", canada(occurrence(code, words)))) == expected


@pytest.mark.parametrize(
    ("zone", "province", "instant"),
    [
        ("NST", "NL", "2026-02-03T12:30:00+00:00"),
        ("PDT", "BC", "2026-02-03T16:00:00+00:00"),
        ("", "BC", "2026-02-03T17:00:00+00:00"),
        ("XYZ", "QC", "2026-02-03T14:00:00+00:00"),
        ("", "", None),
    ],
)
def test_canada_post_clocks(zone: str, province: str, instant: str | None) -> None:
    when = {"event-date": "2026-02-03", "event-time": "09:00:00"}
    place_ = {"event-time-zone": zone, "event-province": province, "event-site": "X"}
    (event,) = read("canadapost", canada(occurrence("100", **when, **place_))).events
    assert (event.occurred_at.isoformat() if event.occurred_at else None) == instant
    assert event.local_time[:19] == "2026-02-03T09:00:00"


def test_canada_post_tells_why_the_day_has_changed() -> None:
    changed = {"expected_delivery_date": "2026-02-03", "changed_expected_date": "2026-02-05"}
    why = {"changed_expected_delivery_reason": "Extreme weather conditions"}
    shipment = read("canadapost", canada(**changed, **why))
    assert shipment.delay_reason is DelayReason.WEATHER
    assert read("canadapost", canada(**changed)).delay_reason is DelayReason.CARRIER
    earlier = {"expected_delivery_date": "2026-02-05", "changed_expected_date": "2026-02-03"}
    assert read("canadapost", canada(**earlier)).delay_reason is None


def test_a_summary_of_canada_post_is_its_newest_event() -> None:
    shipment = read(
        "canadapost",
        "<tracking-summary><pin-summary><pin>123</pin><event-type>ATTEMPTED</event-type>"
        "<event-date-time>20260203:090000</event-date-time><event-location>OTTAWA, ON"
        "</event-location></pin-summary></tracking-summary>",
    )
    assert state(shipment) == "delivery_attempted/other"
    (event,) = shipment.events
    assert event.local_time == "2026-02-03T09:00:00-05:00"


@pytest.mark.parametrize(
    ("codes", "words", "expected"),
    [
        ("LDTMV MVMTV PO", "", "out_for_delivery/on_vehicle"),
        ("LDTMV MVMTV AA", "", "in_transit/departed_facility"),
        ("NTDEL NHOME ZN", "", "delivery_attempted/recipient_absent"),
        ("NTDEL ----- ZN", "", "delivery_attempted/other"),
        ("HLDCC LDPCK LA", "", "available_for_pickup/locker"),
        ("RETRN NTCCN ZN", "", "returning/unclaimed"),
        ("EXPHD LOSTX BV", "", "exception/lost"),
        ("DLVRD CODAR GT", "", "pending/awaiting_carrier"),
        ("----- ----- ZF", "", "available_for_pickup/at_post_office"),
        ("- - -", "Die Sendung liegt zur Abholung bereit.", "available_for_pickup/at_pickup_point"),
        ("- - -", "Delivery attempt failed", "delivery_attempted/other"),
        ("- - -", "Schneemann", "pending/awaiting_carrier"),
    ],
)
def test_dhl_parcel_de_codes(codes: str, words: str, expected: str) -> None:
    ice, ric, event = codes.split()
    shipment = read(
        "dhl_parcel_de",
        f'<data><data name="piece-shipment" piece-code="1"><data name="piece-event" ice="{ice}"'
        f' ric="{ric}" standard-event-code="{event}" event-status="{words}"'
        ' event-timestamp="26.07.2026 09:02"/></data></data>',
    )
    assert state(shipment) == expected
    (scan,) = shipment.events
    assert scan.local_time == "2026-07-26T09:02:00+02:00"


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("pre-transit", "Shipment information received", "info_received/label_created"),
        ("transit", "Arrived at DHL Delivery Facility", "in_transit/at_delivery_depot"),
        ("transit", "To be delivered to your neighbour", "in_transit/in_transit"),
        ("transit", "Delivered to the post office for collection", "in_transit/in_transit"),
        ("delivered", "Delivered in letterbox", "delivered/mailbox"),
        ("failure", "Recipient refused the parcel", "exception/recipient_refused"),
        ("failure", "Something else", "exception/general"),
        ("unknown", "", "pending/not_found"),
        ("", "Out for delivery", "out_for_delivery/on_vehicle"),
    ],
)
def test_a_sentence_of_dhl_refines_its_status_code(code: str, words: str, expected: str) -> None:
    event = {"timestamp": "2026-07-26T09:02:00", "statusCode": code, "description": words}
    status = {"statusCode": code, "description": words}
    message = {"shipments": [{"id": "1", "status": status, "events": [event]}]}
    assert state(read("dhl", message)) == expected


def test_dhl_says_that_a_parcel_went_back() -> None:
    event = {"timestamp": "2026-07-26T09:02:00", "statusCode": "delivered"}
    parcel = {"id": 7777777770, "events": [event], "details": {"returnFlag": True}}
    shipment = read("dhl", {"shipments": [parcel]})
    assert shipment.tracking_number == "7777777770"
    assert state(shipment) == "returned/returned_to_sender"


def test_a_delivery_after_the_parcel_turned_back_is_its_return() -> None:
    events = [
        {"description": "Returning to sender", "date": "2026-07-26T09:02:00+10:00"},
        {"description": "Delivered", "date": "2026-07-28T09:02:00+10:00"},
    ]
    article = {"article_id": "A1", "events": events}
    message = {"tracking_results": [{"tracking_id": "A1", "trackable_items": [article]}]}
    assert state(read("australiapost", message)) == "returned/returned_to_sender"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Your parcel could not be delivered", "delivery_attempted/other"),
        ("We were unable to deliver: no access to the building", "delivery_attempted/no_access"),
        ("Delivered to a neighbour", "delivered/neighbor"),
        ("Item is being returned to sender", "returning/other"),
        ("Returned to sender", "returned/returned_to_sender"),
        ("Customs clearance completed", "in_transit/customs_cleared"),
        ("Held by customs", "exception/customs_held"),
        ("Duty to pay before release", "exception/duties_unpaid"),
        ("Available for collection at the Post Office", "available_for_pickup/at_post_office"),
        ("Delayed due to bad weather", "in_transit/weather_delay"),
        ("Departed from facility", "in_transit/departed_facility"),
        ("Arrived at destination country", "in_transit/arrived_destination_country"),
        ("Item mis-sorted", "in_transit/misrouted"),
        ("Incomplete address", "exception/address_incorrect"),
    ],
)
def test_english_sentences(sentence: str, expected: str) -> None:
    means = ENGLISH.meant_by(sentence)
    assert means is not None
    assert f"{means.status}/{means.substatus}" == expected
