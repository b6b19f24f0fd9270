"""From the bytes EasyPost sends to normalised shipments. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.payload import Payload
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import UNMAPPED, Meaning, by_code, summary_of
from integrations.reading.moments import Offsets, read_estimate, read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Proof,
    carrier_of,
    place_name,
)

SOURCE = "easypost"
PROVIDER = "EasyPost"
TOPICS = frozenset({"tracker.created", "tracker.updated"})
"""The webhooks that tell of a tracker."""

REFUNDED = "refund.successful"
"""The webhook that tells what a carrier made of a label given back."""


@dataclass(frozen=True, kw_only=True)
class LabelRefund:
    """What a carrier made of a label given back; `shipment` is EasyPost's id of it."""

    shipment: str
    is_taken: bool


_STATUS = by_code(
    {
        "pending/not_found": "unknown",
        # The provider's own fault; the parcel is as well as before.
        "pending/awaiting_carrier": "error",
        "info_received/label_created": "pre_transit",
        "in_transit/in_transit": "in_transit",
        "out_for_delivery/on_vehicle": "out_for_delivery",
        "available_for_pickup/at_pickup_point": "available_for_pickup",
        "delivered/delivered": "delivered",
        "returning/other": "return_to_sender",
        "exception/general": "failure",
        "cancelled/by_sender": "cancelled",
    }
)
# A detail, or a carrier's own code, refines the status it stands under and never contradicts it.
_DETAIL = by_code(
    {
        "in_transit/arrived_facility": "in_transit:arrived_at_facility",
        "in_transit/departed_facility": "in_transit:departed_facility "
        "in_transit:departed_origin_facility",
        "in_transit/accepted": "in_transit:received_at_origin_facility",
        "in_transit/at_delivery_depot": "in_transit:received_at_destination_facility",
        "in_transit/handed_to_partner": "in_transit:transferred_to_destination_carrier",
        "in_transit/held_at_depot": "in_transit:held",
        "in_transit/misrouted": "in_transit:missorted",
        "in_transit/carrier_delay +carrier": "in_transit:delayed",
        "in_transit/weather_delay +weather": "in_transit:weather_delay",
        "delivery_attempted/other": "failure:delivery_exception",
        "exception/address_incorrect": "failure:address_correction",
        "exception/damaged": "failure:damaged",
        "exception/lost": "failure:lost",
        "exception/recipient_refused": "failure:refused",
        "returning/refused": "return_to_sender:refused",
    }
)
_CODE = by_code(
    {
        "in_transit/picked_up": "fedex:in_transit:PU",
        "in_transit/at_delivery_depot": "fedex:in_transit:AF",
        "in_transit/arrived_facility": "fedex:in_transit:AR",
        "in_transit/departed_facility": "fedex:in_transit:DP",
        "in_transit/in_transit": "fedex:in_transit:IT",
        "delivery_attempted/other": "fedex:failure:DE",
    }
)
# Statuses that say nothing about the parcel when they stand at a single scan.
_SILENT = frozenset({"unknown", "error"})
_US_ZIP = re.compile(r"\d{5}(-\d{4})?")


def parse_webhook(body: bytes) -> NormalisedShipment:
    """Read a webhook about a tracker; raises Unreadable, saying what is wrong and what to do."""
    return _tracker(Payload.read(body, PROVIDER).child("result"))


def parse_refund(body: bytes) -> LabelRefund:
    """Read a webhook about a refund; raises Unreadable, saying what is wrong and what to do."""
    refund = Payload.read(body, PROVIDER).child("result")
    return LabelRefund(
        shipment=refund.identity("shipment_id"), is_taken=refund.text("status") == "refunded"
    )


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read a tracker, or a webhook about one; raises Unreadable for anything else."""
    message = Payload.read(body, PROVIDER)
    if message.text("description").startswith("tracker."):
        return (_tracker(message.child("result")),)
    if "trackers" in message:
        return tuple(_tracker(tracker) for tracker in message.children("trackers"))
    return (_tracker(message),)


def _tracker(tracker: Payload) -> NormalisedShipment:
    carrier = carrier_of(tracker.text("carrier")).slug
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=tracker.identity("tracking_code"),
        carrier=carrier,
        external_id=tracker.text("id"),
        service=tracker.child("carrier_detail").text("service"),
        reported_at=tracker.moment("updated_at") or tracker.moment("created_at"),
        summary=summary_of(_STATUS.get(tracker.text("status"))),
        estimate=_estimate(tracker),
        proof=Proof(received_by=tracker.text("signed_by")),
        events=homeward(in_order(_events(tracker, carrier), only_instants_tell=True)),
    )


def _events(tracker: Payload, carrier: str) -> Iterator[NormalisedEvent]:
    for row in tracker.rows("tracking_details"):
        status, detail, code = map(row.text, ("status", "status_detail", "carrier_code"))
        location = row.child("tracking_location")
        yield scan(
            SOURCE,
            read_moment(row.text("datetime"), _zone(location), offsets=Offsets.SENDER),
            _meaning(carrier, status, detail, code),
            location=_place(location),
            raw_code=code or detail,
            raw_description=row.text("message") or row.text("description"),
        )


def _meaning(carrier: str, status: str, detail: str, code: str) -> Meaning:
    means = (
        _CODE.get(f"{carrier}:{status}:{code}")
        or _DETAIL.get(f"{status}:{detail}")
        or _STATUS.get(status)
    )
    if means is None or status in _SILENT:
        means = UNMAPPED
    # A delay is one whatever it stands under.
    return means._replace(delay=_DETAIL.get(f"in_transit:{detail}", UNMAPPED).delay)


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
    return read_estimate(written[:10], by_platform=True)
