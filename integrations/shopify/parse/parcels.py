"""Fulfilments, and the scans Shopify passes on."""

from dataclasses import dataclass
from datetime import date

from commerce.ports import FulfilmentFacts, FulfilmentLineFacts
from integrations.payload import Payload
from tracking.enums import DelayReason, Status
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    place_name,
    read_time,
    zone_of,
)

SOURCE = "shopify"

_EVENT_STATUS: dict[str, tuple[Status, str]] = {
    "label_purchased": (Status.INFO_RECEIVED, "label_created"),
    "label_printed": (Status.INFO_RECEIVED, "label_created"),
    "confirmed": (Status.INFO_RECEIVED, "awaiting_pickup"),
    "carrier_picked_up": (Status.IN_TRANSIT, "picked_up"),
    "in_transit": (Status.IN_TRANSIT, "in_transit"),
    "out_for_delivery": (Status.OUT_FOR_DELIVERY, "on_vehicle"),
    "ready_for_pickup": (Status.AVAILABLE_FOR_PICKUP, "at_pickup_point"),
    "ready_for_recipient_pickup": (Status.AVAILABLE_FOR_PICKUP, "at_pickup_point"),
    "attempted_delivery": (Status.DELIVERY_ATTEMPTED, "other"),
    "delivered": (Status.DELIVERED, "delivered"),
    "picked_up": (Status.DELIVERED, "pickup_point_collected"),
    "failure": (Status.EXCEPTION, "general"),
    "buyer_action_required": (Status.EXCEPTION, "general"),
    "returning_to_sender": (Status.RETURNING, "other"),
}


@dataclass(frozen=True, kw_only=True)
class ParcelReport:
    """A fulfilment event: one scan, known by the fulfilment it belongs to."""

    order_external_id: str
    fulfilment_external_id: str
    shipment: NormalisedShipment


def parse_fulfilment(body: bytes) -> FulfilmentFacts:
    """Read a fulfilment as `fulfillments/create` and `fulfillments/update` send it."""
    fulfilment = Payload.read(body, "Shopify")
    return fulfilment_facts(fulfilment, fulfilment.identity("order_id"))


def parse_fulfilment_event(body: bytes) -> ParcelReport:
    """Read a scan as `fulfillment_events/create` sends it."""
    event = Payload.read(body, "Shopify")
    status = event.text("status")
    country = event.text("country")
    zone = zone_of(country, event.text("province"))
    written = event.text("happened_at") or event.text("created_at")
    try:
        occurred_at, local_time, precision = read_time(written, zone)
    except ValueError:
        event.refuse("happened_at", "is not a time")
    meaning = _EVENT_STATUS.get(status)
    return ParcelReport(
        order_external_id=event.identity("order_id"),
        fulfilment_external_id=event.identity("fulfillment_id"),
        shipment=NormalisedShipment(
            source=SOURCE,
            tracking_number="",
            reported_at=event.moment("updated_at") or event.moment("created_at") or occurred_at,
            estimate=_estimate(event, zone),
            events=(
                NormalisedEvent(
                    source=SOURCE,
                    occurred_at=occurred_at,
                    local_time=local_time,
                    time_precision=precision,
                    zone=zone,
                    status=meaning[0] if meaning else None,
                    substatus=meaning[1] if meaning else "",
                    location=place_name(
                        city=event.text("city"),
                        region=event.text("province"),
                        postcode=event.text("zip"),
                        country=country,
                    ),
                    raw_code=status,
                    raw_description=event.text("message"),
                    external_id=event.identity("id"),
                    delay_reason=DelayReason.CARRIER if status == "delayed" else None,
                ),
            ),
        ),
    )


def fulfilment_facts(row: Payload, order_id: str) -> FulfilmentFacts:
    """Return a fulfilment of a known order from its object."""
    created_at = row.required_moment("created_at")
    number, url = row.text("tracking_number"), row.text("tracking_url")
    return FulfilmentFacts(
        external_id=row.identity("id"),
        order_external_id=order_id,
        created_at=created_at,
        updated_at=row.moment("updated_at") or created_at,
        status=row.text("status") or "success",
        carrier_name=row.text("tracking_company"),
        tracking_numbers=row.texts("tracking_numbers") or ((number,) if number else ()),
        tracking_urls=row.texts("tracking_urls") or ((url,) if url else ()),
        lines=tuple(
            FulfilmentLineFacts(
                line_external_id=line.identity("id"), quantity=line.count("quantity")
            )
            for line in row.children("line_items")
        ),
    )


def _estimate(event: Payload, zone: str) -> Estimate | None:
    # The day at the destination is meant; the time of day is when the label was made.
    try:
        _instant, local_time, _precision = read_time(event.text("estimated_delivery_at"), zone)
        return Estimate(day=date.fromisoformat(local_time[:10])) if local_time else None
    except ValueError:
        return None
