"""Fulfilments, and the scans Shopify passes on."""

from dataclasses import dataclass, replace

from commerce.ports import FulfilmentFacts, FulfilmentLineFacts
from integrations.payload import Payload
from integrations.reading.meanings import UNMAPPED, by_code
from integrations.reading.moments import Offsets, read_estimate, read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.enums import Status, TimePrecision
from tracking.rules import (
    Estimate,
    NormalisedShipment,
    Summary,
    carrier_of,
    place_name,
)

SOURCE = "shopify"

_EVENTS = by_code(
    {
        "info_received/label_created": "label_purchased label_printed",
        "info_received/awaiting_pickup": "confirmed",
        "in_transit/picked_up": "carrier_picked_up",
        "in_transit/in_transit": "in_transit",
        "out_for_delivery/on_vehicle": "out_for_delivery",
        "available_for_pickup/at_pickup_point": "ready_for_pickup ready_for_recipient_pickup",
        "delivery_attempted/other": "attempted_delivery",
        "delivered/delivered": "delivered",
        "delivered/pickup_point_collected": "picked_up",
        "exception/general": "failure buyer_action_required",
        "returning/other": "returning_to_sender",
        "information_only +carrier": "delayed",
    }
)


@dataclass(frozen=True, kw_only=True)
class ParcelReport:
    """A fulfilment event: one scan, known by the fulfilment it belongs to."""

    order_external_id: str
    fulfilment_external_id: str
    shipment: NormalisedShipment


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read a fulfilment or a scan of one; a scan names its fulfilment where a number would stand.

    Raises Unreadable for anything else.
    """
    message = Payload.read(body, "Shopify")
    resource = message.child("fulfillment") if "fulfillment" in message else message
    if "fulfillment_event" in message or "fulfillment_id" in message:
        event = message.child("fulfillment_event") if "fulfillment_event" in message else message
        report = _report(event)
        return (replace(report.shipment, tracking_number=report.fulfilment_external_id),)
    facts = fulfilment_facts(resource, resource.identity("order_id"))
    made = Summary(status=Status.INFO_RECEIVED, substatus="label_created")
    return tuple(
        NormalisedShipment(
            source=SOURCE,
            tracking_number=number,
            carrier=carrier_of(facts.carrier_name).slug,
            reported_at=facts.updated_at,
            summary=made,
        )
        for number in facts.tracking_numbers or (facts.external_id,)
    )


def parse_fulfilment(body: bytes) -> FulfilmentFacts:
    """Read a fulfilment as `fulfillments/create` and `fulfillments/update` send it."""
    fulfilment = Payload.read(body, "Shopify")
    return fulfilment_facts(fulfilment, fulfilment.identity("order_id"))


def parse_fulfilment_event(body: bytes) -> ParcelReport:
    """Read a scan as `fulfillment_events/create` sends it."""
    return _report(Payload.read(body, "Shopify"))


def _report(event: Payload) -> ParcelReport:
    status = event.text("status")
    country = event.text("country")
    zone = zone_of(country, event.text("province"))
    written = event.text("happened_at") or event.text("created_at")
    when = read_moment(written, zone, offsets=Offsets.SENDER)
    if written and when.time_precision is TimePrecision.NONE:
        event.refuse("happened_at", "is not a time")
    return ParcelReport(
        order_external_id=event.identity("order_id"),
        fulfilment_external_id=event.identity("fulfillment_id"),
        shipment=NormalisedShipment(
            source=SOURCE,
            tracking_number="",
            reported_at=event.moment("updated_at")
            or event.moment("created_at")
            or when.occurred_at,
            estimate=_estimate(event, zone),
            events=(
                scan(
                    SOURCE,
                    when,
                    _EVENTS.get(status, UNMAPPED),
                    location=place_name(
                        city=event.text("city"),
                        region=event.text("province"),
                        postcode=event.text("zip"),
                        country=country,
                    ),
                    raw_code=status,
                    raw_description=event.text("message"),
                    external_id=event.identity("id"),
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
    when = read_moment(event.text("estimated_delivery_at"), zone, offsets=Offsets.SENDER)
    return read_estimate(when.local_time[:10], by_platform=True)
