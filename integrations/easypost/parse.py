"""From the bytes of an EasyPost webhook to one normalised shipment. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from integrations.payload import Payload
from tracking.enums import DelayReason, Status
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Summary,
    carrier_of,
    place_name,
    read_time,
    zone_of,
)

SOURCE = "easypost"

Meaning = tuple[Status, str]

_STATUS: dict[str, Meaning] = {
    "unknown": (Status.PENDING, "not_found"),
    # The provider's own fault; the parcel is as well as before.
    "error": (Status.PENDING, "awaiting_carrier"),
    "pre_transit": (Status.INFO_RECEIVED, "label_created"),
    "in_transit": (Status.IN_TRANSIT, "in_transit"),
    "out_for_delivery": (Status.OUT_FOR_DELIVERY, "on_vehicle"),
    "available_for_pickup": (Status.AVAILABLE_FOR_PICKUP, "at_pickup_point"),
    "delivered": (Status.DELIVERED, "delivered"),
    "return_to_sender": (Status.RETURNING, "other"),
    "failure": (Status.EXCEPTION, "general"),
    "cancelled": (Status.CANCELLED, "by_sender"),
}

# A detail, or a carrier's own code, refines the status it stands under and never contradicts it.
_DETAIL: dict[tuple[str, str], Meaning] = {
    ("in_transit", "arrived_at_facility"): (Status.IN_TRANSIT, "arrived_facility"),
    ("in_transit", "departed_facility"): (Status.IN_TRANSIT, "departed_facility"),
    ("in_transit", "departed_origin_facility"): (Status.IN_TRANSIT, "departed_facility"),
    ("in_transit", "received_at_origin_facility"): (Status.IN_TRANSIT, "accepted"),
    ("in_transit", "received_at_destination_facility"): (Status.IN_TRANSIT, "at_delivery_depot"),
    ("in_transit", "transferred_to_destination_carrier"): (Status.IN_TRANSIT, "handed_to_partner"),
    ("in_transit", "held"): (Status.IN_TRANSIT, "held_at_depot"),
    ("in_transit", "missorted"): (Status.IN_TRANSIT, "misrouted"),
    ("in_transit", "delayed"): (Status.IN_TRANSIT, "carrier_delay"),
    ("in_transit", "weather_delay"): (Status.IN_TRANSIT, "weather_delay"),
    ("failure", "delivery_exception"): (Status.DELIVERY_ATTEMPTED, "other"),
    ("failure", "address_correction"): (Status.EXCEPTION, "address_incorrect"),
    ("failure", "damaged"): (Status.EXCEPTION, "damaged"),
    ("failure", "lost"): (Status.EXCEPTION, "lost"),
    ("failure", "refused"): (Status.EXCEPTION, "recipient_refused"),
    ("return_to_sender", "refused"): (Status.RETURNING, "refused"),
}
_CODE: dict[tuple[str, str, str], Meaning] = {
    ("fedex", "in_transit", "PU"): (Status.IN_TRANSIT, "picked_up"),
    ("fedex", "in_transit", "AF"): (Status.IN_TRANSIT, "at_delivery_depot"),
    ("fedex", "in_transit", "AR"): (Status.IN_TRANSIT, "arrived_facility"),
    ("fedex", "in_transit", "DP"): (Status.IN_TRANSIT, "departed_facility"),
    ("fedex", "in_transit", "IT"): (Status.IN_TRANSIT, "in_transit"),
    ("fedex", "failure", "DE"): (Status.DELIVERY_ATTEMPTED, "other"),
}
_DELAY = {
    "delayed": DelayReason.CARRIER,
    "weather_delay": DelayReason.WEATHER,
}
# Statuses that say nothing about the parcel when they stand at a single scan.
_SILENT = frozenset({"unknown", "error"})
_US_ZIP = re.compile(r"\d{5}(-\d{4})?")


@dataclass(frozen=True, kw_only=True)
class TrackerMessage:
    """One webhook. `shipment` is None for the topics that tell of no tracker."""

    event_id: str
    topic: str
    shipment: NormalisedShipment | None


def parse_webhook(body: bytes) -> TrackerMessage:
    """Read a webhook of any topic; raises Unreadable, saying what is wrong and what to do."""
    message = Payload.read(body, "EasyPost")
    topic = message.text("description")
    return TrackerMessage(
        event_id=message.identity("id"),
        topic=topic,
        shipment=_tracker(message.child("result")) if topic.startswith("tracker.") else None,
    )


def _tracker(tracker: Payload) -> NormalisedShipment:
    carrier = carrier_of(tracker.text("carrier")).slug
    summary = _STATUS.get(tracker.text("status"))
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=tracker.identity("tracking_code"),
        carrier=carrier,
        external_id=tracker.text("id"),
        service=tracker.child("carrier_detail").text("service"),
        reported_at=tracker.moment("updated_at") or tracker.moment("created_at"),
        summary=Summary(status=summary[0], substatus=summary[1]) if summary else None,
        estimate=_estimate(tracker),
        events=tuple(_events(tracker, carrier)),
    )


def _events(tracker: Payload, carrier: str) -> Iterator[NormalisedEvent]:
    rows = list(tracker.rows("tracking_details"))
    instants = [instant for row in rows if (instant := row.moment("datetime"))]
    if instants and instants[0] > instants[-1]:
        rows.reverse()
    going_back = False
    for position, row in enumerate(rows):
        status, detail, code = map(row.text, ("status", "status_detail", "carrier_code"))
        meaning = None if status in _SILENT else _meaning(carrier, status, detail, code)
        going_back = going_back or status == "return_to_sender"
        if going_back and status == "delivered":
            meaning = (Status.RETURNED, "returned_to_sender")
        location = row.child("tracking_location")
        zone = _zone(location)
        try:
            occurred_at, local_time, precision = read_time(row.text("datetime"), zone)
        except ValueError:
            occurred_at, local_time, precision = read_time("")
        yield NormalisedEvent(
            source=SOURCE,
            occurred_at=occurred_at,
            local_time=local_time,
            time_precision=precision,
            zone=zone,
            status=meaning[0] if meaning else None,
            substatus=meaning[1] if meaning else "",
            location=_place(location),
            raw_code=code or detail,
            raw_description=row.text("message") or row.text("description"),
            position=position,
            delay_reason=_DELAY.get(detail),
        )


def _meaning(carrier: str, status: str, detail: str, code: str) -> Meaning | None:
    return (
        _CODE.get((carrier, status, code)) or _DETAIL.get((status, detail)) or _STATUS.get(status)
    )


def _place(location: Payload) -> str:
    return place_name(
        city=location.text("city"),
        region=location.text("state"),
        postcode=location.text("zip"),
        country=location.text("country"),
    )


def _zone(location: Payload) -> str:
    country = location.text("country")
    if not country and _US_ZIP.fullmatch(location.text("zip")):
        country = "US"
    return zone_of(country, location.text("state"))


def _estimate(tracker: Payload) -> Estimate | None:
    # EasyPost writes the day at the destination, with a time of day that means nothing.
    written = tracker.child("carrier_detail").text("est_delivery_date_local") or tracker.text(
        "est_delivery_date"
    )
    try:
        return Estimate(day=date.fromisoformat(written[:10]))
    except ValueError:
        return None
